import type { Action, OutboxRow } from '../domain/action.ts';
import { COPIED_AT } from '../store/admin.ts';
import type { Store } from '../store/store.ts';
import type { Runtime } from './context.ts';

/** Rows of this long (ms) after the first start on a copy of a store are looked at twice: what the copy missed is decided again by then. */
const DOUBTED = 86_400_000;
/** The same of what is said of a breakage, for its deadlines begin anew with the copy: reminders and escalations come days later. */
const WORDS_DOUBTED = 14 * DOUBTED;

/** The moment until which a store's rows are in doubt (epoch ms); 0: it is no copy. Asked of each store once. */
const known = new WeakMap<Store, Promise<number>>();

/**
 * Whether what a row asks for may have been made in a time that this store, a restored backup, knows nothing of. It is so
 * for what stands as long as its matter does (a message), for answers, which are known by what they answer, and for words
 * about a breakage, which are known by what they say and what that rests on.
 */
export async function mayBeMadeAlready(rt: Runtime, row: OutboxRow): Promise<boolean> {
  const { action, createdAt } = row;
  if (!WORDS.has(action.kind) && !STANDING.has(action.kind)) return false;
  const until = await doubtedUntil(rt);
  return until > 0 && createdAt < (WORDS.has(action.kind) ? until - DOUBTED + WORDS_DOUBTED : until);
}

const WORDS: ReadonlySet<Action['kind']> = new Set<Action['kind']>(['comment', 'reply', 'card-reply']);
const STANDING: ReadonlySet<Action['kind']> = new Set<Action['kind']>(['ensure-message', 'ensure-card', 'post-comment']);

async function doubtedUntil(rt: Runtime): Promise<number> {
  const asked = known.get(rt.store) ?? ask(rt);
  known.set(rt.store, asked);
  // What could not be read is asked for again.
  asked.catch(() => known.delete(rt.store));
  return asked;
}

async function ask({ store, log, now }: Runtime): Promise<number> {
  const copied = await store.meta(COPIED_AT);
  if (copied === null) return 0;
  const until = Number(await store.settle(`doubted-until:${copied}`, String(now() + DOUBTED)));
  if (now() < until) log.info({ copied: new Date(Number(copied)).toISOString(), until: new Date(until).toISOString() }, 'this store is a copy: what it may have missed is looked for before it is written');
  return until;
}
