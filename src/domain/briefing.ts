import { standingJobs, type Incident } from './incident.ts';
import type { JobKey } from './job.ts';
import type { PlatformId } from './platform.ts';

/** What a text about an incident needs besides the incident: names, deadlines and links. Durations in milliseconds. */
export interface Briefing {
  readonly project: string;
  /** The project's repository, for commit and compare links: `https://github.com/owner/name`. */
  readonly repoUrl: string;
  readonly reference: PlatformId;
  /** Who is asked when nobody answers; named in code style, never mentioned by a text that only announces it. */
  readonly escalateTo: readonly string[];
  readonly releaseSignal: readonly string[];
  readonly remindAfter: number;
  readonly escalateAfter: number;
  readonly passesToClose: number;
  /** The same of jobs that have a number of their own; left out: none has. */
  readonly passesOf?: ReadonlyMap<JobKey, number> | undefined;
  readonly staleAfter: number;
  readonly failuresToOpen: number;
  /** The file in which owners and jobs are declared. */
  readonly configFile: string;
}

/** How many passed runs in a row end the part of each job that is still in the incident: the fewest and the most. */
export function passesNeeded(incident: Incident, { passesToClose, passesOf }: Pick<Briefing, 'passesToClose' | 'passesOf'>): { readonly least: number; readonly most: number } {
  const standing = standingJobs(incident);
  const each = (standing.length > 0 ? standing : incident.jobs).map((j) => passesOf?.get(j.key) ?? passesToClose);
  return each.length === 0 ? { least: passesToClose, most: passesToClose } : { least: Math.min(...each), most: Math.max(...each) };
}
