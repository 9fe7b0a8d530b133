import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { connectLookup, systemLookup } from './address.ts';
import type { Lookup } from './address.ts';
import { attempt } from './exchange.ts';
import type { Attempt, Transport } from './exchange.ts';
import { failure } from './failure.ts';
import type { Failure } from './failure.ts';
import type { FetchLimits } from './source.ts';
import type { Fetched, GetOptions, Http } from './wire.ts';

/** What a source does not do by itself, so that tests decide it. */
export interface HttpDeps {
  /** Uniform in [0, 1): jitter. */
  readonly random: () => number;
  /** Resolves after so many milliseconds, or as soon as the signal says so. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Absent: the system's resolver. */
  readonly lookup?: Lookup;
}

const ATTEMPTS = 3;
const FIRST_BACKOFF = 250;

/**
 * One careful GET: a time-out over everything it takes (attempts, pauses, the whole body), up to three attempts, a limit
 * on the body before and after decompression, redirects within the host only, conditional where validators are given.
 * `guarded` refuses private addresses, for URLs that somebody other than the operator has written.
 */
export function createHttp(limits: FetchLimits, guarded: boolean, deps: HttpDeps): Http {
  const agent = { keepAlive: true, maxSockets: limits.concurrency, timeout: 30_000 };
  const transport: Transport = {
    http: new HttpAgent(agent), https: new HttpsAgent(agent),
    lookup: connectLookup(deps.lookup ?? systemLookup, guarded), guarded, bodyLimit: limits.bodyLimit,
  };
  return { get: (url, options) => persist(url, options, transport, limits.timeout, deps) };
}

/** Repeats attempts until one settles it. */
async function persist<T>(url: URL, options: GetOptions<T>, transport: Transport, timeout: number, deps: HttpDeps): Promise<Fetched<T>> {
  const budget = startBudget(timeout, options.signal);
  try {
    for (let n = 1; ; n++) {
      const result = await attempt(url, options, transport, budget.signal);
      if (result.ok) return result;
      if (budget.signal.aborted) return budgetFailure(url, options.signal, timeout, result);
      const wait = n < ATTEMPTS ? pauseBefore(n + 1, result, timeout, deps.random) : null;
      if (wait === null) return n > 1 ? failure(result.reason, `${result.message} (after ${n} attempts)`) : result;
      await pause(wait, budget.signal, deps.sleep);
      if (budget.signal.aborted) return options.signal.aborted ? budgetFailure(url, options.signal, timeout, result) : result;
    }
  } finally {
    budget.stop();
  }
}

/** Milliseconds until the next attempt; null: there is none, or it would have to wait longer than the whole time-out. */
function pauseBefore(n: number, result: Attempt<never> & Failure, timeout: number, random: () => number): number | null {
  if (!result.retry) return null;
  const backOff = FIRST_BACKOFF * 2 ** (n - 2) * (0.5 + random());
  if (result.retryAfter === null) return backOff;
  return result.retryAfter > timeout ? null : Math.max(result.retryAfter, backOff);
}

const budgetFailure = (url: URL, outer: AbortSignal, timeout: number, last: Failure): Failure =>
  outer.aborted ? failure('aborted', 'the poll was ended early')
    : last.reason === 'timeout' || last.reason === 'network' || last.reason === 'truncated'
      ? failure('timeout', `${url.origin}${url.pathname} did not answer completely within ${timeout / 1000} s`) : last;

/** A signal that fires when the time is up or the caller ends it. */
function startBudget(ms: number, outer: AbortSignal): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = setTimeout(abort, ms);
  if (outer.aborted) abort();
  else outer.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    stop: () => { clearTimeout(timer); outer.removeEventListener('abort', abort); },
  };
}

/** Sleeps, but not past the signal, whatever the injected sleep makes of it. */
async function pause(ms: number, signal: AbortSignal, sleep: HttpDeps['sleep']): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => resolve();
  signal.addEventListener('abort', wake, { once: true });
  sleep(ms, signal).then(wake, wake);
  await promise;
  signal.removeEventListener('abort', wake);
}
