import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobEvidence, PlatformEvidence, RunRecord } from '../../../src/domain/evidence.ts';
import type { CriterionName, CriterionVerdict } from '../../../src/domain/ladder.ts';
import type { Outcome } from '../../../src/domain/run.ts';
import { evaluate } from '../../../src/policy/ladder/evaluate.ts';
import { replay } from '../../../src/policy/ladder/replay.ts';
import { judged } from '../criteria/judged.ts';
import { AMD64, DAY, HOUR, S390X, evidence, factsOf, healthy, job, on, project, ran, shippedLadder } from './given.ts';

const STEPS = shippedLadder();
const RANK: Readonly<Record<CriterionVerdict, number>> = { unmet: 0, unknown: 1, met: 2 };

const outcomes = fc.array(fc.constantFrom<Outcome | null>('pass', 'pass', 'fail', 'flaky', null), { minLength: 20, maxLength: 99 });
const record = (list: readonly (Outcome | null)[], every: number): JobEvidence => ran(job(S390X, 'e2e'), { days: [0, 99], every, outcome: (_, n) => list[n % list.length] ?? null, commit: (n) => `c${n >> 2}` });
const better = (run: RunRecord): RunRecord => ({ ...run, outcome: 'pass' });

const BY_RUNS: readonly (readonly [CriterionName, Readonly<Record<string, unknown>>])[] = [
  ['pass-rate', { share: 0.75 }], ['failure-streak', { runs: 2, for: 48 * HOUR }], ['run-cadence', { within: 36 * HOUR }], ['green-streak', { runs: 3, for: 2 * DAY }],
  ['same-commit-passes', { passes: 3 }], ['duration-percentile', { within: HOUR }], ['suites-present', { suites: ['e2e'], passedWithin: 2 * DAY }],
];

/** A platform of which a few months are made up. */
const story = fc.record({
  every: fc.constantFrom(12, 24, 48), list: outcomes, step: fc.integer({ min: 0, max: 4 }), down: fc.tuple(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 1, max: 12 })),
  blind: fc.tuple(fc.integer({ min: 0, max: 150 }), fc.integer({ min: 1, max: 12 })), acts: fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 6 }),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;

function platformOf(platform: typeof S390X | typeof AMD64 | 'linux/arm64', told: Story): PlatformEvidence {
  const port = healthy(platform, [0, 160], { acts: told.acts.toSorted((a, b) => a - b).map((day, i) => ({ at: on(day), by: `p${i % 3}` })) }, () => (_, n) => told.list[n % told.list.length] ?? null);
  return {
    ...port, downtimes: [{ from: on(told.down[0]), to: on(told.down[0] + told.down[1]), reason: null }],
    jobs: port.jobs.map((j, i) => i === 0 ? { ...j, blind: [{ from: on(told.blind[0]), to: on(told.blind[0] + told.blind[1]) }] } : j),
  };
}

describe('whatever the runs', () => {
  it.each(BY_RUNS)('%s is never the worse for a run that passes instead', (criterion, params) => {
    fc.assert(fc.property(outcomes, fc.constantFrom(6, 24, 72), fc.nat(), fc.integer({ min: 20, max: 100 }), (list, every, which, day) => {
      const before = record(list, every);
      fc.pre(before.runs.length > 0);
      const after = { ...before, runs: before.runs.map((run, i) => i === which % before.runs.length ? better(run) : run) };
      const verdict = (of: JobEvidence): number => RANK[judged(criterion, params, { jobs: [of], now: on(day) }).verdict];
      expect(verdict(after)).toBeGreaterThanOrEqual(verdict(before));
    }), { numRuns: 60 });
  });

  it.each(BY_RUNS)('%s does not change by what happens on days that do not count', (criterion, params) => {
    fc.assert(fc.property(outcomes, outcomes, fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 9 }), fc.boolean(), (list, others, from, length, frozen) => {
      const span = { from: on(from), to: on(from + length) };
      const left = (at: number): boolean => at < span.from || at >= span.to;
      const [a, b] = [record(list, 24), record(others, 12)];
      const mixed = { ...a, runs: [...a.runs.filter((r) => left(r.started)), ...b.runs.filter((r) => !left(r.started))].sort((x, y) => x.started - y.started) };
      const none = { ...a, runs: a.runs.filter((r) => left(r.started)) };
      fc.pre(none.runs.length > 0);
      const verdict = (of: JobEvidence) => judged(criterion, params, { jobs: [of], ...(frozen ? { project: { freezes: [span] } } : { record: { downtimes: [{ ...span, reason: null }] } }) });
      expect(verdict(mixed)).toEqual(verdict(none));
      expect(verdict(a)).toEqual(verdict(none));
    }), { numRuns: 40 });
  });

  it('every verdict comes with a sentence', () => {
    fc.assert(fc.property(story, fc.integer({ min: 1, max: 160 }), (told, day) => {
      for (const { criteria, ahead } of evaluate(evidence([platformOf(S390X, told)]), STEPS, project([factsOf(S390X, { step: told.step })]), on(day))) {
        for (const { because, criterion } of [...criteria, ...ahead]) {
          expect(because, criterion).toMatch(/^\S.*\S\.$/s);
          expect(because, criterion).not.toMatch(/NaN|undefined|Infinity|null|;\.|, \.|\.\.|!/);
        }
      }
    }), { numRuns: 40 });
  });
});

describe('whatever the year', () => {
  it('moves one step at a time, up with two weeks at the least between, and ends where an evaluation of it stands', () => {
    fc.assert(fc.property(story, story, story, fc.integer({ min: 0, max: 20 }), (one, two, three, wait) => {
      const platforms = [platformOf(AMD64, one), platformOf(S390X, two), platformOf('linux/arm64', three)];
      const facts = project([factsOf(AMD64, { step: one.step }), factsOf(S390X, { step: two.step }), factsOf('linux/arm64', { step: three.step })]);
      const found = replay(evidence(platforms), STEPS, facts, { from: on(0), to: on(160), approveAfter: wait * DAY });
      expect(found.changes.map((c) => c.at)).toEqual(found.changes.map((c) => c.at).toSorted((a, b) => a - b));
      for (const [platform, own] of Map.groupBy(found.changes, (c) => c.platform)) {
        let [step, at] = [facts.platforms.find((p) => p.platform === platform)?.step, on(0)];
        for (const change of own) {
          expect([change.from, Math.abs(change.to - change.from), change.kind === 'promote']).toEqual([step, 1, change.to > change.from]);
          expect(change.at - at).toBeGreaterThanOrEqual((change.kind === 'promote' ? 14 : 42) * DAY - DAY + wait * DAY);
          expect(change.because.length).toBeGreaterThan(0);
          [step, at] = [change.to, change.at];
        }
        const steps = own.map(({ at: when, from, to }) => ({ at: when, from, to }));
        const then = evaluate(evidence(platforms.map((p) => p.platform === platform ? { ...p, steps } : p)), STEPS, facts, on(160)).find((p) => p.platform === platform);
        expect(then?.step).toBe(step);
      }
    }), { numRuns: 25 });
  });

  it('proposes in an evaluation what the replay of the same days has changed at that moment', () => {
    fc.assert(fc.property(story, story, (one, two) => {
      const platforms = [platformOf(AMD64, one), platformOf(S390X, two)];
      const facts = project([factsOf(AMD64, { step: one.step }), factsOf(S390X, { step: two.step })]);
      const [first] = replay(evidence(platforms), STEPS, facts, { from: on(0), to: on(160), approveAfter: 0 }).changes;
      fc.pre(first !== undefined);
      const then = evaluate(evidence(platforms), STEPS, facts, first.at).find((p) => p.platform === first.platform)?.proposal;
      expect([then?.kind, then?.to, then?.because]).toEqual([first.kind, first.to, first.because]);
    }), { numRuns: 25 });
  });

  it('is the same whatever the order of the platforms', () => {
    fc.assert(fc.property(story, story, (one, two) => {
      const platforms = [platformOf(AMD64, one), platformOf(S390X, two)];
      const facts = [factsOf(AMD64), factsOf(S390X)];
      const options = { from: on(0), to: on(160), approveAfter: 7 * DAY };
      expect(replay(evidence(platforms.toReversed()), STEPS, project(facts.toReversed()), options).changes).toEqual(replay(evidence(platforms), STEPS, project(facts), options).changes);
    }), { numRuns: 10 });
  });
});
