import type { PlatformId } from '../domain/platform.ts';
import { nearest } from '../domain/suggest.ts';
import { counted, listed } from '../domain/time.ts';
import type { Place } from './lines.ts';
import { EVENT_KINDS } from './parse.ts';

/** What of a history was not used, by kind. */
export interface LeftOut {
  /** Runs by platform (as spelled where it is none that is known) and job. */
  readonly runs: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Events by platform. */
  readonly events: ReadonlyMap<string, number>;
  readonly repeated: number;
  /** Repetitions that told another outcome. */
  readonly contradicting: number;
}

/** The platforms on which a job of this name is tracked. */
type TrackedOn = (job: string) => readonly PlatformId[];

const MOST_NAMED = 4;
export const sum = (counts: Iterable<number>): number => [...counts].reduce((total, n) => total + n, 0);

/** What was left out, a sentence for each kind of reason. */
export function notesOn(left: LeftOut, trackedOn: TrackedOn): string[] {
  return [...elsewhere(left, trackedOn), ...untracked(left, trackedOn), ...events(left), ...repetitions(left)];
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

/** Something odd that lines of a file have in common. */
export interface Odd {
  readonly first: Place;
  lines: number;
}

/** Findings of one sort beyond these are counted. */
const MOST_FINDINGS = 5;

/** What is odd, each sort by its first line: kinds of events that are not known, and runs that end before they begin. */
export const findingsIn = (kinds: ReadonlyMap<string, Odd>, backward: ReadonlyMap<string, Odd>): string[] => [
  ...odd(backward, 'jobs', (job, { lines }) => `a run of ${job} is said to have finished before it started${lines === 1 ? '' : `, and so ${lines === 2 ? 'is 1 more' : `are ${lines - 1} more`} of its runs`}; when ${lines === 1 ? 'it' : 'they'} ended is taken as not known.`),
  ...odd(kinds, 'kinds', (kind, { lines }) => {
    const meant = nearest(kind, EVENT_KINDS);
    const others = meant === null ? `; known are ${listed(EVENT_KINDS, EVENT_KINDS.length)}` : `; perhaps ${meant} is meant`;
    return `events of the kind ${JSON.stringify(kind.slice(0, LONGEST))} are not known here, so this one is left out${lines === 1 ? '' : `, and ${lines - 1} more`}${others}.`;
  }),
];

/** As much of a word from outside as a sentence bears. */
const LONGEST = 60;

function odd(found: ReadonlyMap<string, Odd>, what: string, sentence: (name: string, odd: Odd) => string): string[] {
  const told = [...found].slice(0, MOST_FINDINGS).map(([name, one]) => `${one.first.file}:${one.first.number}: ${sentence(name, one)}`);
  const [next] = [...found.values()].slice(MOST_FINDINGS);
  return next === undefined ? told : [...told, `${next.first.file}:${next.first.number}: and from here on likewise of ${found.size - MOST_FINDINGS} other ${what}.`];
}

function repetitions({ repeated, contradicting }: LeftOut): string[] {
  if (repeated === 0) return [];
  const other = contradicting === 0 ? '' : `; ${counted(contradicting, 'of them tells', 'of them tell')} another outcome, and the one that finished last stands`;
  return [`Counted once: ${counted(repeated, 'run')} that ${repeated === 1 ? 'stands' : 'stand'} in the history more than once (same platform, job and build)${other}.`];
}
