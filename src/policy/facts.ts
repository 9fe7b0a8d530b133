import type { Fact, Incident } from '../domain/incident.ts';

/**
 * What an incident remembers of what happened. One that stays open for a year while a job flaps has thousands of facts, and
 * each decision about it reads and writes them all: so those of the last time are kept whole, and of the others what is asked for still.
 */

/** So many facts are kept whole, and are told wherever they were not yet: weeks of a job that flaps twice a day. */
export const NEWS = 100;

const DAY = 86_400_000;

/** Facts up to this number are old news: told, or not told any more. */
export const oldNews = ({ facts }: Pick<Incident, 'facts'>): number => Math.max(0, (facts.at(-1)?.n ?? 0) - NEWS);

/** Rows for the outside that were planned before this (epoch ms) are of old news; 0: none are. A day for clocks that differ. */
export function newsSince({ facts }: Pick<Incident, 'facts'>): number {
  const old = oldNews({ facts });
  return old === 0 ? 0 : Math.max(0, (facts.find((f) => f.n > old)?.at ?? DAY) - DAY);
}

/**
 * The facts without old news that nobody asks for: kept are the first and the last of each kind, who was first called by what, the last
 * call, and every time that the issue was kept open, of which there are few.
 */
export function withoutOldNews(facts: readonly Fact[]): readonly Fact[] {
  const old = oldNews({ facts });
  if (facts.length <= NEWS) return facts;
  const called = new Set<string>();
  const kinds = new Set<string>();
  const last = new Set([...new Map(facts.map((f) => [f.kind, f.n])).values(), facts.findLast((f) => f.asks.length > 0)?.n]);
  return facts.filter((f) => {
    const isFirst = !kinds.has(f.kind) || f.asks.some((handle) => !called.has(handle));
    kinds.add(f.kind);
    for (const handle of f.asks) called.add(handle);
    return f.n > old || isFirst || last.has(f.n) || f.kind === 'kept-open';
  });
}
