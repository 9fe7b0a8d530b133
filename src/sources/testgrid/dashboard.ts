import type { Job, SourceWarning } from '../../domain/job.ts';
import { failure } from '../failure.ts';
import type { Failure } from '../failure.ts';
import { unreadable } from './context.ts';
import type { PollContext } from './context.ts';
import { SummaryEntry } from './schema.ts';
import { mostSimilar } from './similar.ts';
import { entryPrint } from './summary.ts';
import type { TrackedDashboard, TrackedTab } from './tracked.ts';

/** A table to read: its summary entry is new or has changed. */
export interface TabTask {
  readonly dashboard: string;
  readonly tab: TrackedTab;
  /** To be remembered once the table was read. */
  readonly print: string;
  /** TestGrid has no status for it. */
  readonly silent: boolean;
}

/** Stand in for a fingerprint where a tab has no entry. */
const MISSING = 'missing';
const ALL_MISSING = 'all missing';
/** At most so many missing tabs are compared with the others. */
const MAX_COMPARED = 20;

/** Reads a dashboard's summary; gives the tables to read, or null where the summary could not be read. */
export async function readDashboard(dashboard: TrackedDashboard, context: PollContext): Promise<TabTask[] | null> {
  const { memory, api } = context;
  const before = memory.dashboards.get(dashboard.name);
  const known = before !== undefined && memory.isWhole(dashboard);
  const answer = context.signal.aborted
    ? failure('aborted', 'the poll was ended early')
    : await api.summary(context, dashboard.name, known ? before.validators : null);
  if (!answer.ok) return fail(dashboard, answer, context);
  if (known && (answer.unchanged || answer.value.digest === before.digest)) {
    if (!answer.unchanged) memory.dashboards.set(dashboard.name, { ...before, validators: answer.validators });
    context.warnings.push(...before.warnings);
    return [];
  }
  if (answer.unchanged) return fail(dashboard, failure('http', 'it answered 304 to an unconditional request'), context);
  const entries = answer.value.entries();
  if (!entries.ok) return fail(dashboard, entries, context);
  const { tasks, warnings } = compare(dashboard, entries.value, context);
  memory.dashboards.set(dashboard.name, { digest: answer.value.digest, validators: answer.validators, warnings });
  context.warnings.push(...warnings);
  return tasks;
}

/** All of the dashboard's jobs are unknown, and read afresh once it answers again. */
function fail(dashboard: TrackedDashboard, why: Failure, context: PollContext): null {
  for (const tab of dashboard.tabs.values()) unreadable(dashboard.name, tab, why, context);
  if (why.reason !== 'aborted') context.warnings.push(context.say.dashboardFailed(dashboard.name, why));
  return null;
}

/** Compares the summary's entries with what was seen. */
function compare(dashboard: TrackedDashboard, entries: ReadonlyMap<string, object>, context: PollContext): { tasks: TabTask[]; warnings: SourceWarning[] } {
  const tasks: TabTask[] = [];
  const missing: TrackedTab[] = [];
  for (const tab of dashboard.tabs.values()) {
    const entry = context.api.entryOf(entries, tab.name);
    if (!entry) {
      missing.push(tab);
      continue;
    }
    const parsed = SummaryEntry.safeParse(entry);
    const print = parsed.success ? entryPrint(entry) : null;
    if (!parsed.success || print === null) {
      unreadable(dashboard.name, tab, failure('schema', 'its entry in the summary is of an unknown form'), context);
    } else if (tab.jobs.some((j) => context.memory.tab(j.key)?.print !== print)) {
      tasks.push({ dashboard: dashboard.name, tab, print, silent: parsed.data.overall_status === '' });
    }
  }
  return { tasks, warnings: reportMissing(dashboard, missing, entries, context) };
}

/**
 * Tabs that the summary does not have. All at once is the dashboard's fault and not the disappearance of its jobs; a
 * single tracked tab among others that are there has most likely been renamed.
 */
function reportMissing(dashboard: TrackedDashboard, missing: readonly TrackedTab[], entries: ReadonlyMap<string, object>, context: PollContext): SourceWarning[] {
  if (missing.length === 0) return [];
  if (missing.length === dashboard.tabs.size && (missing.length > 1 || entries.size === 0)) {
    const warning = context.say.allMissing(dashboard.name, missing.map((t) => t.name));
    for (const tab of missing) tell(dashboard, tab.jobs, ALL_MISSING, 'unreadable', warning.text, context);
    return [warning];
  }
  const others = otherTabs(dashboard, entries);
  return missing.map((tab, i) => {
    const similar = i < MAX_COMPARED ? mostSimilar(tab.name, others) : null;
    const warning = context.say.tabMissing(dashboard.name, tab.name, similar);
    tell(dashboard, tab.jobs, MISSING, 'missing', warning.text, context);
    return warning;
  });
}

/** Names of the tabs that nobody tracks: a renamed one is among them. */
function otherTabs(dashboard: TrackedDashboard, entries: ReadonlyMap<string, object>): string[] {
  const names: string[] = [];
  for (const [key, entry] of entries) {
    const name = 'tab_name' in entry && typeof entry.tab_name === 'string' ? entry.tab_name : key;
    if (!dashboard.tabs.has(name)) names.push(name);
  }
  return names;
}

/** Says it once, and again when it has become something else. */
function tell(dashboard: TrackedDashboard, jobs: readonly Job[], print: string, problem: 'missing' | 'unreadable', reason: string, { memory, readings }: PollContext): void {
  for (const { key } of jobs) {
    if (memory.tab(key)?.print === print) continue;
    memory.remember(dashboard.name, key, { print, validators: null, notes: [] });
    readings.push({ kind: 'unknown', key, problem, reason });
  }
}
