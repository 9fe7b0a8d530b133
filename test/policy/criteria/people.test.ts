import { describe, expect, it } from 'vitest';
import type { IncidentRecord, PlatformFacts } from '../../../src/domain/evidence.ts';
import { DAY, S390X, healthy, incident, nothingOf, on } from '../ladder/given.ts';
import { judged } from './judged.ts';

describe('owners-declared', () => {
  const declared = (params: Readonly<Record<string, unknown>>, owners: readonly `@${string}`[], more = {}) => judged('owners-declared', params, { facts: { owners }, ...more });

  it('counts people, members of a team one by one', () => {
    const teams = { '@octo/ports': ['Olga', 'pia'] };
    expect(declared({ count: 2 }, ['@octo/ports'], { project: { teams } })).toMatchObject({ verdict: 'met', because: '2 owners: octo/ports.' });
    expect(declared({ count: 3 }, ['@octo/ports', '@OLGA'], { project: { teams } }).verdict).toBe('unmet');
    expect(declared({ count: 3 }, ['@octo/ports', '@quentin'], { project: { teams } }).verdict).toBe('met');
    expect(declared({ count: 1 }, ['@octo/empty'], { project: { teams: { '@octo/empty': [] } } }).verdict).toBe('unmet');
  });

  it('counts a team that cannot be read as one', () => {
    expect(declared({ count: 2 }, ['@octo/ports', '@olga'])).toMatchObject({ verdict: 'met', because: '2 owners: octo/ports and olga (octo/ports cannot be read and counts as one).' });
    expect(declared({ count: 2 }, ['@octo/ports', '@octo/more']).because).toBe('2 owners: octo/ports and octo/more (octo/ports and octo/more cannot be read and count as one each).');
    expect(declared({ count: 2 }, ['@octo/ports'])).toMatchObject({ verdict: 'unmet', because: '1 owner: octo/ports (octo/ports cannot be read and counts as one); 2 are needed.' });
  });

  it('counts entries where it says so', () => {
    expect(declared({ count: 2, of: 'entries' }, ['@octo/ports'], { project: { teams: { '@octo/ports': ['a', 'b'] } } })).toMatchObject({ verdict: 'unmet', because: '1 entry: octo/ports; 2 are needed.' });
  });

  it('goes by who was declared at the time', () => {
    const record = { owners: [{ at: on(10), owners: ['olga', 'pia'] }, { at: on(50), owners: [] }, { at: on(200), owners: ['olga'] }] };
    const then = (day: number) => declared({ count: 2 }, ['@olga'], { record, now: on(day) }).verdict;
    expect([then(5), then(10), then(49), then(50), then(150)]).toEqual(['unmet', 'met', 'met', 'unmet', 'unmet']);
    expect(declared({ count: 1 }, [])).toMatchObject({ verdict: 'unmet', because: 'No owner is declared; one is needed.' });
  });
});

describe('active-owners', () => {
  const acts = (...days: readonly (readonly [number, string])[]) => days.map(([day, by]) => ({ at: on(day), by }));
  const active = (record: { acts: ReturnType<typeof acts> }, now = on(300), more = {}) => judged('active-owners', { people: 2, within: 180 * DAY }, { record, now, ...more });

  it('counts who acted in the time, each once', () => {
    expect(active({ acts: acts([120, 'olga'], [299, 'pia']) })).toMatchObject({ verdict: 'met', because: '2 people acted within the last 180 days: olga and pia.' });
    expect(active({ acts: acts([119, 'olga'], [299, 'pia']) })).toMatchObject({ verdict: 'unmet', because: '1 person acted within the last 180 days: pia; 2 people are needed.' });
    expect(active({ acts: acts([200, '@Olga'], [210, 'olga'], [220, 'OLGA']) }).verdict).toBe('unmet');
    expect(active({ acts: acts([1, 'olga']) })).toMatchObject({ verdict: 'unmet', because: 'Nobody acted (an acknowledgement, command, fix or sign-off) within the last 180 days; 2 people are needed.' });
  });

  it('is unknown without any record, and on one that is too short to miss anybody', () => {
    expect(active({ acts: [] })).toMatchObject({ verdict: 'unknown', early: false });
    expect(active({ acts: acts([400, 'olga']) }).verdict).toBe('unknown');
    expect(active({ acts: acts([100, 'olga']) }, on(179))).toMatchObject({ verdict: 'unknown', early: true });
    expect(active({ acts: acts([100, 'olga'], [101, 'pia']) }, on(110)).verdict).toBe('met');
  });

  it('does not count the days of a freeze against them', () => {
    expect(active({ acts: acts([110, 'olga'], [299, 'pia']) }, on(300), { project: { freezes: [{ from: on(200), to: on(210) }] } }).verdict).toBe('met');
  });
});

it('knows at a moment what was recorded at that very moment, and nothing of the one after', () => {
  const at = on(100);
  const acts = (of: number) => judged('active-owners', { people: 1, within: 30 * DAY }, { now: at, record: { acts: [{ at: on(1), by: 'olga' }, { at: of, by: 'pia' }] } }).verdict;
  const signed = (of: number) => judged('sign-off', { group: 'conformance' }, { now: at, record: { signOffs: [{ at: of, group: 'conformance', by: 'ada' }] } }).verdict;
  const answered = (of: number) => judged('owner-response', { share: 1 }, { now: at, record: { incidents: [{ ...incident(90, null, null), acknowledgedAt: of }], acts: [{ at: on(1), by: 'olga' }] } }).verdict;
  expect([acts, signed, answered].map((judge) => [judge(at), judge(at + 1)])).toEqual([['met', 'unmet'], ['met', 'unmet'], ['met', 'unmet']]);
});

describe('owner-response', () => {
  const response = (incidents: readonly IncidentRecord[], more: object = {}, share = 0.8) =>
    judged('owner-response', { share }, { now: on(400), record: { incidents, acts: [{ at: on(0), by: 'olga' }] }, ...more });
  const answered = (day: number): IncidentRecord => incident(day, day + 1, day + 5);
  const ignored = (day: number): IncidentRecord => incident(day, null, day + 30);

  it('is met at the share exactly', () => {
    expect(response([320, 330, 340, 350].map(answered).concat(ignored(325)))).toMatchObject({ verdict: 'met', because: '4 of 5 incidents of the last 90 days (80%) were acknowledged within 7 days and closed within 14 days after that; 80% are asked for.' });
    expect(response([320, 330, 340].map(answered).concat(ignored(325), ignored(326)))).toMatchObject({ verdict: 'unmet', because: '3 of 5 incidents of the last 90 days (60%) were acknowledged within 7 days and closed within 14 days after that; 80% are needed.', links: [{ link: 'https://issues.example/325' }, { link: 'https://issues.example/326' }] });
  });

  it('holds the acknowledgement to a week and the fix to two weeks after it', () => {
    const of = (...last: Parameters<typeof incident>) => response([320, 330, 340, 350].map(answered).concat(incident(...last)), {}, 1).verdict;
    expect(of(360, 367, 381)).toBe('met');
    expect(of(360, 367.1, 370)).toBe('unmet');
    expect(of(360, 361, 375)).toBe('met');
    expect(of(360, 361, 375.1)).toBe('unmet');
  });

  it('says nothing yet of what is not due', () => {
    const four = [320, 330, 340, 350].map(answered);
    expect(response([...four, ignored(326), incident(394, null, null)], {}, 0.8).verdict).toBe('met');
    expect(response([...four, answered(355), incident(392, 393, null)], {}, 1).verdict).toBe('met');
    expect(response([...four, answered(355), incident(360, null, 368)], {}, 1).verdict).toBe('unmet');
    expect(response([...four, answered(355), incident(390, null, null)], {}, 1).verdict).toBe('unmet');
  });

  it('counts what was over within days and nobody came to, where there are enough to tell a habit', () => {
    const short = (day: number): IncidentRecord => incident(day, null, day + 2);
    expect(response([320, 330, 340, 350, 360].map(short))).toMatchObject({ verdict: 'unmet', because: '0 of 5 incidents of the last 90 days (0%) were acknowledged within 7 days and closed within 14 days after that; 80% are needed.' });
    expect(response([...[100, 130, 160, 190, 220].map(answered), ...[315, 330, 345, 360, 375].map(short)]).verdict).toBe('unmet');
    expect(response([...[320, 330, 340, 350].map(answered), short(360)]).verdict).toBe('met');
    // Few of them tell nothing, and neither does one that is still open and not due.
    expect(response([short(330), short(360)])).toMatchObject({ verdict: 'met', because: 'No incident of the last 365 days asked for an answer.' });
    expect(response([...[330, 345, 360, 375].map(short), incident(398, null, null)]).verdict).toBe('met');
    expect(response([answered(330), short(345), short(360), ignored(350)])).toMatchObject({ verdict: 'unmet', because: '1 of the 2 incidents of the last 365 days was acknowledged; of fewer than 5, every one must be.' });
  });

  it('looks up to a year back to find five', () => {
    expect(response([60, 100, 150, 330, 350].map(answered)).because).toMatch(/^5 of 5 incidents of the last 365 days/);
    expect(response([ignored(20), ...[60, 100, 150, 330, 350].map(answered)]).verdict).toBe('met');
  });

  it('asks of fewer than five that every one was acknowledged', () => {
    expect(response([100, 200].map(answered))).toMatchObject({ verdict: 'met', because: 'Both incidents of the last 365 days were acknowledged.' });
    expect(response([answered(100), ignored(200)])).toMatchObject({ verdict: 'unmet', because: '1 of the 2 incidents of the last 365 days was acknowledged; of fewer than 5, every one must be.' });
    expect(response([answered(100), ignored(200)]).links).toEqual([{ words: 'incident 200', link: 'https://issues.example/200' }]);
    expect(response([100, 150, 200].map(ignored)).because).toBe('None of the 3 incidents of the last 365 days were acknowledged; of fewer than 5, every one must be.');
    expect(response([ignored(200)]).because).toBe('The one incident of the last 365 days was never acknowledged; of fewer than 5, every one must be.');
    // Fixed late, or acknowledged late: of so few that is not held against anybody.
    expect([response([incident(200, 201, 300)]).verdict, response([incident(200, 209, 211)]).verdict]).toEqual(['met', 'met']);
    expect(response([ignored(34)])).toMatchObject({ verdict: 'met', because: 'No incident of the last 365 days asked for an answer.' });
  });

  it('does not hold one red run of a slow job against anybody, and counts who had it', () => {
    const once = { again: null };
    expect(response([incident(200, null, 214, once)]).because).toBe('No incident of the last 365 days asked for an answer.');
    expect(response([incident(200, 209, 214, once)]).verdict).toBe('met');
    expect(response([incident(200, 201, 214, once)]).because).toBe('The one incident of the last 365 days was acknowledged.');
    const twice = (day: number) => response([incident(200, null, 250, { again: on(221) })], { now: on(day) }).verdict;
    expect([twice(210), twice(220.9), twice(221)]).toEqual(['met', 'met', 'unmet']);
  });

  it('is met without incidents', () => {
    expect(response([]).verdict).toBe('met');
  });

  it.each(['infra', 'everywhere', 'downtime', 'upstream'] as const)('leaves out what was %s', (leftOut) => {
    expect(response([incident(300, null, null, { leftOut })]).verdict).toBe('met');
  });

  it('does not let a freeze use up the time to answer', () => {
    const late = [...[100, 130, 150, 170].map(answered), incident(350, 365, 370)];
    expect(response(late, {}, 0.9).verdict).toBe('unmet');
    expect(response(late, { project: { freezes: [{ from: on(352), to: on(362) }] } }, 0.9).verdict).toBe('met');
  });

  it('is unknown where nobody\'s acknowledgement was ever recorded, on any platform', () => {
    const given = { now: on(400), record: { incidents: [ignored(300)] } };
    expect(judged('owner-response', { share: 0.8 }, given).verdict).toBe('unknown');
    expect(judged('owner-response', { share: 0.8 }, { ...given, others: [{ ...nothingOf('linux/riscv64'), acts: [{ at: on(3), by: 'rita' }] }] }).verdict).toBe('unmet');
  });

  it('sees only what was so at the time', () => {
    const then = (day: number) => response([incident(100, 105, 130)], { now: on(day) }).verdict;
    expect([then(99), then(104), then(106), then(108), then(200)]).toEqual(['met', 'met', 'met', 'met', 'met']);
    const never = (day: number) => response([incident(100, 115, 130)], { now: on(day) }).verdict;
    expect([never(99), never(107), never(107.1), never(200)]).toEqual(['met', 'met', 'unmet', 'met']);
  });
});

describe('sign-off', () => {
  const signOffs = [{ at: on(10), group: 'conformance', by: 'ada' }, { at: on(20), group: 'sig-release', by: null }];

  it('is met by a record of the group, from then on', () => {
    const of = (group: string, now: number, params = {}) => judged('sign-off', { group, ...params }, { now, record: { signOffs } });
    expect(of('conformance', on(10))).toMatchObject({ verdict: 'met', because: 'conformance signed off on Sun 11 Jan (ada).' });
    expect(of('@Conformance', on(10)).verdict).toBe('met');
    expect(of('conformance', on(10) - 1)).toMatchObject({ verdict: 'unmet', because: 'No sign-off by conformance is on record.' });
    expect(of('sig-testing', on(90)).verdict).toBe('unmet');
    expect(of('conformance', on(40), { within: 30 * DAY }).verdict).toBe('met');
    expect(of('conformance', on(41), { within: 30 * DAY })).toMatchObject({ verdict: 'unmet', because: 'conformance signed off on Sun 11 Jan (ada); one within 30 days is needed.' });
  });
});

describe('time-at-step', () => {
  const time = (params: object, given: Parameters<typeof judged>[2]) => judged('time-at-step', { step: 3, ...params }, { step: 3, ...given });
  const year = { for: 365 * DAY };

  it('counts from the change that brought it there', () => {
    const steps = [{ at: on(10, 5), from: 2, to: 3 }];
    expect(time(year, { steps, now: on(375, 5) })).toMatchObject({ verdict: 'met' });
    expect(time(year, { steps, now: on(375, 5) - 1 })).toMatchObject({ verdict: 'unmet', because: 'On step 3 for 364 days that count (asked for: 365 days); counted from Sun 11 Jan 2026, when it was promoted to it.' });
  });

  it('is told in days, of which there may be none yet', () => {
    const steps = [{ at: on(10, 5), from: 2, to: 3 }];
    expect(time(year, { steps, now: on(10, 5) }).because).toContain('On step 3 for less than a day that counts (asked for: 365 days)');
    expect(time(year, { steps, now: on(11, 5) }).because).toContain('On step 3 for 1 d that counts');
  });

  it('begins anew with a demotion to it or away from it, unless the ladder says otherwise', () => {
    const back = [{ at: on(10), from: 2, to: 3 }, { at: on(100), from: 3, to: 2 }, { at: on(150), from: 2, to: 3 }];
    expect(time(year, { steps: back, now: on(400) }).because).toContain('counted from Sun 31 May');
    const down = [{ at: on(10), from: 2, to: 3 }, { at: on(100), from: 3, to: 4 }, { at: on(150), from: 4, to: 3 }];
    expect(time(year, { steps: down, now: on(400) }).verdict).toBe('unmet');
    expect(time({ ...year, resetByDemotion: false }, { steps: down, now: on(400) }).verdict).toBe('met');
  });

  it('is unmet anywhere else', () => {
    expect(time(year, { step: 2, now: on(800) })).toMatchObject({ verdict: 'unmet', because: 'It stands on step 2, not on step 3.' });
  });

  it('takes the record for as long as it is where nobody knows since when, and knows no better until then', () => {
    expect(time(year, { now: on(365) })).toMatchObject({ verdict: 'met' });
    expect(time(year, { now: on(364) })).toMatchObject({ verdict: 'unknown', because: 'On step 3 for at least 364 days that count (asked for: 365 days); counted from Thu 1 Jan, where the record begins.' });
    expect(time(year, { now: on(0, 3) }).because).toBe('On step 3 for an unknown time, of which less than a day is on record (asked for: 365 days); counted from Thu 1 Jan, where the record begins.');
  });

  it('does not count days that do not count', () => {
    const steps = [{ at: on(0), from: 2, to: 3 }];
    expect(time(year, { steps, now: on(374), project: { freezes: [{ from: on(100), to: on(110) }] } }).verdict).toBe('unmet');
    expect(time(year, { steps, now: on(375), project: { freezes: [{ from: on(100), to: on(110) }] } }).verdict).toBe('met');
  });

  it('counts release cycles by the releases since, else by the length that the ladder gives, else knows nothing', () => {
    const steps = [{ at: on(10), from: 2, to: 3 }];
    const releases = [{ freeze: null, date: on(500) }, { freeze: null, date: on(200) }, { freeze: null, date: on(50) }, { freeze: null, date: on(5) }];
    expect(time({ cycles: 2 }, { steps, now: on(200), project: { releases } })).toMatchObject({ verdict: 'met' });
    expect(time({ cycles: 2 }, { steps, now: on(199), project: { releases } })).toMatchObject({ verdict: 'unmet', because: expect.stringContaining('for 1 release cycle (asked for: 2);') as string });
    expect(time({ cycles: 2 }, { steps, now: on(199) })).toMatchObject({ verdict: 'unknown', because: expect.stringContaining('no past release has a date') as string });
    expect(time({ cycles: 2, cycle: 70 * DAY }, { steps, now: on(149) })).toMatchObject({ verdict: 'unmet', because: expect.stringContaining('for 1.9 release cycles of 70 days, as no past release has a date (asked for: 2);') as string });
    expect(time({ cycles: 2, cycle: 70 * DAY }, { steps, now: on(150) }).verdict).toBe('met');
  });

  const poor = { for: 30 * DAY, resetUnder: 0.75 };
  const red = (from: number, to: number, suite = 'unit') => healthy(S390X, [0, 200], {}, (s) => (day) => s === suite && day >= from && day < to ? 'fail' : 'pass');
  const since = (from: number, to: number, suite?: string) => time(poor, { now: on(200), record: red(from, to, suite) }).because.replace(/^.*counted from /, '');

  it('begins anew after two weeks in a row in which a job passed too little, and not after one', () => {
    expect(since(50, 57)).toBe('Thu 1 Jan, where the record begins.');
    // The eighth red day and the ninth: more than a quarter of the second week.
    expect(since(50, 58)).toBe('Thu 1 Jan, where the record begins.');
    expect(since(50, 59)).toBe('Fri 6 Mar, after unit had passed less than 75% of its runs in two weeks running.');
    expect(since(50, 64)).toMatch(/^Fri 6 Mar, after unit/);
    expect(since(50, 71)).toMatch(/^Fri 13 Mar, after unit/);
  });

  it('does not take two bad weeks with a good one between them for two in a row', () => {
    const apart = (gap: number) => healthy(S390X, [0, 200], {}, (s) => (day) => s === 'unit' && ((day >= 50 && day < 57) || (day >= 57 + gap && day < 64 + gap)) ? 'fail' : 'pass');
    const told = (gap: number) => time(poor, { now: on(200), record: apart(gap) }).because.replace(/^.*counted from /, '');
    expect(told(7)).toBe('Thu 1 Jan, where the record begins.');
    expect(told(10)).toBe('Thu 1 Jan, where the record begins.');
    expect(told(0)).toMatch(/after unit/);
    expect(told(2)).toMatch(/after unit/);
  });

  it('does not take a slow job\'s few runs for bad weeks', () => {
    expect(since(50, 80, 'conformance')).toBe('Thu 1 Jan, where the record begins.');
  });

  it('does not begin anew with what the reference platform fails too', () => {
    const both = { now: on(200), record: red(50, 64), others: [{ ...red(50, 64), platform: 'linux/amd64' as const, jobs: red(50, 64).jobs.map((j) => ({ ...j, job: { ...j.job, platform: 'linux/amd64' as const } })) }] };
    expect(time(poor, both).because).toContain('where the record begins');
  });

  it('knows of bad weeks when they are over, not before', () => {
    expect(time(poor, { now: on(63), record: red(50, 64) }).because).toContain('where the record begins');
    expect(time(poor, { now: on(64), record: red(50, 64) }).because).toContain('after unit');
  });
});

describe('build-switch', () => {
  const stands = (switches: PlatformFacts['switches'], params: Readonly<Record<string, unknown>> = { build: 'off', release: 'off' }) => judged('build-switch', params, { facts: { switches } });

  it('is met where nothing stands higher than the step allows', () => {
    expect(stands({ build: 'off', release: 'off', requiredCheck: true })).toMatchObject({ verdict: 'met', because: 'Its switches stand as the step allows.' });
    expect(stands({ build: 'off', release: 'off', requiredCheck: false }, { build: 'on', release: 'on', requiredCheck: false }).verdict).toBe('met');
  });

  it('is unmet where one does', () => {
    expect(stands({ build: 'on', release: 'off', requiredCheck: false })).toMatchObject({ verdict: 'unmet', because: 'The step does not allow that it is built by default.' });
    expect(stands({ build: 'on', release: 'on', requiredCheck: true }, { build: 'on', release: 'off', requiredCheck: false })).toMatchObject({ verdict: 'unmet', because: 'The step does not allow that it is in the release artifacts, and a check of it is required to merge.' });
  });

  it('is unknown where no switch is, or the one that matters', () => {
    expect(stands(null)).toMatchObject({ verdict: 'unknown', because: 'No build switch is configured, so how this platform is built is not known.' });
    expect(stands({ build: null, release: 'off', requiredCheck: null })).toMatchObject({ verdict: 'unknown', because: 'Whether it is built by default is not known.' });
    expect(stands({ build: null, release: null, requiredCheck: null }, { build: 'on', release: 'on' }).verdict).toBe('met');
  });

  it('goes by what the step grants where the ladder does not say', () => {
    expect(stands({ build: 'on', release: 'off', requiredCheck: false }, {}).verdict).toBe('unmet');
  });
});
