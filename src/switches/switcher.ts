import type { Cut, PlaceCuts, SwitchMark, SwitchPlace } from '../domain/build-switch.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Standing, Switcher, Turned } from '../domain/switcher.ts';
import { locate, turnOff, type SwitchEntry } from './edit.ts';
import { elsewhere } from './elsewhere.ts';
import { isPart } from './listing.ts';
import { markerOn } from './marker.ts';
import { switchAll, type SwitchedAll } from './together.ts';

/** Refusals that are told; the others are counted. */
const MOST_REASONS = 4;
/** What a trial writes that nobody sees. */
const TRIAL: SwitchMark = { proposal: '#0', link: 'https://trial.invalid/' };

const isAt = (place: Pick<SwitchPlace, 'file' | 'at'>, other: Pick<SwitchPlace, 'file' | 'at'>): boolean => place.file === other.file && place.at === other.at;

const cutsAt = (place: SwitchPlace, unmarked: readonly PlaceCuts[]): readonly Cut[] => unmarked.find((u) => isAt(place, u))?.cuts ?? [];

/** Build switches, as the edges that have the files use them. */
export const switcher: Switcher = {
  turn: (texts, { to, platform, places, mark, unmarked }) => {
    // One list may control the build and the release: it is turned once.
    const once = places.filter((place, i) => places.findIndex((p) => isAt(p, place)) === i);
    const done = switchAll(texts, once, platform, mark, to, (place) => cutsAt(place, unmarked));
    return turned(done, to === 'on' ? [] : unmarked);
  },
  stands,
  others: (text, place, platform) => {
    const found = locate(text, place, platform);
    return found.ok ? found.entries.filter((e) => e.on).flatMap((e) => e.builds).filter((b) => !isPart(b, platform)) : null;
  },
  elsewhere: (text, platform, except) => elsewhere(text, platform, except).lines.map(({ line }) => line),
};

/** `kept`: what is off without a marker from before. */
function turned(done: SwitchedAll<SwitchPlace>, kept: readonly PlaceCuts[]): Turned {
  switch (done.kind) {
    case 'same': return done;
    case 'refused': return { kind: 'refused', reason: reasonsOf(done.refused) };
    case 'edited': {
      const fresh = done.switched.filter(({ unmarked }) => unmarked.length > 0).map(({ place: { file, at }, unmarked: cuts }): PlaceCuts => ({ file, at, cuts }));
      return {
        kind: 'edited', files: done.files, entries: done.switched.flatMap(({ place, entries }) => entries.map((entry) => ({ place, entry }))),
        unmarked: [...kept.filter((k) => !fresh.some((f) => isAt(f, k))), ...fresh],
      };
    }
    default: return done satisfies never;
  }
}

function reasonsOf(refused: readonly { readonly place: SwitchPlace; readonly reason: string }[]): string {
  const told = refused.slice(0, MOST_REASONS).map(({ place: { file }, reason }) => `${file}: ${reason}`);
  return [...told, ...refused.length > MOST_REASONS ? [`So it is with ${refused.length - MOST_REASONS} more.`] : []].join(' ');
}

/** An entry's line; of one turned off its marker's, with those that are commented out below. */
function linesOf(text: string, { line, mark }: SwitchEntry): number[] {
  const below = mark === null ? 0 : markerOn(text.split(/\r?\n/)[line - 1] ?? '')?.lines ?? 0;
  return Array.from({ length: below + 1 }, (_, i) => line + i);
}

function stands(text: string, place: SwitchPlace, platform: PlatformId, unmarked: readonly PlaceCuts[]): Standing {
  const found = locate(text, place, platform);
  const own = found.ok ? found.entries.filter((e) => e.builds.includes(platform) || (e.builds.length > 1 && e.builds.some((b) => isPart(b, platform)))) : [];
  const trial = turnOff(text, place, platform, TRIAL);
  const entries = trial.kind === 'edited' ? trial.entries : own.filter((e) => e.on).map((e) => e.spelling);
  const told = { entries, marks: own.flatMap((e) => e.mark ?? []), lines: [...new Set(own.flatMap((e) => linesOf(text, e)))] };
  if (trial.kind !== 'refused') return { ...told, stands: trial.kind === 'edited' ? 'on' : 'off' };
  if (trial.stands === 'absent' && cutsAt(place, unmarked).length > 0) return { ...told, stands: 'off' };
  return { ...told, stands: trial.stands === 'on' || trial.stands === 'absent' ? trial.stands : 'unknown' };
}
