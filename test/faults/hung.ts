import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { underWay } from '../sweep/fence.ts';
import { Life } from '../sweep/life.ts';

/** The header by which a stand-in knows which request of the program it is. */
export const CALL = 'x-call';

interface Pending { hung: boolean }

/**
 * Requests that get no answer for now. The harness waits for what is under way while the clock stands; what hangs goes on
 * only when the clock does, so it does not count as under way until it is answered or given up.
 */
const pending = new Map<string, Pending>();
let count = 0;

/** The request gets no answer for now. */
export function hangs(call: string): void {
  const entry = pending.get(call);
  if (!entry || entry.hung) return;
  entry.hung = true;
  underWay.count--;
}

/** It goes on after all: it is answered, or given up. */
export function goesOn(call: string): void {
  const entry = pending.get(call);
  if (!entry?.hung) return;
  entry.hung = false;
  underWay.count++;
}

function begin(signal: AbortSignal | null | undefined): string {
  const call = String(++count);
  pending.set(call, { hung: false });
  signal?.addEventListener('abort', () => { goesOn(call); }, { once: true });
  return call;
}

function ends(call: string): void {
  goesOn(call);
  pending.delete(call);
}

let known = false;

/** Numbers the program's requests, once for the process; after the fence is up. */
export function numberRequests(): void {
  if (known) return;
  known = true;
  const fenced = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    if (Life.current.getStore() === undefined) return fenced(input, init);
    const call = begin(init?.signal);
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    headers.set(CALL, call);
    try {
      return await fenced(input, { ...init, headers });
    } finally {
      ends(call);
    }
  };
  const get = http.get as (url: URL, options: http.RequestOptions, then?: (answer: http.IncomingMessage) => void) => http.ClientRequest;
  const numbered: typeof get = (url, options, then) => {
    if (Life.current.getStore() === undefined) return get(url, options, then);
    const call = begin(options.signal);
    return get(url, { ...options, headers: { ...options.headers as Record<string, string>, [CALL]: call } }, then).once('close', () => { ends(call); });
  };
  http.get = numbered as typeof http.get;
  syncBuiltinESMExports();
}
