import type { Answer } from '../common/answer.ts';
import type { Call } from '../common/call.ts';
import { refusal } from './errors.ts';

/** What a test may limit. Absent: no such limit. */
export interface LimitSettings {
  /** So many requests per hour; answers with 304 do not count. */
  readonly primary?: { readonly limit: number; readonly perMs?: number };
  /** So many writes per while; over it 403 with `retry-after` (seconds), or without one where `retryAfter` is null. */
  readonly secondary?: { readonly writes: number; readonly perMs?: number; readonly retryAfter: number | null; readonly status?: 403 | 429 };
}

const HOUR = 3_600_000;

/** GitHub's rate limits; by default 5,000 an hour are announced and nothing is refused. */
export class Limits {
  #settings: LimitSettings = {};
  #windowStart = 0;
  #used = 0;
  #writes: number[] = [];
  /** Requests that were refused for a limit. */
  refused = 0;

  /** Puts limits in force, from now; an empty object lifts them. */
  set(settings: LimitSettings): void {
    this.#settings = settings;
    this.#windowStart = 0;
    this.#used = 0;
    this.#writes = [];
  }

  /** Counts a request; answers it where it is over a limit. */
  check(call: Call, now: number, installationId: number): Answer | null {
    const { primary, secondary } = this.#settings;
    const window = primary?.perMs ?? HOUR;
    if (now >= this.#windowStart + window || now < this.#windowStart) { this.#windowStart = now; this.#used = 0; }
    if (primary && this.#used >= primary.limit) {
      this.refused += 1;
      return refusal(403, `API rate limit exceeded for installation ID ${installationId}.`);
    }
    this.#used += 1;
    if (secondary && call.method !== 'GET') {
      const per = secondary.perMs ?? 60_000;
      this.#writes = this.#writes.filter((at) => at > now - per && at <= now);
      if (this.#writes.length >= secondary.writes) {
        this.refused += 1;
        const answer = refusal(secondary.status ?? 403, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.');
        return secondary.retryAfter === null ? answer : { ...answer, headers: { ...answer.headers, 'retry-after': String(secondary.retryAfter) } };
      }
      this.#writes.push(now);
    }
    return null;
  }

  /** A conditional request that found nothing new costs nothing. */
  giveBack(): void { this.#used = Math.max(0, this.#used - 1); }

  /** The numbers as `/rate_limit` and every answer tell them. */
  numbers(now: number): { limit: number; used: number; remaining: number; reset: number } {
    const limit = this.#settings.primary?.limit ?? 5_000;
    const end = (this.#windowStart || now) + (this.#settings.primary?.perMs ?? HOUR);
    const used = Math.min(this.#used, limit);
    return { limit, used, remaining: limit - used, reset: Math.ceil(end / 1000) };
  }

  headers(now: number): Record<string, string> {
    const n = this.numbers(now);
    return {
      'x-ratelimit-limit': String(n.limit), 'x-ratelimit-remaining': String(n.remaining), 'x-ratelimit-used': String(n.used),
      'x-ratelimit-reset': String(n.reset), 'x-ratelimit-resource': 'core',
    };
  }
}
