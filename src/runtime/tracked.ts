import type { Briefing } from '../domain/briefing.ts';
import type { LoadedProject } from '../config/load.ts';
import type { Incident } from '../domain/incident.ts';
import type { Job, JobKey } from '../domain/job.ts';
import { fileShown, type Project } from '../domain/project.ts';
import { escalationTo, releaseSignal } from '../policy/world.ts';
import type { Source } from '../sources/source.ts';
import type { Shown, States } from './states.ts';

/** A project that is being tracked, with what this process remembers of it between polls. */
export interface Tracked {
  readonly project: Project;
  readonly sources: readonly Source[];
  readonly jobs: readonly Job[];
  readonly jobsBySource: ReadonlyMap<string, readonly Job[]>;
  readonly jobsByKey: ReadonlyMap<JobKey, Job>;
  /** Null until loaded from the store, and again when another replica has polled in between. */
  states: States | null;
  /** What `jobsNow` last gave. */
  shown: Shown | null;
  /** The fence of the lease under which `states` was loaded. */
  fence: number;
  /** Sources whose last poll failed, with the sentence: their jobs are unknown now, and nothing of them changes. */
  readonly down: Map<string, string>;
  /**
   * When each source was last read well by this process (epoch ms). Staleness is judged as of then, not of now: a
   * laptop that slept, a program that was down or a source that was out makes nobody's job stale.
   */
  readonly readAt: Map<string, number>;
  /** Its configuration with the ladder that it names; null where nobody is to be told of steps (the command line's `poll`). */
  readonly loaded: Pick<LoadedProject, 'project' | 'settings' | 'ladder'> | null;
}

/** A project made ready for tracking. */
export function track(project: Project, sources: readonly Source[], loaded: Tracked['loaded'] = null): Tracked {
  const jobs = project.platforms.flatMap((p) => p.jobs);
  const jobsBySource = new Map(sources.map((s) => [s.name, jobs.filter((j) => j.source === s.name)]));
  const jobsByKey = new Map(jobs.map((j) => [j.key, j]));
  return { project, sources, jobs, jobsBySource, jobsByKey, states: null, shown: null, fence: 0, down: new Map(), readAt: new Map(), loaded };
}

/** Where an incident is told of in Slack: the incidents channel, and its platform's own unless it breaks everywhere. */
export function channelsFor(project: Project, incident: Incident): string[] {
  const own = incident.scope === 'here' && (incident.kind === 'breakage' || incident.kind === 'stale')
    ? project.platforms.find((p) => p.id === incident.platform)?.slack ?? null : null;
  return [...new Set([project.channels.incidents, own].filter((c) => c !== null))];
}

/** The names, deadlines and links that texts about the project's incidents need. `web`: GitHub's pages, without a trailing slash. */
export function briefingOf(project: Project, web: string): Briefing {
  return {
    project: project.name, repoUrl: `${web}/${project.repo}`, reference: project.reference,
    escalateTo: escalationTo(project), releaseSignal: releaseSignal(project),
    remindAfter: project.escalation.remindAfter, escalateAfter: project.escalation.escalateAfter,
    passesToClose: project.signal.passesToClose, passesOf: passesOf(project), staleAfter: project.signal.staleAfter,
    failuresToOpen: project.signal.failuresToOpen, configFile: fileShown(project),
  };
}

const ownPasses = new WeakMap<Project, ReadonlyMap<JobKey, number>>();

/** Jobs that take another number of passed runs than the project's, found once for each configuration. */
function passesOf(project: Project): ReadonlyMap<JobKey, number> {
  const known = ownPasses.get(project);
  if (known !== undefined) return known;
  const own = project.platforms.flatMap((p) => p.jobs).filter((j) => j.thresholds.passesToClose !== project.signal.passesToClose);
  const found = new Map(own.map((j) => [j.key, j.thresholds.passesToClose]));
  ownPasses.set(project, found);
  return found;
}

/** GitHub's pages for an API address: github.com, the Enterprise host itself, or a stand-in's own address. */
export function webUrlOf(apiUrl: string): string {
  const url = new URL(apiUrl);
  if (url.hostname === 'api.github.com') return 'https://github.com';
  return `${url.origin}${url.pathname.replace(/\/api\/v3\/?$/, '').replace(/\/+$/, '')}`;
}
