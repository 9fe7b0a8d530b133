import type { Evidence, PlatformEvidence, PlatformFacts, ProjectFacts } from '../../domain/evidence.ts';
import { Clock, dayOf, daysOff } from './days.ts';
import { jobRunsOf, type JobRuns } from './job-runs.ts';
import type { Sliced } from './slices.ts';

/** A platform's record, laid out to be asked about any day. */
export interface PlatformGround {
  readonly evidence: PlatformEvidence;
  readonly facts: PlatformFacts;
  readonly off: ReadonlySet<number>;
  readonly calendar: Clock;
  readonly jobs: readonly JobRuns[];
}

export interface Ground {
  readonly project: ProjectFacts;
  readonly since: number;
  /** The days that the record and the question span. */
  readonly firstDay: number;
  readonly lastDay: number;
  readonly actsSince: number;
  readonly platforms: readonly PlatformGround[];
  readonly reference: PlatformGround | null;
}

/** Lays out the record up to a moment (epoch ms), a platform a slice. Platforms that are configured and have no record have an empty one. */
export function* layGround(evidence: Evidence, project: ProjectFacts, until: number): Sliced<Ground> {
  const [firstDay, lastDay] = [Math.min(dayOf(evidence.since), dayOf(until)), dayOf(until)];
  const records = new Map(evidence.platforms.map((p) => [p.platform, p]));
  const platforms: PlatformGround[] = [];
  for (const facts of project.platforms) {
    const record = records.get(facts.platform) ?? nothingOf(facts);
    const off = daysOff(record, project, firstDay, lastDay);
    platforms.push({ evidence: record, facts, off, calendar: new Clock(firstDay, lastDay, off), jobs: jobRunsOf(facts.platform, record.jobs, off, firstDay, lastDay) });
    yield;
  }
  return {
    project, since: evidence.since, firstDay, lastDay, platforms,
    actsSince: Math.min(...evidence.platforms.flatMap((p) => [p.acts[0]?.at ?? Infinity, ...p.incidents.map((i) => i.acknowledgedAt ?? Infinity)])),
    reference: platforms.find((p) => p.facts.platform === project.reference) ?? null,
  };
}

const nothingOf = ({ platform }: PlatformFacts): PlatformEvidence =>
  ({ platform, jobs: [], incidents: [], steps: [], signOffs: [], exceptions: [], owners: [], downtimes: [], acts: [], attestations: [] });
