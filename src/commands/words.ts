import type { Incident } from '../domain/incident.ts';
import { standingJobs } from '../domain/incident.ts';
import type { Job } from '../domain/job.ts';
import { KNOWN_PLATFORMS, parsePlatform, type PlatformId } from '../domain/platform.ts';
import type { Project } from '../domain/project.ts';
import { didYouMean, nearest } from '../domain/suggest.ts';
import { counted, listed, moment, span } from '../domain/time.ts';
import type { CommandLine, Parsed, Place, Scene, Word } from './verb.ts';

/** What a verb's arguments are read with. Nothing here throws, whatever the text. */

export const understood = <A>(args: A): Parsed<A> => ({ ok: true, args });
export const mistaken = (word: Word | null, message: string): Parsed<never> => ({ ok: false, mistake: { word, message } });
/** The line is well written, and does not fit what is there. */
export const unfit = (message: string): Parsed<never> => ({ ok: false, mistake: { word: null, message, unfit: true } });

/** What people wrap around a name that they paste, and what phones make of it. */
const WRAPPED = /^(?:(["'`])(.+)\1|[“”„«»](.+)[“”«»]|[‘’‚](.+)[‘’])$/;
/** A word without the quotes around it. */
export const bare = (text: string): string => WRAPPED.exec(text)?.slice(2).find((inside: string | undefined) => inside !== undefined) ?? text;

const LONGEST_SHOWN = 60;
/** A word in a sentence: in quotes, cut where it is long. Nothing in it is escaped: an edge does that, once. */
export const quoted = (text: string): string => `"${text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN).replace(/[\uD800-\uDBFF]$/, '')}…` : text}"`;

/** A misspelt word is compared only as far as any name goes; keeps hostile text cheap. */
const LONGEST_NAME = 256;

/** A tracked platform, in any spelling (`s390x`, `linux/s390x`, `s390x-linux-gnu`). */
export function readPlatform(word: Word, project: Project): Parsed<PlatformId> {
  const text = bare(word.text);
  const id = parsePlatform(text);
  if (id !== null && project.platforms.some((p) => p.id === id)) return understood(id);
  const tracked = project.platforms.map((p) => p.id);
  const many = listed(tracked, 6);
  if (id !== null) return mistaken(word, `${id} is not tracked in ${project.name}, which tracks ${many}`);
  const meant = nearestPlatform(text, tracked);
  return mistaken(word, `no platform is called ${quoted(text)}; ${meant === null
    ? `${project.name} tracks ${counted(tracked.length, 'platform')}: ${many}`
    : `did you mean \`${meant}\`?`}`);
}

/** The platform that was probably meant, compared with whole names and, on Linux, with bare architectures; null: none is near. */
export function nearestPlatform(text: string, tracked: readonly PlatformId[]): PlatformId | null {
  const names = new Map(tracked.flatMap((id) => [[id as string, id], ...(id.startsWith('linux/') ? [[id.slice(6), id] as const] : [])] as const));
  return names.get(nearest(text.slice(0, LONGEST_NAME), names.keys()) ?? '') ?? null;
}

/**
 * The platform that may stand first: a word that names a platform, or looks as if it should (`linux/s39x`). `platform` is
 * null where the first word is something else; `next` is the index of the first word that follows it.
 */
export function leadingPlatform(line: CommandLine, project: Project): Parsed<{ readonly platform: PlatformId | null; readonly next: number }> {
  const first = line.words[0];
  if (first === undefined || !looksLikePlatform(bare(first.text), project)) return understood({ platform: null, next: 0 });
  const read = readPlatform(first, project);
  return read.ok ? understood({ platform: read.args, next: 1 }) : read;
}

/** `os/arch` in form: neither an address, nor `owner/name#1`. */
const PAIR = /^([a-z0-9_]+)(?:\/[a-z0-9_.]+){1,2}$/i;
const SYSTEMS = new Set(KNOWN_PLATFORMS.map((id) => id.slice(0, id.indexOf('/'))));

/** A reason may begin with `and/or` or `pkg/kubelet`: a pair counts where its system is known or a platform is near. */
function looksLikePlatform(text: string, project: Project): boolean {
  if (text.length > LONGEST_NAME) return false;
  if (parsePlatform(text) !== null) return true;
  const system = PAIR.exec(text)?.[1];
  return system !== undefined && (SYSTEMS.has(system.toLowerCase()) || nearest(text, [...project.platforms.map((p) => p.id), ...KNOWN_PLATFORMS]) !== null);
}

/** A tracked job, by its name, its tab or `dashboard/tab`; with `platform:` before it where several platforms have one. One word. */
export function readJob(word: Word, project: Project): Parsed<Job> {
  const found = jobsCalled(bare(word.text), project);
  const [only] = found;
  if (only !== undefined && found.length === 1) return understood(only);
  if (found.length > 1) return mistaken(word, `${counted(found.length, 'job')} are called ${quoted(bare(word.text))}; say which: ${listed(found.map((j) => `\`${j.platform}:${j.name}\``), 6)}`);
  return mistaken(word, noJob(bare(word.text), project));
}

/** A job at `words[from]`, whose name may hold white space: the longest one that matches. `next`: the word after it. */
export function leadingJob(line: CommandLine, from: number, project: Project): Parsed<{ readonly job: Job; readonly next: number }> {
  const first = line.words[from];
  if (first === undefined) return mistaken(null, 'a job is missing here');
  const most = Math.min(line.words.length - from, MOST_WORDS);
  for (let n = most; n >= 1; n--) {
    const taken = line.words.slice(from, from + n);
    const word = { text: taken.map((w) => w.text).join(' '), at: first.at };
    if (n > 1 && (word.text.length > 2 * LONGEST_NAME || jobsCalled(bare(word.text), project).length === 0)) continue;
    const job = readJob(word, project);
    return job.ok ? understood({ job: job.args, next: from + n }) : job;
  }
  return mistaken(first, noJob(first.text, project));
}

/** Words that a job's name may have. */
const MOST_WORDS = 8;

const same = (a: string, b: string): boolean => a.replace(/\s+/g, ' ').toLowerCase() === b.replace(/\s+/g, ' ').toLowerCase();

/** The job as a command names it: with its platform where others have one of that name. */
export const typedJob = ({ name, key, platform }: Job, { platforms }: Project): string =>
  platforms.some((p) => p.jobs.some((j) => j.key !== key && same(j.name, name))) ? `${platform}:${name}` : name;

/** Jobs of that name; where there is none, of that tab. */
function jobsCalled(text: string, project: Project): readonly Job[] {
  if (text.length > 2 * LONGEST_NAME) return [];
  const colon = text.indexOf(':');
  const platform = colon < 0 ? null : parsePlatform(text.slice(0, colon));
  const jobs = project.platforms.flatMap((p) => p.jobs);
  const whole = byName(text, jobs);
  return whole.length > 0 || platform === null ? whole : byName(text.slice(colon + 1), jobs.filter((j) => j.platform === platform));
}

function byName(text: string, jobs: readonly Job[]): readonly Job[] {
  const named = jobs.filter((j) => same(j.name, text));
  return named.length > 0 ? named : jobs.filter((j) => j.tab !== null && (same(j.tab, text) || same(`${j.dashboard}/${j.tab}`, text)));
}

function noJob(text: string, project: Project): string {
  const names = project.platforms.flatMap((p) => p.jobs.map((j) => j.name));
  const meant = nearest(text.slice(0, LONGEST_NAME), new Set(names));
  return `no job is called ${quoted(text)}; ${meant === null ? `${project.name} tracks ${counted(names.length, 'job')}, which \`/arch status <platform>\` lists` : `did you mean \`${meant}\`?`}`;
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const YEAR = 366 * 86_400_000;
const DURATION = /^(\d{1,9})([smhdw])$/i;
const NEGATIVE = /^[-\u2212\u2013](\d{1,9}[smhdw])$/i;

/** A while in milliseconds: `90s`, `5m`, `48h`, `7d`, `2w`, in capitals too but for `M`, which may be months; more than nothing, at most a year. */
export function readDuration(word: Word): Parsed<number> {
  const text = bare(word.text);
  if (NEGATIVE.test(text)) return inThePast(word);
  const [, count = '', unit = ''] = DURATION.exec(text) ?? [];
  if (count === '') return mistaken(word, `${quoted(text)} is no duration; write a number and its unit, such as \`90m\`, \`48h\`, \`7d\` or \`2w\`${/^\d+$/.test(text) ? ': the unit is missing' : ''}`);
  if (unit === 'M') return mistaken(word, `${quoted(text)} may be minutes or months; write \`${count}m\` or \`${Math.min(Number(count) * 30, 366)}d\``);
  const ms = Number(count) * (UNITS[unit.toLowerCase()] ?? 0);
  if (ms === 0) return mistaken(word, `${quoted(text)} is no time at all`);
  return ms > YEAR ? mistaken(word, `${quoted(text)} is more than a year`) : understood(ms);
}

const inThePast = (word: Word): Parsed<never> => mistaken(word, `${quoted(bare(word.text))} is in the past: a duration counts forward, such as \`${NEGATIVE.exec(bare(word.text))?.[1] ?? '3d'}\``);

const DATE = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/i;

/**
 * A moment (epoch ms): a duration from `now`, a day (its start), or a day and a time, in UTC where no offset is given. At
 * most a year away; before `now` only with `past`.
 */
export function readMoment(word: Word, now: number, { past = false }: { readonly past?: boolean } = {}): Parsed<number> {
  const text = bare(word.text);
  if (DURATION.test(text)) {
    const ms = readDuration(word);
    return ms.ok ? understood(now + ms.args) : ms;
  }
  if (NEGATIVE.test(text)) return inThePast(word);
  const [, day, time = '00:00', zone = 'Z'] = DATE.exec(text) ?? [];
  if (day === undefined) return mistaken(word, `${quoted(text)} is neither a duration nor a date; write \`48h\`, \`7d\`, \`2026-12-01\` or \`2026-12-01T14:00Z\``);
  const at = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(at) || !isDay(day)) return mistaken(word, `${quoted(text)} is no moment of the calendar`);
  if (at <= now && (!past || now - at > YEAR)) return mistaken(word, `${moment(at, now)} is in the past; it is ${moment(now, now)} now`);
  if (at - now > YEAR) return mistaken(word, `${moment(at, now)} is more than a year away`);
  return understood(at);
}

/** Dates that do not exist roll over into the next month; they are told by that. */
function isDay(day: string): boolean {
  const start = Date.parse(`${day}T00:00Z`);
  return !Number.isNaN(start) && new Date(start).toISOString().startsWith(day);
}

/** Words that arrive this much later than they were said (ms) count from when they were said: a lost webhook that is sent again. */
const LATE = 60_000;

const DAY_ALONE = /^\d{4}-\d\d-\d\d$/;
const TIME_ALONE = /^(\d\d?:\d\d)(?::\d\d)?(?:z|utc|[+-]\d\d:?\d\d)?$/i;

/**
 * Until when (epoch ms): what `readMoment` reads, or `next-release`, the next configured date of a release. `said`: when it was
 * said, from which a duration counts. `after`: the word that follows, which may be the time of a day and would be lost in what
 * is said as a reason.
 */
export function readUntil(word: Word, scene: Pick<Scene, 'project' | 'now'>, said = scene.now, after?: Word): Parsed<number> {
  const [, time] = DAY_ALONE.test(bare(word.text)) ? TIME_ALONE.exec(after?.text ?? '') ?? [] : [];
  if (after !== undefined && time !== undefined) return mistaken(after, `a day and its time are one word, such as \`${bare(word.text)}T${time.padStart(5, '0')}Z\``);
  if (!/^next[-_]?release$/i.test(bare(word.text))) {
    const read = readMoment(word, scene.now);
    const late = scene.now - said;
    if (read.ok && late > LATE && readDuration(word).ok) {
      return read.args - late > scene.now ? understood(read.args - late) : mistaken(word, `${quoted(word.text)} was over before this arrived, ${span(late)} after it was said`);
    }
    return read.ok || !/^n/i.test(word.text) ? read : mistaken(word, `${quoted(word.text)} is no date${didYouMean(word.text.slice(0, LONGEST_NAME), ['next-release'])}`);
  }
  const dates = scene.project.releases.flatMap((r) => r.date !== null && r.date > scene.now ? [r.date] : []);
  return dates.length > 0 ? understood(Math.min(...dates))
    : mistaken(word, `${scene.project.name} has no release with a date to come in its configuration (\`release.date\`); give a duration or a date`);
}

/** Incidents that people work on: not the summaries and the lists of lost jobs. */
const isNamed = ({ kind }: Incident): boolean => kind === 'breakage' || kind === 'stale';
const ofPlatform = (incident: Incident, platform: PlatformId): boolean => incident.platform === platform && isNamed(incident);
const openFirst = (a: Incident, b: Incident): number => Number(b.state === 'open') - Number(a.state === 'open') || a.openedAt - b.openedAt;
const liveOf = (scene: Scene, platform: PlatformId): readonly Incident[] =>
  scene.incidents.filter((i) => i.state !== 'closed' && ofPlatform(i, platform)).sort(openFirst);

/**
 * The incidents that a command is about, open ones first: those of the platform it names, else the one it was said on, else
 * those of the platform whose Slack channel it was said in. Never none: then it is a mistake, which says what is open.
 */
export function incidentsMeant(scene: Scene, place: Place, platform: PlatformId | null): Parsed<readonly Incident[]> {
  if (platform === null && place.incident !== null) {
    const here = scene.incidents.find((i) => i.id === place.incident);
    if (here === undefined) return unfit('this incident has been over for more than 30 days');
    return here.state === 'closed' ? unfit(`${overSince(here, scene)}${openElsewhere(scene)}`) : understood([here]);
  }
  const named = platform ?? place.platform;
  if (named === null) {
    const open = openNow(scene);
    return open.length === 0 ? unfit(`no incident is open in ${scene.project.name}`)
      : mistaken(null, `it is not clear which incident is meant, so name its platform; open now: ${listed(open, 6)}`);
  }
  const live = liveOf(scene, named);
  return live.length > 0 ? understood(live) : unfit(`${noneOf(scene, named)}${openElsewhere(scene)}`);
}

function noneOf(scene: Scene, platform: PlatformId): string {
  const part = scene.incidents.find((i) => i.state !== 'closed' && standingJobs(i).some((j) => j.platform === platform));
  if (part !== undefined) return `${platform} has no incident of its own: what fails there is part of ${named(part)}`;
  const last = scene.incidents.filter((i) => ofPlatform(i, platform) && i.closedAt !== null).sort((a, b) => (b.closedAt ?? 0) - (a.closedAt ?? 0))[0];
  return last === undefined ? `${platform} has no open incident` : overSince(last, scene);
}

const overSince = (incident: Incident, scene: Scene): string =>
  `the incident of ${named(incident)} has been over since ${moment(incident.closedAt ?? scene.now, scene.now)}`;

/** `linux/s390x (#4711)`, its kind where it is no breakage. */
function named(incident: Incident): string {
  const more = [...(incident.kind === 'breakage' ? [] : [incident.kind]), ...(incident.issue === null ? [] : [`#${incident.issue.number}`])];
  return `${incident.platform}${more.length === 0 ? '' : ` (${more.join(', ')})`}`;
}

/** Open incidents that people work on, the oldest first. */
export const openIncidents = ({ incidents }: Pick<Scene, 'incidents'>): readonly Incident[] => incidents.filter((i) => i.state === 'open' && isNamed(i)).sort(openFirst);

const openNow = (scene: Scene): readonly string[] => openIncidents(scene).map(named);

function openElsewhere(scene: Scene): string {
  const open = openNow(scene);
  return open.length === 0 ? '' : `; open now: ${listed(open, 6)}`;
}
