import type { Evidence, JobEvidence, PlatformEvidence, RunRecord } from '../domain/evidence.ts';
import type { Job } from '../domain/job.ts';
import { parsePlatform, type PlatformId } from '../domain/platform.ts';
import type { Project } from '../domain/project.ts';
import type { Place } from './lines.ts';
import { findingsIn, notesOn, sum, type Odd } from './notes.ts';
import type { EventLine, RunLine, UnknownEvent } from './parse.ts';

/** A person said that they have what is broken. */
export interface Ack {
  readonly at: number;
  readonly by: string;
  /** A job's name; null: whatever is open on the platform. */
  readonly job: string | null;
}

/** What a folder tells of a project. Times are epoch milliseconds. */
export interface History {
  /** Without incidents: a history tells of runs, and what was broken follows from them. */
  readonly evidence: Evidence;
  readonly acks: ReadonlyMap<PlatformId, readonly Ack[]>;
  /** The first and the last moment that anything is recorded of; null: the history is empty. */
  readonly span: { readonly from: number; readonly to: number } | null;
  /** What was left out, as sentences. */
  readonly notes: readonly string[];
  /** What is odd on certain lines, and what was made of it: `file:line: sentence`. */
  readonly findings: readonly string[];
  /** How much of it was not used: of platforms and jobs that the configuration does not track, and of kinds that are not known; and runs that stand there again. */
  readonly leftOut: { readonly runs: number; readonly events: number; readonly repeated: number };
}


type Kind = EventLine['kind'];
type OfKind<K extends Kind> = Extract<EventLine, { readonly kind: K }>;

/** Takes the lines of a history in any order. */
export class Ledger {
  readonly #project: Project;
  /** By platform, then by job. */
  readonly #tracked: ReadonlyMap<PlatformId, ReadonlyMap<string, { readonly job: Job; readonly runs: RunRecord[] }>>;
  readonly #events = new Map<PlatformId, EventLine[]>();
  readonly #untracked = new Map<string, Map<string, number>>();
  readonly #untrackedEvents = new Map<string, number>();
  /** Kinds that are not known, and jobs of which runs end before they begin, each with its first line. */
  readonly #unknownKinds = new Map<string, Odd>();
  readonly #backward = new Map<string, Odd>();
  /** Platforms by spelling, and texts that repeat on many lines, kept once. */
  readonly #platforms = new Map<string, PlatformId | null>();
  readonly #commits = new Map<string, string>();
  #firstRun = Infinity;
  #first = Infinity;
  #last = -Infinity;

  constructor(project: Project) {
    this.#project = project;
    this.#tracked = new Map(project.platforms.map((p) => [p.id, new Map(p.jobs.map((job) => [job.name, { job, runs: [] }]))]));
  }

  addRun({ platform, job, run, isBackward }: RunLine, at: Place): void {
    if (isBackward) count(this.#backward, `${job} on ${platform}`, at);
    this.#firstRun = Math.min(this.#firstRun, run.started);
    this.#seen(run.started);
    if (run.finished !== null) this.#seen(run.finished);
    const id = this.#platform(platform);
    const kept = id === null ? undefined : this.#tracked.get(id)?.get(job);
    if (kept) kept.runs.push(run.commit === null ? run : { ...run, commit: this.#once(run.commit) });
    else {
      const jobs = this.#untracked.get(id ?? platform) ?? new Map<string, number>();
      this.#untracked.set(id ?? platform, jobs.set(job, (jobs.get(job) ?? 0) + 1));
    }
  }

  addEvent(event: EventLine | UnknownEvent, at: Place): void {
    if (event.kind === 'unknown') return count(this.#unknownKinds, event.name, at);
    this.#seen(event.at);
    const id = this.#platform(event.platform);
    if (id === null || !this.#tracked.has(id)) return void this.#untrackedEvents.set(id ?? event.platform, (this.#untrackedEvents.get(id ?? event.platform) ?? 0) + 1);
    const known = this.#events.get(id);
    if (known) known.push(event);
    else this.#events.set(id, [event]);
  }

  /** Everything that was added, put in order. */
  close(): History {
    let [repeated, contradicting] = [0, 0];
    const platforms = this.#project.platforms.map(({ id }): PlatformEvidence => {
      const jobs = [...this.#tracked.get(id)?.values() ?? []].map(({ job, runs }): JobEvidence => {
        const once = onceEach(runs);
        repeated += once.repeated;
        contradicting += once.contradicting;
        return { job, runs: once.runs, links: { page: null, logs: null }, blind: [] };
      });
      return { platform: id, jobs, ...this.#said(id) };
    });
    const empty = this.#first > this.#last;
    return {
      evidence: { since: Number.isFinite(this.#firstRun) ? this.#firstRun : empty ? 0 : this.#first, platforms },
      acks: new Map(this.#project.platforms.map(({ id }) => [id, this.#of(id, 'ack').map(({ at, by, job }) => ({ at, by, job }))])),
      span: empty ? null : { from: this.#first, to: this.#last },
      notes: notesOn({ runs: this.#untracked, events: this.#untrackedEvents, repeated, contradicting }, (job) => this.#trackedOn(job)),
      findings: findingsIn(this.#unknownKinds, this.#backward),
      leftOut: { runs: sum([...this.#untracked.values()].flatMap((jobs) => [...jobs.values()])), events: sum([...this.#untrackedEvents.values(), ...[...this.#unknownKinds.values()].map((k) => k.lines)]), repeated },
    };
  }

  #said(id: PlatformId): Omit<PlatformEvidence, 'platform' | 'jobs'> {
    const acts = [...this.#of(id, 'ack'), ...this.#of(id, 'sign-off')].flatMap(({ at, by }) => by === null ? [] : [{ at, by }]);
    return {
      incidents: [],
      steps: this.#of(id, 'step').map(({ at, from, to }) => ({ at, from, to })),
      signOffs: this.#of(id, 'sign-off').map(({ at, group, by }) => ({ at, group, by })),
      exceptions: this.#of(id, 'exception').map(({ at, criterion, until, reason }) => ({ at, criterion, until, reason })),
      owners: this.#of(id, 'owners').map(({ at, owners }) => ({ at, owners })),
      downtimes: this.#of(id, 'downtime').map(({ from, to, reason }) => ({ from, to, reason })).sort((a, b) => a.from - b.from),
      delays: this.#of(id, 'release-delayed').map(({ at, release }) => ({ at, release })),
      acts: acts.sort((a, b) => a.at - b.at),
      attestations: [...this.#of(id, 'native-hardware'), ...this.#of(id, 'artifacts'), ...this.#of(id, 'toolchain'), ...this.#of(id, 'parity')]
        .sort((a, b) => a.at - b.at).map(({ platform: _, ...stated }) => stated),
    };
  }

  /** Oldest first; those of one moment in the order of the file. */
  #of<K extends Kind>(id: PlatformId, kind: K): OfKind<K>[] {
    return (this.#events.get(id) ?? []).filter((e): e is OfKind<K> => e.kind === kind).sort((a, b) => a.at - b.at);
  }

  #trackedOn(job: string): readonly PlatformId[] {
    return [...this.#tracked].filter(([, jobs]) => jobs.has(job)).map(([id]) => id);
  }

  #platform(spelling: string): PlatformId | null {
    let id = this.#platforms.get(spelling);
    if (id === undefined) this.#platforms.set(spelling, id = parsePlatform(spelling));
    return id;
  }

  #once(text: string): string {
    const known = this.#commits.get(text);
    if (known === undefined) this.#commits.set(text, text);
    return known ?? text;
  }

  #seen(at: number): void {
    if (at < this.#first) this.#first = at;
    if (at > this.#last) this.#last = at;
  }
}

function count(counts: Map<string, Odd>, name: string, at: Place): void {
  const known = counts.get(name);
  if (known) known.lines++;
  else counts.set(name, { first: at, lines: 1 });
}

/** The runs oldest first, each build once: told twice, the telling that finished last stands, of two alike the later line. */
function onceEach(runs: readonly RunRecord[]): { readonly runs: readonly RunRecord[]; readonly repeated: number; readonly contradicting: number } {
  const byBuild = new Map<string, RunRecord>();
  let contradicting = 0;
  for (const run of runs) {
    const known = byBuild.get(run.build);
    if (known !== undefined && known.outcome !== run.outcome) contradicting++;
    if (known === undefined || (run.finished ?? run.started) >= (known.finished ?? known.started)) byBuild.set(run.build, run);
  }
  const kept = [...byBuild.values()].sort((a, b) => a.started - b.started || a.build.length - b.build.length || (a.build < b.build ? -1 : 1));
  return { runs: kept, repeated: runs.length - kept.length, contradicting };
}
