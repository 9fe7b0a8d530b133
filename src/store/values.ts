import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { EngineKind } from './engine.ts';

export const DAY = 86_400_000;
/** The largest time that a JavaScript date can hold. */
const FOREVER = 8.64e15;

/** A time as it is stored: whole milliseconds. Infinities become the last and first storable moments; NaN is a bug. */
export function ms(time: number): number {
  if (Number.isNaN(time)) throw new RangeError('a time that is not a number cannot be stored');
  return Math.trunc(Math.min(FOREVER, Math.max(-FOREVER, time)));
}

/** What is dated this much (ms) after now was not written by a server whose clock is a little apart, but by a clock that was set back since. */
export const APART = 1_000;

/** A number of rows that both engines can be asked for; infinity means as many as there are. */
export const rowLimit = (limit: number): number => Math.max(0, Math.min(Math.trunc(limit), 2 ** 31 - 1));

/** A repository's name as a key: GitHub takes upper and lower case for the same. */
export const repoKey = (repo: string): string => repo.toLowerCase();

/** Days since 1970 in UTC. */
export const dayOf = (time: number): number => Math.floor(ms(time) / DAY);

/**
 * Text as both engines can hold it: PostgreSQL refuses NUL characters and halves of surrogate pairs, which names and
 * messages from outside may contain; each becomes U+FFFD.
 */
export const clean = (text: string): string =>
  text.isWellFormed() && !text.includes('\0') ? text : text.toWellFormed().replaceAll('\0', '\uFFFD');

/** A bound value, or an error where an engine would silently store something else (dates, booleans). */
export function bound(value: unknown): string | number | bigint | null {
  if (typeof value === 'string') return clean(value);
  if (value === null || typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TypeError(`the store binds text, finite numbers and null only, not ${Object.prototype.toString.call(value)}`);
}

/** How JSON spells a NUL or half a surrogate pair. */
const UNCLEAN = /\\u(?:0000|d[89a-f])/;

/** JSON of rows as both engines can hold them; looking at every value takes longer than writing it, and is hardly ever needed. */
export function cleanJson(rows: readonly object[]): string {
  const json = JSON.stringify(rows);
  return UNCLEAN.test(json) ? JSON.stringify(rows, (_, value: unknown) => (typeof value === 'string' ? clean(value) : value)) : json;
}

type ColumnType = 'text' | 'int';

/**
 * Many rows as one parameter, so that a statement's text does not depend on their number: a derived table named `alias`
 * with the named columns. One of the few places in which the engines differ.
 */
export function rowsFrom<C extends Record<string, ColumnType>>(
  kind: EngineKind, alias: string, columns: C, rows: readonly { readonly [K in keyof C]: (C[K] extends 'int' ? number : string) | null }[],
): RawBuilder<unknown> {
  const json = cleanJson(rows);
  const names = Object.keys(columns);
  if (kind === 'postgres') {
    const typed = names.map((name) => `${name} ${columns[name] === 'int' ? 'bigint' : 'text'}`).join(', ');
    return sql`json_to_recordset(${json}::json) as ${sql.raw(`${alias}(${typed})`)}`;
  }
  const picked = names.map((name) => `value ->> '${name}' as ${name}`).join(', ');
  return sql`(select ${sql.raw(picked)} from json_each(${json})) as ${sql.raw(alias)}`;
}

/** A list of texts as a derived table with the one column `value`. */
export const textsFrom = (kind: EngineKind, alias: string, texts: readonly string[]): RawBuilder<unknown> =>
  rowsFrom(kind, alias, { value: 'text' }, texts.map((value) => ({ value })));

/** On PostgreSQL rows that another replica is claiming are passed over; SQLite has one writer at a time. */
export const skipLocked = (kind: EngineKind, alias: string): RawBuilder<unknown> =>
  kind === 'postgres' ? sql`for update of ${sql.raw(alias)} skip locked` : sql``;
