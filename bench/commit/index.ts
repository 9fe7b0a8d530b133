import { databaseOf, postgresIsHere } from '../../test/postgres.ts';
import { onPostgres } from '../breakages/index.ts';
import type { Aim, Figure } from '../figure.ts';
import { Town } from '../town.ts';
import { measureDecisions } from './decisions.ts';

export interface CommitOptions {
  /** Decisions in each block. */
  readonly decisions: number;
  /** Told what is being measured. */
  readonly say: (what: string) => void;
}

/** Decisions under way at once, as while a server writes to GitHub and Slack. */
const AT_ONCE = 16;
/** The runs are stored, the opening is decided, and each of its three writes (issue, message, reply) is claimed and settled. */
const OPENING = 2 + 2 * 3;
/** The same of a recovery: a comment, the issue's closing, the message and a reply. */
const CLOSING = 2 + 2 * 4;
/** No more than one for each step, but that polls in between have theirs; what comes together shares a commit. */
const AS_MANY = { of: 'ratio', most: 1.25 } as const;

interface Aims { readonly alone: Aim; readonly atOnce: Aim }
/** A decision is a dozen statements where the floor is one; where several are under way, they share the wait for the disk. */
const SQLITE: Aims = { alone: { of: 'ratio', most: 3 }, atOnce: { of: 'ratio', most: 1.5 } };
/** Each statement is a way there and back, which the disk does not hide where commits are quick. */
const POSTGRES: Aims = { alone: { of: 'ratio', most: 8 }, atOnce: { of: 'ratio', most: 8 } };

/** Measures the way of a decision into the store, next to bare transactions of the same database that are as durable. */
export async function benchCommit({ decisions, say }: CommitOptions): Promise<Figure[]> {
  say('transactions of a breakage that comes alone');
  const figures = await counted();
  say('decisions into SQLite, next to bare transactions');
  figures.push(...await timed('commit, SQLite', decisions, null, SQLITE));
  if (!await postgresIsHere('decisions into PostgreSQL')) return figures;
  say('decisions into PostgreSQL, next to bare transactions');
  return [...figures, ...await onPostgres((name) => timed('commit, PostgreSQL', decisions, databaseOf(name).url, POSTGRES))];
}

async function timed(name: string, decisions: number, databaseUrl: string | null, aims: Aims): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [what, atOnce, aim] of [['one after the other', 1, aims.alone], [`${AT_ONCE} at once`, AT_ONCE, aims.atOnce]] as const) {
    const { ours, floor } = await measureDecisions({ decisions, atOnce, databaseUrl });
    figures.push(
      { name: `${name}: a decision, ${what}: wall clock`, value: ours.wallMs, floor: floor.wallMs, unit: 'ms', aim },
      { name: `${name}: a decision, ${what}: CPU`, value: ours.cpuMs, floor: floor.cpuMs, unit: 'ms', aim: null },
    );
  }
  return figures;
}

async function counted(): Promise<Figure[]> {
  const town = await Town.open({ platforms: 1, answersAfter: 0, cap: null, database: null });
  try {
    await town.start();
    // Each poll writes down that its source was read well; that is no part of a breakage.
    const listened = async (happens: () => void, isDone: () => boolean, what: string): Promise<{ commits: number; polls: number }> => {
      const before = town.polls();
      const { commits } = await town.written(happens, isDone, what);
      return { commits, polls: town.polls() - before };
    };
    const until = town.polls() + 10;
    const still = await listened(() => {}, () => town.polls() >= until, 'it has polled');
    const of = async (happens: () => void, isDone: () => boolean, floor: number, what: string): Promise<Figure> => {
      const { commits, polls } = await listened(happens, isDone, what);
      return { name: `commit, SQLite: transactions of ${what} that comes alone`, value: Math.round(commits - polls * still.commits / still.polls), floor, unit: 'commits', aim: AS_MANY };
    };
    return [
      await of(() => { town.break(); }, () => town.messages('|#') === 1 && town.replies() >= 1, OPENING, 'a breakage'),
      await of(() => { town.mend(); }, () => town.issues('closed') === 1 && town.replies() >= 2, CLOSING, 'a recovery'),
    ];
  } finally {
    await town.close();
  }
}
