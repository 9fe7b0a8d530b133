import { hash } from 'node:crypto';

const UPDATED = 'last_update_timestamp';
const KEY = Buffer.from(`"${UPDATED}"`);
/** How far the value of a time may reach. */
const REACH = 96;
const VALUE = /^\s*:\s*(?:\d+(?:\.\d+)?|"[\dTtZz:.+-]*"|\{[\s,]*(?:"(?:seconds|nanos)"\s*:\s*"?\d+"?[\s,]*)*\})/;

/**
 * A digest of a summary as it came, in which only `last_update_timestamp` does not count: that changes with every
 * refresh, and nothing else would have to. Overwrites the digits of those times in `body` with ones, which leaves it
 * valid JSON. A quoted text cannot be mistaken for the key: its quotes are escaped in JSON.
 */
export function summaryDigest(body: Buffer): string {
  for (let at = body.indexOf(KEY); at >= 0; at = body.indexOf(KEY, at + KEY.length)) {
    const from = at + KEY.length;
    if (maskNumber(body, from)) continue;
    const length = VALUE.exec(body.toString('latin1', from, from + REACH))?.[0].length ?? 0;
    maskDigits(body, from, from + length);
  }
  return hash('sha1', body, 'base64');
}

/** The usual form, `:1646996202` and what ends it; false: it is another. */
function maskNumber(body: Buffer, colon: number): boolean {
  if (body[colon] !== 0x3a) return false;
  let end = colon + 1;
  while (isDigit(body[end])) end++;
  if (end === colon + 1 || (body[end] !== 0x2c && body[end] !== 0x7d)) return false;
  body.fill(0x31, colon + 1, end);
  return true;
}

function maskDigits(body: Buffer, from: number, to: number): void {
  for (let i = from; i < to; i++) if (isDigit(body[i])) body[i] = 0x31;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** A fingerprint of one tab's entry, `last_update_timestamp` aside; null: it is nested too deeply to be one. */
export function entryPrint(entry: object): string | null {
  try {
    return hash('sha1', JSON.stringify({ ...entry, [UPDATED]: 0 }), 'base64');
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
