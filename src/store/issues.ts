import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { IssueRef } from '../domain/incident.ts';
import type { Engine, KnownIssues } from './engine.ts';
import type { Decision } from './store.ts';
import { repoKey } from './values.ts';

/** What remembers which incident, proposal, warning or conflict has, or had, an issue. */
const TABLES = ['incident_issues', 'proposal_issues', 'step_warning_issues', 'conflict_issues'] as const;

const nameOf = (repo: string, number: number): string => `${repoKey(repo)}#${number}`;

/** Whether anything that is kept has, or had, this issue. Asked of every delivery about an issue: from memory on SQLite, one statement on PostgreSQL. */
export async function knowsIssue(engine: Engine, repo: string, number: number): Promise<boolean> {
  const { known } = engine;
  if (known === null) return isStored(engine, repo, number);
  known.read ??= readAll(engine, known);
  await known.read;
  return known.names.has(nameOf(repo, number));
}

/** Remembers the issues of what is being written; one that is rolled back after all is known in vain. */
export function rememberIssues({ known }: Engine, { incidents = [], proposals = [], stepWarnings = [], conflicts = [] }: Decision): void {
  if (known === null) return;
  const issues: readonly (IssueRef | null)[] = [
    ...incidents.flatMap(({ incident }) => [incident.issue, ...incident.lostIssues]), ...proposals.map((p) => p.proposal.issue),
    ...stepWarnings.map((w) => w.warning.issue), ...conflicts.map((c) => c.conflict.reactivation),
  ];
  for (const issue of issues) if (issue !== null) known.names.add(nameOf(issue.repo, issue.number));
}

async function isStored(engine: Engine, repo: string, number: number): Promise<boolean> {
  const has = (table: (typeof TABLES)[number]): RawBuilder<boolean> => sql`exists (select 1 from ${sql.table(table)} where repo = ${repoKey(repo)} and number = ${number})`;
  const { rows } = await sql`select 1 as known where ${sql.join(TABLES.map(has), sql` or `)}`.execute(engine.db);
  return rows.length > 0;
}

async function readAll(engine: Engine, known: KnownIssues): Promise<void> {
  try {
    for (const table of TABLES) {
      const rows = await engine.db.selectFrom(table).select(['repo', 'number']).execute();
      for (const { repo, number } of rows) known.names.add(nameOf(repo, number));
    }
  } catch (error) {
    known.read = null;
    throw error;
  }
}
