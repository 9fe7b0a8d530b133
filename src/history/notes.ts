import type { PlatformId } from '../domain/platform.ts';
import { nearest } from '../domain/suggest.ts';
import { counted, listed } from '../domain/time.ts';
import { EVENT_KINDS } from './parse.ts';

/** What of a history was not used, by kind. */
export interface LeftOut {
  /** Runs by platform (as spelled where it is none that is known) and job. */
  readonly runs: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Events by platform. */
  readonly events: ReadonlyMap<string, number>;
  /** Events by the kind that is not known. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly repeated: number;
  /** Repetitions that told another outcome. */
  readonly contradicting: number;
}

/** The platforms on which a job of this name is tracked. */
type TrackedOn = (job: string) => readonly PlatformId[];

const MOST_NAMED = 4;
const sum = (counts: Iterable<number>): number => [...counts].reduce((total, n) => total + n, 0);

/** What was left out, a sentence for each kind of reason. */
export function notesOn(left: LeftOut, trackedOn: TrackedOn): string[] {
  return [...elsewhere(left, trackedOn), ...untracked(left, trackedOn), ...events(left), ...kinds(left), ...repetitions(left)];
}

/** Jobs that are tracked, but not where these runs ran: what a job runs on is configuration, never guessed from its name. */
function elsewhere({ runs }: LeftOut, trackedOn: TrackedOn): string[] {
  const found = [...runs].flatMap(([platform, jobs]) => [...jobs].filter(([job]) => trackedOn(job).length > 0).map(([job, n]) => ({ platform, job, n })));
  const said = found.slice(0, MOST_NAMED).map(({ platform, job, n }) =>
    `Left out: ${counted(n, 'run')} of ${job} on ${platform}. The configuration tracks that job on ${listed(trackedOn(job))} only.`);
  return found.length <= MOST_NAMED ? said : [...said, `Left out likewise: ${counted(sum(found.slice(MOST_NAMED).map((f) => f.n)), 'run')} of ${counted(found.length - MOST_NAMED, 'other job')} on platforms where the configuration does not track them.`];
}

function untracked({ runs }: LeftOut, trackedOn: TrackedOn): string[] {
  const found = [...runs].flatMap(([platform, jobs]) => [...jobs].filter(([job]) => trackedOn(job).length === 0).map(([job, n]) => ({ name: `${job} (${platform})`, n })));
  if (found.length === 0) return [];
  return [`Left out: ${counted(sum(found.map((f) => f.n)), 'run')} of ${counted(found.length, 'job')} that the configuration does not track: ${listed(found.map((f) => f.name), MOST_NAMED)}.`];
}

function events({ events: found }: LeftOut): string[] {
  return found.size === 0 ? [] : [`Left out: ${counted(sum(found.values()), 'event')} of platforms that the configuration does not track: ${listed([...found.keys()], MOST_NAMED)}.`];
}

function kinds({ kinds: found }: LeftOut): string[] {
  if (found.size === 0) return [];
  const names = [...found.keys()].map((kind) => {
    const meant = nearest(kind, EVENT_KINDS);
    return meant === null ? JSON.stringify(kind) : `${JSON.stringify(kind)} (perhaps ${meant}?)`;
  });
  return [`Left out: ${counted(sum(found.values()), 'event')} of a kind that is not known here: ${listed(names, MOST_NAMED)}. Known are ${listed(EVENT_KINDS, EVENT_KINDS.length)}.`];
}

function repetitions({ repeated, contradicting }: LeftOut): string[] {
  if (repeated === 0) return [];
  const other = contradicting === 0 ? '' : `; ${counted(contradicting, 'of them tells', 'of them tell')} another outcome, and the one that finished last stands`;
  return [`Counted once: ${counted(repeated, 'run')} that ${repeated === 1 ? 'stands' : 'stand'} in the history more than once (same platform, job and build)${other}.`];
}
