import { setTimeout as delay } from 'node:timers/promises';
import type { Clients } from './clients.ts';
import type { Failure } from './failure.ts';

/** The first wait before a read is repeated (ms); each later one is twice as long. */
const FIRST_WAIT = 100;

/** Milliseconds until a read that failed like this may well succeed; null: it would fail again. */
function waitAfter({ kind, after }: Failure, tries: number): number | null {
  const own = FIRST_WAIT * 2 ** (tries - 1);
  if (kind === 'server' || kind === 'unreachable' || kind === 'garbage') return Math.max(after ?? 0, own);
  return kind === 'limited' && after !== null ? Math.max(after, own) : null;
}

/**
 * Reads that somebody waits for: what failed in passing (no answer or half of one, an error of GitHub's own, a limit that is over soon) is
 * asked again for as long as an answer can still come within `deadline` milliseconds (contract: a lookup has 3 s in all,
 * retries included). Not for writes, which may have happened.
 */
export function patient(clients: Pick<Clients, 'inRepo'>, deadline: number): Pick<Clients, 'inRepo'> {
  const end = performance.now() + deadline;
  return {
    inRepo: async (repo, route, params, schema, redirect) => {
      for (let tries = 1; ; tries++) {
        const answer = await clients.inRepo(repo, route, params, schema, redirect);
        const wait = answer.ok ? null : waitAfter(answer.failure, tries);
        if (wait === null || performance.now() + wait >= end) return answer;
        await delay(wait);
      }
    },
  };
}
