/** When a report is due: a day of the week (0 is Sunday) and minutes after midnight, in UTC. */
export interface WeeklyAt {
  readonly weekday: number;
  readonly minutes: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
export const WEEK = 7 * DAY;

/** The last moment at or before `now` at which it was due. Both in epoch milliseconds. */
export function lastDue({ weekday, minutes }: WeeklyAt, now: number): number {
  // The first Sunday of the epoch was 4 January 1970.
  const first = 3 * DAY + weekday * DAY + minutes * MINUTE;
  return first + Math.floor((now - first) / WEEK) * WEEK;
}

/** The ISO week in which a moment lies: `2026-W47`. A week belongs to the year that its Thursday lies in. */
export function isoWeek(at: number): string {
  const day = Math.floor(at / DAY);
  // 1 January 1970 was a Thursday; Monday is the first day.
  const thursday = day - ((day + 3) % 7) + 3;
  const year = new Date(thursday * DAY).getUTCFullYear();
  const week = Math.floor((thursday - Date.UTC(year, 0, 1) / DAY) / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}
