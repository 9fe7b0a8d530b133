import { didYouMean } from '../domain/suggest.ts';
import { parseMoment } from './time.ts';

/** What is wrong with one line, in a sentence for whoever made it. */
export class Unreadable extends Error {}

type Fields = Readonly<Record<string, unknown>>;

/** One line as an object. Throws Unreadable where it is none. */
export function objectOf(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Unreadable(text.includes('\u0000') || text.includes('\uFFFD') ? 'this is not UTF-8 text; save the file as UTF-8' : `not readable as JSON: ${shown(text.trim())}; every line is one object`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Unreadable(`expected one JSON object; found ${shown(text.trim())}`);
  return value as Fields;
}

/** Text that is not empty. */
export function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw wrong(name, 'text', value);
}

/** Text, or null where there is none. */
export function textOrNull(fields: Fields, name: string): string | null {
  const value = fields[name];
  return value === undefined || value === null || value === '' ? null : text(fields, name);
}

/** An identifier: text, or a number that has lost no digit. */
export function identifier(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'number') return text(fields, name);
  if (Number.isSafeInteger(value)) return String(value);
  throw new Unreadable(`${name}: a number as large as this has lost its last digits on the way; put it in quotes`);
}

/** A login or a group without the `@` before it. */
export const person = (fields: Fields, name: string): string => text(fields, name).replace(/^@/, '');

export const personOrNull = (fields: Fields, name: string): string | null => textOrNull(fields, name)?.replace(/^@/, '') ?? null;

/** A moment as epoch milliseconds. */
export function moment(fields: Fields, name: string): number {
  const value = fields[name];
  const at = typeof value === 'string' ? parseMoment(value) : null;
  if (at === null) throw wrong(name, 'a time such as "2026-11-20T10:00:00Z"', value);
  return at;
}

/** A moment, or null where there is none: left out, empty, or the year 1, which some programs write for it. */
export function momentOrNull(fields: Fields, name: string): number | null {
  const value = fields[name];
  return value === undefined || value === null || value === '' || (typeof value === 'string' && value.startsWith('0001-01-01T')) ? null : moment(fields, name);
}

/** A step of a ladder. */
export function step(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 99) return value;
  throw wrong(name, 'a step as a whole number from 0', value);
}

export function count(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw wrong(name, 'a whole number from 0', value);
}

export function yesOrNo(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value === 'boolean') return value;
  throw wrong(name, 'true or false', value);
}

/** An http or https address, or null where there is none. */
export function webOrNull(fields: Fields, name: string): string | null {
  const value = textOrNull(fields, name);
  if (value === null || /^https?:\/\/\S+$/.test(value)) return value;
  throw wrong(name, 'an http or https address', value);
}

/** One of some words. */
export function oneOf<W extends string>(fields: Fields, name: string, words: readonly W[]): W {
  const value = fields[name];
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  const expected = words.length > 5 ? `one of ${words.join(', ')}` : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  throw new Unreadable(`${wrong(name, expected, value).message}${typeof value === 'string' ? didYouMean(value, words) : ''}`);
}

/** A list of texts. */
export function texts(fields: Fields, name: string): readonly string[] {
  const value = fields[name];
  if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string' && item.trim() !== '')) return value;
  throw wrong(name, 'a list of texts', value);
}

const wrong = (name: string, expected: string, found: unknown): Unreadable =>
  new Unreadable(found === undefined ? `${name}: missing; expected ${expected}` : `${name}: expected ${expected}; found ${shown(JSON.stringify(found))}`);

const shown = (text: string): string => text.length > 60 ? `${text.slice(0, 57)}…` : text;
