import type { Call } from './call.ts';
import type { Answer } from './answer.ts';

/** Which requests a fault is for. A string path must be equal, without the query. */
export type Match =
  | ((call: Call) => boolean)
  | { readonly method?: string; readonly path?: RegExp | string };

/**
 * How a server can behave badly. "Effect" is what the request would have done.
 * - `status`: answers this, no effect.            - `status-after`: the effect happens, then this answer (502).
 * - `cut-before`: connection cut, no effect.       - `cut-after`: the effect happens, the connection is cut before the answer.
 * - `cut-middle`: the effect happens, the connection is cut in the middle of the answer's body.
 * - `hang`: no effect, never answers.              - `hang-after`: the effect happens, never answers.
 * - `stall`: the effect happens, the head and half of the body are sent, and never the rest.
 * - `slow`: the effect happens at once, the answer comes `ms` later.
 * - `html`: a proxy's page instead of an answer, no effect (200 unless `status` says otherwise).
 * - `truncate`: a whole HTTP answer whose body is only the first half of the real one.
 * - `garbage`: bytes that are no JSON, announced as JSON, no effect.
 * - `redirect`: 302 (or `status`) to `location`, no effect.
 * - `alter`: the effect happens, and the answer is changed by a function (a page without its Link header, say).
 */
export type Trouble =
  | { readonly kind: 'status' | 'status-after'; readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | { readonly kind: 'cut-before' | 'cut-after' | 'cut-middle' | 'hang' | 'hang-after' | 'stall' | 'truncate' | 'garbage' }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'html'; readonly status?: number }
  | { readonly kind: 'redirect'; readonly location: string; readonly status?: number }
  | { readonly kind: 'alter'; readonly alter: (answer: Answer, call: Call) => Answer };

export type FaultSpec = Trouble & {
  readonly match?: Match;
  /** How many matching requests it hits; default 1, `Infinity` until removed. */
  readonly times?: number;
  /** How many matching requests pass first; default 0. */
  readonly skip?: number;
};

/** A fault that was added: what it hit, and its end. */
export interface Fault {
  readonly spec: FaultSpec;
  readonly hits: number;
  remove(): void;
}

class Entry implements Fault {
  readonly spec: FaultSpec;
  hits = 0;
  skipped = 0;
  gone = false;
  constructor(spec: FaultSpec) { this.spec = spec; }
  remove(): void { this.gone = true; }
}

/** Tells whether a request is meant by a match; no match means every request. */
export function matches(match: Match | undefined, call: Call): boolean {
  if (match === undefined) return true;
  if (typeof match === 'function') return match(call);
  if (match.method !== undefined && match.method.toUpperCase() !== call.method) return false;
  if (match.path === undefined) return true;
  return typeof match.path === 'string' ? match.path === call.path : match.path.test(call.path);
}

/** The troubles that a server is set to make. The first that matches a request, in the order they were added, hits it. */
export class Faults {
  #entries: Entry[] = [];

  /** Adds a fault; it hits the next matching request unless `times` and `skip` say otherwise. */
  add(spec: FaultSpec): Fault {
    const entry = new Entry(spec);
    this.#entries.push(entry);
    return entry;
  }

  /** Ends all faults. */
  clear(): void { this.#entries = []; }

  /** The trouble for this request, counted as a hit; null where there is none. */
  take(call: Call): FaultSpec | null {
    this.#entries = this.#entries.filter((e) => !e.gone && e.hits < (e.spec.times ?? 1));
    for (const entry of this.#entries) {
      if (!matches(entry.spec.match, call)) continue;
      if (entry.skipped < (entry.spec.skip ?? 0)) { entry.skipped += 1; continue; }
      entry.hits += 1;
      return entry.spec;
    }
    return null;
  }
}
