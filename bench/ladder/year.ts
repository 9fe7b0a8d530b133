/** A year of many platforms, most of them healthy, some with troubles of every kind; the same at every call. */
import type { Evidence, JobEvidence, PlatformEvidence, ProjectFacts, RunRecord } from '../../src/domain/evidence.ts';
import type { Job } from '../../src/domain/job.ts';
import type { PlatformId } from '../../src/domain/platform.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
export const YEAR = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2027, 0, 1) } as const;

const SUITES = ['unit', 'e2e', 'node-e2e', 'conformance'] as const;

export interface Size {
  readonly platforms: number;
  readonly jobs: number;
  /** Runs of each job on a day. */
  readonly perDay: number;
}

/** A year of that size; runs in all are platforms × jobs × 365 × `perDay`. */
export function yearOf({ platforms, jobs, perDay }: Size): { readonly evidence: Evidence; readonly project: ProjectFacts } {
  const names = Array.from({ length: platforms }, (_, p): PlatformId => `linux/bench${p}`);
  const records = names.map((name, p) => platformOf(name, p, jobs, perDay));
  return {
    evidence: { since: YEAR.from, platforms: records },
    project: {
      reference: 'linux/bench0', freezes: [], teams: {}, adoptionUntil: null,
      releases: [{ freeze: YEAR.from + 300 * DAY, date: YEAR.from + 340 * DAY }, { freeze: YEAR.from + 180 * DAY, date: YEAR.from + 220 * DAY }],
      platforms: names.map((platform, p) => ({ platform, step: p % 3 + 1, owners: ['@a', '@b'], switches: null })),
    },
  };
}

function platformOf(platform: PlatformId, p: number, jobs: number, perDay: number): PlatformEvidence {
  return {
    platform, jobs: Array.from({ length: jobs }, (_, j) => jobOf(platform, p, j, perDay)),
    incidents: Array.from({ length: 12 }, (_, i) => ({ id: `${p}-${i}`, openedAt: YEAR.from + i * 30 * DAY, acknowledgedAt: YEAR.from + i * 30 * DAY + (i + p) % 10 * DAY, closedAt: YEAR.from + (i * 30 + 12) * DAY, leftOut: null, url: null })),
    steps: [], signOffs: [], exceptions: [], owners: [], attestations: [],
    downtimes: p % 5 === 0 ? [{ from: YEAR.from + 100 * DAY, to: YEAR.from + 104 * DAY, reason: null }] : [],
    acts: Array.from({ length: 24 }, (_, i) => ({ at: YEAR.from + i * 15 * DAY, by: `person${i % 3}` })),
  };
}

function jobOf(platform: PlatformId, p: number, j: number, perDay: number): JobEvidence {
  const suite = SUITES[j % SUITES.length] ?? 'unit';
  const job: Job = {
    key: `${platform}|ci|${suite}-${j}`, project: 'bench', platform, name: `${suite}-${j}`, source: 'ci', dashboard: null, tab: null, suite,
    trigger: j % 2 === 0 ? 'periodic' : 'postsubmit', branch: null, board: 'informing', reportedBy: null,
    thresholds: { failuresToOpen: 3, passesToClose: 2, recentRuns: 10, staleAfter: 48 * HOUR },
  };
  return { job, runs: runsOf(p, j, perDay), links: { page: null, logs: null }, blind: [] };
}

const BUILDS = Array.from({ length: 20_000 }, (_, n) => String(n));

function runsOf(p: number, j: number, perDay: number): RunRecord[] {
  const runs: RunRecord[] = [];
  // One platform in four has a bad quarter, in one of its jobs; the reference has a bad fortnight.
  const bad = p % 4 === 1 && j === 1 ? [120, 210] : p === 0 ? [250, 264] : [999, 999];
  for (let n = 0; n < 365 * perDay; n++) {
    const started = YEAR.from + n * DAY / perDay;
    const day = Math.floor(n / perDay);
    const red = day >= (bad[0] ?? 0) && day < (bad[1] ?? 0) ? n % 2 === 0 : (n * 7 + p * 13 + j * 29) % 31 === 0;
    runs.push({ build: BUILDS[n] ?? String(n), started, finished: started + HOUR, outcome: red ? 'fail' : 'pass', commit: null });
  }
  return runs;
}
