import type { Job } from '../../domain/job.ts';
import type { JobNow } from '../../signal/job-health.ts';
import type { Peers } from './peers-then.ts';
import type { Timeline } from './timeline.ts';

/** A time in which one job was broken. Epoch milliseconds. */
export interface Spell {
  readonly job: Job;
  readonly kind: 'breakage' | 'stale';
  /** When it would have been noticed. */
  readonly from: number;
  /** The first failed run, or the last run before the silence. */
  readonly since: number;
  /** Null: it still is. */
  readonly to: number | null;
  /** It ended because the job was well again. */
  readonly recovered: boolean;
  /** When a second failed run in it was known, or the silence was; null: there is one failed run, and no other. */
  readonly again: number | null;
  /** The reference platform had it too. */
  readonly everywhere: boolean;
}

type Open = Omit<Spell, 'to' | 'recovered'> & { readonly lastRun: number };

/** Passes that the live program remembers after a silence. */
const REMEMBERED = 20;

/** When a job was broken, run by run: opened, moved and closed as `policy/placing` and `policy/rows` do it live. */
export function spellsOf(timeline: Timeline, peers: Peers, until: number): Spell[] {
  return new Walk(timeline, peers).over(until);
}

class Walk {
  readonly #t: Timeline;
  readonly #peers: Peers;
  readonly #spells: Spell[] = [];
  #open: Open | null = null;

  constructor(timeline: Timeline, peers: Peers) {
    this.#t = timeline;
    this.#peers = peers;
  }

  over(until: number): Spell[] {
    const { runs, known } = this.#t;
    runs.forEach((_, i) => {
      const at = known[i] ?? 0;
      this.#others(i, at);
      this.#silence(i, at);
      this.#run(i, at);
    });
    this.#others(runs.length, until + 1);
    this.#silence(runs.length, until);
    if (this.#open !== null) this.#end(null, false);
    return this.#spells;
  }

  /** What is learned of the jobs that this one is compared with, between its own runs, may change whose breakage it is. */
  #others(count: number, before: number): void {
    if (this.#open?.kind !== 'breakage') return;
    const last = this.#t.known[count - 1] ?? this.#open.from;
    for (const at of this.#peers.momentsOfOthers(this.#t.now(count, last), last, before)) {
      this.#share(count, at);
      const now = this.#t.now(count, at);
      if (now.health === 'failing') this.#move(now, at);
    }
  }

  /** A port's breakage goes to the reference platform, which fails likewise by now, or comes back from it. */
  #move(failing: JobNow, at: number): void {
    const open = this.#open;
    if (open === null || !(open.everywhere ? this.#peers.leavesReference(failing, at) : this.#peers.joinsReference(failing, at))) return;
    this.#end(at, false);
    this.#begin({ ...this.#broke(failing, at), everywhere: !open.everywhere });
  }

  #broke({ state }: JobNow, at: number): Omit<Open, 'job' | 'everywhere'> {
    return { kind: 'breakage', from: at, since: state?.streak?.since ?? at, again: (state?.streak?.length ?? 0) > 1 ? at : null, lastRun: 0 };
  }

  #share(count: number, at: number): void {
    const now = this.#t.now(count, at);
    if (this.#open?.kind !== 'breakage' || this.#open.everywhere || this.#t.isDown(at) || !this.#peers.isReference(now)) return;
    if (this.#peers.attribute(now, at) === 'everywhere') this.#open = { ...this.#open, everywhere: true };
  }

  /** Whether the job fell silent between its last run and `before`. */
  #silence(count: number, before: number): void {
    const last = this.#t.runs[count - 1];
    if (last === undefined || this.#open !== null) return;
    const at = silentFrom(last.started, this.#t);
    if (at >= before) return;
    const stale = { ...this.#t.now(count, at), health: 'stale' as const };
    this.#begin({ kind: 'stale', from: at, since: last.started, again: at, everywhere: this.#peers.staleEverywhere(stale, at), lastRun: last.started });
  }

  #run(index: number, at: number): void {
    const failed = this.#t.failures(index);
    if (failed > 0 && this.#open?.again === null) this.#open = { ...this.#open, again: at };
    const open = this.#open;
    if (open === null && failed < this.#t.job.thresholds.failuresToOpen) return;
    const now = this.#t.now(index + 1, at);
    if (open !== null && this.#recovered(open, now)) return this.#end(at, true);
    // On the reference platform it becomes everywhere's once ports fail with it, and stays so.
    this.#share(index + 1, at);
    if (failed < this.#t.job.thresholds.failuresToOpen || this.#hushed(index, at)) return;
    const failing = { ...now, health: 'failing' as const };
    if (open?.kind === 'breakage') return this.#move(failing, at);
    const where = this.#peers.attribute(failing, at);
    if (where === 'wait') return;
    if (open !== null) this.#end(at, false);
    this.#begin({ ...this.#broke(failing, at), everywhere: where === 'everywhere' });
  }

  #recovered(open: Open, { state, job }: JobNow): boolean {
    const passes = state?.passes;
    if (!passes) return false;
    const needed = job.thresholds.passesToClose;
    if (open.kind === 'stale') return passes.recent.filter((start) => start > open.lastRun).length >= Math.min(needed, REMEMBERED);
    return passes.length >= needed && (passes.length > 1 || !passes.sameCommitAsFailure);
  }

  /** In a downtime nothing opens; after one, only runs that began since speak. */
  #hushed(index: number, at: number): boolean {
    const started = this.#t.runs[index]?.started ?? at;
    return this.#t.downtimes.some((d) => d.from <= at && (at < d.to || started <= d.to));
  }

  #begin(open: Omit<Open, 'job'>): void {
    this.#open = { job: this.#t.job, ...open };
  }

  #end(to: number | null, recovered: boolean): void {
    if (this.#open === null) return;
    const { lastRun: _, ...spell } = this.#open;
    this.#spells.push({ ...spell, to, recovered });
    this.#open = null;
  }
}

/** When a job whose last run began then is called stale; a downtime in between begins the silence anew. */
function silentFrom(lastRun: number, { job, downtimes }: Timeline): number {
  let at = lastRun + job.thresholds.staleAfter + 1;
  for (const d of downtimes) if (d.from <= at && d.to > lastRun) at = Math.max(at, d.to + job.thresholds.staleAfter + 1);
  return at;
}
