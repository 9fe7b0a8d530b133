import type { Runtime } from './context.ts';
import { jobsNow } from './jobs-now.ts';
import { isSilent } from './silence.ts';
import type { Tracked } from './tracked.ts';

/** Whoever collects figures gives up after a while (ms); a store that takes longer is told of on `/readyz`. */
const PATIENCE = 2_000;

/** Sets what was read into the gauges, at once: whoever collects at the same moment sees all of it or nothing. */
type Setting = () => void;

/**
 * Reads what stands now into the gauges: open incidents, conflicts, writes by state, warnings, sources, jobs. Every replica tells the
 * same, from the store; jobs are told by the one that polls them. What cannot be read has no figure rather than an old one, and takes
 * no other with it. Does not reject.
 */
export async function readGauges(rt: Runtime, patience = PATIENCE): Promise<void> {
  const { jobs, incidents, conflicts, outbox, warnings, lastGoodPoll, sourceSilent, githubLimit } = rt.metrics;
  const read: Setting[] = [];
  const late = new Promise<void>((resolve) => { setTimeout(resolve, patience).unref(); });
  const reading = [readOutbox(rt), readWarnings(rt), ...[...rt.projects.values()].map((t) => readProject(rt, t))];
  const all = Promise.allSettled(reading.map(async (one) => read.push(await one)));
  const unread = await Promise.race([all.then((ends) => ends.find((e) => e.status === 'rejected')), late]);
  // A collection that fails looks like a program that is gone, and it is the store that is.
  if (unread) rt.log.warn({ err: unread.reason as unknown }, 'figures that the store did not give are left out of /metrics');
  for (const gauge of [jobs, incidents, conflicts, outbox, warnings, lastGoodPoll, sourceSilent, githubLimit]) gauge.reset();
  for (const set of read) set();
}

async function readOutbox({ store, metrics }: Runtime): Promise<Setting> {
  const counts = await store.countActions();
  return () => { for (const state of ['pending', 'leased', 'dead'] as const) metrics.outbox.set({ state }, counts[state] ?? 0); };
}

async function readWarnings({ store, metrics, projects }: Runtime): Promise<Setting> {
  const standing = await store.warnings();
  return () => {
    for (const project of projects.keys()) metrics.warnings.set({ project }, 0);
    for (const { project } of standing) metrics.warnings.inc({ project });
  };
}

async function readProject({ store, metrics, now, github }: Runtime, tracked: Tracked): Promise<Setting> {
  const project = tracked.project.name;
  const [incidents, conflicts, sources] = await Promise.all([store.incidents(project, now()), store.conflicts(project, Number.MAX_SAFE_INTEGER), store.sourceHealth(project)]);
  const othersPoll = sources.some(({ source, lastGood }) => lastGood !== null && lastGood > (tracked.readAt.get(source) ?? 0));
  const asked = tracked.project.sources.filter(({ name }) => (tracked.jobsBySource.get(name) ?? []).length > 0);
  const jobs = new Map<string, number>();
  if (!othersPoll && tracked.states !== null) for (const { health } of jobsNow(tracked)) jobs.set(health, (jobs.get(health) ?? 0) + 1);
  return () => {
    metrics.githubLimit.set({ project }, Math.ceil(Math.max(0, (github?.limited?.(tracked.project.repo)?.until ?? 0) - now()) / 1000));
    for (const { stage } of conflicts) metrics.conflicts.inc({ project, stage });
    for (const { kind, state } of incidents) metrics.incidents.inc({ project, kind, state });
    // The store knows of sources that were taken out of the configuration too, and those would look silent for ever.
    for (const { name: source } of asked) {
      const health = sources.find((s) => s.source === source);
      if (health?.lastGood) metrics.lastGoodPoll.set({ project, source }, health.lastGood / 1000);
      metrics.sourceSilent.set({ project, source }, isSilent(tracked.project.polling, health, now()) ? 1 : 0);
    }
    for (const [health, count] of jobs) metrics.jobs.set({ project, health }, count);
  };
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

/** Collections under way, by whose figures they are. */
const underWay = new WeakMap<Runtime, Promise<string>>();

/** All figures as text, with what stands now. Who asks while they are being read is told the same: reading them costs the store some questions, and anybody may ask. */
export function figures(rt: Runtime, ready: () => Promise<{ readonly ready: boolean }>): Promise<string> {
  const before = underWay.get(rt);
  if (before !== undefined) return before;
  const reading = Promise.all([readGauges(rt), readReady(rt, ready)]).then(() => rt.metrics.registry.metrics()).finally(() => { underWay.delete(rt); });
  underWay.set(rt, reading);
  return reading;
}
