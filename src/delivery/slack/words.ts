import type { Briefing } from '../../domain/briefing.ts';
import { standingJobs, type Fact, type FactJob, type Incident, type IncidentJob, type PullRef } from '../../domain/incident.ts';
import type { PlatformId } from '../../domain/platform.ts';
import { listed } from '../../domain/time.ts';
import { code, link, name } from './inert.ts';

/** The words that the headline and the thread share. All of them return Slack markup in which outside text is inert. */

/** What a text is about: an incident and the names and deadlines that go with it. */
export interface Subject {
  readonly incident: Incident;
  readonly briefing: Briefing;
}

/** The word that agrees with the number. */
export const agree = (n: number, one: string, many: string): string => n === 1 ? one : many;

/** What a reader calls a job: its suite where no other job of its platform in this incident has it, else its name. */
export function labelOf(incident: Incident, job: Pick<IncidentJob, 'key' | 'name' | 'platform'>): string {
  const row = incident.jobs.find((j) => j.key === job.key);
  const suite = row?.suite ?? '';
  const alone = incident.jobs.filter((j) => j.platform === job.platform && j.suite === suite).length === 1;
  return name(alone && suite !== '' ? suite : job.name, 60);
}

/** The labels of these jobs, each once. */
export const labels = (incident: Incident, jobs: readonly Pick<IncidentJob, 'key' | 'name' | 'platform'>[]): string[] =>
  [...new Set(jobs.map((j) => labelOf(incident, j)))];

/** `e2e`, or `e2e on linux/arm64` where the incident is about several platforms. */
export const placed = (incident: Incident, job: FactJob | IncidentJob): string =>
  job.platform === incident.platform ? labelOf(incident, job) : `${labelOf(incident, job)} on ${name(job.platform)}`;

/** A handle as somebody who is named and not called: `release-signal` of the project's own organisation, else whole. */
export function person(incident: Incident, handle: string): string {
  const bare = handle.replace(/^@/, '');
  const own = `${incident.repo.split('/')[0] ?? ''}/`;
  return code(bare.toLowerCase().startsWith(own.toLowerCase()) ? bare.slice(own.length) : bare, 80);
}

export const persons = (incident: Incident, handles: readonly string[]): string =>
  listed(handles.map((h) => person(incident, h)), 4);

/** Where jobs went that are followed elsewhere: those of several platforms may have gone to several incidents. */
export const whither = (jobs: readonly Pick<IncidentJob, 'platform'>[]): string => new Set(jobs.map((j) => j.platform)).size > 1 ? 'elsewhere' : 'in another incident';

/** `#4711`, linked; null before the issue is there. */
export const issueLink = (incident: Incident): string | null =>
  incident.issue === null ? null : link(incident.issue.url, `#${incident.issue.number}`);

/** The issue where there is one, else words for it. */
export const issueOr = (incident: Incident, otherwise: string): string => issueLink(incident) ?? otherwise;

/** A pull request, linked: `#812`, with its repository where that is not the incident's. */
export const pullLink = (incident: Incident, { repo, number, url }: PullRef): string =>
  link(url, repo.toLowerCase() === incident.repo.toLowerCase() ? `#${number}` : `${repo}#${number}`);

/** The newest fact of one of these kinds. */
export const lastFact = (incident: Incident, kinds: readonly Fact['kind'][]): Fact | null =>
  incident.facts.findLast((f) => kinds.includes(f.kind)) ?? null;

/** Who acknowledged, closed or reopened by hand last, in code style; `somebody` where it is not recorded. */
export function doneBy(incident: Incident, kind: 'dismissed' | 'reopened-by-hand'): string {
  const fact = lastFact(incident, [kind]);
  return fact !== null && 'by' in fact ? person(incident, fact.by) : 'somebody';
}

/** The jobs that the incident is about now; when none is left, all that it was about. */
export function currentJobs(incident: Incident): readonly IncidentJob[] {
  const standing = standingJobs(incident);
  return standing.length > 0 ? standing : incident.jobs;
}

/** Start of the first failed run, or of the last one that was seen, of these jobs; null where nothing is known. */
export function since(jobs: readonly IncidentJob[], kind: Incident['kind']): number | null {
  const times = jobs.map((j) => (kind === 'stale' ? j.lastRun : j.streak?.since ?? null)).filter((t) => t !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/** Every platform that an incident speaks of, its own first. */
export const platformsOf = (incident: Incident): readonly PlatformId[] =>
  [...new Set([incident.platform, ...incident.jobs.map((j) => j.platform), ...incident.surroundings.platformsFailing])];

/** `linux/amd64 and linux/arm64`. */
export const platformList = (platforms: readonly PlatformId[], cap = 4): string => listed(platforms.map((p) => name(p)), cap);

/** A commit, shortened and linked where it is one; a version or other text in code style. */
export function commit(briefing: Briefing, sha: string): string {
  return isSha(sha) ? link(`${briefing.repoUrl}/commit/${sha}`, sha.slice(0, 7)) : code(sha, 40);
}

/** The commits among which the breakage began; null where one end is unknown. */
export function suspects(briefing: Briefing, good: string | null, bad: string | null): string | null {
  if (good === null || bad === null || good === bad) return null;
  if (!isSha(good) || !isSha(bad)) return `${code(good, 40)}…${code(bad, 40)}`;
  return link(`${briefing.repoUrl}/compare/${good}...${bad}`, `${good.slice(0, 7)}…${bad.slice(0, 7)}`);
}

const isSha = (text: string): boolean => /^[0-9a-f]{7,64}$/i.test(text);
