import { describe, expect, it } from 'vitest';
import type { PlatformEvidence, ReleaseFacts } from '../../../src/domain/evidence.ts';
import type { Hurry, Ladder } from '../../../src/domain/ladder.ts';
import type { PlatformId } from '../../../src/domain/platform.ts';
import { evaluate, type PlatformEvaluation } from '../../../src/policy/ladder/evaluate.ts';
import { replay, type Replay } from '../../../src/policy/ladder/replay.ts';
import { DAY, S390X, START, dayIn, evidence, factsOf, incident, job, ladderOf, nothingOf, on, project, ran, use } from './given.ts';

const UNRESPONSIVE = { 'owners-unresponsive': { warnAfter: 5, proposeAfter: 10, incidents: 2, ackWithin: 7 * DAY } } as const;
const DELAYED = { 'release-delayed': { warnAfter: 3, proposeAfter: 4, times: 1, within: 100 * DAY } } as const;

/** A step that asks for a pass rate, with the usual 14 and 28 days. */
const ladder = (when: Hurry): Ladder => {
  const plain = ladderOf([[], [use('pass-rate', { share: 0.75, minWindow: DAY, runs: 1, minRuns: 1 })]]);
  return { ...plain, demotion: { ...plain.demotion, when } };
};

/** Every run fails from day 100 on; somebody acknowledged something once, so answers are on record. */
const failing = (changes: Partial<PlatformEvidence> = {}): PlatformEvidence => ({
  ...nothingOf(S390X), jobs: [ran(job(S390X, 'e2e'), { days: [0, 299], outcome: (d) => d >= 100 ? 'fail' : 'pass' })], acts: [{ at: on(1), by: 'olga' }], ...changes,
});
const ignored = [incident(70, null, 80), incident(85, null, 95)];

function replayed(when: Hurry, record = failing(), releases: readonly ReleaseFacts[] = []): Replay {
  return replay(evidence([record]), ladder(when), project([factsOf(S390X, { step: 2 })], { releases }), { from: START, to: on(200), approveAfter: 0 });
}
const told = ({ changes, warnings }: Replay): string[] => [...warnings.map((w) => `${dayIn(w.at)}: warning`), ...changes.map((c) => `${dayIn(c.at)}: ${c.kind}${c.sooner.length === 0 ? '' : `, ${c.sooner.join(' ')}`}`)];

function evaluated(when: Hurry, record: PlatformEvidence, day: number, releases: readonly ReleaseFacts[] = []): PlatformEvaluation {
  const [found] = evaluate(evidence([record]), ladder(when), project([factsOf(S390X, { step: 2 })], { releases }), on(day));
  if (found === undefined) throw new Error('not evaluated');
  return found;
}

describe('owners who answer nobody', () => {
  it('leave the platform less time, where the ladder says so', () => {
    expect(told(replayed({}, failing({ incidents: ignored })))).toEqual(['114: warning', '142: demote']);
    expect(told(replayed(UNRESPONSIVE, failing({ incidents: ignored })))).toEqual(['105: warning', '115: demote, owners-unresponsive']);
  });

  it.each([
    ['one of the breakages was acknowledged, late as it was', { incidents: [incident(80, 93, 94), incident(90, null, 95)] }],
    ['there was only one', { incidents: [incident(90, null, 95)] }],
    ['the others were over before an answer was due', { incidents: [incident(60, null, 80), incident(80, null, 84), incident(90, null, 95)] }],
    ['one of them was none of theirs', { incidents: [incident(70, null, 95, { leftOut: 'infra' }), incident(72, null, 95)] }],
    ['nobody\'s answers were ever recorded', { incidents: ignored, acts: [] }],
  ])('do not where %s', (_, record) => {
    expect(told(replayed(UNRESPONSIVE, failing(record)))).toEqual(['114: warning', '142: demote']);
  });

  it('count from when the last answer was due, and no longer once somebody comes', () => {
    const open = [incident(80, null, null), incident(100, null, null)];
    expect(told(replayed(UNRESPONSIVE, failing({ incidents: open })))[0]).toBe('108: warning');
    expect(told(replayed(UNRESPONSIVE, failing({ incidents: [incident(80, null, null), incident(100, 112, null)] })))).toEqual(['108: warning', '136: demote']);
  });

  it('are told of as a circumstance, with since when', () => {
    const { hurry, warnings, proposal } = evaluated(UNRESPONSIVE, failing({ incidents: [incident(80, null, null), incident(92, null, null)] }), 110);
    expect(hurry).toEqual([{ name: 'owners-unresponsive', warnAfter: 5, proposeAfter: 10, because: 'nobody has acknowledged any of the last 2 breakages (since Sun 22 Mar; 7 days are given; acknowledging one gives the usual time back)' }]);
    expect([warnings, proposal]).toMatchObject([[{ criterion: 'pass-rate', days: 10, daysLeft: 5 }], null]);
    expect(evaluated(UNRESPONSIVE, failing({ incidents: [incident(80, null, null), incident(92, null, null)] }), 120).proposal).toMatchObject({ kind: 'demote', sooner: ['owners-unresponsive'] });
    expect(evaluated(UNRESPONSIVE, failing(), 110).hurry).toBeUndefined();
    // On the day on which the usual days are over, nothing came sooner.
    expect([141, 142].map((day) => evaluated(DELAYED, failing({ delays: [{ at: on(139), release: 'v1' }] }), day).proposal?.sooner)).toEqual([['release-delayed'], undefined]);
  });
});

describe('a release that the platform delayed', () => {
  const late = (planned: number, by: readonly PlatformId[] = [S390X], name: string | null = 'v1.36'): ReleaseFacts => ({ freeze: null, date: on(planned + 10), name, planned: on(planned), delayedBy: by });

  it('leaves it less time, from the day after it was planned until that is long ago', () => {
    expect(told(replayed(DELAYED, failing(), [late(50)]))).toEqual(['103: warning', '107: demote, release-delayed']);
    expect(told(replayed(DELAYED, failing(), [late(0)]))).toEqual(['114: warning', '142: demote']);
    expect(told(replayed(DELAYED, failing(), [late(106)]))[0]).toBe('107: warning');
  });

  it('is nothing to platforms that did not, nor are releases that came in time', () => {
    expect(told(replayed(DELAYED, failing(), [late(50, ['linux/arm64']), { freeze: null, date: on(60) }]))).toEqual(['114: warning', '142: demote']);
  });

  it('is counted once, whether the configuration or a history tells of it, and as often as the ladder asks', () => {
    const twice = { 'release-delayed': { ...DELAYED['release-delayed'], times: 2 } };
    const delays = [{ at: on(60), release: 'v1.36' }];
    expect(told(replayed(twice, failing({ delays }), [late(50)]))[0]).toBe('114: warning');
    expect(told(replayed(twice, failing({ delays: [...delays, { at: on(70), release: null }] }), [late(50)]))[0]).toBe('103: warning');
    expect(evaluated(twice, failing({ delays: [...delays, { at: on(70), release: null }] }), 104).hurry?.[0]?.because).toBe('it delayed 2 releases within the last 100 days: v1.36 and one on Thu 12 Mar');
  });
});

describe('a warning', () => {
  it('comes first, however late the circumstance, with all of its days before the proposal', () => {
    expect(told(replayed(DELAYED, failing({ delays: [{ at: on(112), release: 'v1' }] })))).toEqual(['112: warning', '116: demote, release-delayed']);
    expect(told(replayed(DELAYED, failing({ delays: [{ at: on(120), release: 'v1' }] })))).toEqual(['114: warning', '120: demote, release-delayed']);
  });

  it('is given once, and of the same breakage not again when the circumstance is gone', () => {
    const brief = { 'release-delayed': { ...DELAYED['release-delayed'], within: 5 * DAY, proposeAfter: 20 } };
    expect(told(replayed(brief, failing({ delays: [{ at: on(101), release: 'v1' }] })))).toEqual(['103: warning', '131: demote']);
  });

  it('takes the shorter of the criterion\'s own days and the circumstance\'s', () => {
    const own = ladder(DELAYED);
    const quick = { ...own, demotion: { ...own.demotion, faster: { 'pass-rate': { warnAfter: 2, proposeAfter: 9 } } } };
    const { changes, warnings } = replay(evidence([failing({ delays: [{ at: on(90), release: 'v1' }] })]), quick, project([factsOf(S390X, { step: 2 })]), { from: START, to: on(200), approveAfter: 0 });
    expect([warnings[0], changes[0]].map((x) => dayIn(x?.at ?? 0))).toEqual([102, 106]);
  });
});
