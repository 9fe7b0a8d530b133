import type { Clients } from './clients.ts';

/** Answers that are remembered; the one that was not asked for the longest goes first. */
const MOST = 1_000;

interface Kept { readonly etag: string; readonly schema: unknown; readonly data: unknown; readonly headers: Readonly<Record<string, unknown>> }

/**
 * Reads that are repeated again and again: GitHub is told what is known already (`If-None-Match`), and where nothing has
 * changed its answer is short and counts against no limit. What it says is always asked for anew.
 */
export function conditional(clients: Pick<Clients, 'inRepo'>): Pick<Clients, 'inRepo'> {
  const kept = new Map<string, Kept>();
  return {
    inRepo: async (repo, route, params, schema, redirect) => {
      const key = JSON.stringify([repo, route, params]);
      const known = kept.get(key);
      const usable = known?.schema === schema ? known : undefined;
      const answer = await clients.inRepo(repo, route, usable ? { ...params, headers: { 'if-none-match': usable.etag } } : params, schema, redirect);
      if (!answer.ok) return usable && answer.failure.status === 304 ? { ok: true, data: usable.data as never, headers: usable.headers } : answer;
      kept.delete(key);
      const etag = answer.headers['etag'];
      if (typeof etag === 'string') kept.set(key, { etag, schema, data: answer.data, headers: answer.headers });
      const [oldest] = kept.keys();
      if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
      return answer;
    },
  };
}
