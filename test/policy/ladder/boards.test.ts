import { describe, expect, it } from 'vitest';
import type { Job } from '../../../src/domain/job.ts';
import { boardsDue, type BoardDue } from '../../../src/policy/ladder/boards.ts';
import { whole } from '../../../src/policy/ladder/slices.ts';
import { AMD64, S390X, evidence, factsOf, job, nothingOf, on, project, ran, type Timetable } from './given.ts';

/** A job that meets every number: every 3 hours, in one hour, green, three times on each commit. */
const GOOD: Timetable = { days: [0, 40], every: 3, commit: (n) => `c${Math.floor(n / 3)}` };
const informing = job(S390X, 'e2e', { board: 'informing' });
const blocking = job(S390X, 'e2e', { board: 'blocking' });

interface Told { readonly of?: Job; readonly now?: number; readonly reference?: Timetable; readonly downtimes?: readonly { from: number; to: number; reason: null }[]; readonly blind?: readonly { from: number; to: number }[] }

function due(timetable: Partial<Timetable>, { of = informing, now = on(40), reference, downtimes = [], blind = [] }: Told = {}): readonly BoardDue[] {
  const port = { ...nothingOf(S390X), downtimes, jobs: [{ ...ran(of, { ...GOOD, ...timetable }), blind }] };
  const others = reference === undefined ? [] : [{ ...nothingOf(AMD64), jobs: [ran(job(AMD64, 'e2e'), reference)] }];
  return whole(boardsDue(evidence([port, ...others]), project([factsOf(S390X), ...others.map((o) => factsOf(o.platform))]), now));
}

/** Only that one, in two out of three runs. */
const rarely = (day: number) => (d: number, n: number) => d >= day && n % 3 !== 0 ? 'fail' as const : 'pass' as const;

describe('an informing job', () => {
  it('is called to the blocking board when it met every number on 14 days that count', () => {
    const [found] = due({});
    expect(found).toMatchObject({ platform: S390X, job: informing.key, from: 'informing', to: 'blocking', days: 14, because: ['run-cadence', 'duration-percentile', 'pass-rate', 'failure-streak', 'same-commit-passes'] });
    expect(found?.evidence.map((e) => e.verdict)).toEqual(['met', 'met', 'met', 'met', 'met']);
    expect(found?.evidence[0]?.because).toBe('e2e runs every 3 h, and ran last 3 h ago; every 3 h or oftener is asked for.');
  });

  it.each([
    ['runs every 4 hours', { every: 4 }],
    ['takes longer than 2 hours', { takes: 2.5 }],
    ['passes two of three runs', { outcome: rarely(0) }],
    ['never runs three times on one commit', { commit: (n: number) => `c${n}` }],
    ['was red for its last 11 runs', { outcome: (_d: number, n: number) => n >= 308 ? 'fail' as const : 'pass' as const }],
    ['fell silent a day ago', { days: [0, 38] as const }],
    ['is younger than the days that are asked for', { days: [30, 40] as const }],
  ])('is not, where it %s', (_, timetable) => {
    expect(due(timetable)).toEqual([]);
  });

  it('is not on one good day after a bad one, and is 14 days after that', () => {
    const turned = { days: [0, 60], outcome: rarely(-1) } as const;
    const until = (day: number): Partial<Timetable> => ({ ...turned, outcome: (d, n) => d < day ? rarely(0)(d, n) : 'pass' });
    expect([24, 30, 36].map((now) => due(until(15), { now: on(now) }).length)).toEqual([0, 0, 1]);
  });

  it('is not shut out by days that do not count', () => {
    const away = { from: on(30), to: on(33), reason: null };
    const gone: Partial<Timetable> = { outcome: (d) => d >= 30 && d < 33 ? 'fail' : 'pass' };
    expect([due(gone).length, due(gone, { downtimes: [away] }).length, due(gone, { blind: [away] }).length]).toEqual([0, 1, 1]);
  });
});

describe('a blocking job', () => {
  it('is called back when it missed a number on 14 days that count, and names which', () => {
    const red = { outcome: rarely(10) };
    expect(due(red, { of: blocking })).toMatchObject([{ from: 'blocking', to: 'informing', because: ['pass-rate', 'same-commit-passes'] }]);
    expect(due(red, { of: blocking, now: on(22) })).toEqual([]);
    expect(due({}, { of: blocking })).toEqual([]);
  });

  it('is not, while the reference platform\'s job misses the same', () => {
    const red = { outcome: rarely(10) };
    expect(due(red, { of: blocking, reference: { ...GOOD, ...red } })).toEqual([]);
    expect(due(red, { of: blocking, reference: GOOD })).toHaveLength(1);
    expect(due(red, { of: blocking, reference: { ...GOOD, every: 12 } })).toHaveLength(1);
  });

  it('is not for what nobody can tell', () => {
    expect(due({ commit: (n) => `c${n}` }, { of: blocking })).toEqual([]);
  });
});

it('says nothing of a job on no board', () => {
  expect(due({}, { of: job(S390X, 'e2e') })).toEqual([]);
});
