export type TimeUnit = 's' | 'ms' | 'µs';

/** Past this many milliseconds no date exists. */
const LAST = 8.64e15;

/**
 * A time given as seconds, milliseconds or microseconds since 1970 (told apart by size, as sources mix them) in whole
 * milliseconds, with the unit it came in. Null: none (0), or not a time.
 */
export function epochTime(value: unknown): { ms: number; unit: TimeUnit } | null {
  const number = typeof value === 'string' && /^\d{1,19}(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !(number > 0)) return null;
  const [unit, ms]: [TimeUnit, number] = number > 1e14 ? ['µs', number / 1000] : number > 1e11 ? ['ms', number] : ['s', number * 1000];
  return ms > LAST ? null : { ms: Math.floor(ms), unit };
}

/** An RFC 3339 time in milliseconds, in UTC where it does not say, whatever the zone of this machine; null: none, zero, or not a time. */
export function isoTime(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > 64 || !/^\d{4}-\d\d-\d\d[Tt ]/.test(value)) return null;
  const ms = Date.parse(/:\d\d(?:\.\d+)?$/.test(value) && !/[+-]\d\d:\d\d$/.test(value) ? `${value}Z` : value);
  return Number.isNaN(ms) || ms <= 0 ? null : ms;
}
