import { z } from 'zod';
import type { Runtime } from '../context.ts';

/** The issues and pull requests that the last look was about, and the commits that would be merged. */
export interface Watched {
  readonly numbers: readonly number[];
  readonly heads: readonly string[];
}

const schema = z.object({ numbers: z.array(z.number()), heads: z.array(z.string()) });
const NOTHING: Watched = { numbers: [], heads: [] };
const key = (project: string): string => `watched:${project}`;

/** What is watched, whichever replica looked; nothing before the first look. */
export async function watchedNow(rt: Runtime, project: string): Promise<Watched> {
  const stored = await rt.store.meta(key(project));
  if (stored === null) return NOTHING;
  const parsed = schema.safeParse(JSON.parse(stored));
  return parsed.success ? parsed.data : NOTHING;
}

/** Remembers what a look was about, for whichever replica hears of it. */
export async function watch(rt: Runtime, project: string, { numbers, heads }: Watched): Promise<void> {
  const text = JSON.stringify({ numbers: [...new Set(numbers)].toSorted((a, b) => a - b), heads: [...new Set(heads)].toSorted() });
  if (await rt.store.meta(key(project)) !== text) await rt.store.setMeta(key(project), text);
}
