import { jobKey } from '../domain/job.ts';
import { parsePlatform } from '../domain/platform.ts';
import type { PlatformId } from '../domain/platform.ts';
import { quote } from './finding.ts';
import type { Path, Problem } from './finding.ts';
import { namesOf, type Names } from './names.ts';
import { entries, get, isMapping, list, text } from './raw.ts';
import { channelComplaint, isChannel, isName, isSlackMember, nameComplaint, platformComplaint, slackMemberComplaint } from './scalars.ts';

/**
 * What the shape alone cannot tell: whether names that refer to something in the file do. Works on values whose shape
 * may be wrong, so that all mistakes are told at once.
 */
export function checkReferences(config: unknown): Problem[] {
  const people = entries(get(config, 'people')).filter(([member]) => !isSlackMember(member));
  return [...checkSources(config), ...checkPlatforms(config), ...people.map(([member]) => key(['people', member], slackMemberComplaint(member)))];
}

const value = (path: Path, message: string): Problem => ({ path, at: 'value', message });
const key = (path: Path, message: string): Problem => ({ path, at: 'key', message });

function checkSources(config: unknown): Problem[] {
  return entries(get(config, 'sources')).flatMap(([name, source]) => {
    const path = ['sources', name];
    const problems: Problem[] = [];
    if (!isName(name)) problems.push(key(path, nameComplaint(name, 'grid')));
    if (get(source, 'kind') === 'prow' && get(source, 'api') !== undefined) problems.push(key([...path, 'api'], 'only TestGrid has two interfaces; take `api` out of this Prow source'));
    return problems;
  });
}

function checkPlatforms(config: unknown): Problem[] {
  const platforms = get(config, 'platforms');
  if (isMapping(platforms) && Object.keys(platforms).length === 0) return [value(['platforms'], 'expected at least one platform, such as `linux/arm64: { step: 1, build: on, jobs: [] }`; found an empty mapping')];
  const spellings = new Map<PlatformId, string>();
  const known: Known = { sources: namesOf(get(config, 'sources')), channels: namesOf(get(get(config, 'slack'), 'channels')) };
  return entries(platforms).flatMap(([name, platform]) => {
    const path = ['platforms', name];
    const problems: Problem[] = [];
    const id = parsePlatform(name);
    const other = id === null ? undefined : spellings.get(id);
    if (id === null) problems.push(key(path, platformComplaint(name)));
    else if (other === undefined) spellings.set(id, name);
    else problems.push(key(path, `${quote(name)} and ${quote(other)} are two spellings of ${id}; put their jobs under one of them`));
    return [...problems, ...checkChannel(known.channels, get(platform, 'slack'), [...path, 'slack']), ...checkJobs(config, known.sources, get(platform, 'jobs'), path, id ?? 'linux/amd64')];
  });
}

/** Names that platforms and jobs refer to. */
interface Known { readonly sources: Names; readonly channels: Names }

/** A platform's channel is one of Slack's, or the name of one under `slack.channels`. */
function checkChannel(channels: Names, found: unknown, path: Path): Problem[] {
  if (typeof found !== 'string' || isChannel(found) || channels.has(found)) return [];
  if (!/^[a-z_]+$/.test(found)) return [value(path, channelComplaint(found))];
  return [value(path, `no channel is called ${quote(found)} under slack.channels${channels.meant(found) || `; for the Slack channel of that name write "#${found}"`}`)];
}

/** The first of each name or key keeps it; the path of the first by what was seen. */
interface Seen {
  readonly names: Map<string, number>;
  readonly keys: Map<string, number>;
}

function checkJobs(config: unknown, sources: Names, jobs: unknown, path: Path, platform: PlatformId): Problem[] {
  const seen: Seen = { names: new Map(), keys: new Map() };
  return list(jobs).flatMap((job, index) => {
    const at = [...path, 'jobs', index];
    return isMapping(job) ? [...checkSource(config, sources, job, at), ...checkSameJob(config, job, at, platform, seen)] : [];
  });
}

/** A job's source is declared, and says of the job what that kind of source needs. */
function checkSource(config: unknown, known: Names, job: unknown, path: Path): Problem[] {
  const name = text(get(job, 'source'));
  if (name === null) return [];
  const source = get(get(config, 'sources'), name);
  if (source === undefined) {
    const others = known.all.length === 0 ? '; no source is declared under `sources`' : `; declared are ${known.all.slice(0, 8).map(quote).join(', ')}`;
    return [value([...path, 'source'], `no source is called ${quote(name)}${known.meant(name) || others}`)];
  }
  if (get(source, 'kind') === 'testgrid' && get(job, 'dashboard') === undefined) {
    return [{ path: [...path, 'dashboard'], at: 'parent', message: `missing; ${quote(name)} is a TestGrid, so a job needs the dashboard that it stands on (and its tab, where that is not called like the job), such as \`dashboard: ibm-s390x-k8s\`` }];
  }
  if (get(source, 'kind') !== 'prow') return [];
  return ['dashboard', 'tab'].filter((field) => get(job, field) !== undefined)
    .map((field) => key([...path, field], `${quote(name)} is a Prow, which knows a job by its name only; take \`${field}\` out, or name a TestGrid as the source`));
}

/** No two jobs of a platform have one name, and no two are the same job at their source. */
function checkSameJob(config: unknown, job: unknown, path: Path, platform: PlatformId, seen: Seen): Problem[] {
  const index = Number(path.at(-1));
  const name = text(get(job, 'name'));
  const source = text(get(job, 'source'));
  if (name === null) return [];
  const sameName = seen.names.get(name);
  if (sameName !== undefined) return [value([...path, 'name'], `jobs[${sameName}] of this platform is called ${quote(name)} too; give one of them another name`)];
  seen.names.set(name, index);
  if (source === null) return [];
  const grid = get(get(get(config, 'sources'), source), 'kind') === 'testgrid';
  const dashboard = grid ? text(get(job, 'dashboard')) : null;
  if (grid && dashboard === null) return [];
  const identity = jobKey({ platform, source, dashboard, tab: text(get(job, 'tab')) ?? name, name });
  const sameKey = seen.keys.get(identity);
  seen.keys.set(identity, sameKey ?? index);
  return sameKey === undefined ? [] : [value(path, `this is the same job as jobs[${sameKey}] of this platform: one tab of one dashboard; keep one of them`)];
}
