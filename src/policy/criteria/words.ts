import { counted, listed, span } from '../../domain/time.ts';
import { DAY } from '../ladder/days.ts';

/** A share in whole per cent, rounded down: what falls short of a limit never reads as if it reached it. */
export const percent = (share: number): string => `${Math.floor(share * 100 + 1e-9)}%`;

/** A limit in per cent, as it was written. */
export const percentLimit = (share: number): string => `${Number((share * 100).toFixed(2))}%`;

/** Whole days from two days on, otherwise hours and minutes. */
export const lasting = (ms: number): string => ms >= 2 * DAY ? counted(Math.floor(ms / DAY), 'day') : span(ms);

/** A limit of time, as people say it: `36 hours`, `8 days`. */
export const timeLimit = (ms: number): string => ms % DAY === 0 && ms >= 2 * DAY ? counted(ms / DAY, 'day')
  : ms % 3_600_000 === 0 ? counted(ms / 3_600_000, 'hour') : span(ms);

/** `e2e has`, `unit and e2e have`: names with the verb that goes with their number. */
export const agree = (names: readonly string[], one: string, many: string): string => `${listed(names)} ${names.length === 1 ? one : many}`;

/** GitHub's and histories' spellings of one person, team or group compare equal. */
export const plainName = (handle: string): string => handle.trim().replace(/^@/, '').toLowerCase();
