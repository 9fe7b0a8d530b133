import { afterEach, expect, it } from 'vitest';
import type { Ladder } from '../../src/domain/ladder.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import type { Project } from '../../src/domain/project.ts';
import type { PlatformEvaluation } from '../../src/policy/ladder/evaluate.ts';
import { stepMatter } from '../../src/policy/step-matter.ts';
import { matterWords } from '../../src/policy/proposal-matters.ts';
import { propose } from '../../src/policy/proposals.ts';
import { proposeSteps } from '../../src/runtime/ladder-proposals.ts';
import { DAY, stage, type Stage } from './fixtures.ts';

let on: Stage;
afterEach(() => on.store.close());

const LADDER: Ladder = {
  name: 'two', source: null, promotion: { days: 14 }, demotion: { warnAfter: 14, proposeAfter: 28, heldInFreeze: true, faster: {} }, unknownAfter: 14, adoptionCycles: 2,
  steps: [1, 2, 3].map((step) => ({ step, name: `s${step}`, grants: [`It is at ${step}.`], build: 'on', release: 'off', components: [], hold: [], enter: [] })),
};
const DUE: NonNullable<PlatformEvaluation['proposal']> = { kind: 'promote', to: 3, because: ['pass-rate'], heldUntil: null };

async function evaluated(proposal: PlatformEvaluation['proposal'], leads: Project['releases'][number]['leads'] = ['@olga', '@petra']): Promise<void> {
  await proposeSteps(on.rt, { ...on.tracked.project, releases: [releaseOf(leads)] }, { ladder: LADDER, platforms: [evaluationOf(proposal)] });
}
const releaseOf = (leads: Project['releases'][number]['leads'] = ['@olga', '@petra']): Project['releases'][number] =>
  ({ name: 'v1', branch: 'master', leads, ciSignal: [], quorum: 1, date: null, freeze: null, milestone: null, proposalExpires: 3 * DAY });
const evaluationOf = (proposal: PlatformEvaluation['proposal']): PlatformEvaluation =>
  ({ platform: 'linux/s390x', step: 2, next: 3, since: null, criteria: [], ahead: [], proposal, warnings: [], demotions: 0 });
/** An owner asks for a step. */
async function asks(to: number, due: PlatformEvaluation['proposal']): Promise<void> {
  const now = on.clock.now;
  const matter = stepMatter(evaluationOf(due), LADDER, { to, asked: 'the new lab is stable' });
  if (matter === null) throw new Error('no such step');
  const { proposal } = propose(matter, { project: on.tracked.project, release: releaseOf(), by: 'porter', surface: 'github', at: now, now, evidence: {}, taken: new Set((await proposals()).map((p) => p.id)) });
  await on.store.commit({ at: now, proposals: [{ expected: null, proposal }] });
}
const questions = async (): Promise<string[]> => (await proposals()).map((p) => matterWords(p.matter).question(on.clock.now));
const proposals = (): Promise<Proposal[]> => on.store.proposals('demo', 0);

it('proposes what the record calls for once, in its own name', async () => {
  on = await stage();
  for (let i = 0; i < 2; i++) await evaluated(DUE);
  expect(await proposals()).toMatchObject([{ state: 'open', proposer: { by: 'archsignal' }, deciders: ['@olga', '@petra'], matter: { kind: 'step', from: 2, to: 3, asked: null, because: ['pass-rate'] } }]);
});

it('takes its proposal back when the record does not call for it any more, and leaves it alone for a while', async () => {
  on = await stage();
  await evaluated(DUE);
  on.clock.now += DAY;
  await evaluated(null);
  expect(await proposals()).toMatchObject([{ state: 'invalid', because: 'the record of linux/s390x does not call for it any more' }]);
  await evaluated(DUE);
  expect(await proposals()).toHaveLength(1);
  on.clock.now += 40 * DAY;
  await evaluated(DUE);
  expect(await proposals()).toHaveLength(2);
});

it('proposes nothing that a freeze would hold, or that nobody could decide', async () => {
  on = await stage();
  await evaluated({ ...DUE, kind: 'demote', to: 1, heldUntil: on.clock.now + DAY });
  await evaluated(DUE, []);
  expect(await proposals()).toEqual([]);
});

const DEMOTE: NonNullable<PlatformEvaluation['proposal']> = { kind: 'demote', to: 1, because: ['failure-streak'], heldUntil: null };
const OPPOSITE = 'The record calls for the opposite, a move to s1 (1), because of failure-streak: move linux/s390x from s2 (2) to s3 (3) all the same';

it('does not keep a demotion waiting for what owners ask for, and tells those who decide about that what the record calls for', async () => {
  on = await stage();
  await asks(3, DEMOTE);
  expect(await questions()).toEqual([OPPOSITE]);
  for (let i = 0; i < 2; i++) await evaluated(DEMOTE);
  expect((await proposals()).map((p) => [p.state, p.proposer.by, p.matter.kind === 'step' && p.matter.to]).sort()).toEqual([['open', 'archsignal', 1], ['open', 'porter', 3]]);
});

it('tells those who decide about what owners asked for when the record comes to call for the opposite, and when it ceases to', async () => {
  on = await stage();
  await asks(3, null);
  await evaluated(null);
  expect((await proposals()).map((p) => p.revision)).toEqual([1]);
  await evaluated({ ...DEMOTE, heldUntil: on.clock.now + DAY });
  expect([await questions(), (await proposals()).map((p) => [p.edition, p.shown])]).toEqual([[OPPOSITE], [[1, 2]]]);
  await evaluated(null);
  expect(await questions()).toEqual(['Move linux/s390x from s2 (2) to s3 (3)']);
});

it('lets a demotion that people ask for, or a promotion that is due, wait for what is open', async () => {
  on = await stage();
  await asks(1, DUE);
  await evaluated(DUE);
  await evaluated(DEMOTE);
  expect((await proposals()).map((p) => p.proposer.by)).toEqual(['porter']);
});
