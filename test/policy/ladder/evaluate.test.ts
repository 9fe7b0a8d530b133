import { describe, expect, it } from 'vitest';
import type { PlatformEvidence, ProjectFacts, PlatformFacts } from '../../../src/domain/evidence.ts';
import type { Ladder } from '../../../src/domain/ladder.ts';
import { evaluate, type PlatformEvaluation } from '../../../src/policy/ladder/evaluate.ts';
import { AMD64, DAY, S390X, evidence, factsOf, healthy, incident, job, ladderOf, nothingOf, on, project, ran, shippedLadder, use } from './given.ts';

const STEPS = shippedLadder();

interface Told { readonly facts?: Partial<PlatformFacts>; readonly project?: Partial<ProjectFacts>; readonly ladder?: Ladder; readonly others?: readonly PlatformEvidence[] }

function evaluated(record: PlatformEvidence, now: number, { facts, project: more, ladder = STEPS, others = [] }: Told = {}): PlatformEvaluation {
  const [first] = evaluate(evidence([record, ...others]), ladder, project([factsOf(record.platform, facts), ...others.map((o) => factsOf(o.platform))], more), now);
  if (!first) throw new Error('nothing evaluated');
  return first;
}

const silent = healthy(S390X, [0, 300], {}, (suite) => (day) => suite === 'node-e2e' && day >= 60 ? null : 'pass');

it('warns of what nobody can tell from the day on that is long enough', () => {
  const attested = ladderOf([[use('native-hardware')]]);
  expect([13, 14].map((day) => evaluated(healthy(S390X, [0, 40]), on(day), { ladder: attested, facts: { step: 1 } }).warnings)).toEqual([
    [], [{ criterion: 'native-hardware', kind: 'unknown', since: on(0), days: 14, earlier: false, daysLeft: null }],
  ]);
});

it('does not ask the jobs that there are for suites that there are none of', () => {
  const ladder = ladderOf([[use('suites-present', { suites: ['unit', 'e2e'] }), use('pass-rate', { share: 0.9 }), use('run-cadence', { within: 2 * DAY, suites: ['e2e'] })]]);
  const unitAlone = { ...nothingOf(S390X), jobs: [ran(job(S390X, 'unit'), { days: [0, 99] })] };
  const [found] = evaluate(evidence([unitAlone]), ladder, project([factsOf(S390X, { step: 1 })]), on(100));
  expect(found?.criteria.map((c) => `${c.criterion} ${c.verdict}`)).toEqual(['suites-present unmet', 'pass-rate met', 'run-cadence unknown']);
});

describe('evaluating a platform', () => {
  it('tells every criterion of its step and of the next, with the step that asks for it', () => {
    const { step, next, criteria, ahead, proposal, warnings } = evaluated(healthy(S390X, [0, 300]), on(200));
    expect([step, next, proposal, warnings]).toEqual([3, 4, null, []]);
    expect(criteria.map((c) => `${c.step} ${c.criterion} ${c.verdict}`)).toEqual([
      '2 owners-declared met', '1 suites-present met', '2 suites-present met', '3 pass-rate met', '3 failure-streak met', '2 run-cadence met',
      '3 suites-present met', '3 run-cadence met', '3 on-board met', '3 owner-response met', '3 active-owners met',
    ]);
    expect(ahead.map((c) => `${c.step} ${c.criterion} ${c.verdict}`)).toEqual(['4 sign-off unmet', '4 time-at-step unknown']);
    expect(criteria.find((c) => c.criterion === 'pass-rate')?.because).toBe('unit, e2e, node-e2e and conformance passed 100% of 80 runs over 84 days.');
  });

  it('stands where the last change before the moment put it, else where it is configured', () => {
    const steps = [{ at: on(20), from: 1, to: 2 }, { at: on(100), from: 2, to: 3 }, { at: on(250), from: 3, to: 2 }];
    const at = (day: number) => { const { step, since, demotions } = evaluated({ ...healthy(S390X, [0, 300]), steps }, on(day), { facts: { step: 2 } }); return [step, since, demotions]; };
    expect([at(20), at(99), at(100), at(249), at(250)]).toEqual([[2, on(20), 0], [2, on(20), 0], [3, on(100), 0], [3, on(100), 0], [2, on(250), 1]]);
    expect(evaluated(healthy(S390X, [0, 300]), on(99), { facts: { step: 1 } })).toMatchObject({ step: 1, since: null });
  });

  it('counts repeated demotions', () => {
    const steps = [[0, 2, 3], [50, 3, 2], [100, 2, 3], [150, 3, 2]].map(([day = 0, from = 0, to = 0]) => ({ at: on(day), from, to }));
    expect(evaluated({ ...healthy(S390X, [0, 300]), steps }, on(200)).demotions).toBe(2);
  });

  it('warns after 14 days and proposes after 28 more, at that very moment', () => {
    const at = (now: number) => { const { warnings, proposal } = evaluated(silent, now); return [warnings.map((w) => `${w.criterion} ${w.kind} ${w.days} ${w.daysLeft}`), proposal]; };
    expect(at(on(74) - DAY)).toEqual([[], null]);
    expect(at(on(74))).toEqual([['run-cadence unmet 14 28'], null]);
    // In the course of the day of which it is the fourteenth.
    expect(at(on(73, 20))).toEqual([['run-cadence unmet 14 28'], null]);
    expect(at(on(101))).toEqual([['run-cadence unmet 41 1'], null]);
    expect(at(on(102))).toEqual([['run-cadence unmet 42 0'], { kind: 'demote', to: 2, because: ['run-cadence'], heldUntil: null }]);
    expect(evaluated(silent, on(102)).warnings[0]?.since).toBe(on(60));
  });

  it('proposes the next step when everything that it takes was met on 14 days running', () => {
    const come = { ...healthy(S390X, [0, 300]), steps: [{ at: on(40), from: 1, to: 2 }] };
    expect(evaluated(come, on(40 + 90 + 12)).proposal).toBeNull();
    expect(evaluated(come, on(40 + 90 + 13)).proposal).toMatchObject({ kind: 'promote', to: 3, heldUntil: null });
  });

  it('proposes nothing that one unmet criterion of the next step stands against, whatever else is fine', () => {
    const come = { ...healthy(S390X, [0, 300], {}, (suite) => (_, n) => suite === 'unit' && n % 6 === 0 ? 'fail' : 'pass'), steps: [{ at: on(0), from: 1, to: 2 }] };
    const found = evaluated(come, on(200));
    expect(found).toMatchObject({ step: 2, proposal: null, warnings: [] });
    expect(found.ahead.filter((c) => c.verdict !== 'met').map((c) => c.criterion)).toEqual(['pass-rate']);
  });

  it('says until when a demotion is held', () => {
    const held = (releases: ProjectFacts['releases']) => evaluated(silent, on(120), { project: { releases } }).proposal?.heldUntil;
    expect(held([{ freeze: on(110), date: on(150) }])).toBe(on(150));
    expect(held([{ freeze: on(130), date: on(150) }])).toBeNull();
    expect(held([{ freeze: on(110), date: null }])).toBe(Infinity);
  });

  it('warns of what nobody can tell for 14 days, and neither promotes nor demotes for it', () => {
    const told = evaluated({ ...healthy(S390X, [0, 300]), acts: [] }, on(100));
    expect(told.proposal).toBeNull();
    expect(told.warnings).toMatchObject([{ criterion: 'active-owners', kind: 'unknown', since: on(0), daysLeft: null }]);
  });

  it('does not let days that nobody can tell of end or lengthen a row of unmet ones', () => {
    const ladder = ladderOf([[use('pass-rate', { share: 0.5, minWindow: 2 * DAY, maxWindow: 2 * DAY, minRuns: 2, runs: 2, suites: ['unit'] })]]);
    // Unmet from day 81 to 89, then for want of runs unknown until day 95, and unmet again.
    const broken = healthy(S390X, [0, 110], {}, () => (day) => day >= 90 && day < 95 ? null : day >= 80 ? 'fail' : 'pass');
    const unmet = (day: number) => evaluated(broken, on(day), { ladder, facts: { step: 1 } }).warnings[0]?.days;
    expect([unmet(100), unmet(101), unmet(102)]).toEqual([undefined, 14, 15]);
  });

  it('warns of a criterion once, and says where it has lasted longer than is looked back', () => {
    const stopped = healthy(S390X, [0, 500], {}, () => (day) => day >= 100 ? null : 'pass');
    const cadence = (day: number) => evaluated(stopped, on(day)).warnings.filter((w) => w.criterion === 'run-cadence');
    expect(cadence(150)).toMatchObject([{ days: 50, since: on(100), earlier: false }]);
    expect(cadence(450)).toMatchObject([{ earlier: true }]);
    const nobody = { ...healthy(S390X, [0, 500]), acts: [] };
    expect([evaluated(nobody, on(150)).warnings, evaluated(nobody, on(450)).warnings]).toMatchObject([[{ criterion: 'active-owners', earlier: false }], [{ criterion: 'active-owners', earlier: true }]]);
  });

  it('shows what is excepted as what it is, until the exception ends', () => {
    const excepted = { ...silent, exceptions: [{ at: on(61), criterion: 'run-cadence' as const, until: on(200), reason: null }] };
    const twice = { ...excepted, exceptions: [...excepted.exceptions, { at: on(62), criterion: 'run-cadence' as const, until: on(150), reason: null }] };
    expect(evaluated(twice, on(120)).criteria.find((c) => c.verdict === 'unmet')?.exceptedUntil).toBe(on(200));
    const then = (day: number) => { const { criteria, proposal } = evaluated(excepted, on(day)); return [criteria.find((c) => c.verdict === 'unmet')?.exceptedUntil, proposal?.to ?? null]; };
    expect([then(199), then(200), then(241), then(242)]).toEqual([[on(200), null], [null, null], [null, null], [null, 2]]);
  });

  it('lists findings of an adoption period as dated exceptions', () => {
    const found = evaluated(silent, on(120), { project: { adoptionUntil: on(150) } });
    expect([found.proposal, found.warnings, found.criteria.find((c) => c.verdict === 'unmet')?.exceptedUntil]).toEqual([null, [], on(150)]);
    // What a step above asks for is asked of everybody.
    expect(found.ahead.filter((c) => c.verdict !== 'met').map((c) => c.exceptedUntil)).toEqual(expect.arrayContaining([null]));
    expect(found.ahead.every((c) => c.exceptedUntil === null)).toBe(true);
    const excepted = (until: number) => evaluated({ ...silent, exceptions: [{ at: on(61), criterion: 'run-cadence' as const, until: on(until), reason: null }] }, on(120), { project: { adoptionUntil: on(150) } }).criteria.find((c) => c.verdict === 'unmet')?.exceptedUntil;
    expect([excepted(130), excepted(200)]).toEqual([on(150), on(200)]);
  });

  it('follows days that do not count for one criterion alone', () => {
    // The reference is silent in node-e2e too: run-cadence cannot be told, the red unit tests can.
    const port = healthy(S390X, [0, 300], {}, (suite) => (day) => day < 60 ? 'pass' : suite === 'node-e2e' ? null : suite === 'unit' ? 'fail' : 'pass');
    const reference = healthy(AMD64, [0, 300], {}, (suite) => (day) => suite === 'node-e2e' && day >= 60 ? null : 'pass');
    expect(evaluated(port, on(130), { others: [reference] }).proposal?.because).toEqual(['pass-rate', 'failure-streak']);
    expect(evaluated(port, on(130)).proposal?.because).toEqual(['pass-rate', 'failure-streak', 'run-cadence']);
  });

  it('says of what the reference platform fails too that it is held against nobody', () => {
    const without = (platform: typeof S390X | typeof AMD64): PlatformEvidence => ({ ...healthy(platform, [0, 99]), jobs: healthy(platform, [0, 99]).jobs.filter((j) => j.job.suite !== 'unit') });
    const suites = (others: readonly PlatformEvidence[]) => evaluated(without(S390X), on(100), { others }).criteria.find((c) => c.criterion === 'suites-present' && c.step === 2);
    expect(suites([without(AMD64)])).toMatchObject({ verdict: 'unmet', because: expect.stringMatching(/^unit has no job on this platform\. The reference platform linux\/amd64 fails this too; such days count neither for nor against linux\/s390x\.$/) as unknown });
    expect(suites([healthy(AMD64, [0, 99])])?.because).not.toContain('reference');
  });

  it('knows nothing of what comes later', () => {
    const steps = [{ at: on(150), from: 3, to: 1 }];
    const later: Partial<PlatformEvidence> = { steps, incidents: [incident(140, null, null)], owners: [{ at: on(130), owners: [] }], exceptions: [{ at: on(130), criterion: 'run-cadence', until: on(400), reason: null }] };
    const now = on(120);
    const known = healthy(S390X, [0, 119]);
    expect(evaluated({ ...healthy(S390X, [0, 300], {}, () => (day) => day >= 120 ? 'fail' : 'pass'), acts: known.acts, ...later }, now)).toEqual(evaluated(known, now));
  });

  it('evaluates a platform of which nothing is on record', () => {
    const [found] = evaluate({ since: on(0), platforms: [] }, STEPS, project([factsOf(S390X, { step: 2, owners: [] })]), on(100));
    expect(found).toMatchObject({ platform: S390X, step: 2, proposal: { kind: 'demote', to: 1, because: ['owners-declared', 'suites-present'] } });
  });

  it('sees a platform whose step the ladder does not have on the step below', () => {
    expect(evaluated(healthy(S390X, [0, 99]), on(50), { facts: { step: 9 } })).toMatchObject({ step: 4, next: null });
    expect(evaluate(evidence([]), { ...STEPS, steps: STEPS.steps.filter((s) => s.step !== 2) }, project([factsOf(S390X, { step: 2 })]), on(50))[0]).toMatchObject({ step: 1, next: 3 });
  });
});
