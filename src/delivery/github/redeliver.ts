import { z } from 'zod';
import { counted } from '../../domain/time.ts';
import { anyJson, type Answer } from './answer.ts';
import type { Clients } from './clients.ts';
import { isUsed } from './events.ts';

export interface Redelivered {
  /** Deliveries that GitHub was asked to send again, and took the request for. */
  readonly asked: number;
  /** Why it could not be asked, or not for all of them, as a sentence; null: it could. */
  readonly problem: string | null;
}

/** Requests for one delivery again at one call; the rest is for the next. */
const MOST = 500;
/** Hundreds of deliveries that are looked through. */
const PAGES = 100;
/** Attempts after which a delivery is left alone: what fails every time would be asked for for days. */
const TRIES = 10;

/** The number of an attempt, digit for digit: since 2026 GitHub's are beyond what a double holds, and Octokit hands such on as a `bigint`. One that was rounded is another attempt's, or nobody's. */
const number = z.union([z.int(), z.bigint()]).transform(String);
const attempts = z.array(z.object({
  id: number, guid: z.string(), delivered_at: z.string(), status: z.string().nullish(), status_code: z.number().nullish().transform((code) => code ?? 0), event: z.string(), action: z.string().nullish(),
}));
type Attempt = z.output<typeof attempts>[number];

/** All attempts at one event. */
interface Event {
  readonly newest: Attempt;
  readonly count: number;
  readonly settled: boolean;
}

/** Under way, or done. What failed has a status code from 400 on, or none. */
const isSettled = (a: Attempt): boolean => a.status === 'pending' || a.status === 'OK' || (a.status_code >= 200 && a.status_code < 400);

/**
 * Asks GitHub for webhooks again that did not arrive since `since` (epoch ms): of every event that is used and of which no
 * attempt succeeded, the oldest first (behaviour 29). An event that arrives twice is dropped by its id.
 */
export async function redeliverMissed(clients: Pick<Clients, 'asApp'>, since: number): Promise<Redelivered> {
  const events = new Map<string, Event>();
  let cursor: string | null = '';
  for (let page = 0; page < PAGES && cursor !== null; page++) {
    const answer: Answer<Attempt[]> = await clients.asApp('GET /app/hook/deliveries', { per_page: 100, ...(cursor === '' ? {} : { cursor }) }, attempts);
    if (!answer.ok) return { asked: 0, problem: `Webhooks that were missed could not be looked for. ${answer.failure.reason}` };
    const recent: Attempt[] = answer.data.filter((a) => Date.parse(a.delivered_at) >= since);
    for (const attempt of recent) note(events, attempt);
    cursor = recent.length < answer.data.length ? null : nextCursor(answer.headers);
  }
  return ask(clients, [...events.values()].filter((e) => !e.settled && e.count < TRIES).map((e) => e.newest.id).toReversed().slice(0, MOST));
}

/** Attempts come newest first. */
function note(events: Map<string, Event>, attempt: Attempt): void {
  if (!isUsed(attempt.action ? `${attempt.event}.${attempt.action}` : attempt.event)) return;
  const known = events.get(attempt.guid);
  events.set(attempt.guid, { newest: known?.newest ?? attempt, count: (known?.count ?? 0) + 1, settled: (known?.settled ?? false) || isSettled(attempt) });
}

async function ask(clients: Pick<Clients, 'asApp'>, ids: readonly string[]): Promise<Redelivered> {
  let asked = 0;
  for (const id of ids) {
    const answer = await clients.asApp('POST /app/hook/deliveries/{delivery_id}/attempts', { delivery_id: id }, anyJson);
    if (answer.ok) asked++;
    // Too old, or already under way: there is nothing more to get from it.
    else if (answer.failure.kind !== 'missing' && answer.failure.kind !== 'refused') return { asked, problem: `${counted(ids.length - asked, 'missed webhook')} could not be asked for again. ${answer.failure.reason}` };
  }
  return { asked, problem: null };
}

function nextCursor(headers: Readonly<Record<string, unknown>>): string | null {
  const link = headers['link'];
  const next = typeof link === 'string' ? /<([^>]+)>;\s*rel="?next"?/.exec(link)?.[1] : undefined;
  return next === undefined ? null : URL.parse(next)?.searchParams.get('cursor') ?? null;
}
