import type { PlaceCuts, SwitchMark, SwitchPlace } from './build-switch.ts';
import type { PlatformId } from './platform.ts';

/** What is to become of a platform at switches of one repository. */
export interface Turn {
  readonly to: 'off' | 'on';
  readonly platform: PlatformId;
  readonly places: readonly SwitchPlace[];
  readonly mark: SwitchMark;
  /** What turning it off cut out without a marker. */
  readonly unmarked: readonly PlaceCuts[];
}

/** What became of the texts. `same`: all of it stands so already. */
export type Turned =
  | {
    readonly kind: 'edited';
    /** Those that changed, by path. */
    readonly files: ReadonlyMap<string, string>;
    /** What was turned, as the files spell it. */
    readonly entries: readonly { readonly place: SwitchPlace; readonly entry: string }[];
    /** What is off and has no marker: turning it on needs this. */
    readonly unmarked: readonly PlaceCuts[];
  }
  | { readonly kind: 'same' }
  /** One sentence or more, with the files' names: nothing was edited. */
  | { readonly kind: 'refused'; readonly reason: string };

/** How a platform stands at one switch. `absent`: the list names it neither as on nor as off. `unknown`: the list cannot be read. */
export interface Standing {
  readonly stands: 'on' | 'off' | 'absent' | 'unknown';
  /** Its entries that are on, as the file spells them. */
  readonly entries: readonly string[];
  /** Whose decisions turned it off, where markers say so. */
  readonly marks: readonly SwitchMark[];
  /** Lines of the file, from 1, on which its entries and markers stand. */
  readonly lines: readonly number[];
}

/** How build switches are read and edited; the program hands it to the edge that has the files. Nothing here throws. */
export interface Switcher {
  /** Turns the platform off, or on, at all of the places or at none. `texts` by path; a file that is missing is a refusal. */
  readonly turn: (texts: ReadonlyMap<string, string>, turn: Turn) => Turned;
  readonly stands: (text: string, place: SwitchPlace, platform: PlatformId, unmarked: readonly PlaceCuts[]) => Standing;
  /** The other platforms that a switch has on; null: it cannot be read. */
  readonly others: (text: string, place: SwitchPlace, platform: PlatformId) => readonly PlatformId[] | null;
  /** Lines (from 1) of a file that name the platform, without those known already. */
  readonly elsewhere: (text: string, platform: PlatformId, except: ReadonlySet<number>) => readonly number[];
}
