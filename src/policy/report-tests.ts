import type { JobEvidence } from '../domain/evidence.ts';
import type { Incident } from '../domain/incident.ts';
import type { JobKey } from '../domain/job.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { TestFlakes } from '../domain/run.ts';

/** Jobs, and tests, that are named. */
export const MOST_FLAKY = 5;

/** A job's record with its runs of days that count alone. */
export interface CountingJob extends JobEvidence {
  /** Whether a moment (epoch ms) is on a day that counts. */
  readonly counts: (at: number) => boolean;
}

/** What of the time is asked about (epoch ms), and its breakages. */
interface Time {
  readonly from: number;
  readonly to: number;
  readonly incidents: readonly Incident[] | null;
}

/** A test that failed and passed again without being broken, or that people called flaky. Its name comes from outside. */
export interface FlakyTest {
  readonly name: string;
  readonly platforms: readonly PlatformId[];
  /** Runs of its jobs in which it did, those of them whose commit it passed on too, and runs in all. */
  readonly flakes: number;
  readonly sameCommit: number;
  readonly runs: number;
  /** Breakages that named it, as people or runs called it so. */
  readonly incidents: number;
  /** The page of the job in which it did most often. */
  readonly page: string | null;
}

/** What one job, or one breakage, says of a test. */
interface Said {
  readonly name: string;
  readonly platform: PlatformId;
  readonly flakes: number;
  readonly sameCommit: number;
  readonly runs: number;
  readonly page: string | null;
  readonly incident: string | null;
}

/** The flakiest tests, by what sources tell of the time, and by what people said. */
export function flakyTests(jobs: readonly CountingJob[], tests: ReadonlyMap<JobKey, readonly TestFlakes[]>, time: Time): FlakyTest[] {
  const said = [...jobs.flatMap((job) => (tests.get(job.job.key) ?? []).flatMap((t) => byJob(t, job, time))), ...byIncidents(time)];
  return [...Map.groupBy(said, (s) => s.name)].map(([name, of]): FlakyTest => {
    const sum = (what: 'flakes' | 'sameCommit' | 'runs'): number => of.reduce((n, s) => n + s[what], 0);
    const worst = of.reduce((a, b) => b.flakes > a.flakes ? b : a);
    return { name, platforms: [...new Set(of.map((s) => s.platform))], flakes: sum('flakes'), sameCommit: sum('sameCommit'), runs: sum('runs'), incidents: new Set(of.flatMap((s) => s.incident ?? [])).size, page: worst.page };
  }).toSorted((a, b) => b.flakes - a.flakes || b.incidents - a.incidents || b.sameCommit - a.sameCommit).slice(0, MOST_FLAKY);
}

function byJob({ name, flakes }: TestFlakes, { job, runs, links, counts }: CountingJob, { from, to }: Pick<Time, 'from' | 'to'>): Said[] {
  const within = (at: number): boolean => at >= from && at < to;
  const own = flakes.filter(({ at }) => within(at) && counts(at));
  return own.length === 0 ? [] : [{ name, platform: job.platform, flakes: own.length, sameCommit: own.filter((f) => f.sameCommit).length, runs: runs.filter((r) => within(r.started)).length, page: links.page, incident: null }];
}

/** Tests that breakages name: those that people called flaky, and those that failed where the same commit passed later. */
function byIncidents({ incidents, from, to }: Time): Said[] {
  return (incidents ?? []).filter((i) => i.openedAt < to && (i.closedAt === null || i.closedAt >= from)).flatMap((incident: Incident) => {
    const byPeople = incident.classified?.as === 'flake' && incident.classified.note !== null ? [incident.classified.note] : [];
    const byRuns = incident.jobs.filter((j) => j.flake).flatMap((j) => j.failingTests.map((t) => t.name));
    return [...new Set([...byPeople, ...byRuns])].map((name): Said => ({ name, platform: incident.platform, flakes: 0, sameCommit: 0, runs: 0, page: null, incident: incident.id }));
  });
}
