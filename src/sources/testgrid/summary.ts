import { hash } from 'node:crypto';
import type { Body } from '../json.ts';

const UPDATED = 'last_update_timestamp';
const KEY = `"${UPDATED}"`;
/** The time that follows it, in any of the APIs' forms. */
const TIME = /^\s*:\s*(?:\d+(?:\.\d+)?|"[\dTtZz:.+-]*"|\{[\s,]*(?:"(?:seconds|nanos)"\s*:\s*"?\d+"?[\s,]*){0,4}\})/;

/**
 * A digest of a summary as it came, in which only `last_update_timestamp` does not count: that changes with every
 * refresh, and nothing else would have to. A quoted text cannot be mistaken for the key: its quotes are escaped in JSON.
 */
export function summaryDigest(body: Body): string {
  // As text, byte for byte: the garbage of one poll then goes with the next small collection, while buffers would gather
  // until they force a collection of everything.
  const [first = '', ...rest] = body.map((piece) => piece.toString('latin1')).join('').split(KEY);
  return hash('sha1', [first, ...rest.map((part) => part.replace(TIME, ''))].join(KEY), 'base64');
}

/** A fingerprint of one tab's entry, `last_update_timestamp` aside; null: it is nested too deeply to be one. */
export function entryPrint(entry: object): string | null {
  try {
    return hash('sha1', JSON.stringify({ ...entry, [UPDATED]: 0 }), 'base64');
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
