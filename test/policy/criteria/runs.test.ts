import { describe, expect, it } from 'vitest';
import type { JobEvidence } from '../../../src/domain/evidence.ts';
import type { Outcome } from '../../../src/domain/run.ts';
import { AMD64, DAY, HOUR, S390X, job, nothingOf, on, ran, type Timetable } from '../ladder/given.ts';
import { judged } from './judged.ts';

const e2e = job(S390X, 'e2e');
const unit = job(S390X, 'unit');
/** The outcomes of the newest runs, oldest first, the last one at day 99, 03:00; `.` is a day without a run. */
const newest = (letters: string, of = e2e, changes: Partial<Timetable> = {}): JobEvidence => {
  const how: Readonly<Record<string, Outcome | null>> = { P: 'pass', F: 'fail', '~': 'flaky', '.': null };
  return ran(of, { days: [100 - letters.length, 99], outcome: (day) => how[letters[day - 100 + letters.length] ?? '.'] ?? null, ...changes });
};

describe('pass-rate', () => {
  const rate = (share: number, ...jobs: JobEvidence[]) => judged('pass-rate', { share }, { jobs });

  it('is met at the share exactly, and unmet one run below it', () => {
    expect(rate(0.75, newest('P'.repeat(15) + 'F'.repeat(5)))).toMatchObject({ verdict: 'met', because: 'e2e passed 75% of 20 runs over 20 days.' });
    expect(rate(0.75, newest('P'.repeat(14) + 'F'.repeat(6)))).toMatchObject({ verdict: 'unmet', because: 'e2e passed 70% of 20 runs over 20 days; 75% is needed.' });
  });

  it('is judged job by job, and names the lowest', () => {
    const both = [newest('P'.repeat(20), unit), newest('P'.repeat(16) + 'F'.repeat(4))];
    expect(rate(0.75, ...both)).toMatchObject({ verdict: 'met', because: 'unit and e2e passed 90% of 40 runs over 20 days; the lowest is e2e with 80%.' });
    expect(rate(0.9, ...both)).toMatchObject({ verdict: 'unmet', because: 'e2e passed 80% of 20 runs over 20 days; 90% is needed.' });
    expect(rate(0.9, newest('P'.repeat(20), unit), newest('P'.repeat(20))).because).toBe('unit and e2e passed 100% of 40 runs over 20 days.');
    expect(rate(0.9, ...both).links).toEqual([{ words: 'ci-e2e', link: 'https://ci.example/ci-e2e' }]);
  });

  it('looks at two weeks where they hold 20 runs, and forgets what is older', () => {
    const twice = (red: readonly number[]) => ran(e2e, { days: [50, 99], every: 12, outcome: (day) => red.includes(day) ? 'fail' : 'pass' });
    expect(rate(1, twice([85]))).toMatchObject({ verdict: 'met', because: 'e2e passed 100% of 28 runs over 14 days.' });
    expect(rate(1, twice([86])).verdict).toBe('unmet');
  });

  it('takes a run of just twelve weeks ago as one within', () => {
    const weekly = ran(e2e, { days: [1, 98], every: 7 * 24, outcome: (day) => day === 15 ? 'fail' : 'pass' });
    expect([on(99, 3), on(99, 3) + 1].map((now) => judged('pass-rate', { share: 1 }, { jobs: [weekly], now }).verdict)).toEqual(['unmet', 'met']);
  });

  it('takes a run that began when the time that is looked at begins as one within', () => {
    const at = (now: number) => judged('pass-rate', { share: 1, runs: 5 }, { jobs: [ran(e2e, { days: [50, 99], outcome: (day) => day === 85 ? 'fail' : 'pass' })], now }).verdict;
    expect([at(on(99, 3)), at(on(99, 3) + 1)]).toEqual(['unmet', 'met']);
  });

  it('looks further back until it has 20 runs, and at most 12 weeks', () => {
    const weekly = (red: number) => ran(e2e, { days: [1, 99], every: 7 * 24, outcome: (_, n) => n === red ? 'fail' : 'pass' });
    // Days 1, 8, … 99: those of the last 84 days are 12, from day 22 on.
    expect(rate(1, weekly(2))).toMatchObject({ verdict: 'met', because: 'e2e passed 100% of 12 runs over 84 days.' });
    expect(rate(1, weekly(3)).verdict).toBe('unmet');
    expect(rate(0.9, weekly(3))).toMatchObject({ verdict: 'met', because: 'e2e passed 91% of 12 runs over 84 days.' });
  });

  it('is unknown with fewer than five runs, and says so', () => {
    expect(rate(0.75, newest('PPPP'))).toMatchObject({ verdict: 'unknown', early: true });
    expect(rate(0.75, newest('FFFF')).verdict).toBe('unknown');
    expect(rate(0.75, newest('PPPPP')).verdict).toBe('met');
    expect(rate(0.75, newest('FFFFF')).verdict).toBe('unmet');
    const rare = ran(e2e, { days: [0, 99], every: 24 * 25 });
    expect(judged('pass-rate', { share: 0.75 }, { jobs: [rare] })).toMatchObject({ verdict: 'unknown', early: false, because: 'e2e has only 3 runs in 84 days (it takes at least 5 to tell).' });
  });

  it('is not told by one red run of a job so slow that it outweighs twelve weeks', () => {
    const slow = (...red: readonly number[]) => ran(e2e, { days: [0, 99], every: 24 * 14, outcome: (_, n) => red.includes(n) ? 'fail' : 'pass' });
    expect(rate(0.9, slow(4))).toMatchObject({ verdict: 'unknown', early: true, because: 'e2e failed once in 6 runs over 84 days, which is too few to tell.' });
    expect(rate(0.9, ran(e2e, { days: [0, 99], every: 24 * 17, outcome: (_, n) => n === 4 ? 'fail' : 'pass' })).because).toBe('e2e failed once in 5 runs over 84 days, which is too few to tell.');
    expect(rate(0.9, slow(4, 5)).verdict).toBe('unmet');
    expect(rate(0.75, slow(4)).verdict).toBe('met');
    expect(rate(1, slow(4)).verdict).toBe('unmet');
    expect(rate(0.9, newest('PPPPF')).verdict).toBe('unmet');
  });

  it('tells of several jobs without a run in one breath', () => {
    expect(rate(0.75, newest('PPP'), ran(unit, []), ran(job(S390X, 'node-e2e'), [])).because).toBe('unit and node-e2e have no run that counts in 84 days and e2e has only 3 runs in 84 days (it takes at least 5 to tell).');
  });

  it('counts a flaky run as one that did not pass', () => {
    expect(rate(0.75, newest('P'.repeat(15) + '~'.repeat(5))).verdict).toBe('met');
    expect(rate(0.75, newest('P'.repeat(14) + '~'.repeat(6))).verdict).toBe('unmet');
  });

  it('never rounds up to what it falls short of', () => {
    expect(rate(0.9, ran(e2e, { days: [0, 99], every: 1, outcome: (_, n) => n % 1000 < 104 ? 'fail' : 'pass' })).because).toMatch(/^e2e passed 8\d% of 336 runs over 14 days; 90% is needed\.$/);
  });

  it('does not look at runs that have not finished, or have not begun', () => {
    const later = ran(e2e, [...newest('PPPPP').runs, { build: 'x', started: on(99, 23), finished: on(100, 1), outcome: 'fail', commit: null }, { build: 'y', started: on(101), finished: on(101, 1), outcome: 'fail', commit: null }]);
    expect(rate(1, later).verdict).toBe('met');
  });

  it('looks at the platform\'s own jobs alone, whatever others are called', () => {
    const elsewhere = ran({ ...job(AMD64, 'e2e'), name: 'ci-e2e-s390x' }, { days: [0, 99], outcome: () => 'fail' });
    expect(rate(0.75, newest('PPPPP'), elsewhere).verdict).toBe('met');
    expect(rate(0.75, elsewhere)).toMatchObject({ verdict: 'unknown', because: 'There is no job to judge by.' });
  });

  it('leaves out what lies in a downtime or a freeze, and looks further back instead', () => {
    const jobs = [newest('P'.repeat(30) + 'F'.repeat(10))];
    expect(judged('pass-rate', { share: 1 }, { jobs }).verdict).toBe('unmet');
    expect(judged('pass-rate', { share: 1 }, { jobs, record: { downtimes: [{ from: on(90, 1), to: on(101), reason: null }] } })).toMatchObject({ verdict: 'met', because: 'e2e passed 100% of 20 runs over 20 days.' });
    expect(judged('pass-rate', { share: 1 }, { jobs, project: { freezes: [{ from: on(90), to: on(101) }] } }).verdict).toBe('met');
  });

  it('asks for the suites that the ladder names, and is unknown where one has no job', () => {
    const jobs = [newest('PPPPP', unit), newest('FFFFF')];
    expect(judged('pass-rate', { share: 0.9, suites: ['unit'] }, { jobs }).verdict).toBe('met');
    expect(judged('pass-rate', { share: 0.9, suites: ['unit', 'conformance'] }, { jobs })).toMatchObject({ verdict: 'unknown', because: 'There is no job of conformance to judge by.' });
    expect(judged('pass-rate', { share: 0.9, suites: ['e2e', 'conformance'] }, { jobs }).verdict).toBe('unmet');
  });
});

describe('failure-streak', () => {
  const streak = (params: object, ...jobs: JobEvidence[]) => judged('failure-streak', { runs: null, for: null, ...params }, { jobs });

  it('allows so many in a row', () => {
    expect(streak({ runs: 3 }, newest('PFFF')).verdict).toBe('met');
    expect(streak({ runs: 3 }, newest('PFFFF'))).toMatchObject({ verdict: 'unmet', because: 'Failed: e2e 4 times in a row for 3 days; allowed are at most 3 runs.' });
  });

  it('allows so long', () => {
    // At the end of day 99 the run of day 98, 03:00, is 45 hours ago.
    expect(streak({ for: 45 * HOUR }, newest('PFF')).verdict).toBe('met');
    expect(streak({ for: 45 * HOUR - 1 }, newest('PFF')).verdict).toBe('unmet');
  });

  it('is enough to keep to either', () => {
    const hourly = ran(e2e, { days: [90, 99], every: 1, outcome: (_, n) => n >= 240 - 27 ? 'fail' : 'pass' });
    expect(streak({ runs: 10, for: 48 * HOUR }, hourly).verdict).toBe('met');
    const weekly = ran(e2e, { days: [1, 99], every: 24 * 7, outcome: (_, n) => n >= 5 ? 'fail' : 'pass' });
    expect(streak({ runs: 10, for: 48 * HOUR }, weekly).verdict).toBe('met');
    expect(streak({ runs: 9, for: 48 * HOUR }, weekly).verdict).toBe('unmet');
  });

  it('ends with a pass and with a flaky run', () => {
    expect(streak({ runs: 1 }, newest('FFFFP'))).toMatchObject({ verdict: 'met', because: 'The newest run of e2e did not fail.' });
    expect(streak({ runs: 1 }, newest('FFFF~')).verdict).toBe('met');
    expect(streak({ runs: 1 }, newest('FF~F')).verdict).toBe('met');
  });

  it('is unknown without any run, and unmet as soon as one job is', () => {
    expect(streak({ runs: 1 }, ran(e2e, []))).toMatchObject({ verdict: 'unknown', because: 'No finished run of e2e is on record.' });
    expect(streak({ runs: 1 }, ran(e2e, []), newest('FF', unit)).verdict).toBe('unmet');
  });

  it('neither counts nor ends by what happens on days that do not count', () => {
    const record = { downtimes: [{ from: on(97), to: on(98), reason: null }] };
    expect(judged('failure-streak', { runs: 2 }, { jobs: [newest('PFFPF')], record }).verdict).toBe('met');
    expect(judged('failure-streak', { runs: 2, for: null }, { jobs: [newest('PFFPF')], record: { downtimes: [{ from: on(98), to: on(99), reason: null }] } }).verdict).toBe('unmet');
    expect(judged('failure-streak', { runs: null, for: 2 * DAY }, { jobs: [newest('PFFF')], record }).verdict).toBe('met');
  });
});

describe('run-cadence', () => {
  const cadence = (within: number, jobs: readonly JobEvidence[], more = {}) => judged('run-cadence', { within }, { jobs, ...more });

  it('is met at the limit exactly, and unmet after it', () => {
    expect(cadence(21 * HOUR, [newest('P')])).toMatchObject({ verdict: 'met', because: 'e2e ran 21 h ago (at most 21 hours).' });
    expect(cadence(21 * HOUR - 1, [newest('P')]).verdict).toBe('unmet');
    expect(cadence(36 * HOUR, [newest('PP'), newest('P', unit, { days: [99, 99], every: 24 })]).because).toMatch(/^e2e and unit ran in time; the longest ago is \w+, 21 h \(at most 36 hours\)\.$/);
  });

  it('tells of several that are silent alike in one breath', () => {
    expect(cadence(36 * HOUR, [newest('P...'), newest('P...', unit)]).because).toBe('e2e and unit have not run for 3 days (at most 36 hours).');
    expect(cadence(36 * HOUR, [ran(e2e, []), ran(unit, [])]).because).toBe('e2e and unit have never run, as far as the record goes.');
    expect(cadence(36 * HOUR, [ran(e2e, []), ran(unit, [])], { since: on(99) }).because).toBe('e2e and unit have not run yet on a record of 1 d.');
  });

  it('tells of the silent one among those that run', () => {
    expect(cadence(36 * HOUR, [newest('P'.repeat(30)), newest('PPPP..........', unit)])).toMatchObject({ verdict: 'unmet', because: 'unit has not run for 10 days (at most 36 hours).' });
  });

  it('holds a second job of a suite to its own period where that is longer, and to no less than is asked for', () => {
    const own = (staleAfter: number) => newest('PP....', job(S390X, 'e2e', { name: 'slow', thresholds: { ...e2e.thresholds, staleAfter } }));
    expect(cadence(36 * HOUR, [newest('PPPPPP'), own(14 * DAY)]).verdict).toBe('met');
    expect(cadence(36 * HOUR, [newest('PPPPPP'), own(2 * DAY)])).toMatchObject({ verdict: 'unmet', because: 'slow has not run for 4 days (at most 2 days).' });
    expect(cadence(36 * HOUR, [own(14 * DAY)])).toMatchObject({ verdict: 'unmet' });
    // The liveliest job keeps to it to the hour.
    expect([21, 20].map((hours) => cadence(hours * HOUR, [newest('PPPPPP'), own(14 * DAY)]).verdict)).toEqual(['met', 'unmet']);
    expect(cadence(10 * DAY, [newest('PPPPPP'), own(2 * DAY)]).verdict).toBe('met');
  });

  it('is unmet for a job that never ran, once the record is old enough to say so', () => {
    expect(cadence(36 * HOUR, [ran(e2e, [])])).toMatchObject({ verdict: 'unmet', because: 'e2e has never run, as far as the record goes.' });
    expect(cadence(36 * HOUR, [ran(e2e, [])], { since: on(99) })).toMatchObject({ verdict: 'unknown', early: true, because: 'e2e has not run yet on a record of 1 d.' });
    expect(cadence(36 * HOUR, [ran(e2e, [])], { since: on(98, 11) }).verdict).toBe('unmet');
  });

  it('does not count silence in a downtime, or while its source could not be read', () => {
    const silent = newest('P.....');
    expect(cadence(36 * HOUR, [silent]).verdict).toBe('unmet');
    expect(cadence(48 * HOUR, [silent], { record: { downtimes: [{ from: on(95), to: on(99), reason: null }] } }).verdict).toBe('met');
    expect(cadence(48 * HOUR, [{ ...silent, blind: [{ from: on(95), to: on(99) }] }]).verdict).toBe('met');
    expect(cadence(48 * HOUR, [{ ...silent, blind: [{ from: on(95), to: on(97) }, { from: on(97), to: on(99) }] }]).verdict).toBe('met');
    expect(cadence(48 * HOUR, [{ ...silent, blind: [{ from: on(95, 1), to: on(96) }] }]).verdict).toBe('unmet');
  });
});

describe('duration-percentile', () => {
  const minutes = (list: readonly number[]) => ran(e2e, list.map((m, i) => ({ build: String(i), started: on(99, i), finished: on(99, i) + m * 60_000, outcome: 'pass' as const, commit: null })));
  const percentile = (within: number, of: JobEvidence) => judged('duration-percentile', { within: within * 60_000 }, { jobs: [of] });

  it('is met where three runs of four take no longer', () => {
    expect(percentile(60, minutes([60, 10, 10, 20, 30, 60, 500, 500])).verdict).toBe('met');
    expect(percentile(59, minutes([60, 10, 10, 20, 30, 60, 500, 500]))).toMatchObject({ verdict: 'unmet', because: '75% of the runs of the last 7 days took no longer than: e2e 1 h; at most 59 min is allowed.' });
  });

  it('is unknown with fewer than five runs whose end is known', () => {
    const open = ran(e2e, minutes([1, 1, 1, 1, 1]).runs.map((r, i) => i === 0 ? { ...r, finished: null } : r));
    expect(percentile(60, open)).toMatchObject({ verdict: 'unknown', because: 'e2e has 4 runs with a known duration in 7 days; at least 5 tell.' });
    expect(percentile(60, minutes([1, 1, 1, 1, 1])).verdict).toBe('met');
  });
});

describe('green-streak', () => {
  const green = (params: object, ...jobs: JobEvidence[]) => judged('green-streak', { runs: null, for: null, ...params }, { jobs });

  it('asks for so many passes in a row at the head', () => {
    expect(green({ runs: 3 }, newest('FPPP'))).toMatchObject({ verdict: 'met', because: 'Passed in a row: e2e 3 times; asked for: 3 passes in a row.' });
    expect(green({ runs: 3 }, newest('FPP')).verdict).toBe('unmet');
    expect(green({ runs: 3 }, newest('PP~')).verdict).toBe('unmet');
  });

  it('is unknown where the record is too short to say', () => {
    expect(green({ runs: 3 }, newest('PP'))).toMatchObject({ verdict: 'unknown', early: true });
    expect(green({ runs: 3 }, ran(e2e, [])).verdict).toBe('unknown');
  });

  it('asks for nothing but passes for so long', () => {
    expect(green({ for: 5 * DAY }, newest('FPPPPPP')).verdict).toBe('met');
    expect(green({ for: 5 * DAY }, newest('PPFPPPP')).verdict).toBe('unmet');
    // The last red run began 165 hours ago.
    expect([165, 166].map((hours) => green({ for: hours * HOUR }, newest('FFPPPPPP')).verdict)).toEqual(['met', 'unmet']);
    expect(green({ for: 5 * DAY }, newest('PPP')).verdict).toBe('unknown');
  });

  it('asks for both where both are given', () => {
    expect(green({ runs: 4, for: 2 * DAY }, newest('FPPP')).verdict).toBe('unmet');
    expect(green({ runs: 2, for: 9 * DAY }, newest('FPPP')).verdict).toBe('unmet');
    expect(green({ runs: 3, for: 2 * DAY }, newest('FPPP')).verdict).toBe('met');
  });
});

describe('same-commit-passes', () => {
  const same = (letters: string, commits: string) => judged('same-commit-passes', { passes: 3 }, { jobs: [newest(letters, e2e, { commit: (n) => commits[n] ?? '' })] });

  it('is met by three passes in a row on one commit', () => {
    expect(same('FPPPF', 'aaaab')).toMatchObject({ verdict: 'met', because: 'e2e passed at least 3 times in a row on one commit.' });
    expect(same('PPPPP', 'abcde').verdict).toBe('unknown');
    expect(same('PFP', 'aaa').verdict).toBe('unmet');
    expect(same('PPFPP', 'aaaaa')).toMatchObject({ verdict: 'unmet', because: 'Passed in a row on one commit, at the most: e2e 2 times; 3 are asked for.' });
  });

  it('does not take passes on two commits, or on none that is known, for one row', () => {
    expect(same('PPPP', 'aabb').verdict).toBe('unknown');
    expect(judged('same-commit-passes', { passes: 3 }, { jobs: [{ ...newest('PPPP'), runs: newest('PPPP').runs.map((r) => ({ ...r, commit: null })) }] }).verdict).toBe('unknown');
  });
});

it('says of a job that has not run yet how long the record is, where it is any', () => {
  const young = (now: number): string => judged('run-cadence', { within: 36 * HOUR }, { jobs: [ran(job(S390X, 'e2e'), [])], now, since: on(0) }).because;
  expect([young(on(1)), young(on(0)), young(on(0) + 59_000)]).toEqual(['e2e has not run yet on a record of 1 d.', 'e2e has not run yet, and the record has only just begun.', 'e2e has not run yet, and the record has only just begun.']);
});

it('says of a platform without a job that does nothing but build what its tests show', () => {
  const built = (suites: readonly string[], extra: readonly JobEvidence[] = []): string => judged('suites-present', { suites, passedWithin: 15 * DAY, triggers: ['periodic'] }, { jobs: [ran(job(S390X, 'unit'), { days: [80, 99] }), ...extra] }).because;
  expect(built(['build'])).toBe('No job here only builds, but tests passed within the last 15 days, which takes a build. Jobs of it run on a schedule (periodic).');
  expect(built(['build', 'unit'])).toBe('unit reports from this platform and passed within the last 15 days, and jobs of it run on a schedule (periodic). No job here only builds, but tests passed within the last 15 days, which takes a build.');
  expect(built(['build'], [ran(job(S390X, 'build'), { days: [80, 99] })])).toBe('build reports from this platform and passed within the last 15 days, and jobs of it run on a schedule (periodic).');
});

describe('suites-present', () => {
  const suites = (params: object, jobs: readonly JobEvidence[], more = {}) => judged('suites-present', { suites: ['unit', 'e2e'], ...params }, { jobs, ...more });

  it('needs a job of each suite that has reported', () => {
    expect(suites({}, [newest('P'), newest('F', unit)])).toMatchObject({ verdict: 'met', because: 'unit and e2e report from this platform.' });
    expect(suites({}, [newest('P')])).toMatchObject({ verdict: 'unmet', because: 'unit has no job on this platform.' });
    expect(suites({}, [newest('P'), ran(unit, [])])).toMatchObject({ verdict: 'unmet', because: 'unit is configured and no run of it is on record.' });
  });

  it('tells of what is wrong alike with several suites in one breath', () => {
    expect(judged('suites-present', { suites: ['unit', 'e2e', 'node-e2e'], triggers: ['periodic', 'postsubmit'] }, { jobs: [ran(unit, []), ran(e2e, [])] }).because)
      .toBe('unit and e2e are configured and no run of them is on record; node-e2e has no job on this platform; no reporting job runs on a schedule (periodic), and none after merges (postsubmit).');
  });

  it('does not take a job for the platform\'s that runs elsewhere under such a name', () => {
    const elsewhere = ran({ ...job(AMD64, 'unit'), name: 'ci-unit-s390x' }, { days: [90, 99] });
    expect(suites({}, [newest('P'), elsewhere]).verdict).toBe('unmet');
    expect(suites({}, [newest('P')], { others: [{ ...nothingOf(AMD64), jobs: [elsewhere] }] }).verdict).toBe('unmet');
  });

  it('counts what third parties report where the ladder says so', () => {
    const third = newest('P', job(S390X, 'unit', { reportedBy: 'third-party' }));
    expect(suites({}, [newest('P'), third])).toMatchObject({ verdict: 'unmet', because: 'unit is reported by third parties only, which do not count here.' });
    expect(suites({ thirdParty: true }, [newest('P'), third]).verdict).toBe('met');
  });

  it('needs some job of each trigger that has reported, of whichever suite', () => {
    const triggers = ['periodic', 'postsubmit'];
    const build = job(S390X, 'build', { trigger: 'postsubmit' });
    expect(suites({ triggers }, [newest('P'), newest('P', unit)])).toMatchObject({ verdict: 'unmet', because: 'no reporting job runs after merges (postsubmit).' });
    expect(suites({ triggers }, [newest('P'), newest('P', unit), newest('P', build)])).toMatchObject({
      verdict: 'met', because: 'unit and e2e report from this platform, and jobs of it run on a schedule (periodic) and after merges (postsubmit).',
    });
    expect(suites({ triggers }, [newest('P'), newest('P', unit), ran(build, [])]).verdict).toBe('unmet');
    const third = newest('P', { ...build, reportedBy: 'third-party' });
    expect([suites({ triggers }, [newest('P'), newest('P', unit), third]).verdict, suites({ triggers, thirdParty: true }, [newest('P'), newest('P', unit), third]).verdict]).toEqual(['unmet', 'met']);
  });

  it('needs a pass lately where it says so', () => {
    const build = (letters: string, more = {}) => judged('suites-present', { suites: ['build'], passedWithin: 15 * DAY }, { jobs: [newest(letters, job(S390X, 'build'))], ...more });
    expect(build(`P${'F'.repeat(14)}`).verdict).toBe('met');
    expect(build(`P${'F'.repeat(15)}`)).toMatchObject({ verdict: 'unmet', because: 'build has not passed within the last 15 days.' });
    expect(build('FFF', { since: on(95) }).verdict).toBe('unmet');
  });

  it('takes a test that passed for a build where no job builds and nothing else', () => {
    const build = (of: JobEvidence) => judged('suites-present', { suites: ['build'], passedWithin: 15 * DAY }, { jobs: [of] }).verdict;
    expect(build(newest('P'))).toBe('met');
    expect(build(newest('F'.repeat(20)))).toBe('unmet');
    expect(judged('suites-present', { suites: ['build'], passedWithin: 15 * DAY }, { jobs: [newest('P'), newest('F'.repeat(20), job(S390X, 'build'))] }).verdict).toBe('unmet');
  });
});

describe('on-board', () => {
  const board = (wanted: string, ...jobs: JobEvidence[]) => judged('on-board', { board: wanted, suites: ['unit', 'e2e'] }, { jobs });
  const stands = (suite: string, where: 'informing' | 'blocking' | null, name = suite) => newest('P', job(S390X, suite, { board: where, name }));

  it('is met where a job of each suite stands on it, or on the blocking one', () => {
    expect(board('informing', stands('unit', 'informing'), stands('e2e', 'blocking'))).toMatchObject({ verdict: 'met', because: 'unit and e2e stand on the informing board or on one that counts like it.' });
    expect(board('informing', stands('unit', 'informing'), stands('e2e', null), stands('e2e', 'informing', 'other')).verdict).toBe('met');
  });

  it('takes a dashboard for the board where the ladder does', () => {
    const on = (dashboard: string) => newest('P', job(S390X, 'e2e', { dashboard }));
    const stood = (dashboard: string) => judged('on-board', { board: 'informing', suites: ['e2e'], dashboard: 'conformance' }, { jobs: [on(dashboard)] });
    expect([stood('Conformance-s390x').verdict, stood('ibm-s390x-k8s').verdict]).toEqual(['met', 'unmet']);
    expect(stood('conformance-all').because).toBe('e2e stands on the informing board or on one that counts like it.');
  });

  it('is unmet where a suite has none, and where informing is not enough', () => {
    expect(board('informing', stands('unit', 'informing'), stands('e2e', null))).toMatchObject({ verdict: 'unmet', because: 'e2e has no job on the informing board.' });
    expect(board('blocking', stands('unit', 'blocking'), stands('e2e', 'informing'))).toMatchObject({ verdict: 'unmet', because: 'e2e has no job on the blocking board.' });
    expect(judged('on-board', { board: 'informing' }).verdict).toBe('unmet');
  });
});
