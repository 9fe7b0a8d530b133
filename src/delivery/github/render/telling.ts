import type { Briefing } from '../../../domain/briefing.ts';
import { standingJobs, type Incident, type IncidentJob } from '../../../domain/incident.ts';
import { counted, listed, moment } from '../../../domain/time.ts';
import { plain } from './inert.ts';

/** What a text is written from. */
export interface Subject {
  readonly incident: Incident;
  readonly briefing: Briefing;
}

/** The rows that a text is about: those that stand; of an incident that is over, those that it was about. */
export function mainJobs(incident: Incident): readonly IncidentJob[] {
  const standing = standingJobs(incident);
  return standing.length > 0 ? standing : ownJobs(incident);
}

/** Every job that broke here, whether it still is or not; not those that went to another incident, are tracked no more or muted. */
export function ownJobs(incident: Incident): readonly IncidentJob[] {
  const own = incident.jobs.filter((j) => j.state !== 'moved' && j.state !== 'untracked' && j.state !== 'muted');
  return own.length > 0 ? own : incident.jobs;
}

/** When the trouble began: the first failed run, or the last finished one where nothing reports. Epoch milliseconds. */
export function beganAt(jobs: readonly IncidentJob[], incident: Incident): number {
  const times = jobs.map((j) => incident.kind === 'stale' ? j.lastRun : j.streak?.since ?? null).filter((t) => t !== null);
  return times.length === 0 ? incident.openedAt : Math.min(...times);
}

/** The same in words: `Tue 18 Nov 14:10 UTC`. */
export const began = (incident: Incident): string => moment(beganAt(ownJobs(incident), incident), incident.openedAt);

/** `unit`, or `unit on linux/s390x` where the text is about several platforms. */
export const jobName = (job: { readonly name: string; readonly platform: string }, incident: Incident): string =>
  job.platform === incident.platform && incident.scope === 'here' ? plain(job.name) : `${plain(job.name)} on ${job.platform}`;

export const jobNames = (jobs: readonly { readonly name: string; readonly platform: string }[], incident: Incident, cap = 5): string =>
  listed(jobs.map((j) => jobName(j, incident)), cap);

/** What several jobs test: their suites, each once. */
export const suites = (jobs: readonly IncidentJob[]): string[] => [...new Set(jobs.map((j) => j.suite))];

/** `4 failed in a row, on 3 commits`. */
export function failedRuns(length: number, commits: number): string {
  const runs = length === 1 ? '1 failed' : `${length.toLocaleString('en-US')} failed in a row`;
  return commits > 0 ? `${runs}, on ${counted(commits, 'commit')}` : runs;
}

/** The newest fact's number; 0 where there is none. */
export const lastFact = (incident: Incident): number => incident.facts.at(-1)?.n ?? 0;
