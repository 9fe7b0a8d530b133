import type { Week } from './measure.ts';

/** What grows that should not: rows beyond what is kept, bytes beyond the rows, memory beyond what it was, work beyond what happens. */

/** Bytes that a row of each table takes at most on average, its indexes included; what the disk may hold follows from it. */
const ROW_BYTES: Readonly<Record<string, number>> = {
  audit: 900, conflicts: 20_000, good_days: 80, identities: 200, inbox: 25_000, incidents: 12_000, incident_issues: 200, jobs: 3_000, leases: 200, link_codes: 300, meta: 60_000, outbox: 5_000,
  pings: 500, platform_events: 800, proposals: 8_000, quiets: 800, rollups: 60, runs: 300, step_warnings: 8_000, warnings: 1_000,
};
/** Tables and indexes without a row. */
const EMPTY = 2_000_000;

/** What the disk may hold by the rows that there are (bytes); half as much again for pages that are not full. */
export const diskBound = (week: Week): number => EMPTY + 1.5 * Object.entries(week.rows).reduce((n, [table, rows]) => n + rows * (ROW_BYTES[table] ?? 1_000), 0);

export interface Keeping {
  readonly runsPerDay: number;
  readonly jobs: number;
  /** Days. */
  readonly runs: number;
  readonly rollups: number;
}

const middle = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(at)] ?? 0) + (sorted[Math.ceil(at)] ?? 0)) / 2;
};

/** How much a value grows from one measurement to the next: the middle of the slopes between all pairs of them, since a few odd weeks must not decide. */
export const slopeOf = (values: readonly number[]): number => middle(values.flatMap((from, i) => values.slice(i + 1).map((to, j) => (to - from) / (j + 1))));

/** Weeks in which caches fill; and so many weeks after them at least tell a slope from chance. */
const FIRST = 4;
const LEAST = 6;

/** What was wrong, and what the run was too short to tell. */
export interface Growth {
  readonly wrong: readonly string[];
  readonly untold: readonly string[];
}

/** The weeks that each process of the program lived, without the one in the middle of which it ended. */
function livesOf(weeks: readonly Week[]): Week[][] {
  const lives: Week[][] = [];
  for (const w of weeks) {
    const life = lives.at(-1);
    if (life !== undefined && w.cpu >= (life.at(-1)?.cpu ?? 0)) life.push(w);
    else lives.push([w]);
  }
  return lives;
}

/** Judges the weeks of a run. `processors`: whether the time on them is judged, too. */
export function growing(weeks: readonly Week[], keeping: Keeping, processors: boolean): Growth {
  const wrong = weeks.flatMap((w) => bounds(w, keeping));
  const untold: string[] = [];
  const slopes = (over: readonly Week[], what: string, each: readonly Level[]): void => {
    const settled = over.slice(FIRST);
    if (settled.length < LEAST) untold.push(`${what}: it takes ${FIRST + LEAST} measurements, and there are ${over.length}`);
    else wrong.push(...each.flatMap((level) => grownOf(settled, level)));
  };
  // Deployments and kills begin its memory anew: the longest life tells most.
  const life = livesOf(weeks).reduce<readonly Week[]>((longest, one) => one.length > longest.length ? one : longest, []);
  slopes(life, 'whether the memory of one process grows', MEMORY);
  slopes(weeks, 'whether its work grows', processors ? [...WORK, CPU] : WORK);
  const kept = weeks.filter((w) => w.week * 7 > keeping.rollups + 7 * FIRST);
  slopes(kept, 'whether the disk grows once as much is dropped as is written', DISK);
  return { wrong, untold };
}

/** How far rows and bytes of one week are beyond what is kept. */
function bounds(w: Week, keeping: Keeping): string[] {
  const kept = {
    runs: keeping.runsPerDay * (keeping.runs + 3), rollups: keeping.jobs * (keeping.rollups + 3), leases: 10, meta: 40, link_codes: 10, jobs: keeping.jobs, warnings: 200,
  };
  return [
    ...Object.entries(kept).filter(([table, most]) => (w.rows[table] ?? 0) > most).map(([table, most]) => `week ${w.week}: ${table} has ${w.rows[table] ?? 0} rows, and ${Math.round(most)} are kept at most`),
    ...w.disk > diskBound(w) ? [`week ${w.week}: the disk holds ${w.disk} bytes, and its rows account for ${Math.round(diskBound(w))} at most`] : [],
    ...w.wal > 20_000_000 ? [`week ${w.week}: the log beside the database has ${w.wal} bytes`] : [],
  ];
}

/** What should stay level: by its slope over all weeks it may have grown by a share of what it was, or by `slack`, whichever is more. */
interface Level {
  readonly what: string;
  readonly of: (week: Week) => number;
  readonly share: number;
  readonly slack: number;
}

const MEMORY: readonly Level[] = [
  { what: 'the heap', of: (w) => w.heap, share: 0.1, slack: 6_000_000 },
  // V8 keeps what it once had, and here garbage of a day comes within a second.
  { what: 'the memory beside the heap', of: (w) => w.rss - w.heapTotal, share: 0.2, slack: 40_000_000 },
  { what: 'the number of open files', of: (w) => w.files, share: 0, slack: 10 },
  { what: 'the number of what keeps it busy', of: (w) => Object.values(w.resources).reduce((a, b) => a + b, 0), share: 0, slack: 10 },
];

const WORK: readonly Level[] = [
  { what: 'the inbox', of: (w) => w.rows['inbox'] ?? 0, share: 0.5, slack: 500 },
  { what: 'the number of requests to GitHub in a week', of: (w) => w.github, share: 0.6, slack: 300 },
  { what: 'the text that it reads from its store in a day', of: (w) => w.readPerDay, share: 0.35, slack: 500_000 },
];

const CPU: Level = { what: 'the processor time of a day', of: (w) => w.cpuPerDay, share: 0.35, slack: 150 };

/** Kept for good are incidents, decisions, what is on record about platforms, and the audit. */
const FOR_GOOD = ['audit', 'conflicts', 'good_days', 'incidents', 'incident_issues', 'platform_events', 'proposals', 'quiets', 'step_warnings'] as const;

const DISK: readonly Level[] = [
  ...['outbox', 'pings', 'runs', 'rollups'].map((table): Level => ({ what: `the table ${table}`, of: (w) => w.rows[table] ?? 0, share: 0.35, slack: 300 })),
  { what: 'the disk beside what is kept for good', of: (w) => w.disk - FOR_GOOD.reduce((n, table) => n + (w.rows[table] ?? 0) * (ROW_BYTES[table] ?? 0), 0), share: 0.25, slack: 2_000_000 },
];

function grownOf(weeks: readonly Week[], { what, of, share, slack }: Level): string[] {
  const values = weeks.map(of);
  const [begun, grown] = [middle(values.slice(0, Math.max(2, Math.floor(values.length / 4)))), slopeOf(values) * (values.length - 1)];
  return grown > Math.max(slack, begun * share) ? [`${what} grows: from ${Math.round(begun)} by ${Math.round(grown)} between the weeks ${weeks[0]?.week ?? 0} and ${weeks.at(-1)?.week ?? 0}`] : [];
}
