import type { SwitchMark, SwitchPlace } from '../../domain/build-switch.ts';
import type { SwitchEntry, SwitchPlan } from '../../domain/conflict.ts';
import { patchOf } from '../../domain/patch.ts';
import { isOwn, meantSwitches, ownPlaces, type SwitchAsk, type SwitchesNow } from '../../domain/switch-look.ts';
import type { Standing, Switcher, Turned } from '../../domain/switcher.ts';

/** Lines of an edit that people are shown. */
const MOST_LINES = 60;

/** What the marker is shown with as long as there is no proposal. */
const SAMPLE: SwitchMark = { proposal: '#…', link: 'https://…' };

type Texts = ReadonlyMap<string, string>;
const NOT_THERE: Standing = { stands: 'unknown', entries: [], marks: [], lines: [] };

/** How the switches stand in these texts, and both edits as they could be made. */
export function switchesIn(texts: Texts, ask: SwitchAsk, switcher: Switcher): SwitchesNow {
  const { project, platform, unmarked } = ask;
  const places = ownPlaces(project, ask);
  const standings = places.map((place) => ({ place, ...standingIn(texts, place, ask, switcher) }));
  const build = buildOf(standings);
  const mark = ask.mark ?? standings.flatMap((s) => s.marks)[0] ?? SAMPLE;
  const off = switcher.turn(texts, { to: 'off', platform, places, mark: ask.mark ?? SAMPLE, unmarked });
  const isOff = standings.some((s) => s.stands === 'off');
  return {
    build,
    plan: meantSwitches(project, ask).length === 0 || build === 'off' ? null : planOf(texts, ask, standings, off),
    back: isOff ? backOf(texts, switcher.turn(texts, { to: 'on', platform, places, mark, unmarked })) : null,
  };
}

type Placed = Standing & { readonly place: SwitchPlace };

/** How the platform stands at a place; a file that is not there tells nothing. */
export function standingIn(texts: Texts, place: SwitchPlace, { platform, unmarked }: SwitchAsk, switcher: Switcher): Standing {
  const text = texts.get(place.file);
  return text === undefined ? NOT_THERE : switcher.stands(text, place, platform, unmarked);
}

function buildOf(standings: readonly Standing[]): SwitchesNow['build'] {
  const has = (stands: Standing['stands']): boolean => standings.some((s) => s.stands === stands);
  if (standings.length === 0 || has('unknown')) return 'unknown';
  if (has('on')) return has('off') ? 'partly' : 'on';
  return 'off';
}

function planOf(texts: Texts, ask: SwitchAsk, standings: readonly Placed[], turned: Turned): SwitchPlan {
  const { project } = ask;
  const own = meantSwitches(project, ask).filter((s) => isOwn(project, s));
  const at = (place: SwitchPlace, entry: string): SwitchEntry[] => own.filter((s) => s.file === place.file && s.at === place.at)
    .map(({ controls }) => ({ repo: null, file: place.file, at: place.at, entry, controls }));
  const once = standings.filter(({ place }, i) => standings.findIndex((s) => s.place.file === place.file && s.place.at === place.at) === i);
  const removed = turned.kind === 'edited' ? turned.entries.flatMap(({ place, entry }) => at(place, entry))
    : once.filter((s) => s.stands === 'on').flatMap(({ place, entries }) => entries.flatMap((entry) => at(place, entry)));
  return { removed, diff: turned.kind === 'edited' ? shownEdit(texts, turned.files) : null, byHand: byHand(turned, ask), elsewhere: [], waiting: [] };
}

/** Why the edit cannot be made here, and where else there is one to make; null: it can. */
function byHand(turned: Turned, { project, platform, ...scope }: SwitchAsk): string | null {
  if (turned.kind === 'edited') return null;
  const places = strangeSwitches({ project, platform, ...scope }).join(', ');
  const here = turned.kind === 'refused' ? turned.reason : '';
  const there = places === '' ? '' : here === '' ? `${platform} is switched in ${places} alone, which Archsignal does not edit.` : `It is switched in ${places} too.`;
  return [here, there].filter((words) => words !== '').join(' ') || `no list of ${project.repo} names ${platform}.`;
}

/** Switches in other repositories: `owner/name: file`. */
export const strangeSwitches = ({ project, ...scope }: SwitchAsk): readonly string[] =>
  [...new Set(meantSwitches(project, scope).filter((s) => !isOwn(project, s)).map(({ repo, file }) => `${repo ?? ''}: ${file}`))];

function backOf(texts: Texts, turned: Turned): SwitchesNow['back'] {
  switch (turned.kind) {
    case 'same': return null;
    case 'refused': return { diff: null, byHand: turned.reason };
    case 'edited': return { diff: shownEdit(texts, turned.files), byHand: null };
    default: return turned satisfies never;
  }
}

/** The edit as people read it: a few lines around each change, cut where it grows long. */
export function shownEdit(before: Texts, after: Texts): string {
  const lines = [...after].flatMap(([path, text]) => patchOf(path, before.get(path) ?? '', text).replaceAll('\r', '').trimEnd().split('\n'));
  return lines.length <= MOST_LINES ? lines.join('\n') : [...lines.slice(0, MOST_LINES - 1), `… and ${lines.length - MOST_LINES + 1} more lines`].join('\n');
}
