import type { WorkingHours } from '../domain/project.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const QUARTER = 15 * MINUTE;

/** Days that are looked ahead: over a weekend, and over a day whose hours the clocks' change swallows. */
const AHEAD = 8;

// Made once for each zone: it is costly, and there are few.
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

/** What the clock on the wall shows, as if it were UTC (ms). */
function wall(at: number, zone: string): number {
  const parts = new Map(formatOf(zone).formatToParts(at).map((p) => [p.type, Number(p.value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** Monday to Friday; `day` is the start of a day on the wall. */
const isWorkday = (day: number): boolean => {
  const weekday = new Date(day).getUTCDay();
  return weekday !== 0 && weekday !== 6;
};

/** Whether it is working time at `at` (epoch ms). Hours that run over midnight belong to the day on which they begin. */
export function isAtWork(at: number, { from, to, zone }: WorkingHours): boolean {
  const local = wall(at, zone);
  const today = Math.floor(local / DAY) * DAY;
  const minute = Math.floor((local - today) / MINUTE);
  if (from < to) return isWorkday(today) && minute >= from && minute < to;
  return (isWorkday(today) && minute >= from) || (isWorkday(today - DAY) && minute < to);
}

/** The first moment from `at` on (epoch ms) that is working time; `at` itself where the hours leave none. */
export function nextAtWork(at: number, hours: WorkingHours): number {
  if (isAtWork(at, hours)) return at;
  const today = Math.floor(wall(at, hours.zone) / DAY) * DAY;
  for (let day = 0; day <= AHEAD; day++) {
    let start = moments(today + day * DAY + hours.from * MINUTE, hours.zone).find((t) => t >= at && isAtWork(t, hours));
    // Where the clocks were put forward over the beginning, it is when that was done.
    while (start !== undefined && start - MINUTE >= at && isAtWork(start - MINUTE, hours)) start -= MINUTE;
    if (start !== undefined) return start;
  }
  return at;
}

/** When the working day ends that begins next after `at` (epoch ms): who is at work now has the whole of the next one. */
export function endOfNextWorkingDay(at: number, hours: WorkingHours): number {
  let begins = at;
  // Out of the day that has begun, if one has; its hours are less than a day.
  for (let step = 0; step < DAY / QUARTER && isAtWork(begins, hours); step++) begins += QUARTER;
  let end = nextAtWork(begins, hours);
  for (let step = 0; step < DAY / MINUTE && isAtWork(end, hours); step++) end += MINUTE;
  return end;
}

/** The moments, the earliest first, at which the clock on the wall may show this: two where the clocks change nearby. */
function moments(local: number, zone: string): number[] {
  const offsets = [local - DAY, local + DAY].map((near) => wall(near, zone) - near);
  return [...new Set(offsets.map((offset) => local - offset))].sort((a, b) => a - b);
}
