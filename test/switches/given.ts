import { expect } from 'vitest';
import type { SwitchFormat, SwitchMark, SwitchPlace } from '../../src/domain/build-switch.ts';
import type { PlatformId } from '../../src/domain/platform.ts';
import { turnOff, turnOn } from '../../src/switches/index.ts';

export const MARK: SwitchMark = { proposal: '#812', link: 'https://github.com/org/repo/issues/813' };
/** The marker's words: of an entry commented out, and of one cut out. */
export const marker = (platform: string, detail = ''): string => `# archsignal proposal #812: ${platform} is off${detail}, see https://github.com/org/repo/issues/813`;
export const text = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

export const placeIn = (format: SwitchFormat, at: string | null, file: string): SwitchPlace => ({ format, at, file });

/** Lines that differ, `-` before and `+` after, from the first to the last. */
export function changed(before: string, after: string): string[] {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < Math.min(old.length, fresh.length) && old[head] === fresh[head]) head++;
  let tail = 0;
  while (tail < Math.min(old.length, fresh.length) - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++;
  return [...old.slice(head, old.length - tail).map((l) => `-${l}`), ...fresh.slice(head, fresh.length - tail).map((l) => `+${l}`)];
}

/**
 * Turns a platform off, and answers the lines that changed, or the reason of the refusal. Holds besides: off again is the
 * same, and on again gives back every byte.
 */
export function off(source: string, place: SwitchPlace, platform: PlatformId): string[] | string {
  const edit = turnOff(source, place, platform, MARK);
  if (edit.kind === 'refused') return edit.reason;
  if (edit.kind === 'same') return edit.by === null ? 'same' : `same, by ${edit.by.proposal}`;
  if (edit.unmarked.length === 0) expect(turnOff(edit.text, place, platform, MARK)).toEqual({ kind: 'same', by: MARK });
  const back = turnOn(edit.text, place, platform, MARK, edit.unmarked);
  expect(back).toEqual({ kind: 'edited', text: source, entries: edit.entries, unmarked: [] });
  return changed(source, edit.text);
}

/** The text with a platform off. */
export function offText(source: string, place: SwitchPlace, platform: PlatformId, mark: SwitchMark = MARK): string {
  const edit = turnOff(source, place, platform, mark);
  if (edit.kind !== 'edited') throw new Error(JSON.stringify(edit));
  return edit.text;
}
