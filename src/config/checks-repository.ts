import { quote } from './finding.ts';
import type { Path, Problem } from './finding.ts';
import { entries, get, list, text } from './raw.ts';
import { duration, every, isChannel, size } from './scalars.ts';

/** What an operator lets a repository's own file reach. Nothing where it is not said. */
export interface AllowList {
  /** Slack channels, as `#name` or id. */
  readonly channels: readonly string[];
  /** Hosts of sources: `testgrid.k8s.io`, `ci.example.org:8443`, or `*.example.org` for every host below it. */
  readonly hosts: readonly string[];
}

/** A file from a repository is written by whoever can merge there, so it may name only itself and what the operator allows. */
export function checkRepositoryFile(config: unknown, expectedRepo: string | null, allow: AllowList): Problem[] {
  return [...checkRepo(config, expectedRepo), ...checkPeople(config), ...checkPolling(get(config, 'polling')), ...checkRetention(get(config, 'retention')), ...checkSwitches(config, expectedRepo), ...checkChannels(config, allow), ...checkSourceCount(config), ...checkHosts(config, allow)];
}

const MOST_OFTEN = 1_000;
const MOST_BYTES = 256 * 2 ** 20;
const MOST_AT_ONCE = 8;
const MOST_SOURCES = 20;
const LONGEST_ANSWER = 60_000;
const DAY = 86_400_000;
/** What is kept where a file does not say. */
const KEPT = { runs: 90 * DAY, rollups: 1_095 * DAY } as const;
const period = every('');
const bytes = size('');
const span = duration('');

/** What is asked of others' servers, and held in memory meanwhile, is the operator's to widen. */
function checkPolling(polling: unknown): Problem[] {
  const often = period.safeParse(get(polling, 'every')).data;
  const tooOften = often?.kind === 'interval' && often.ms < MOST_OFTEN;
  const tooMuch = (bytes.safeParse(get(polling, 'body_limit')).data ?? 0) > MOST_BYTES;
  return [
    ...(tooOften ? [{ path: ['polling', 'every'], at: 'value', message: 'a file in a repository may ask for a poll every second at most; the operator may ask for more' } satisfies Problem] : []),
    ...(tooMuch ? [{ path: ['polling', 'body_limit'], at: 'value', message: 'a file in a repository may ask for answers of 256MiB at most; the operator may allow more' } satisfies Problem] : []),
    ...(Number(get(polling, 'concurrency')) > MOST_AT_ONCE ? [{ path: ['polling', 'concurrency'], at: 'value', message: `a file in a repository may ask for ${MOST_AT_ONCE} requests at a time at most; the operator may allow more` } satisfies Problem] : []),
    ...((span.safeParse(get(polling, 'timeout')).data ?? 0) > LONGEST_ANSWER ? [{ path: ['polling', 'timeout'], at: 'value', message: 'a file in a repository may wait 60s for an answer at most; the operator may allow more' } satisfies Problem] : []),
  ];
}

/** What is kept takes the operator's disk, and how long is one number for all projects. */
const checkRetention = (retention: unknown): Problem[] => (['runs', 'rollups'] as const)
  .filter((what) => (span.safeParse(get(retention, what)).data ?? 0) > KEPT[what])
  .map((what) => ({ path: ['retention', what], at: 'value', message: `a file in a repository may ask for ${KEPT[what] / DAY}d at most; the operator may keep more` }));

/** Who may merge here has no say about files elsewhere. */
function checkSwitches(config: unknown, expectedRepo: string | null): Problem[] {
  return list(get(config, 'switches')).flatMap((found, index): Problem[] => {
    const repo = text(get(found, 'repo'));
    if (repo === null || repo.toLowerCase() === (expectedRepo ?? '').toLowerCase()) return [];
    return [{ path: ['switches', index, 'repo'], at: 'value', message: `a file in a repository may name switches in that repository only; found ${quote(repo)}` }];
  });
}

function checkRepo(config: unknown, expectedRepo: string | null): Problem[] {
  const repo = text(get(config, 'repo'));
  if (repo === null || expectedRepo === null || repo.toLowerCase() === expectedRepo.toLowerCase()) return [];
  return [{ path: ['repo'], at: 'value', message: `this file stands in ${quote(expectedRepo)}, so its \`repo\` must be ${quote(expectedRepo)}; found ${quote(repo)}` }];
}

function checkPeople(config: unknown): Problem[] {
  if (get(config, 'people') === undefined) return [];
  return [{ path: ['people'], at: 'key', message: '`people` is taken only from the operator\'s file: who somebody is cannot be said in a repository; use `/arch link` instead' }];
}

function checkChannels(config: unknown, allow: AllowList): Problem[] {
  const allowed = new Set(allow.channels);
  const named: (readonly [Path, unknown])[] = [
    ...entries(get(get(config, 'slack'), 'channels')).map(([name, channel]) => [['slack', 'channels', name], channel] as const),
    ...entries(get(config, 'platforms')).map(([name, platform]) => [['platforms', name, 'slack'], get(platform, 'slack')] as const),
  ];
  return named.flatMap(([path, channel]): Problem[] => typeof channel !== 'string' || !isChannel(channel) || allowed.has(channel) ? []
    : [{ path, at: 'value', message: `the operator does not allow this repository to write to ${quote(channel)}${listed(allow.channels)}` }]);
}

/** Each is asked, watched and counted by itself, in figures that are kept for as long as the program runs. */
function checkSourceCount(config: unknown): Problem[] {
  const count = entries(get(config, 'sources')).length;
  return count <= MOST_SOURCES ? [] : [{ path: ['sources'], at: 'key', message: `a file in a repository may name ${MOST_SOURCES} sources at most; found ${count.toLocaleString('en')}` }];
}

function checkHosts(config: unknown, allow: AllowList): Problem[] {
  return entries(get(config, 'sources')).flatMap(([name, source]): Problem[] => {
    const address = text(get(source, 'url'));
    const url = address !== null && URL.canParse(address) ? new URL(address) : null;
    if (url === null || allow.hosts.some((host) => matches(host.toLowerCase(), url))) return [];
    return [{ path: ['sources', name, 'url'], at: 'value', message: `the operator does not allow sources on ${quote(url.host)}${listed(allow.hosts)}` }];
  });
}

/**
 * Whether the operator has written this very address, or `localhost`: then it may be inside their network. A name never may,
 * since whoever answers for it could lead it there.
 */
export function meantAsIs(address: string, { hosts }: AllowList): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url !== null && /^(?:localhost|[\d.]+|\[[\da-f:.]+\])$/.test(url.hostname) && hosts.some((host) => host.toLowerCase() === url.host);
}

/** A host with its port stands for that port only; without one, for the scheme's own port. */
function matches(allowed: string, url: URL): boolean {
  if (!allowed.startsWith('*.')) return url.host === allowed;
  const tail = allowed.slice(1);
  return url.host.endsWith(tail) && url.host.length > tail.length;
}

const listed = (allowed: readonly string[]): string => allowed.length === 0 ? '; nothing of the kind is allowed here so far' : `; allowed are ${allowed.slice(0, 8).map(quote).join(', ')}`;
