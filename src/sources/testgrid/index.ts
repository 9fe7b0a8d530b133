import type { Job, SourceReading, SourceWarning } from '../../domain/job.ts';
import { breaking } from '../breaker.ts';
import { failure } from '../failure.ts';
import type { Failure } from '../failure.ts';
import type { Http, Meter } from '../wire.ts';
import { eachLimited } from '../pool.ts';
import type { FetchLimits, HandOn, Source } from '../source.ts';
import type { PollContext } from './context.ts';
import { readDashboard } from './dashboard.ts';
import type { TabTask } from './dashboard.ts';
import { legacyApi, v1Api } from './fetch.ts';
import { Memory } from './memory.ts';
import type { NoteKind } from './memory.ts';
import { sentencesOf } from './sentences.ts';
import { readTab } from './tab.ts';
import type { TrackedDashboard } from './tracked.ts';

/**
 * A TestGrid. A poll asks for one summary per dashboard, and for the tables of those tracked tabs whose summary entry
 * has changed; where a summary is as before, that is not even parsed.
 */
export function createTestGridSource(config: { name: string; url: string; api: 'legacy' | 'v1' }, limits: FetchLimits, http: Http): Source {
  const memory = new Memory();
  const api = config.api === 'v1' ? v1Api(config.url) : legacyApi(config.url);
  const say = sentencesOf(config.name);
  const pages = pageBase(config.url);
  const page = (dashboard: string, tab: string): string => `${pages}/${encodeURIComponent(dashboard)}#${encodeURIComponent(tab)}`;
  return {
    name: config.name,
    async poll(jobs, _now, signal, handOn) {
      const meter: Meter = { requests: 0, bytes: 0 };
      const context: PollContext = { http: breaking(http, 2 * limits.concurrency), meter, signal, api, memory, say, page, readings: [], runs: [], warnings: [] };
      const error = await pollAll(jobs, context, limits.concurrency, handOn ?? null);
      return { source: config.name, ok: error === null, error, ...meter, readings: [...context.readings, ...context.runs], warnings: context.warnings } satisfies SourceReading;
    },
    forget: (keys) => memory.forget(keys),
  };
}

/** Readings that are handed on together. */
const PORTION = 250;

/** Kubernetes serves the newer API's data from a host beside that of the pages. */
const pageBase = (url: string): string => url.replace(/^https:\/\/testgrid-data\./, 'https://testgrid.');

/** Null, or why nothing could be read at all. */
async function pollAll(jobs: readonly Job[], context: PollContext, concurrency: number, handOn: HandOn | null): Promise<string | null> {
  const { dashboards, homeless } = context.memory.follow(jobs);
  for (const job of homeless) {
    context.readings.push({ kind: 'unknown', key: job.key, problem: 'unreadable', reason: context.say.homeless(job.name) });
  }
  const tasks: TabTask[] = [];
  let failed = 0;
  await eachLimited([...dashboards.values()], concurrency, async (dashboard) => {
    const found = await readDashboard(dashboard, context);
    if (found === null) failed++;
    else tasks.push(...found);
  });
  const unread: { task: TabTask; why: Failure }[] = [];
  await eachLimited(tasks, concurrency, async (task) => {
    const why = context.signal.aborted ? failure('aborted', 'the poll was ended early') : await readTab(task, context);
    if (why) unread.push({ task, why });
    if (handOn && context.runs.length >= PORTION) await handOn(context.runs.splice(0));
  });
  warnOfTables(unread, context);
  warnOfNotes(dashboards, context);
  context.warnings.sort((a, b) => (a.key < b.key ? -1 : 1));
  if (context.signal.aborted) return context.say.endedEarly;
  return failed > 0 && failed === dashboards.size ? context.say.nothingRead(context.warnings, failed) : null;
}

function warnOfTables(unread: readonly { task: TabTask; why: Failure }[], context: PollContext): void {
  const real = unread.filter(({ why }) => why.reason !== 'aborted');
  for (const [dashboard, failed] of Map.groupBy(real, ({ task }) => task.dashboard)) {
    context.warnings.push(context.say.tablesFailed(dashboard, failed.map(({ task, why }) => ({ tab: task.tab.name, why: why.message }))));
  }
}

/** Oddities are told of with every poll, whether their tables were read again or not. */
function warnOfNotes(dashboards: ReadonlyMap<string, TrackedDashboard>, context: PollContext): void {
  for (const dashboard of dashboards.values()) {
    context.warnings.push(...context.memory.notesOf(dashboard, () => notesOf(dashboard, context)));
  }
}

function notesOf(dashboard: TrackedDashboard, { memory, say }: PollContext): SourceWarning[] {
  const tabs = new Map<NoteKind, string[]>();
  for (const tab of dashboard.tabs.values()) {
    const notes = tab.jobs.flatMap((job) => memory.tab(job.key)?.notes ?? []);
    for (const note of new Set(notes)) {
      const names = tabs.get(note);
      if (names) names.push(tab.name);
      else tabs.set(note, [tab.name]);
    }
  }
  return [...tabs].map(([kind, names]) => say.note(kind, dashboard.name, names));
}
