const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

const two = (n: number): string => String(n).padStart(2, '0');

/**
 * A moment in UTC as people read it: `Tue 18 Nov 14:10 UTC`; with the year where it is not the year of `near`.
 * Both are epoch milliseconds.
 */
export function moment(at: number, near: number): string {
  const d = new Date(at);
  return `${day(at, near)} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())} UTC`;
}

/** A day in UTC: `Tue 18 Nov`; with the year where it is not the year of `near`. Both are epoch milliseconds. */
export function day(at: number, near: number): string {
  const d = new Date(at);
  const year = d.getUTCFullYear() === new Date(near).getUTCFullYear() ? '' : ` ${d.getUTCFullYear()}`;
  return `${WEEKDAYS[d.getUTCDay()]} ${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]}${year}`;
}

/** A span of milliseconds in its two largest sensible units: `1 d 3 h`, `25 min`, `40 s`. */
export function span(ms: number): string {
  const abs = Math.max(0, Math.round(ms / 1000) * 1000);
  if (abs < MINUTE) return `${abs / 1000} s`;
  if (abs < HOUR) return `${Math.floor(abs / MINUTE)} min`;
  const parts = abs < DAY
    ? [[Math.floor(abs / HOUR), 'h'], [Math.floor((abs % HOUR) / MINUTE), 'min']] as const
    : [[Math.floor(abs / DAY), 'd'], [Math.floor((abs % DAY) / HOUR), 'h']] as const;
  return parts.filter(([n], i) => i === 0 || n > 0).map(([n, unit]) => `${n} ${unit}`).join(' ');
}

/** `one`, `one and two`, `one, two and three`; with `cap`, `one, two and 5 more`. */
export function listed(names: readonly string[], cap = 4): string {
  const shown = names.length > cap ? [...names.slice(0, cap - 1), `${names.length - cap + 1} more`] : [...names];
  const last = shown.pop();
  if (last === undefined) return '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

/** `1 run`, `3 runs`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
