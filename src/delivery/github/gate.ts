import type { Failure } from './failure.ts';

/** A limit of GitHub's that is in force. */
export interface Hold {
  /** Epoch milliseconds. */
  readonly until: number;
  /** Reads are held too: the hourly limit is used up, or a read was refused. */
  readonly reads: boolean;
}

/** Keeps requests back that GitHub has said it would refuse. `who`: on whose limit they count. */
export interface Gate {
  /** What a request comes to that is not sent; null: it may be. */
  closed(who: string, route: string): Failure | null;
  /** Learns from how a request ended that was sent; null: well. */
  learn(who: string, route: string, failure: Failure | null): void;
  /** The limit that is in force; null: none. */
  hold(who: string): Hold | null;
}

/** A shorter wait (ms) is left to whoever asked: nothing much would be sent meanwhile. */
const SHORTEST = 5_000;
/** Where GitHub does not say for how long, each refusal in a row is waited for twice as long as the one before, up to this (ms). */
const LONGEST_GUESS = 15 * 60_000;

/** A clock that says this much (ms) less than it said was set back. */
const SET_BACK = 1_000;

const isRead = (route: string): boolean => route.startsWith('GET ');

/**
 * Whoever goes on asking while a limit is in force may be shut out (GitHub's words). So one refusal is enough: until then
 * what would be refused is not sent. The hourly limit holds everything back, a secondary one that met a write holds writes.
 */
export function createGate(now: () => number): Gate {
  const holds = new Map<string, { all: number; writes: number; guesses: number; at: number }>();
  const of = (who: string) => {
    const known = holds.get(who);
    // Learnt by a clock that was set back since: GitHub says it again.
    if (known === undefined || known.at - now() >= SET_BACK) holds.delete(who);
    return holds.get(who) ?? { all: 0, writes: 0, guesses: 0, at: now() };
  };
  const until = (who: string, route: string): number => Math.max(of(who).all, isRead(route) ? 0 : of(who).writes);
  return {
    closed: (who, route) => {
      const left = until(who, route) - now();
      if (left <= 0) return null;
      return { kind: 'limited', status: null, after: left, reason: `GitHub's limit is in force until ${new Date(until(who, route)).toISOString()}, so ${route} was not sent.` };
    },
    learn: (who, route, failure) => {
      if (failure?.kind !== 'limited') {
        // A write that was let through ends a row of guesses; a read says nothing of writes.
        if (failure === null && !isRead(route) && of(who).guesses > 0) holds.set(who, { ...of(who), guesses: 0 });
        return;
      }
      const { all, writes, guesses } = of(who);
      const guess = failure.limit === 'guess';
      // Those that were under way together are one refusal.
      if (guess && until(who, route) > now()) return;
      const wait = guess ? Math.min((failure.after ?? 0) * 2 ** guesses, LONGEST_GUESS) : failure.after ?? 0;
      if (wait < SHORTEST) return;
      const end = now() + wait;
      const reads = failure.limit === 'primary' || isRead(route);
      holds.set(who, { all: reads ? Math.max(all, end) : all, writes: Math.max(writes, end), guesses: guess ? guesses + 1 : guesses, at: now() });
    },
    hold: (who) => {
      const { all, writes } = of(who);
      const end = Math.max(all, writes);
      return end > now() ? { until: end, reads: all > now() } : null;
    },
  };
}
