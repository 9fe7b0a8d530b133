import { listed, moment } from '../../../domain/time.ts';
import type { IncidentJob } from '../../../domain/incident.ts';
import { capped, titleWords } from './inert.ts';
import { beganAt, ownJobs, suites, type Subject } from './telling.ts';

/** GitHub's limit on a title. */
const LONGEST = 256;

/**
 * The title. It changes only when a job joins or the breakage turns out to be everywhere: it names what broke
 * and since when, never how often.
 */
export function title({ incident }: Pick<Subject, 'incident'>): string {
  const jobs = ownJobs(incident);
  const since = moment(beganAt(jobs, incident), incident.openedAt);
  const everywhere = incident.scope === 'everywhere';
  return capped(`[${everywhere ? 'everywhere' : place(jobs, incident.platform)}] ${event(incident.kind)}`, LONGEST);

  function event(kind: typeof incident.kind): string {
    switch (kind) {
      case 'breakage': return jobs.every((j) => j.neverGreen) ? `${broken(jobs, everywhere)} never passed` : `${broken(jobs, everywhere)} failing since ${since}`;
      case 'stale': return `${broken(jobs, everywhere)} without a finished run since ${since}`;
      case 'flood': return `${incident.summarises.length} breakages at once on ${moment(incident.openedAt, incident.openedAt)}`;
      case 'configuration': return `${broken(jobs, false)} no longer at ${jobs.length === 1 ? 'its' : 'their'} source`;
      default: return kind satisfies never;
    }
  }
}

/** The platform that it is about; of jobs that vanished, theirs. */
function place(jobs: readonly IncidentJob[], platform: string): string {
  const platforms = new Set(jobs.map((j) => j.platform));
  return platforms.size > 1 ? 'several platforms' : [...platforms][0] ?? platform;
}

/** Names what broke: jobs, or what they test where every platform has its own job for it. */
const broken = (jobs: readonly IncidentJob[], bySuite: boolean): string =>
  listed((bySuite ? suites(jobs) : [...new Set(jobs.map((j) => j.name))]).map((n) => titleWords(n, 60)), 3);
