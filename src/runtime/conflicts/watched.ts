import { z } from 'zod';
import type { Store } from '../../store/store.ts';
import type { Runtime } from '../context.ts';

/** The issues and pull requests that the last look was about, and the commits that would be merged. */
export interface Watched {
  readonly numbers: readonly number[];
  readonly heads: readonly string[];
}

const schema = z.object({ numbers: z.array(z.number()), heads: z.array(z.string()) });
const NOTHING: Watched = { numbers: [], heads: [] };
const key = (project: string): string => `watched:${project}`;

/** What is watched, by store and project, where nobody else can have looked: a busy repository asks of each of its checks. */
const looked = new WeakMap<Store, Map<string, Watched>>();

/** What is watched, whichever replica looked; nothing before the first look. */
export async function watchedNow({ store }: Pick<Runtime, 'store'>, project: string): Promise<Watched> {
  if (store.engine === 'postgres') return read(store, project);
  const mine = looked.get(store) ?? new Map<string, Watched>();
  looked.set(store, mine);
  const known = mine.get(project);
  if (known !== undefined) return known;
  const stored = await read(store, project);
  // A look may have ended meanwhile.
  if (!mine.has(project)) mine.set(project, stored);
  return mine.get(project) ?? stored;
}

async function read(store: Store, project: string): Promise<Watched> {
  const stored = await store.meta(key(project));
  if (stored === null) return NOTHING;
  const parsed = schema.safeParse(JSON.parse(stored));
  return parsed.success ? parsed.data : NOTHING;
}

/** Remembers what a look was about, for whichever replica hears of it. */
export async function watch({ store }: Pick<Runtime, 'store'>, project: string, { numbers, heads }: Watched): Promise<void> {
  const watched = { numbers: [...new Set(numbers)].toSorted((a, b) => a - b), heads: [...new Set(heads)].toSorted() };
  const text = JSON.stringify(watched);
  if (await store.meta(key(project)) !== text) await store.setMeta(key(project), text);
  looked.get(store)?.set(project, watched);
}
