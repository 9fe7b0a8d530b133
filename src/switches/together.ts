import type { Cut, SwitchMark, SwitchPlace } from '../domain/build-switch.ts';
import type { PlatformId } from '../domain/platform.ts';
import { turnOff, turnOn } from './edit.ts';

/** What a switch changed; `unmarked` as of `turnOff`. */
export interface Switched<P extends SwitchPlace> {
  readonly place: P;
  readonly entries: readonly string[];
  readonly unmarked: readonly Cut[];
}

/** `files`: those that changed, by path. `same`: switches that stand so already. `refused`: every switch that cannot be, and why. */
export type SwitchedAll<P extends SwitchPlace> =
  | { readonly kind: 'edited'; readonly files: ReadonlyMap<string, string>; readonly switched: readonly Switched<P>[]; readonly same: readonly P[] }
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly refused: readonly { readonly place: P; readonly reason: string }[] };

interface Waiting<P extends SwitchPlace> { readonly place: P; readonly reason: string; readonly mayStay: boolean }

/**
 * Turns a platform off, or on, at several switches of one repository: all of them or none (policy.md, "Build switches").
 * One that waits for another in the same file (a matrix and its `include`) is tried again after it. One that has never named
 * the platform is left as it is: a project's lists differ; so is one that another decision turned off, which has its own way back. `unmarked`: per switch, what turning it off gave. A file that is
 * missing from `texts` is a refusal.
 */
export function switchAll<P extends SwitchPlace>(
  texts: ReadonlyMap<string, string>, places: readonly P[], platform: PlatformId, mark: SwitchMark,
  to: 'off' | 'on', unmarked: (place: P) => readonly Cut[] = () => [],
): SwitchedAll<P> {
  const now = new Map(texts);
  const switched: Switched<P>[] = [];
  const same: P[] = [];
  let waiting: readonly Waiting<P>[] = places.map((place) => ({ place, reason: '', mayStay: false }));
  for (let before = Infinity; waiting.length > 0 && waiting.length < before;) {
    before = waiting.length;
    waiting = waiting.flatMap(({ place }) => {
      const text = now.get(place.file);
      if (text === undefined) return [{ place, reason: 'there is no such file.', mayStay: false }];
      const edit = to === 'off' ? turnOff(text, place, platform, mark) : turnOn(text, place, platform, mark, unmarked(place));
      if (edit.kind === 'refused') return [{ place, reason: edit.reason, mayStay: edit.stands === 'absent' || edit.stands === 'theirs' }];
      if (edit.kind === 'same') same.push(place);
      else {
        now.set(place.file, edit.text);
        switched.push({ place, entries: edit.entries, unmarked: edit.unmarked });
      }
      return [];
    });
  }
  const nowhere = to === 'on' && switched.length + same.length === 0;
  const refused = waiting.filter(({ mayStay }) => nowhere || !mayStay);
  if (refused.length > 0) return { kind: 'refused', refused: refused.map(({ place, reason }) => ({ place, reason })) };
  if (switched.length === 0) return { kind: 'same' };
  return { kind: 'edited', files: new Map([...now].filter(([file, text]) => texts.get(file) !== text)), switched, same };
}
