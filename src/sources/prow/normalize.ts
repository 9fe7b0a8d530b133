import type { Job, JobReading } from '../../domain/job.ts';
import type { Run } from '../../domain/run.ts';
import { storable } from '../text.ts';
import { isoTime } from '../time.ts';
import { FINISHED, WAITING } from './schema.ts';
import type { ProwJob } from './schema.ts';

export interface ProwReading {
  readonly reading: JobReading & { kind: 'runs' };
  /** Finished items without a time or an id, which were left out. */
  readonly untimed: number;
}

/**
 * A job's runs from its items in the window. Only those of the configured trigger are looked at: `success` passes,
 * `failure` fails, `error` and `aborted` do not count (contract, "How a job's health is read").
 */
export function normalizeItems(items: readonly ProwJob[], job: Job, page: string): ProwReading {
  const runs = new Map<string, Run>();
  const waiting = new Set<string>();
  let untimed = 0;
  items.forEach((item, i) => {
    if (item.spec.type !== job.trigger) return;
    const build = buildOf(item);
    if (WAITING.has(item.status.state)) waiting.add(build || `item ${i}`);
    const outcome = Object.hasOwn(FINISHED, item.status.state) ? FINISHED[item.status.state as keyof typeof FINISHED] : null;
    if (outcome === null) return;
    const run = runOf(item, build, outcome);
    if (run) runs.set(build, newer(runs.get(build), run));
    else untimed++;
  });
  for (const build of runs.keys()) waiting.delete(build);
  const sorted = [...runs.values()].sort(newestFirst);
  return {
    untimed,
    reading: {
      kind: 'runs', key: job.key, runs: sorted, complete: false, unfinished: waiting.size,
      failingTests: [], moreFailingTests: 0, testsTotal: null,
      links: { page, logs: sorted.find((r) => r.outcome === 'fail')?.url ?? null },
    },
  };
}

/** Prow's own id of the run; the ProwJob's name where it was never given one. */
const buildOf = (item: ProwJob): string =>
  storable((typeof item.status.build_id === 'string' && item.status.build_id.trim()) || (item.metadata?.name ?? ''), 200);

function runOf(item: ProwJob, build: string, outcome: Run['outcome']): Run | null {
  const { status, spec } = item;
  const finished = isoTime(status.completionTime);
  const started = isoTime(status.startTime) ?? isoTime(item.metadata?.creationTimestamp) ?? finished;
  if (started === null || build === '') return null;
  const sha = spec.refs?.base_sha || (spec.extra_refs?.[0]?.base_sha ?? '');
  const commit = /^[0-9a-f]{7,64}$/i.test(sha) ? sha.toLowerCase() : null;
  const url = /^https?:\/\/[^\s<>"'`\\]+$/.test(status.url) && status.url.length <= 1000 ? status.url : null;
  return { build, started, finished, outcome, commit, url };
}

/** Of two items for one run, the one that finished later. */
const newer = (a: Run | undefined, b: Run): Run => (a && (a.finished ?? 0) > (b.finished ?? 0) ? a : b);

/** By start, then by build; builds are numbers too large to be numbers. */
const newestFirst = (a: Run, b: Run): number =>
  b.started - a.started || b.build.length - a.build.length || (a.build < b.build ? 1 : a.build > b.build ? -1 : 0);
