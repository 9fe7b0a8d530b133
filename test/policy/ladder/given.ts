import { readLadder } from '../../../src/config/ladder.ts';
import { shippedLadders } from '../../../src/config/ladder-files.ts';
import type { Evidence, IncidentRecord, JobEvidence, PlatformEvidence, PlatformFacts, ProjectFacts, RunRecord } from '../../../src/domain/evidence.ts';
import type { Job } from '../../../src/domain/job.ts';
import type { CriterionName, CriterionUse, Ladder, Step } from '../../../src/domain/ladder.ts';
import { defaultParams } from '../../../src/domain/criteria.ts';
import type { PlatformId } from '../../../src/domain/platform.ts';
import type { Outcome } from '../../../src/domain/run.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** Day 0 of every story, a Thursday. */
export const START = Date.UTC(2026, 0, 1);

/** The moment so many days, and hours, into the story. */
export const on = (day: number, hour = 0): number => START + day * DAY + hour * HOUR;
/** Which day of the story a moment lies in, with a fraction. */
export const dayIn = (at: number): number => (at - START) / DAY;

const shipped = await shippedLadders();

/** A ladder that comes with the program. */
export function shippedLadder(name = 'kubernetes-steps'): Ladder {
  const reading = readLadder(name, shipped, () => { throw new Error(`no ladder ${name}`); });
  if (!reading.ok) throw new Error(reading.errors.map((e) => e.message).join('\n'));
  return reading.ladder;
}

/** A use of a criterion with its defaults filled in. */
export const use = (criterion: CriterionName, params: Readonly<Record<string, unknown>> = {}): CriterionUse => ({ criterion, params: { ...defaultParams(criterion), ...params } });

/** A ladder of as many steps as lists of criteria are given, the lowest one 0 and without any. */
export const ladderOf = (steps: readonly (readonly CriterionUse[])[], changes: Partial<Ladder> = {}): Ladder => ({
  name: 'ours', source: null, promotion: { days: 14 }, demotion: { warnAfter: 14, proposeAfter: 28, heldInFreeze: true, faster: {} }, unknownAfter: 14, adoptionCycles: 2,
  steps: [[], ...steps].map((hold, step): Step => ({ step, name: `step ${step}`, grants: [], build: 'off', release: 'off', components: [], hold, enter: [] })),
  ...changes,
});

export function job(platform: PlatformId, suite: string, changes: Partial<Job> = {}): Job {
  const name = changes.name ?? `ci-${suite}`;
  return {
    key: `${platform}|ci|${name}`, project: 'demo', platform, name, source: 'ci', dashboard: null, tab: null, suite, trigger: 'periodic', branch: null, board: null, reportedBy: null,
    thresholds: { failuresToOpen: 3, passesToClose: 2, recentRuns: 10, staleAfter: 48 * HOUR }, ...changes,
  };
}

export interface Timetable {
  /** First and last day, both included. */
  readonly days: readonly [number, number];
  /** Hours between runs (24). */
  readonly every?: number;
  /** The outcome of a run; a pass where it is not said. Null: there is no run. */
  readonly outcome?: (day: number, n: number) => Outcome | null;
  readonly commit?: (n: number) => string;
  /** Hours that a run takes (1). */
  readonly takes?: number;
}

/** Runs that begin at 03:00 and every so many hours after that. */
export function runs({ days: [first, last], every = 24, outcome = () => 'pass', commit = (n) => `c${n}`, takes = 1 }: Timetable): RunRecord[] {
  const all: RunRecord[] = [];
  for (let n = 0, at = on(first, 3); at < on(last + 1); n++, at += every * HOUR) {
    const how = outcome(Math.floor(dayIn(at)), n);
    if (how !== null) all.push({ build: String(n), started: at, finished: at + takes * HOUR, outcome: how, commit: commit(n) });
  }
  return all;
}

/** A job with its runs. */
export const ran = (of: Job, timetable: Timetable | readonly RunRecord[]): JobEvidence =>
  ({ job: of, runs: 'days' in timetable ? runs(timetable) : timetable, links: { page: `https://ci.example/${of.name}`, logs: null }, blind: [] });

export const nothingOf = (platform: PlatformId): PlatformEvidence =>
  ({ platform, jobs: [], incidents: [], steps: [], signOffs: [], exceptions: [], owners: [], downtimes: [], acts: [], attestations: [] });

/** What a whole step 3 platform of the default ladder shows between two days, with what is told otherwise. */
export function healthy(platform: PlatformId, days: readonly [number, number], changes: Partial<PlatformEvidence> = {}, outcome: (suite: string) => Timetable['outcome'] = () => undefined): PlatformEvidence {
  const suites: readonly [string, Partial<Job>, number][] = [
    ['build', { trigger: 'postsubmit' }, 24], ['unit', { trigger: 'postsubmit' }, 24], ['e2e', { board: 'informing' }, 12], ['node-e2e', {}, 24], ['conformance', { board: 'informing' }, 24 * 7],
  ];
  return {
    ...nothingOf(platform),
    jobs: suites.map(([suite, fields, every]) => { const how = outcome(suite); return ran(job(platform, suite, fields), { days, every, ...(how ? { outcome: how } : {}) }); }),
    acts: Array.from({ length: Math.ceil((days[1] - days[0]) / 30) }, (_, i) => ['olga', 'pia'].map((by) => ({ at: on(days[0] + i * 30, 1), by }))).flat(),
    ...changes,
  };
}

export const S390X = 'linux/s390x' as const;
export const AMD64 = 'linux/amd64' as const;

export const factsOf = (platform: PlatformId, changes: Partial<PlatformFacts> = {}): PlatformFacts =>
  ({ platform, step: 3, owners: ['@olga', '@pia'], switches: null, ...changes });

export const project = (platforms: readonly PlatformFacts[] = [factsOf(S390X)], changes: Partial<ProjectFacts> = {}): ProjectFacts =>
  ({ reference: AMD64, platforms, freezes: [], releases: [], teams: {}, adoptionUntil: null, ...changes });

export const evidence = (platforms: readonly PlatformEvidence[], since = START): Evidence => ({ since, platforms });

export const incident = (opened: number, acknowledged: number | null, closed: number | null, changes: Partial<IncidentRecord> = {}): IncidentRecord => ({
  id: `incident ${opened}`, openedAt: on(opened), acknowledgedAt: acknowledged === null ? null : on(acknowledged), closedAt: closed === null ? null : on(closed),
  leftOut: null, url: `https://issues.example/${opened}`, ...changes,
});
