import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OBJECTION_EXTENDS, type Vote } from '../../src/domain/proposal.ts';
import { tally } from '../../src/policy/tally.ts';
import { proposed, says, Table } from './proposals-given.ts';
import { HOUR, START } from './story.ts';

const LEADS = ['ivan', 'maria', 'anna', 'zoe', 'olga', 'nils'];
const NOW = START + 90 * HOUR;

/** Close together, so that moments coincide, and around the end and its extension, where the order matters most. */
const hours = fc.constantFrom(1, 2, 3, 4, 70, 71, 72, 73, 83, 84);

const vote: fc.Arbitrary<Vote> = fc.record({
  by: fc.constantFrom(...LEADS), kind: fc.constantFrom('approve', 'approve', 'approve', 'reject', 'object', 'withdraw', 'lapse'), hours,
  surface: fc.constantFrom('github', 'slack'), edition: fc.constantFrom(1, 1, 1, 1, 2),
}).map(({ by, kind, hours: h, surface, edition }) => says(by, kind, h, { surface, edition }));

/** The same votes, some of them twice, in two orders. */
const twice = fc.array(vote, { maxLength: 12 }).chain((votes) => fc.tuple(
  fc.constant(votes), fc.subarray(votes), fc.subarray(votes)).chain(([all, again, more]) => fc.tuple(shuffled([...all, ...again]), shuffled([...all, ...more]))));

const shuffled = (votes: readonly Vote[]): fc.Arbitrary<readonly Vote[]> => fc.shuffledSubarray([...votes], { minLength: votes.length });

/** Everything heard one by one, each decided about as the clock stood then. */
function heard(votes: readonly Vote[], quorum: number, clock: (i: number) => number) {
  const table = new Table(proposed({ quorum, recused: ['nils'] }));
  votes.forEach((v, i) => { table.hear(v, clock(i)); });
  const { state, decidedAt, approvals, against, objections } = tally(table.proposal, NOW);
  return { state, decidedAt, approvals, against, objections, muted: table.muted };
}

describe('the same decisions', () => {
  it('end alike in whatever order and however often they arrive, from GitHub or from Slack', () => {
    const seen = new Set<string>();
    fc.assert(fc.property(twice, fc.integer({ min: 1, max: 3 }), ([one, other], quorum) => {
      const end = heard(one, quorum, () => NOW);
      seen.add(end.state);
      expect(heard(other, quorum, () => NOW)).toEqual(end);
      expect(end.muted).toBe(end.state === 'approved');
    }), { numRuns: 400 });
    expect([...seen].sort()).toEqual(['approved', 'expired', 'rejected', 'withdrawn']);
  });

  it('end alike whether they arrive while it is open or after its end', () => {
    fc.assert(fc.property(twice, fc.integer({ min: 1, max: 3 }), fc.array(hours, { minLength: 30, maxLength: 30 }), ([one, other], quorum, clocks) => {
      const rising = clocks.toSorted((a, b) => a - b).map((h) => START + h * HOUR);
      expect(heard(other, quorum, (i) => rising[i] ?? NOW)).toEqual(heard(one, quorum, () => NOW));
    }), { numRuns: 300 });
  });

  it('are approved only by as many others as it takes, who said so in time and before any no', () => {
    fc.assert(fc.property(fc.array(vote, { maxLength: 12 }), fc.integer({ min: 1, max: 3 }), (votes, quorum) => {
      const end = heard(votes, quorum, () => NOW);
      if (end.state !== 'approved') return;
      const at = end.decidedAt ?? 0;
      const said = votes.filter((v) => v.edition === 1 && v.at <= at);
      expect(new Set(said.filter((v) => v.kind === 'approve' && !['olga', 'nils'].includes(v.by)).map((v) => v.by)).size).toBeGreaterThanOrEqual(quorum);
      expect(said.some((v) => v.kind === 'reject' || v.kind === 'withdraw')).toBe(false);
      expect(at).toBeLessThan(START + 72 * HOUR + (said.some((v) => v.kind === 'object') ? OBJECTION_EXTENDS : 0));
    }), { numRuns: 300 });
  });

  it('mute anew where an approval lapsed, and another that is heard of late makes up for it at the same moment', () => {
    const table = new Table(proposed({ quorum: 2, recused: ['nils'] }));
    for (const v of [says('anna', 'approve', 73), says('ivan', 'approve', 1), says('ivan', 'object', 1), says('ivan', 'lapse', 70), says('ivan', 'approve', 72)]) table.hear(v, NOW);
    expect([table.proposal.state, table.muted, table.quiets.length]).toEqual(['approved', true, 2]);
  });
});
