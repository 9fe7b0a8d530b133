import { describe, expect, it } from 'vitest';
import type { Evidence, IncidentRecord, PlatformEvidence, RunRecord } from '../../src/domain/evidence.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { PlatformId } from '../../src/domain/platform.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import type { Outcome, TestFlakes } from '../../src/domain/run.ts';
import { plainText } from '../../src/domain/text.ts';
import type { PlatformEvaluation } from '../../src/policy/ladder/evaluate.ts';
import { median, reportOf, type Report, type ReportFacts } from '../../src/policy/report.ts';
import { isoWeek, lastDue, WEEK } from '../../src/policy/report-time.ts';
import { reportText } from '../../src/policy/report-words.ts';
import { evaluation, LADDER } from '../commands/ladder-given.ts';
import { someIncident } from '../commands/line-given.ts';
import { proposed } from './proposals-given.ts';
import { DAY, HOUR, makeJob, makeProject } from './story.ts';

const EARLIER = { earlier: false };
const TO = Date.UTC(2026, 10, 23, 8);
const FROM = TO - WEEK;
const JOB = makeJob({ platform: 'linux/s390x', name: 'e2e' });
const OTHER = makeJob({ platform: 'linux/amd64', name: 'unit' });
const project = makeProject([OTHER, JOB]);

/** Runs twelve hours apart that end right before `end`; letters, oldest first. */
const runs = (letters: string, end = TO): RunRecord[] => [...letters].map((letter, i): RunRecord => ({
  build: `${end}-${i}`, started: end - (letters.length - i) * 12 * HOUR, finished: null, outcome: ({ P: 'pass', F: 'fail', K: 'flaky' } as Record<string, Outcome>)[letter] ?? 'pass', commit: null,
}));
const record = (over: Partial<IncidentRecord>): IncidentRecord => ({ id: 'i1', openedAt: FROM + HOUR, acknowledgedAt: null, closedAt: null, leftOut: null, url: 'https://github.example/demo/demo/issues/7', ...over });
const nothing = (platform: PlatformId): PlatformEvidence => ({ platform, jobs: [], incidents: [], steps: [], signOffs: [], exceptions: [], owners: [], downtimes: [], acts: [], attestations: [] });

function facts(over: Partial<PlatformEvidence> = {}, more: Partial<ReportFacts> = {}): ReportFacts {
  const s390x: PlatformEvidence = { ...nothing('linux/s390x'), jobs: [{ job: JOB, runs: runs('PPPPPPPPPPPPPPPPPPPPPPPPPPPP'), links: { page: null, logs: null }, blind: [] }], ...over };
  const evidence: Evidence = { since: FROM - 30 * DAY, platforms: [nothing('linux/amd64'), s390x] };
  return { project, from: FROM, to: TO, ladder: LADDER, evidence, evaluations: [], freezes: [], incidents: [], tests: new Map(), proposals: [], ...more };
}
const s390x = (report: Report) => {
  const found = report.platforms.find((p) => p.platform === 'linux/s390x');
  if (!found) throw new Error('nothing of linux/s390x');
  return found;
};
const jobs = (letters: string): Partial<PlatformEvidence> => ({ jobs: [{ job: JOB, runs: runs(letters), links: { page: null, logs: null }, blind: [] }] });
const told = (f: ReportFacts): string => plainText(reportText(reportOf(f), LADDER));

describe('when a report is due', () => {
  it('is the last such hour of the week, to the minute', () => {
    const monday = { weekday: 1, minutes: 8 * 60 };
    expect([TO, TO + 1, TO + WEEK - 1, TO - 1].map((now) => lastDue(monday, now))).toEqual([TO, TO, TO, TO - WEEK]);
    expect(new Date(lastDue({ weekday: 0, minutes: 0 }, TO)).toISOString()).toBe('2026-11-22T00:00:00.000Z');
    expect(new Date(lastDue({ weekday: 6, minutes: 1439 }, TO)).toISOString()).toBe('2026-11-21T23:59:00.000Z');
  });

  it('is in a week as ISO counts them, also around the end of a year', () => {
    const weeks = { '2026-11-23': '2026-W48', '2026-11-22': '2026-W47', '2027-01-03': '2026-W53', '2027-01-04': '2027-W01', '2024-12-30': '2025-W01', '2021-01-03': '2020-W53', '2018-01-01': '2018-W01' };
    for (const [day, week] of Object.entries(weeks)) expect([day, isoWeek(Date.parse(day))]).toEqual([day, week]);
  });
});

describe('a platform in the report', () => {
  it('has the runs of the week, and of the week before to see the trend by', () => {
    // 14 runs fit into a week: the first half is the week before.
    expect(s390x(reportOf(facts(jobs('FFFFFFFPPPPPPP' + 'FPPPPPPPPPPPPP'))))).toMatchObject({ rate: { passed: 13, runs: 14 }, before: { passed: 7, runs: 14 } });
    expect(told(facts(jobs('FFFFFFFPPPPPPP' + 'FPPPPPPPPPPPPP')))).toContain('linux/s390x | step 2 | 92% of 14 runs | up 43 points |'.replace('step 2', 'test (2)'));
    expect(told(facts(jobs('PPPPPPPPPPPPPP')))).toContain('| 100% of 14 runs | not known |');
    expect(told(facts())).toContain('linux/amd64 | test (2) | no run | not known | 0 / 0 / 0 | — | —');
  });

  it('leaves out days that do not count, and says how many', () => {
    const off = facts(jobs('PPPPPPPPPPPPPP' + 'PPPPPPPPFFFFPP'));
    // Two runs a day, each day's at 08:00 and 20:00: the fifth and sixth day of the week have four red ones.
    const day = (n: number): { from: number; to: number } => ({ from: Math.floor(FROM / DAY) * DAY + n * DAY, to: Math.floor(FROM / DAY) * DAY + (n + 1) * DAY });
    expect(s390x(reportOf(off)).rate).toEqual({ passed: 10, runs: 14 });
    const down = { ...jobs('PPPPPPPPPPPPPP' + 'PPPPPPPPFFFFPP'), downtimes: [{ from: day(4).from + HOUR, to: day(6).from, reason: null }] };
    expect(s390x(reportOf(facts(down)))).toMatchObject({ rate: { passed: 10, runs: 10 }, daysOff: 2 });
    expect(reportOf(facts(down)).flakyJobs).toEqual([]);
    expect(told(facts(down))).toContain('Left out of the rates, as they do not count (freezes, downtimes, no good poll): 2 days of linux/s390x.');
    const frozen = facts(jobs('PPPPPPPPPPPPPP' + 'PPPPPPPPFFFFPP'), { freezes: [{ from: day(-7).from, to: day(8).to }] });
    expect(s390x(reportOf(frozen))).toMatchObject({ rate: { runs: 0 }, before: { runs: 0 }, daysOff: 8 });
    expect(told(frozen)).toMatch(/linux\/s390x \| test \(2\) \| no run that counts \| not known \|[^]*8 days of every platform\./);
    const blind = facts({ jobs: [{ job: JOB, runs: runs('PPPPPPPPPPPPPP' + 'PPPPPPPPFFFFPP'), links: { page: null, logs: null }, blind: [day(4), day(5)] }] });
    expect(s390x(reportOf(blind))).toMatchObject({ rate: { passed: 10, runs: 10 }, daysOff: 2 });
  });

  it('counts what began, ended and goes on in the week alone', () => {
    const incidents = [
      record({ id: 'before', openedAt: FROM - 2, closedAt: FROM - 1 }), record({ id: 'ended', openedAt: FROM - 2, closedAt: FROM }), record({ id: 'both', closedAt: TO - 1 }),
      record({ id: 'goes on' }), record({ id: 'ended after it', openedAt: TO - 1, closedAt: TO }), record({ id: 'later', openedAt: TO }),
    ];
    expect(s390x(reportOf(facts({ incidents })))).toMatchObject({ opened: 3, closed: 2, open: 2 });
  });

  it('has the medians of what was taken and of what became green, without what owners cannot help', () => {
    const incidents = [
      record({ id: 'a', acknowledgedAt: FROM + 2 * HOUR, closedAt: FROM + 5 * HOUR }), record({ id: 'b', acknowledgedAt: FROM + 4 * HOUR, closedAt: FROM + 11 * HOUR }), record({ id: 'c', acknowledgedAt: FROM + 11 * HOUR }),
      record({ id: 'infra', acknowledgedAt: FROM + 100 * HOUR, closedAt: FROM + 101 * HOUR, leftOut: 'infra' }), record({ id: 'last week', openedAt: FROM - DAY, acknowledgedAt: FROM - HOUR }),
    ];
    expect(s390x(reportOf(facts({ incidents }, { incidents: null })))).toMatchObject({ acknowledged: 3 * HOUR, fixed: 7 * HOUR });
    expect(told(facts({ incidents }, { incidents: null }))).toContain('| 4 / 3 / 2 | 3 h | 7 h');
    // One that ended without its jobs becoming green was not fixed.
    expect(s390x(reportOf(facts({ incidents }, { incidents: [someIncident({ id: 'b', openedAt: FROM + HOUR, closedAt: FROM + 11 * HOUR })] }))).fixed).toBe(4 * HOUR);
    expect([median([]), median([3]), median([9, 1, 4]), median([1, 2])]).toEqual([null, 3, 4, 1.5]);
  });

  it('says from which step it came', () => {
    expect(told(facts({ steps: [{ at: FROM - 1, from: 0, to: 1 }, { at: TO - DAY, from: 1, to: 2 }, { at: TO, from: 2, to: 3 }] }))).toContain('linux/s390x | test (2), from build (1) on Sun 22 Nov |');
  });
});

describe('what is flaky', () => {
  const flakes = (letters: string): unknown[] => reportOf(facts(jobs(letters))).flakyJobs.map((f) => [f.flakes, f.runs]);

  it('is what failed in rows too short for a breakage, and flaky runs', () => {
    expect(flakes('PPFPKPPFFPPPPP')).toEqual([[4, 14]]);
    expect(flakes('PPPPFFFPPPPPPP')).toEqual([]);
    expect(flakes('PPPPPPPPPPPPFF')).toEqual([]);
  });

  it('counts the runs of the week alone, in rows that may have begun before', () => {
    expect(flakes('PFPP' + 'PPPPPPPPPPPPPP')).toEqual([]);
    expect(flakes('PPFF' + 'FPPPPPPPPPPPPP')).toEqual([]);
    expect(flakes('PPPF' + 'FPPPPPPPPPPPPP')).toEqual([[1, 14]]);
  });

  it('names tests that people or runs called so in breakages, and is honest about the others', () => {
    const byRuns = { ...someIncident({ id: 'r', openedAt: FROM }).jobs[0] };
    const incident = (over: Partial<Incident>): Incident => someIncident({ openedAt: FROM, ...over });
    const flaky = [
      incident({ id: 'p', classified: { as: 'flake', by: 'olga', at: FROM, note: 'TestTwo' } }),
      incident({ id: 'q', platform: 'linux/amd64', classified: { as: 'flake', by: 'olga', at: FROM, note: 'TestTwo' } }),
      incident({ id: 'r', jobs: [{ ...byRuns, flake: true, failingTests: [{ name: 'TestOne', message: 'boom' }] } as unknown as Incident['jobs'][number]] }),
      incident({ id: 's', classified: { as: 'infra', by: 'olga', at: FROM, note: 'disk' } }),
      incident({ id: 't', openedAt: FROM - DAY, closedAt: FROM - 1, classified: { as: 'flake', by: 'olga', at: FROM, note: 'TestOld' } }),
    ];
    expect(reportOf(facts({}, { incidents: flaky })).flakyTests).toMatchObject([{ name: 'TestTwo', incidents: 2, flakes: 0, platforms: ['linux/s390x', 'linux/amd64'] }, { name: 'TestOne', incidents: 1, platforms: ['linux/s390x'] }]);
    expect(told(facts({}, { incidents: flaky }))).toContain('breakages that people called flaky:\n\n- TestTwo on linux/s390x and linux/amd64: named by 2 breakages\n- TestOne on linux/s390x: named by 1 breakage');
    expect(told(facts())).toContain('Flakiest jobs: none failed without being broken.\n\nFlakiest tests: none is known.');
    expect(told(facts({}, { incidents: null, tests: null }))).toContain('Single tests are not in a history of runs.');
  });
});

describe('the flakiest tests', () => {
  const flakes = (name: string, ...at: number[]): TestFlakes => ({ name, flakes: at.map((a, i) => ({ at: a, sameCommit: i === 0 })) });
  const tests = new Map([
    [JOB.key, [flakes('TestOften', TO - HOUR, TO - 2 * HOUR, FROM, FROM - 1), flakes('TestBoth', TO - HOUR), flakes('TestLastWeek', FROM - 1), flakes('TestNextWeek', TO)]],
    [OTHER.key, [flakes('TestBoth', TO - HOUR, TO - 3 * HOUR, TO - 4 * HOUR, TO - 5 * HOUR)]],
  ]);
  const both: Partial<PlatformEvidence> = { jobs: [JOB, OTHER].map((job) => ({ job, runs: runs('PPPPPPPPPPPPPP'), links: { page: `https://grid.example/${job.name}`, logs: null }, blind: [] })) };

  it('are those that failed and passed again most often in the time, over all jobs, with the table to look at', () => {
    const found = reportOf(facts(both, { tests })).flakyTests;
    expect(found).toEqual([
      { name: 'TestBoth', platforms: ['linux/s390x', 'linux/amd64'], flakes: 5, sameCommit: 2, runs: 28, incidents: 0, page: 'https://grid.example/unit' },
      { name: 'TestOften', platforms: ['linux/s390x'], flakes: 3, sameCommit: 1, runs: 14, incidents: 0, page: 'https://grid.example/e2e' },
    ]);
    expect(told(facts(both, { tests }))).toContain('- TestBoth on linux/s390x and linux/amd64: 5 of 28 runs, 2 of them on a commit that it also passed on (its table)');
  });

  it('come with what people said of them, and leave out days that do not count', () => {
    const named = someIncident({ id: 'p', openedAt: FROM, classified: { as: 'flake', by: 'olga', at: FROM, note: 'TestOften' } });
    expect(told(facts(both, { tests, incidents: [named] }))).toContain('- TestOften on linux/s390x: 3 of 14 runs, 1 of them on a commit that it also passed on; named by 1 breakage (its table)');
    const frozen = reportOf(facts(both, { tests, freezes: [{ from: Math.floor(TO / DAY) * DAY, to: TO + DAY }] })).flakyTests;
    expect(frozen?.map((t) => [t.name, t.flakes])).toEqual([['TestOften', 1]]);
  });
});

describe('what waits for whom', () => {
  const waiting = (over: Partial<PlatformEvidence>, more: Partial<ReportFacts> = {}): unknown[] => reportOf(facts(over, more)).waiting.map((w) => [w.kind, w.who]);

  it('is a breakage that nobody took, silenced or explained', () => {
    const open = { incidents: [record({})] };
    expect(waiting(open)).toEqual([['incident', ['@demo/s390x-owners']]]);
    expect(waiting({ incidents: [record({ leftOut: 'everywhere' })] })).toEqual([['incident', ['@demo/signal']]]);
    const downtime = { from: FROM, to: TO + 1, reason: null };
    expect(waiting({ incidents: [record({ leftOut: 'downtime' })], downtimes: [downtime] })).toEqual([]);
    // Reminders go on when it is over, as `/arch status` says; a downtime that came later than the breakage is silence too.
    expect(waiting({ incidents: [record({ leftOut: 'downtime' })], downtimes: [{ ...downtime, to: TO }] })).toHaveLength(1);
    expect(waiting({ incidents: [record({})], downtimes: [downtime] })).toEqual([]);
    expect(waiting({ incidents: [record({ acknowledgedAt: FROM + 2 })] }, { incidents: null })).toEqual([]);
    // A history knows what came after the week as well.
    expect(waiting({ incidents: [record({ acknowledgedAt: TO + 1 })] }, { incidents: null })).toHaveLength(1);
    // Taken and given back: it waits again.
    expect(waiting({ incidents: [record({ acknowledgedAt: FROM + 2 })] }, { incidents: [someIncident({ id: 'i1' })] })).toHaveLength(1);
    for (const answered of [{ acknowledged: { by: 'olga', at: FROM } }, { state: 'dismissed' }, { snooze: { by: 'olga', at: FROM, until: TO + 1, reason: null } }, { classified: { as: 'infra', by: 'olga', at: FROM, note: null } }] as const) {
      expect([answered, waiting(open, { incidents: [someIncident({ id: 'i1', ...answered })] })]).toEqual([answered, []]);
    }
    expect(told(facts(open))).toContain('- demo/s390x-owners: nobody has taken the breakage of linux/s390x, open since Mon 16 Nov 09:00 UTC');
  });

  it('is a proposal that is open, and a criterion that is long not held', () => {
    expect(waiting({}, { proposals: [proposed(), { ...proposed(), state: 'approved' }] })).toEqual([['proposal', proposed().deciders]]);
    const warned = evaluation({ warnings: [{ criterion: 'owner-response', kind: 'unknown', since: FROM, days: 20, daysLeft: null, ...EARLIER }, { criterion: 'pass-rate', kind: 'unmet', since: FROM - 20 * DAY, days: 20, daysLeft: 22, ...EARLIER }] });
    expect(told(facts({}, { evaluations: [warned] }))).toContain('- demo/s390x-owners: linux/s390x and what its step asks for: pass-rate unmet since Tue 27 Oct, owner-response unknown since Mon 16 Nov; in 22 more days that count a step down is proposed');
  });

  it('counts no days until a step down in the month after one was decided, and says what became of it', () => {
    const warned = evaluation({ warnings: [{ criterion: 'pass-rate', kind: 'unmet', since: FROM - 40 * DAY, days: 47, daysLeft: 0, ...EARLIER }] });
    const almost = { ...warned, warnings: warned.warnings.map((w) => ({ ...w, daysLeft: 5 })) };
    const down = (over: Partial<Proposal>): Proposal => ({ ...proposed(), matter: { kind: 'step', platform: 'linux/s390x', from: 2, to: 1 } as unknown as Proposal['matter'], issue: { repo: 'demo/demo', number: 12, url: 'u' }, ...over });
    const line = (e: PlatformEvaluation, p: Proposal): string => told(facts({}, { evaluations: [e], proposals: [p] })).split('\n').find((l) => l.includes('what its step asks for'))?.split('; ')[1] ?? '';
    expect(line(warned, down({ state: 'rejected', decidedAt: TO - 10 * DAY }))).toBe('a step down was rejected in #12, and may be proposed again from Sun 13 Dec');
    expect(line(almost, down({ state: 'expired', decidedAt: TO - 10 * DAY }))).toBe('a step down was proposed in #12 and not decided, and may be proposed again from Sun 13 Dec');
    expect(line(almost, down({ state: 'approved', decidedAt: TO - 10 * DAY }))).toBe('a step down is approved in #12');
    expect(line(almost, down({ state: 'rejected', decidedAt: TO - 29 * DAY }))).toBe('in 5 more days that count a step down is proposed');
    expect(line(warned, down({ state: 'rejected', decidedAt: TO - 31 * DAY }))).toBe('a step down is due');
  });

  it('is summed up in the first line, and asks nobody by calling them', () => {
    const text = reportText(reportOf(facts({ incidents: [record({}), record({ id: 'x', closedAt: TO - 1 })], steps: [{ at: FROM, from: 1, to: 2 }] })), LADDER);
    expect(plainText(text).split('\n')[0]).toBe('demo, release signal of the week to Mon 23 Nov 08:00 UTC. 2 breakages began, 1 ended, 1 goes on. 1 platform changed step. 1 thing waits for somebody.');
    expect(JSON.stringify(text)).not.toContain('"mention"');
    expect(told(facts()).split('\n')[0]).toContain('No breakage began, 0 ended, 0 go on. Nothing waits for anybody.');
  });

  it('is an exception that ends within two weeks and has none after it', () => {
    const exceptions = [
      { at: FROM, criterion: 'pass-rate', until: TO + DAY, reason: 'the lab moves' }, { at: FROM, criterion: 'run-cadence', until: TO + DAY, reason: null }, { at: FROM, criterion: 'run-cadence', until: TO + 60 * DAY, reason: null },
      { at: FROM, criterion: 'on-board', until: TO - 1, reason: null }, { at: FROM, criterion: 'parity', until: TO + 14 * DAY, reason: null },
    ] as const;
    expect(reportOf(facts({ exceptions })).ending.map((e) => e.criterion)).toEqual(['pass-rate']);
    expect(told(facts({ exceptions }))).toContain('Exceptions that end soon:\n\n- linux/s390x: pass-rate on Tue 24 Nov (the lab moves)');
  });

  it('fits one screen for six platforms, however much waits', () => {
    const many = facts({ incidents: Array.from({ length: 40 }, (_, i) => record({ id: `i${i}` })) });
    const lines = told(many).split('\n').filter((l) => l !== '');
    expect(lines.length).toBeLessThan(30);
    expect(lines).toContain('- and 28 more: /arch status shows them');
  });
});
