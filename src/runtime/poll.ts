import type { SourceReading } from '../domain/job.ts';
import type { Warning } from '../domain/notice.ts';
import type { HandOn, Source } from '../sources/source.ts';
import type { Runtime } from './context.ts';
import { decideProject } from './decide.ts';
import { Intake } from './intake.ts';
import { States } from './states.ts';
import type { Tracked } from './tracked.ts';
import { clear, raise } from './warnings.ts';

const DAY = 86_400_000;

/** What a poll did, for the log and `poll --json`. */
export interface PollReport {
  readonly sources: readonly SourceReading[];
  readonly changed: number;
}

/**
 * One pass over a project's sources: ask, store, decide. One source that fails or hangs holds back no other; what it
 * would have told is unknown, and opens and closes nothing. `leads`, asked when the answers are there: whether it is
 * still for this replica to take them in; one that was asleep meanwhile would decide on what was true before.
 */
export async function pollProject(rt: Runtime, tracked: Tracked, signal: AbortSignal, leads: () => Promise<boolean> = async () => true): Promise<PollReport> {
  const { project } = tracked;
  const started = rt.now();
  if (tracked.states === null) await loadStates(rt, tracked);
  const intake = new Intake(rt.store, tracked, started, leads);
  const sources = await Promise.all(tracked.sources.map((s) => ask(rt, s, tracked, started, signal, intake.of(s.name))));
  if (signal.aborted) return { sources, changed: intake.changed };
  if (!await take(tracked, () => intake.finish(sources))) {
    forget(tracked);
    return { sources, changed: 0 };
  }
  await noteSources(rt, tracked, sources, started);
  await decideProject(rt, tracked);
  const seconds = (rt.now() - started) / 1000;
  rt.metrics.pollSeconds.observe({ project: project.name }, seconds);
  rt.log.debug({ project: project.name, changed: intake.changed, seconds }, 'polled');
  return { sources, changed: intake.changed };
}

/** Takes the readings in; what could not be stored is asked for again with the next poll. False: it is not for us any more. */
async function take(tracked: Tracked, finish: () => Promise<boolean>): Promise<boolean> {
  try {
    return await finish();
  } catch (error) {
    forget(tracked);
    throw error;
  }
}

/** What is remembered from poll to poll is worth nothing: the next one reads everything again. */
function forget(tracked: Tracked): void {
  for (const source of tracked.sources) source.forget((tracked.jobsBySource.get(source.name) ?? []).map((j) => j.key));
  tracked.states = null;
}

/** Reads what is known from the store: at start, and when another replica has polled in between. */
export async function loadStates(rt: Runtime, tracked: Tracked): Promise<void> {
  tracked.states = new States(await rt.store.jobStates(tracked.project.name));
}

async function ask(rt: Runtime, source: Source, tracked: Tracked, now: number, signal: AbortSignal, handOn: HandOn): Promise<SourceReading> {
  const jobs = tracked.jobsBySource.get(source.name) ?? [];
  if (jobs.length === 0) return { source: source.name, ok: true, error: null, requests: 0, bytes: 0, readings: [], warnings: [] };
  try {
    return await source.poll(jobs, now, signal, handOn);
  } catch (error) {
    rt.log.error({ err: error, project: tracked.project.name, source: source.name }, 'a source failed unexpectedly');
    const reason = error instanceof Error ? error.message : String(error);
    return { source: source.name, ok: false, error: `${source.name}: reading it failed unexpectedly (${reason}).`, requests: 0, bytes: 0, readings: [], warnings: [] };
  }
}

/** A moment that is dated after now is one of a clock that was set back since: it counts from now on. */
const earlier = (at: number | null, now: number): number | null => at === null ? null : Math.min(at, now);

async function noteSources(rt: Runtime, tracked: Tracked, sources: readonly SourceReading[], now: number): Promise<void> {
  const project = tracked.project.name;
  const before = new Map((await rt.store.sourceHealth(project)).map((h) => [h.source, h]));
  await rt.store.saveSourceHealth(project, sources.map((s) => ({
    source: s.source, lastTried: now, lastGood: s.ok ? now : earlier(before.get(s.source)?.lastGood ?? null, now), error: s.error,
  })));
  const readWell = sources.filter((s) => s.ok && (tracked.jobsBySource.get(s.source) ?? []).length > 0);
  await rt.store.noteGoodDay(project, readWell.map((s) => s.source), Math.floor(now / DAY));
  for (const s of sources) {
    const labels = { project, source: s.source };
    rt.metrics.polls.inc({ ...labels, outcome: s.ok ? 'ok' : 'failed' });
    rt.metrics.sourceRequests.inc(labels, s.requests);
    rt.metrics.sourceBytes.inc(labels, s.bytes);
  }
  const warnings = sources.flatMap((s) => sourceWarnings(project, s, rt.projects.size > 1));
  await raise(rt, warnings);
  for (const s of sources) if (s.ok) await clear(rt, project, `source:${project}:${s.source}:`, warnings.map((w) => w.key));
}

/** One warning for a source that is down; those about its parts only while the source itself answers (behaviour 12). `several`: other projects may have a source of that name. */
function sourceWarnings(project: string, s: SourceReading, several: boolean): Warning[] {
  const parts = s.error === null ? s.warnings : [{ key: 'down', text: s.error }];
  return parts.map((w) => ({ key: `source:${project}:${s.source}:${w.key}`, project, text: several ? `${project}: ${w.text}` : w.text, urgency: 'lasting' }));
}
