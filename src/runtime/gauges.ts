import type { Runtime } from './context.ts';
import { jobsNow } from './jobs-now.ts';
import type { Tracked } from './tracked.ts';

/** Whoever collects figures gives up after a while (ms); a store that takes longer is told of on `/readyz`. */
const PATIENCE = 2_000;

/**
 * Reads what stands now into the gauges: open incidents, conflicts, writes by state, warnings, sources, jobs. Every replica tells the
 * same, from the store; jobs are told by the one that polls them. What cannot be read has no figure rather than an old one.
 */
export async function readGauges(rt: Runtime, patience = PATIENCE): Promise<void> {
  const { jobs, incidents, conflicts, outbox, warnings, lastGoodPoll } = rt.metrics;
  for (const gauge of [jobs, incidents, conflicts, outbox, warnings, lastGoodPoll]) gauge.reset();
  const late = new Promise<void>((resolve) => { setTimeout(resolve, patience).unref(); });
  await Promise.race([Promise.all([readOutbox(rt), readWarnings(rt), ...[...rt.projects.values()].map((t) => readProject(rt, t))]), late]);
}

async function readOutbox({ store, metrics }: Runtime): Promise<void> {
  const counts = await store.countActions();
  for (const state of ['pending', 'leased', 'dead'] as const) metrics.outbox.set({ state }, counts[state] ?? 0);
}

async function readWarnings({ store, metrics, projects }: Runtime): Promise<void> {
  for (const project of projects.keys()) metrics.warnings.set({ project }, 0);
  for (const { project } of await store.warnings()) metrics.warnings.inc({ project });
}

async function readProject({ store, metrics, now, github }: Runtime, tracked: Tracked): Promise<void> {
  const project = tracked.project.name;
  metrics.githubLimit.set({ project }, Math.ceil(Math.max(0, (github?.limited?.(tracked.project.repo)?.until ?? 0) - now()) / 1000));
  const [incidents, conflicts, sources] = await Promise.all([store.incidents(project, now()), store.conflicts(project, Number.MAX_SAFE_INTEGER), store.sourceHealth(project)]);
  for (const { stage } of conflicts) metrics.conflicts.inc({ project, stage });
  for (const { kind, state } of incidents) metrics.incidents.inc({ project, kind, state });
  for (const { source, lastGood } of sources) if (lastGood !== null) metrics.lastGoodPoll.set({ project, source }, lastGood / 1000);
  const othersPoll = sources.some(({ source, lastGood }) => lastGood !== null && lastGood > (tracked.readAt.get(source) ?? 0));
  if (othersPoll || tracked.states === null) return;
  for (const { health } of jobsNow(tracked)) metrics.jobs.inc({ project, health });
}

/** A store that hangs is told of after its own patience, and a scrape ends after ten seconds. */
const READY_PATIENCE = 3 * PATIENCE;

/** Whether the program is ready, into its gauge; no figure where that takes too long to say. */
export async function readReady({ metrics }: Pick<Runtime, 'metrics'>, ask: () => Promise<{ readonly ready: boolean }>, patience = READY_PATIENCE): Promise<void> {
  metrics.ready.remove();
  const late = new Promise<null>((resolve) => { setTimeout(() => { resolve(null); }, patience).unref(); });
  const report = await Promise.race([ask(), late]);
  if (report !== null) metrics.ready.set(report.ready ? 1 : 0);
}
