import type { PlatformEvidence } from '../../domain/evidence.ts';
import type { JobKey } from '../../domain/job.ts';
import type { Project } from '../../domain/project.ts';
import { attribute, failsAfterReference, staleEverywhere, type Attribution } from '../../signal/attribution.ts';
import type { JobNow } from '../../signal/job-health.ts';
import { suiteTally } from '../../signal/peers.ts';
import { Timeline } from './timeline.ts';

interface Side {
  readonly timelines: readonly Timeline[];
  /** What was last given, and what it was made from: while nothing in it changes, it is the same list. */
  of: string;
  jobs: readonly JobNow[];
}

/** Who a job is compared with, at any moment of the past: "only here or everywhere" as `signal/attribution` tells it. */
export class Peers {
  readonly #timelines: ReadonlyMap<JobKey, Timeline>;
  readonly #reference: Project['reference'];
  readonly #sides = new Map<string, Side>();

  constructor(project: Project, platforms: readonly PlatformEvidence[], until: number) {
    this.#reference = project.reference;
    this.#timelines = new Map(platforms.flatMap((p) => p.jobs.map((j) => [j.job.key, new Timeline(j, p.downtimes, until)] as const)));
    for (const timeline of this.#timelines.values()) {
      const side = this.#sideOf(timeline, timeline.job.platform === this.#reference);
      this.#sides.set(side, { timelines: [...this.#sides.get(side)?.timelines ?? [], timeline], of: '', jobs: [] });
    }
  }

  timeline(key: JobKey): Timeline | null {
    return this.#timelines.get(key) ?? null;
  }

  isReference({ job }: Pick<Timeline, 'job'>): boolean {
    return job.platform === this.#reference;
  }

  /** Where a job that fails at a moment does so. */
  attribute(failing: JobNow, at: number): Attribution {
    const isReference = this.isReference(failing);
    const others = this.#others(failing, at);
    return attribute(failing, isReference ? [] : others, isReference ? others : [], isReference);
  }

  /** A port's breakage that stood by itself belongs to the reference platform by now, which fails the same suite. */
  joinsReference(failing: JobNow, at: number): boolean {
    if (this.isReference(failing)) return false;
    const reference = this.#others(failing, at);
    return suiteTally(reference, failing.job.suite, failing.job.branch).failing > 0 && attribute(failing, reference, [], false) === 'everywhere';
  }

  /** A port goes on failing after the reference platform is well again. */
  leavesReference(failing: JobNow, at: number): boolean {
    return !this.isReference(failing) && failsAfterReference(failing, this.#others(failing, at));
  }

  /**
   * The moments between two (epoch ms, both left out) at which something was learned of the jobs that this one is compared
   * with, in order. Of ports only their failures: nothing else says that the reference platform's breakage is everywhere.
   */
  momentsOfOthers(of: JobNow, from: number, to: number): readonly number[] {
    const isReference = this.isReference(of);
    const moments = new Set<number>();
    for (const t of this.#sides.get(this.#sideOf(of, !isReference))?.timelines ?? []) {
      for (let i = t.countAt(from); i < t.runs.length && (t.known[i] ?? to) < to; i++) {
        if (!isReference || t.runs[i]?.outcome === 'fail') moments.add(t.known[i] ?? to);
      }
      for (const d of t.downtimes) moments.add(d.to);
    }
    return [...moments].filter((at) => at > from && at < to).sort((a, b) => a - b);
  }

  staleEverywhere(stale: JobNow, at: number): boolean {
    return !this.isReference(stale) && staleEverywhere(stale, this.#others(stale, at));
  }

  #sideOf({ job }: Pick<Timeline, 'job'>, reference: boolean): string {
    return JSON.stringify([reference, job.suite, job.branch]);
  }

  /** The reference platform's jobs of the same suite and branch; for one of those, the ports'. */
  #others(failing: JobNow, at: number): readonly JobNow[] {
    const side = this.#sides.get(this.#sideOf(failing, !this.isReference(failing)));
    if (!side) return [];
    const counts = side.timelines.map((t) => t.countAt(at));
    const of = side.timelines.map((t, i) => `${counts[i]} ${t.isDown(at)} ${isStale(t, counts[i] ?? 0, at)}`).join();
    if (side.of !== of) [side.of, side.jobs] = [of, side.timelines.map((t, i) => t.now(counts[i] ?? 0, at))];
    return side.jobs;
  }
}

const isStale = ({ runs, job }: Timeline, count: number, at: number): boolean => {
  const last = runs[count - 1];
  return last !== undefined && at - last.started > job.thresholds.staleAfter;
};
