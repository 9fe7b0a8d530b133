const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?)?$/;

/**
 * A moment as ISO 8601 writes it, as epoch milliseconds: with or without a fraction of a second, with `Z`, an offset
 * (`+02:00`, `+0200`, `+02`) or neither, which is UTC, as is a day without a time. Null: it is none, no day of the calendar, or before 1970.
 */
export function parseMoment(text: string): number | null {
  return usual(text) ?? any(text);
}

/** `2026-11-20T10:00:00Z` and `2026-11-20T10:00:00.000Z`, as nearly every line has them, read without a pattern: histories have millions of them. */
function usual(text: string): number | null {
  const { length } = text;
  if ((length !== 20 && length !== 24) || !SIGNS.every(([at, code]) => text.charCodeAt(at) === code) || text.charCodeAt(length - 1) !== 90 || (length === 24 && text.charCodeAt(19) !== 46)) return null;
  const [y, mo, d, h, mi, s] = [two(text, 0) * 100 + two(text, 2), two(text, 5), two(text, 8), two(text, 11), two(text, 14), two(text, 17)];
  const ms = length === 24 ? two(text, 20) * 10 + two(text, 21) % 10 : 0;
  const valid = y >= FIRST_YEAR && mo >= 1 && mo <= 12 && d >= 1 && d <= 28 && h <= 23 && mi <= 59 && s <= 59 && ms >= 0;
  return valid ? Date.UTC(y, mo - 1, d, h, mi, s, ms) : null;
}

const SIGNS = [[4, 45], [7, 45], [10, 84], [13, 58], [16, 58]] as const;
/** Nothing that is recorded here is older. */
const FIRST_YEAR = 1970;

/** Two digits as a number; NaN, which no comparison holds for, where they are none. */
function two(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 48, text.charCodeAt(at + 1) - 48];
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function any(text: string): number | null {
  const found = ISO.exec(text);
  if (!found) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', , sign, offsetHours = '0', offsetMinutes = '0'] = found;
  const [y, mo, d, h, mi, s, oh, om] = [Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second), Number(offsetHours), Number(offsetMinutes)];
  if (y < FIRST_YEAR || mo < 1 || mo > 12 || d < 1 || d > daysIn(y, mo) || h > 23 || mi > 59 || s > 60 || oh > 23 || om > 59) return null;
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  const east = (oh * 60 + om) * 60_000 * (sign === '-' ? -1 : 1);
  return Date.UTC(y, mo - 1, d, h, mi, s, milliseconds) - (sign === undefined ? 0 : east);
}

const daysIn = (year: number, month: number): number =>
  month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
