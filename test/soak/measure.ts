import { statSync } from 'node:fs';
import type { Town } from './town.ts';
import type { Use } from './wire.ts';

/** What is measured once a simulated week. */
export interface Week extends Use {
  /** Weeks since the beginning. */
  readonly week: number;
  /** Rows of each table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Bytes: the database, and SQLite's log beside it (0 on PostgreSQL). */
  readonly disk: number;
  readonly wal: number;
  /** Requests of the program to GitHub, to Slack and to the source, in this week. */
  readonly github: number;
  readonly slack: number;
  readonly source: number;
  /** Processor time of the program in this week by simulated day, in milliseconds. */
  readonly cpuPerDay: number;
  /** Characters that the program read from its store in this week, by simulated day. */
  readonly readPerDay: number;
}

/** What the program has used up to some moment, over all of its lives. */
export type Spent = Pick<Use, 'cpu' | 'read'>;

export const TABLES = ['audit', 'conflicts', 'good_days', 'identities', 'inbox', 'incidents', 'incident_issues', 'jobs', 'leases', 'link_codes', 'meta', 'outbox', 'pings', 'platform_events', 'proposals', 'quiets', 'rollups', 'runs', 'step_warnings', 'warnings'] as const;

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

async function diskOf(town: Town): Promise<{ disk: number; wal: number }> {
  if (town.spec.databaseUrl === undefined) return { disk: sizeOf(town.store), wal: sizeOf(`${town.store}-wal`) };
  // A week goes by in seconds, and autovacuum has no time to do what it does in a week.
  await town.ask('vacuum analyze');
  const [row] = await town.ask(`select sum(pg_total_relation_size(oid)) as bytes from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`);
  return { disk: Number(row?.['bytes'] ?? 0), wal: 0 };
}

/** Measures, and forgets what the stand-ins counted. `before`: what the program had used up to the beginning of these `days`. */
export async function measured(town: Town, week: number, days: number, before: Spent): Promise<Week> {
  const use = await town.life.ask({ do: 'measure' });
  const counted = await town.ask(TABLES.map((t) => `select '${t}' as name, count(*) as n from ${t}`).join(' union all '));
  const { disk, wal } = await diskOf(town);
  const requests = { github: town.github.requests.length, slack: town.slack.requests.length, source: town.ci.requests.length };
  town.forget();
  return { week, ...use, rows: Object.fromEntries(counted.map((r) => [String(r['name']), Number(r['n'])])), disk, wal, ...requests, cpuPerDay: (town.spent.cpu + use.cpu - before.cpu) / days, readPerDay: (town.spent.read + use.read - before.read) / days };
}
