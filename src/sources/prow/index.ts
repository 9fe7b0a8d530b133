import { hash } from 'node:crypto';
import type { Job, JobKey, JobReading, SourceReading, SourceWarning } from '../../domain/job.ts';
import type { Http, Meter, Validators } from '../wire.ts';
import type { Source } from '../source.ts';
import { quoted } from '../text.ts';
import { normalizeItems } from './normalize.ts';
import type { ProwJob } from './schema.ts';
import { windowSink } from './window.ts';
import type { Window } from './window.ts';

/** What is remembered between polls; nothing after one that failed, so that every job is read again. */
interface Seen {
  validators: Validators | null;
  warnings: readonly SourceWarning[];
  window: Window | null;
  /** The jobs that the rest is about. */
  jobs: readonly Job[];
  readonly read: Map<JobKey, SeenJob>;
}

/** A job whose reading was handed out; without items it was not in the window. */
interface SeenJob {
  readonly items: readonly ProwJob[];
  /** The fingerprint of its reading. */
  readonly print: string;
  /** Of its finished runs, those that were left out because they have no time or no id. */
  readonly untimed: number;
}

const PATH = '/prowjobs.js?var=allBuilds&omit=annotations,labels,decoration_config,pod_spec';

/**
 * A Prow. It shows the last 48 hours of all jobs of the cluster in one answer, which is read as it arrives; the runs it
 * gives are what is in that window, not a job's history.
 */
export function createProwSource(config: { name: string; url: string }, http: Http): Source {
  const seen: Seen = { validators: null, warnings: [], window: null, jobs: [], read: new Map() };
  return {
    name: config.name,
    async poll(jobs, _now, signal) {
      const meter: Meter = { requests: 0, bytes: 0 };
      const answer = (parts: Pick<SourceReading, 'ok' | 'error' | 'readings' | 'warnings'>): SourceReading => ({ source: config.name, ...meter, ...parts });
      if (jobs.length === 0) return answer({ ok: true, error: null, readings: [], warnings: [] });
      const url = new URL(config.url + PATH);
      const names = new Set(jobs.map((j) => j.name));
      const known = jobs.every((j) => seen.read.has(j.key));
      const before = seen.window?.read ?? new Map<string, ProwJob>();
      const window = await http.get<Window>(url, {
        meter, signal, validators: known ? seen.validators : null, sink: () => windowSink(`${url.origin}${url.pathname}`, names, before),
      });
      if (!window.ok) {
        forgetAll(seen);
        return answer({ ok: false, error: `${config.name}: ${window.message}. Nothing is known of its jobs until it can be read.`, readings: [], warnings: [] });
      }
      if (window.unchanged) return answer({ ok: true, error: null, readings: [], warnings: seen.warnings });
      seen.validators = window.validators;
      const { readings, warnings } = readWindow(window.value, jobs, config, seen);
      Object.assign(seen, { warnings, window: window.value, jobs });
      return answer({ ok: true, error: null, readings, warnings });
    },
    forget(keys) {
      for (const key of keys) seen.read.delete(key);
    },
  };
}

function forgetAll(seen: Seen): void {
  Object.assign(seen, { validators: null, warnings: [], window: null, jobs: [] } satisfies Omit<Seen, 'read'>);
  seen.read.clear();
}

/** Readings of the jobs that changed since they were last handed out. A job that is absent may only be slow. */
function readWindow(window: Window, jobs: readonly Job[], config: { name: string; url: string }, seen: Seen): { readings: JobReading[]; warnings: SourceWarning[] } {
  const readings: JobReading[] = [];
  const tracked = new Set<JobKey>();
  let untimed = 0;
  for (const job of jobs) {
    tracked.add(job.key);
    const before = seen.read.get(job.key);
    const items = window.items.get(job.name);
    if (!items) {
      if (!before) seen.read.set(job.key, { items: [], print: '', untimed: 0 });
      continue;
    }
    if (before && seen.jobs === jobs && areSame(items, before.items)) {
      untimed += before.untimed;
      continue;
    }
    const result = normalizeItems(items, job, `${config.url}/?job=${encodeURIComponent(job.name)}`);
    untimed += result.untimed;
    const print = hash('sha1', JSON.stringify(result.reading), 'base64');
    seen.read.set(job.key, { items, print, untimed: result.untimed });
    if (before?.print !== print) readings.push(result.reading);
  }
  for (const key of seen.read.keys()) if (!tracked.has(key)) seen.read.delete(key);
  return { readings, warnings: warningsOf(window, jobs, config.name, untimed) };
}

const areSame = (some: readonly ProwJob[], others: readonly ProwJob[]): boolean =>
  some.length === others.length && some.every((item, i) => item === others[i]);

function warningsOf(window: Window, jobs: readonly Job[], source: string, untimed: number): SourceWarning[] {
  const warnings: SourceWarning[] = [];
  if (window.items.size === 0) {
    const which = jobs.length === 1 ? `the one job that we follow (${quoted(jobs[0]?.name ?? '')})` : `any of the ${jobs.length} jobs that we follow`;
    warnings.push({ key: 'no-tracked-job', text: window.size === 0
      ? `${source}: the list of jobs of the last 48 hours is empty. Prow may have been restarted or cleaned up.`
      : `${source}: none of the ${window.size} runs of the last 48 hours is of ${which}. The jobs may have been renamed or moved to another Prow: correct the configuration.` });
  }
  if (window.unreadable > 0) {
    warnings.push({ key: 'unreadable-items', text: `${source}: ${window.unreadable} runs of jobs that we follow are of an unknown form and were left out.` });
  }
  if (untimed > 0) warnings.push({ key: 'untimed-items', text: `${source}: ${untimed} finished runs without a time or an id were left out.` });
  return warnings;
}
