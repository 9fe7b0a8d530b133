import { parsePlatform, type PlatformId } from '../domain/platform.ts';
import { checkSwitches } from './checks-switches.ts';
import { quote } from './finding.ts';
import type { Path, Problem } from './finding.ts';
import { namesOf, type Names } from './names.ts';
import { entries, get, list, text } from './raw.ts';
import { isDay } from './scalars.ts';
import { DEFAULT_QUORUM } from './schema-release.ts';

/** Releases, calendar and switches: what hangs together in them. */
export function checkGovernance(config: unknown): Problem[] {
  const both = get(config, 'release') !== undefined && get(config, 'releases') !== undefined;
  const tracked: Tracked = { ids: new Set(entries(get(config, 'platforms')).map(([name]) => parsePlatform(name))), names: namesOf(get(config, 'platforms')) };
  return [
    ...(both ? [{ path: ['release'], at: 'key', message: '`release` is the short form of `releases` with one entry; keep only one of the two' } satisfies Problem] : []),
    ...releases(config).flatMap(([path, release]) => [...checkQuorum(release, path), ...checkOrder(release, 'freeze', 'date', path), ...checkDelay(tracked, release, path)]),
    ...checkBranches(config),
    ...list(get(get(config, 'calendar'), 'freezes')).flatMap((freeze, i) => checkOrder(freeze, 'from', 'to', ['calendar', 'freezes', i])),
    ...checkSwitches(config),
  ];
}

/** Every release with its path. */
function releases(config: unknown): readonly (readonly [Path, unknown])[] {
  const single = get(config, 'release');
  return [
    ...(single === undefined ? [] : [[['release'], single] as const]),
    ...list(get(config, 'releases')).map((release, i) => [['releases', i], release] as const),
  ];
}

/** With a team among the leads anybody may be in it; with logins alone they can be counted. */
function checkQuorum(release: unknown, path: Path): Problem[] {
  const named = get(release, 'quorum');
  const quorum = named === undefined ? DEFAULT_QUORUM : named;
  const leads = list(get(release, 'leads')).filter((lead): lead is string => typeof lead === 'string');
  if (typeof quorum !== 'number' || leads.some((lead) => lead.includes('/'))) return [];
  const people = new Set(leads.map((lead) => lead.toLowerCase())).size;
  if (people >= quorum || (people === 0 && named === undefined)) return [];
  const who = people === 0 ? 'nobody is named under `leads`' : `only ${people} ${people === 1 ? 'person is' : 'people are'} named under \`leads\``;
  const message = `${quorum} ${quorum === 1 ? 'approval is' : 'approvals are'} needed${named === undefined ? ' (the default)' : ''}, but ${who}; name more people or a team, or ask for fewer`;
  return [{ path: [...path, named === undefined ? 'leads' : 'quorum'], at: 'value', message }];
}

/** The platforms of the file, by what they are and as they are written. */
interface Tracked { readonly ids: ReadonlySet<PlatformId | null>; readonly names: Names }

/** Who held a release up can only be told of one that came later than it was planned. */
function checkDelay({ ids, names }: Tracked, release: unknown, path: Path): Problem[] {
  const by = list(get(release, 'delayed_by'));
  const unknown = by.flatMap((name, i): Problem[] => typeof name !== 'string' || parsePlatform(name) === null || ids.has(parsePlatform(name)) ? []
    : [{ path: [...path, 'delayed_by', i], at: 'value', message: `this file tracks no platform ${quote(name)}${names.meant(name)}` }]);
  const unplanned = by.length > 0 && get(release, 'planned') === undefined;
  return [
    ...unknown, ...checkOrder(release, 'planned', 'date', path),
    ...(unplanned ? [{ path: [...path, 'delayed_by'], at: 'key', message: 'who held it up takes `planned`, the day that it was planned for' } satisfies Problem] : []),
  ];
}

/** One day must not lie after the other. */
function checkOrder(mapping: unknown, first: string, second: string, path: Path): Problem[] {
  const [from, to] = [text(get(mapping, first)), text(get(mapping, second))];
  if (from === null || to === null || !isDay(from) || !isDay(to) || from <= to) return [];
  return [{ path: [...path, first], at: 'value', message: `${from} lies after \`${second}\` (${to})` }];
}

function checkBranches(config: unknown): Problem[] {
  const seen = new Map<string, number>();
  return list(get(config, 'releases')).flatMap((release, i): Problem[] => {
    const branch = text(get(release, 'branch')) ?? 'master';
    const before = seen.get(branch);
    if (before === undefined) seen.set(branch, i);
    return before === undefined ? [] : [{ path: ['releases', i, 'branch'], at: 'value', message: `releases[${before}] is cut from ${quote(branch)} too; every release has a branch of its own` }];
  });
}

/** Teams that GitHub will not notify: a mention reaches only teams of the organisation that owns the repository. */
export function doubtTeams(config: unknown): Problem[] {
  const owner = text(get(config, 'repo'))?.split('/', 1)[0]?.toLowerCase();
  if (owner === undefined) return [];
  return handles(config).flatMap(([path, handle]): Problem[] => {
    const [org = '', team] = handle.slice(1).split('/', 2);
    if (team === undefined || !handle.startsWith('@') || org.toLowerCase() === owner) return [];
    return [{ path, at: 'value', message: `GitHub notifies no team of ${quote(org)} in a repository of ${quote(owner)}; name a team of ${quote(owner)} or single people` }];
  });
}

/** Every place that names people or teams. */
function handles(config: unknown): readonly (readonly [Path, string])[] {
  const places: (readonly [Path, unknown])[] = [
    [['escalation', 'to'], get(get(config, 'escalation'), 'to')],
    ...releases(config).flatMap(([path, release]) => ['leads', 'ci_signal'].map((field) => [[...path, field], get(release, field)] as const)),
    ...entries(get(config, 'platforms')).map(([name, platform]) => [['platforms', name, 'owners'], get(platform, 'owners')] as const),
  ];
  return places.flatMap(([path, found]) => list(found).flatMap((handle, i) => typeof handle === 'string' ? [[[...path, i], handle] as const] : []));
}
