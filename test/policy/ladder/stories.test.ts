import { describe, expect, it } from 'vitest';
import type { PlatformEvidence, PlatformFacts, ProjectFacts } from '../../../src/domain/evidence.ts';
import type { Ladder } from '../../../src/domain/ladder.ts';
import { evaluate } from '../../../src/policy/ladder/evaluate.ts';
import { replay, type Replay } from '../../../src/policy/ladder/replay.ts';
import { AMD64, DAY, HOUR, START, S390X, dayIn, evidence, factsOf, healthy, incident, job, nothingOf, on, project, ran, shippedLadder, use, ladderOf } from './given.ts';

const STEPS = shippedLadder();

interface Told {
  readonly days?: number;
  readonly ladder?: Ladder;
  readonly facts?: readonly PlatformFacts[];
  readonly project?: Partial<ProjectFacts>;
  readonly approveAfter?: number;
  readonly from?: number;
}

const replayed = (platforms: readonly PlatformEvidence[], { days = 420, ladder = STEPS, facts, project: more, approveAfter = 7, from = 0 }: Told = {}): Replay =>
  replay(evidence(platforms), ladder, project(facts ?? platforms.map((p) => factsOf(p.platform)), more), { from: on(from), to: on(days), approveAfter: approveAfter * DAY });

/** The changes as `day: from > to, because`. */
const changes = ({ changes: all }: Replay): string[] => all.map((c) => `${Math.floor(dayIn(c.at))}: ${c.from} > ${c.to}, ${c.because.join(' ')}`);
const warnings = ({ warnings: all }: Replay): string[] => all.map((w) => `${Math.floor(dayIn(w.at))}: ${w.criterion} ${w.kind}`);

const LAST = 419;
const cameToStep3 = { steps: [{ at: START, from: 2, to: 3 }], signOffs: [{ at: on(10), group: 'conformance', by: 'ada' }] };
const RED_WEEK = (day: number): 'pass' | 'fail' => day >= 200 && day < 207 ? 'fail' : 'pass';

describe('a year at step 3', () => {
  it('ends at step 4, two weeks after the year, once it is approved', () => {
    expect(changes(replayed([healthy(S390X, [0, LAST], cameToStep3)]))).toEqual(['385: 3 > 4, sign-off time-at-step']);
  });

  it('is not begun anew by one bad week, in whichever jobs', () => {
    const bad = healthy(S390X, [0, LAST], { ...cameToStep3, incidents: [incident(201, 202, 208)] }, () => RED_WEEK);
    const all = replayed([bad]);
    expect(changes(all)).toEqual(['385: 3 > 4, sign-off time-at-step']);
    expect(warnings(all)).toEqual(['215: pass-rate unmet']);
  });

  it('is begun anew by two bad weeks in a row in one job', () => {
    const bad = healthy(S390X, [0, LAST], cameToStep3, (suite) => (day) => suite === 'node-e2e' && day >= 30 && day < 44 && day % 2 === 0 ? 'fail' : 'pass');
    expect(changes(replayed([bad]))).toEqual([]);
    expect(changes(replayed([healthy(S390X, [0, 470], cameToStep3, (suite) => (day) => suite === 'node-e2e' && day >= 30 && day < 44 && day % 2 === 0 ? 'fail' : 'pass')], { days: 470 })))
      .toEqual(['429: 3 > 4, sign-off time-at-step']);
  });

  it('does not end at step 4 without the sign-off', () => {
    expect(changes(replayed([healthy(S390X, [0, LAST], { steps: cameToStep3.steps })]))).toEqual([]);
  });

  it('counts from the last promotion where it was demoted meanwhile', () => {
    const again = { ...cameToStep3, steps: [{ at: START, from: 2, to: 3 }, { at: on(100), from: 3, to: 2 }, { at: on(130), from: 2, to: 3 }] };
    expect(changes(replayed([healthy(S390X, [0, 560], again)], { days: 560, from: 140 }))).toEqual(['515: 3 > 4, sign-off time-at-step']);
  });
});

describe('owners who go silent', () => {
  const silent = (from: number, days: number): PlatformEvidence => ({
    ...healthy(S390X, [0, days]), acts: healthy(S390X, [0, from]).acts,
    incidents: [30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330].map((d) => incident(d, d < from ? d + 1 : null, d + 9)),
  });

  it('are warned of and lead one step down when they leave breakages unanswered', () => {
    const all = replayed([silent(100, 300)], { days: 300 });
    // Of fewer than five every one must be answered: unmet a week after day 120; then 14 and 28 days, and 7 to approve.
    expect(changes(all)[0]).toBe('176: 3 > 2, owner-response');
    expect(warnings(all)[0]).toBe('141: owner-response unmet');
  });

  it('are not missed where nobody ever recorded an acknowledgement', () => {
    const nobody = replayed([{ ...silent(0, 300), acts: [] }], { days: 300 });
    expect(changes(nobody)).toEqual([]);
    expect(warnings(nobody)).toEqual(['14: active-owners unknown', expect.stringContaining('owner-response unknown')]);
  });
});

describe('a stale job', () => {
  const staleFrom = (day: number): PlatformEvidence => healthy(S390X, [0, 200], {}, (suite) => (d) => suite === 'node-e2e' && d >= day ? null : 'pass');

  it('does not hide behind green ones', () => {
    const all = replayed([staleFrom(60)], { days: 200 });
    // Silent for 36 hours in the course of day 60; unmet for 42 days from then on; approved after a week.
    expect(changes(all)[0]).toBe('109: 3 > 2, run-cadence');
    expect(warnings(all)[0]).toBe('74: run-cadence unmet');
    expect(warnings(all).filter((w) => w.includes('unknown'))).toEqual([]);
  });

  it('is no stale job where it comes back before the grace is over', () => {
    const back = healthy(S390X, [0, 200], {}, (suite) => (d) => suite === 'node-e2e' && d >= 60 && d < 100 ? null : 'pass');
    expect(changes(replayed([back], { days: 200 }))).toEqual([]);
  });

  it('does not hide behind a job of its own suite that runs', () => {
    const two = staleFrom(999);
    const hidden = { ...two, jobs: [...two.jobs, ran(job(S390X, 'e2e', { name: 'ci-e2e-serial', board: 'informing' }), { days: [0, 60] })] };
    expect(changes(replayed([hidden], { days: 200 }))[0]).toMatch(/3 > 2, run-cadence$/);
  });
});

describe('a healthy port with a slow weekly job', () => {
  it('is never moved or warned of by one red run', () => {
    const slow = healthy(S390X, [0, 300], {}, (suite) => (_, n) => suite === 'conformance' && n === 20 ? 'fail' : 'pass');
    const all = replayed([slow], { days: 300 });
    expect([changes(all), warnings(all)]).toEqual([[], []]);
  });

  it('is never moved by one red run, whenever it comes, however slow the job and whoever looked at it', () => {
    const port = healthy(S390X, [0, 300]);
    for (const every of [7, 8, 10, 14]) {
      for (let red = 0; red < 12; red++) {
        const thresholds = { failuresToOpen: 1, passesToClose: 2, recentRuns: 10, staleAfter: 3 * every * DAY };
        const slow = ran(job(S390X, 'e2e', { name: 'ci-e2e-slow', thresholds }), { days: [0, 300], every: 24 * every, outcome: (_, n) => n === red ? 'fail' : 'pass' });
        const incidents = [incident(red * every, null, (red + 2) * every, { again: null })];
        expect([every, red, changes(replayed([{ ...port, jobs: [...port.jobs, slow], incidents }], { days: 300 }))]).toEqual([every, red, []]);
      }
    }
  });

  it('is warned of what so slow a job cannot tell, while it runs in time', () => {
    const thresholds = { failuresToOpen: 1, passesToClose: 1, recentRuns: 10, staleAfter: 90 * DAY };
    const port = healthy(S390X, [0, 200]);
    const monthly = ran(job(S390X, 'e2e', { name: 'ci-e2e-slow', thresholds }), { days: [0, 200], every: 24 * 30 });
    // Two runs in twelve weeks tell nothing, from the first day on which the record is that old.
    expect(warnings(replayed([{ ...port, jobs: [...port.jobs, monthly] }], { days: 200 }))).toEqual(['98: pass-rate unknown']);
  });

  it('is not hurt by a second job of a suite that is configured to run weekly', () => {
    const weekly = { failuresToOpen: 1, passesToClose: 2, recentRuns: 10, staleAfter: 14 * DAY };
    const port = healthy(S390X, [0, 300]);
    const slow = { ...port, jobs: [...port.jobs, ran(job(S390X, 'e2e', { name: 'ci-e2e-slow', thresholds: weekly }), { days: [0, 300], every: 24 * 7, outcome: (_, n) => n === 20 ? 'fail' : 'pass' })] };
    const all = replayed([slow], { days: 300 });
    expect([changes(all), warnings(all)]).toEqual([[], []]);
  });
});

describe('a port that rots', () => {
  const rotten = healthy(S390X, [0, LAST], { acts: healthy(S390X, [0, LAST]).acts }, (suite) => (day) => suite === 'e2e' && day >= 60 ? 'fail' : 'pass');

  it('goes down one step at a time, with a new grace at each', () => {
    const all = replayed([rotten], { days: 300 });
    expect(changes(all).map((c) => c.replace(/,.*/, ''))).toEqual(['110: 3 > 2', '159: 2 > 1']);
    // Nothing below asks for tests: its builds still pass, and it stays where they do.
    expect(all.changes[1]?.because).toEqual(['pass-rate', 'failure-streak']);
  });

  it('comes back up, one step at a time, when it is mended', () => {
    const mended = healthy(S390X, [0, LAST], {}, (suite) => (day) => suite === 'e2e' && day >= 60 && day < 170 ? 'fail' : 'pass');
    const all = replayed([mended]);
    expect(changes(all).map((c) => c.replace(/,.*/, ''))).toEqual(['110: 3 > 2', '159: 2 > 1', expect.stringMatching(/^2\d\d: 1 > 2/), expect.stringMatching(/^3\d\d: 2 > 3/)]);
    const [, , toTest, toRelease] = all.changes;
    // 90 days at step 2, met on 14 days running, and a week to approve.
    expect(Math.round(((toRelease?.at ?? 0) - (toTest?.at ?? 0)) / DAY)).toBe(90 + 14 + 7 - 1);
  });

  it('is not moved where the evidence turns while leads decide', () => {
    const turned = healthy(S390X, [0, LAST], {}, (suite) => (day) => suite === 'node-e2e' && day >= 60 && day < 104 ? null : 'pass');
    expect(changes(replayed([turned], { days: 300 }))).toEqual([]);
    expect(changes(replayed([turned], { days: 300, approveAfter: 1 }))[0]).toBe('103: 3 > 2, run-cadence');
  });
});

describe('days that do not count', () => {
  const redFrom = (day: number): PlatformEvidence => healthy(S390X, [0, LAST], {}, (suite) => (d) => suite === 'node-e2e' && d >= day ? null : 'pass');
  const moved = (all: Replay): number => Math.floor(dayIn(all.changes[0]?.at ?? NaN));
  const plain = 109;

  it('put off what a calendar freeze lies in, by as long as it lasts', () => {
    expect(moved(replayed([redFrom(60)], { project: { freezes: [{ from: on(70), to: on(85) }] } }))).toBe(plain + 15);
  });

  it('put off what a planned downtime lies in', () => {
    expect(moved(replayed([{ ...redFrom(60), downtimes: [{ from: on(70, 5), to: on(80), reason: 'racks' }] }]))).toBe(plain + 10);
  });

  it('let a silence in a downtime count for nothing', () => {
    const away = healthy(S390X, [0, 200], { downtimes: [{ from: on(60), to: on(160), reason: 'moving' }] }, () => (d) => d >= 60 && d < 160 ? null : 'pass');
    const all = replayed([away], { days: 200 });
    expect([changes(all), warnings(all).filter((w) => !w.includes('active-owners'))]).toEqual([[], []]);
  });

  it('put off what happens while the source of the jobs cannot be read', () => {
    const dark = redFrom(60);
    const blind = { ...dark, jobs: dark.jobs.map((j) => ({ ...j, blind: [{ from: on(70), to: on(80) }] })) };
    expect(moved(replayed([blind]))).toBe(plain + 10);
  });

  it('let a job whose source was not read be neither silent nor fine', () => {
    const port = healthy(S390X, [0, 200], {}, (suite) => (d) => suite === 'node-e2e' && d >= 60 && d < 160 ? null : 'pass');
    const dark = { ...port, jobs: port.jobs.map((j) => j.job.suite === 'node-e2e' ? { ...j, blind: [{ from: on(60), to: on(160) }] } : j) };
    const all = replayed([dark], { days: 200 });
    expect([changes(all), warnings(all)]).toEqual([[], []]);
  });

  it('spare a port what the reference platform fails too', () => {
    const red = (platform: typeof S390X | typeof AMD64) => healthy(platform, [0, 250], {}, (suite) => (day) => suite === 'e2e' && day >= 60 && day < 140 ? 'fail' : 'pass');
    const both = replayed([red(AMD64), red(S390X)], { days: 250 });
    expect(both.changes.filter((c) => c.platform === S390X)).toEqual([]);
    expect(replayed([healthy(AMD64, [0, 250]), red(S390X)], { days: 250 }).changes.map((c) => c.platform)).toContain(S390X);
  });

  it('spare ports a suite that the whole project lacks, and no other suite', () => {
    const lacking = (platform: typeof S390X | typeof AMD64, ...suites: string[]): PlatformEvidence => {
      const whole = healthy(platform, [0, 200]);
      return { ...whole, jobs: whole.jobs.filter((j) => !suites.includes(j.job.suite)) };
    };
    const down = (...platforms: readonly PlatformEvidence[]): string[] => changes(replayed(platforms, { days: 200 }));
    expect(down(lacking(AMD64, 'node-e2e'), lacking(S390X, 'node-e2e'))).toEqual([]);
    expect(down(lacking(AMD64), lacking(S390X, 'node-e2e'))[0]).toMatch(/^49: 3 > 2, suites-present$/);
    expect(down(lacking(AMD64, 'node-e2e'), lacking(S390X, 'node-e2e', 'unit'))[0]).toMatch(/^49: 3 > 2, suites-present$/);
  });

  it('spare ports a build that is broken on the reference platform, if that builds by itself', () => {
    const ladder = ladderOf([[use('suites-present', { suites: ['build'], passedWithin: 15 * DAY })]]);
    const broken = (platform: typeof S390X | typeof AMD64, ...without: string[]): PlatformEvidence => {
      const port = healthy(platform, [0, 150], {}, () => (day) => day >= 30 ? 'fail' : 'pass');
      return { ...port, jobs: port.jobs.filter((j) => !without.includes(j.job.suite)) };
    };
    const down = (...platforms: readonly PlatformEvidence[]): string[] =>
      changes(replayed(platforms, { days: 150, ladder, facts: platforms.map((p) => factsOf(p.platform, { step: 1 })) }));
    expect(down(broken(AMD64), broken(S390X))).toEqual([]);
    // The last build passed on day 29, at 03:00: 15 days, then 42 of grace and a week.
    expect(down(broken(AMD64, 'build'), broken(S390X))).toEqual(['93: 1 > 0, suites-present']);
    expect(down(broken(S390X))).toEqual(['93: 1 > 0, suites-present']);
    // Where tests stand for the build on both, what is red on both is held against nobody.
    expect(down(broken(AMD64, 'build'), broken(S390X, 'build'))).toEqual([]);
    expect(down(healthy(AMD64, [0, 150]), broken(S390X, 'build'))).toEqual(['93: 1 > 0, suites-present']);
  });

  it('neither spare nor condemn a port of which nothing was heard while nothing is heard of the reference platform', () => {
    const asked = ladderOf([[], [use('suites-present', { suites: ['unit', 'e2e'] })]]);
    const port = (changes: Partial<PlatformEvidence> = {}): PlatformEvidence => ({ ...nothingOf(S390X), jobs: [ran(job(S390X, 'unit'), { days: [0, 150] }), ran(job(S390X, 'e2e'), [])], ...changes });
    const reference = (suites: readonly string[], days: readonly [number, number] | null): PlatformEvidence => ({ ...nothingOf(AMD64), jobs: suites.map((s) => ran(job(AMD64, s), days === null ? [] : { days })) });
    const told = (other: PlatformEvidence | null, own = port(), ladder = asked): string[] => {
      const platforms = other === null ? [own] : [other, own];
      const all = replayed(platforms, { days: 150, ladder, facts: platforms.map((p) => factsOf(p.platform, { step: 2 })) });
      return [...warnings(all), ...changes(all)];
    };
    const condemned = ['14: suites-present unmet', '49: 2 > 1, suites-present'];
    expect(told(reference(['unit', 'e2e'], null))).toEqual([]);
    expect(told(reference(['unit', 'e2e'], [0, 150]))).toEqual(condemned);
    // Nothing that runs could ever tell is no silence, and neither is a job that nobody configured.
    expect(told(reference([], null))).toEqual(condemned);
    expect(told(null)).toEqual(condemned);
    expect(told(reference(['unit', 'e2e'], null), port({ jobs: [ran(job(S390X, 'unit'), { days: [0, 150] })] }))).toEqual(condemned);
    expect(told(reference(['unit', 'e2e'], null), port({ jobs: [ran(job(S390X, 'unit'), []), ran(job(S390X, 'e2e', { trigger: 'periodic' }), [])] }), ladderOf([[], [use('suites-present', { suites: ['unit'], triggers: ['postsubmit'] })]]))).toEqual(condemned);
  });

  it('ask for a run of the reference platform within the time that is looked at', () => {
    const asked = ladderOf([[use('suites-present', { suites: ['build'], passedWithin: 15 * DAY })]]);
    const broken = { ...nothingOf(S390X), jobs: [ran(job(S390X, 'build'), { days: [0, 150], outcome: (d) => d >= 30 ? 'fail' : 'pass' })] };
    const until = (day: number) => ({ ...nothingOf(AMD64), jobs: [ran(job(AMD64, 'build'), { days: [0, day] })] });
    const at = (reference: PlatformEvidence, day: number) => evaluate(evidence([reference, broken]), asked, project([factsOf(AMD64, { step: 1 }), factsOf(S390X, { step: 1 })]), on(day)).at(-1)?.criteria[0];
    expect(at(until(100), 110)).toMatchObject({ verdict: 'unmet' });
    expect(at(until(60), 76)).toEqual(expect.objectContaining({ verdict: 'unknown', because: 'build has not passed within the last 15 days. Whether only here or everywhere cannot be told: the reference platform linux/amd64 has no run within the last 15 days either.' }));
    expect(at(until(60), 75)).toMatchObject({ verdict: 'unmet' });
    expect(at(until(60), 40)).toMatchObject({ verdict: 'met' });
  });

  it('do not keep a port down that has what the reference platform lacks', () => {
    const reference = { ...healthy(AMD64, [0, 200]), jobs: healthy(AMD64, [0, 200]).jobs.filter((j) => j.job.suite === 'e2e') };
    expect(changes(replayed([reference, healthy(S390X, [0, 200])], { days: 200, facts: [factsOf(AMD64), factsOf(S390X, { step: 1 })] }))[0]).toMatch(/^25: 1 > 2, owners-declared suites-present /);
  });

  it('spare a port boards and owners that the reference platform has none of either, unless that names nobody', () => {
    const boards = ladderOf([[use('on-board', { board: 'informing', suites: ['unit'] })]]);
    const owners = ladderOf([[use('owners-declared', { count: 2 })]]);
    const both = [healthy(AMD64, [0, 100]), healthy(S390X, [0, 100])];
    const down = (ladder: Ladder, reference: Partial<PlatformFacts>, platforms = both): string[] =>
      changes(replayed(platforms, { days: 100, ladder, facts: [factsOf(AMD64, reference), factsOf(S390X, { step: 1, owners: ['@olga'] })] }));
    expect(down(boards, {})).toEqual([]);
    expect(down(boards, {}, [healthy(S390X, [0, 100])])).toEqual(['49: 1 > 0, on-board']);
    expect(down(owners, { owners: ['@ada'] })).toEqual([]);
    expect(down(owners, { owners: [] })).toEqual(['49: 1 > 0, owners-declared']);
    expect(down(owners, {})).toEqual(['49: 1 > 0, owners-declared']);
  });

  it('ask of a platform that has only a client what is asked of clients', () => {
    const ladder = ladderOf([[use('owners-declared'), use('suites-present', { suites: ['integration'], components: ['server', 'node'] })]]);
    const down = (components: readonly string[]): string[] =>
      changes(replayed([healthy(S390X, [0, 100])], { days: 100, ladder, facts: [factsOf(S390X, { step: 1, components })] }));
    expect([down(['client']), down(['client', 'node']), down([])]).toEqual([[], ['49: 1 > 0, suites-present'], ['49: 1 > 0, suites-present']]);
  });

  it('do not excuse owners who are silent by a silent reference platform', () => {
    const silent = (platform: typeof S390X | typeof AMD64): PlatformEvidence => ({
      ...healthy(platform, [0, 300]), acts: healthy(platform, [0, 40]).acts, incidents: [30, 60, 90, 120, 150, 180, 210, 240].map((d) => incident(d, d < 40 ? d + 1 : null, d + 9)),
    });
    expect(replayed([silent(AMD64), silent(S390X)], { days: 300 }).changes[0]).toMatchObject({ platform: S390X, to: 2, because: ['owner-response'] });
  });

  it('do not come from a reference platform that never reported', () => {
    const silent = { ...healthy(AMD64, [0, 250]), jobs: healthy(AMD64, [0, 250]).jobs.map((j) => ({ ...j, runs: [] })) };
    expect(moved(replayed([silent, redFrom(60)]))).toBe(plain);
  });

  it('are those on which more than half of the platforms turn', () => {
    const ports = ['linux/a1', 'linux/a2', 'linux/a3', 'linux/a4', 'linux/a5'] as const;
    const turning = (count: number): Replay => replayed(ports.map((p, i) => healthy(p, [0, 200], {}, (suite) => (d) => suite === 'node-e2e' && d >= 60 && i < count ? null : 'pass')), { days: 200 });
    expect(turning(3).changes.filter((c) => c.from === 3).map((c) => Math.floor(dayIn(c.at)))).toEqual([plain + 1, plain + 1, plain + 1]);
    expect(turning(2).changes.filter((c) => c.from === 3).map((c) => Math.floor(dayIn(c.at)))).toEqual([plain, plain]);
    // Half of them is not more than half.
    const half = replayed(ports.slice(0, 4).map((p, i) => healthy(p, [0, 200], {}, (suite) => (d) => suite === 'node-e2e' && d >= 60 && i < 2 ? null : 'pass')), { days: 200 });
    expect(half.changes.filter((c) => c.from === 3).map((c) => Math.floor(dayIn(c.at)))).toEqual([plain, plain]);
  });
});

describe('releases', () => {
  const stale = healthy(S390X, [0, 300], {}, (suite) => (d) => suite === 'node-e2e' && d >= 60 ? null : 'pass');
  const released = (releases: ProjectFacts['releases'], ladder = STEPS): number => Math.floor(dayIn(replayed([stale], { days: 300, ladder, project: { releases } }).changes[0]?.at ?? NaN));

  it('hold a demotion between code freeze and release', () => {
    expect(released([{ freeze: on(100), date: on(140) }])).toBe(140);
    expect(released([{ freeze: on(110), date: on(140) }])).toBe(109);
    expect(released([{ freeze: on(100), date: on(105) }])).toBe(109);
  });

  it('hold it through two that overlap', () => {
    expect(released([{ freeze: on(130), date: on(170) }, { freeze: on(100), date: on(140) }])).toBe(170);
  });

  it('hold it for as long as the current one is frozen without a date, an older one not', () => {
    expect(replayed([stale], { days: 300, project: { releases: [{ freeze: on(100), date: null }] } }).changes).toEqual([]);
    expect(released([{ freeze: on(200), date: on(250) }, { freeze: on(100), date: null }])).toBe(109);
  });

  it('hold nothing where the ladder does not say so', () => {
    expect(released([{ freeze: on(100), date: on(140) }], { ...STEPS, demotion: { ...STEPS.demotion, heldInFreeze: false } })).toBe(109);
  });
});

describe('what is replayed', () => {
  it('begins at the last change before it, else as configured', () => {
    const two = { ...healthy(S390X, [0, 200]), steps: [{ at: on(5), from: 1, to: 2 }, { at: on(150), from: 2, to: 3 }] };
    expect(changes(replayed([two], { days: 200, from: 10 }))).toEqual([expect.stringMatching(/^115: 2 > 3, .*on-board owner-response active-owners time-at-step$/)]);
    expect(changes(replayed([two], { days: 200, from: 2 }))).toEqual([]);
  });

  it('warns of nothing and moves nothing in an adoption period', () => {
    const stale = healthy(S390X, [0, 300], {}, (suite) => () => suite === 'node-e2e' ? null : 'pass');
    expect(changes(replayed([stale], { days: 300, project: { adoptionUntil: on(100) } }))[0]).toBe('149: 3 > 2, suites-present run-cadence');
  });

  it('never moves the reference platform', () => {
    expect(replayed([healthy(AMD64, [0, 100], {}, () => () => 'fail')], { days: 200 })).toEqual({ changes: [], warnings: [] });
  });

  it('takes the longest of several exceptions', () => {
    const exceptions = [120, 90].map((until, i) => ({ at: on(50 + i), criterion: 'run-cadence' as const, until: on(until), reason: null }));
    const stale = healthy(S390X, [0, 300], { exceptions }, (suite) => (d) => suite === 'node-e2e' && d >= 60 ? null : 'pass');
    expect(changes(replayed([stale], { days: 300 }))[0]).toBe('169: 3 > 2, run-cadence');
  });

  it('takes an exception as met until it ends', () => {
    const stale = healthy(S390X, [0, 300], { exceptions: [{ at: on(50), criterion: 'run-cadence', until: on(120), reason: 'new racks' }] }, (suite) => (d) => suite === 'node-e2e' && d >= 60 ? null : 'pass');
    expect(changes(replayed([stale], { days: 300 }))[0]).toBe('169: 3 > 2, run-cadence');
  });

  it('is faster where the ladder says so', () => {
    const faster = { ...STEPS, demotion: { ...STEPS.demotion, faster: { 'run-cadence': { warnAfter: 2, proposeAfter: 3 } } } };
    const stale = healthy(S390X, [0, 300], {}, (suite) => (d) => suite === 'node-e2e' && d >= 60 ? null : 'pass');
    expect(changes(replayed([stale], { days: 300, ladder: faster }))[0]).toBe('72: 3 > 2, run-cadence');
  });

  it('does not promote to a step that asks for nothing more', () => {
    const free = ladderOf([[use('owners-declared')], [use('owners-declared')]]);
    expect(changes(replayed([healthy(S390X, [0, 99])], { days: 100, ladder: free, facts: [factsOf(S390X, { step: 0 })] }))).toEqual(['21: 0 > 1, owners-declared']);
  });

  it('counts UTC days, wherever in the day it begins and ends', () => {
    const facts = [factsOf(S390X, { step: 0 })];
    const one = ladderOf([[use('owners-declared')]]);
    const at = (from: number, to: number): number | undefined => replay(evidence([healthy(S390X, [0, 40])]), one, project(facts), { from, to, approveAfter: 0 }).changes[0]?.at;
    expect(at(on(0), on(40))).toBe(on(14));
    expect(at(on(0, 20), on(40))).toBe(on(14));
    expect(at(on(0), on(13, 5))).toBe(on(13, 5));
    expect(at(on(0), on(13))).toBeUndefined();
    expect(on(0) % (24 * HOUR)).toBe(0);
  });
});
