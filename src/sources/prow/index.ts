import { hash } from 'node:crypto';
import type { Job, JobKey, JobReading, SourceReading, SourceWarning } from '../../domain/job.ts';
import type { Http, Meter, Validators } from '../wire.ts';
import type { Source } from '../source.ts';
import { quoted } from '../text.ts';
import { normalizeItems } from './normalize.ts';
import { windowSink } from './window.ts';
import type { Window } from './window.ts';

/** What is remembered between polls; nothing after one that failed, so that every job is read again. */
interface Seen {
  validators: Validators | null;
  warnings: readonly SourceWarning[];
  /** Fingerprints of the readings that were handed out; empty: the job was not in the window. */
  readonly prints: Map<JobKey, string>;
}

const PATH = '/prowjobs.js?var=allBuilds&omit=annotations,labels,decoration_config,pod_spec';

/**
 * A Prow. It shows the last 48 hours of all jobs of the cluster in one answer, which is read as it arrives; the runs it
 * gives are what is in that window, not a job's history.
 */
export function createProwSource(config: { name: string; url: string }, http: Http): Source {
  const seen: Seen = { validators: null, warnings: [], prints: new Map() };
  return {
    name: config.name,
    async poll(jobs, _now, signal) {
      const meter: Meter = { requests: 0, bytes: 0 };
      const answer = (parts: Pick<SourceReading, 'ok' | 'error' | 'readings' | 'warnings'>): SourceReading => ({ source: config.name, ...meter, ...parts });
      if (jobs.length === 0) return answer({ ok: true, error: null, readings: [], warnings: [] });
      const url = new URL(config.url + PATH);
      const names = new Set(jobs.map((j) => j.name));
      const known = jobs.every((j) => seen.prints.has(j.key));
      const window = await http.get<Window>(url, {
        meter, signal, validators: known ? seen.validators : null, sink: () => windowSink(`${url.origin}${url.pathname}`, names),
      });
      if (!window.ok) {
        forgetAll(seen);
        return answer({ ok: false, error: `${config.name}: ${window.message}. Nothing is known of its jobs until it can be read.`, readings: [], warnings: [] });
      }
      if (window.unchanged) return answer({ ok: true, error: null, readings: [], warnings: seen.warnings });
      seen.validators = window.validators;
      const { readings, warnings } = readWindow(window.value, jobs, config, seen.prints);
      seen.warnings = warnings;
      return answer({ ok: true, error: null, readings, warnings });
    },
    forget(keys) {
      for (const key of keys) seen.prints.delete(key);
    },
  };
}

function forgetAll(seen: Seen): void {
  seen.validators = null;
  seen.warnings = [];
  seen.prints.clear();
}

/** Readings of the jobs that changed since they were last handed out. A job that is absent may only be slow. */
function readWindow(window: Window, jobs: readonly Job[], config: { name: string; url: string }, prints: Map<JobKey, string>): { readings: JobReading[]; warnings: SourceWarning[] } {
  const readings: JobReading[] = [];
  const tracked = new Set<JobKey>();
  let untimed = 0;
  for (const job of jobs) {
    tracked.add(job.key);
    const items = window.items.get(job.name);
    if (!items) {
      if (!prints.has(job.key)) prints.set(job.key, '');
      continue;
    }
    const result = normalizeItems(items, job, `${config.url}/?job=${encodeURIComponent(job.name)}`);
    untimed += result.untimed;
    const print = hash('sha1', JSON.stringify(result.reading), 'base64');
    if (prints.get(job.key) === print) continue;
    prints.set(job.key, print);
    readings.push(result.reading);
  }
  for (const key of prints.keys()) if (!tracked.has(key)) prints.delete(key);
  return { readings, warnings: warningsOf(window, jobs, config.name, untimed) };
}

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
