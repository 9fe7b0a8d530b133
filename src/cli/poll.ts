import { formatFinding } from '../config/finding.ts';
import { loadFile } from '../config/load-files.ts';
import type { OutboxRow } from '../domain/action.ts';
import type { Incident } from '../domain/incident.ts';
import { standingJobs } from '../domain/incident.ts';
import type { SourceReading } from '../domain/job.ts';
import type { Project } from '../domain/project.ts';
import { assemble } from '../runtime/assemble.ts';
import type { Runtime } from '../runtime/context.ts';
import { createMetrics } from '../runtime/metrics.ts';
import { pollProject } from '../runtime/poll.ts';
import { jobsNow } from '../runtime/jobs-now.ts';
import type { Tracked } from '../runtime/tracked.ts';
import { explainNow, sinceNow, type JobNow } from '../signal/job-health.ts';
import { platformHealth } from '../signal/platform-health.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { columns, plain, Refusal, type Io } from './io.ts';
import { momentGiven } from './ladder-input.ts';

const iso = (at: number | null | undefined): string | null => at === null || at === undefined ? null : new Date(at).toISOString();

/**
 * One pass over a project's sources, through the same reading and deciding as the server's, against an empty store in
 * memory and with every write recorded instead of made.
 */
export async function poll(io: Io, options: { config: string; now?: string; json?: boolean }): Promise<void> {
  const at = options.now === undefined ? io.now() : momentGiven('--now', options.now);
  const loaded = await loadFile(options.config);
  if (!loaded.ok) throw new Refusal(loaded.errors.map(formatFinding).join('\n'));
  const { project } = loaded;
  const store = await openStore({ dataDir: '', mode: 'memory', log: io.log });
  try {
    const tracked = assemble(project, Math.random);
    const rt = dryRuntime(io, store, tracked, at);
    const { sources } = await pollProject(rt, tracked, new AbortController().signal);
    const incidents = await store.incidents(project.name, at);
    const actions = await store.listActions({ limit: 100_000 });
    const jobs = jobsNow(tracked);
    io.out(options.json
      ? JSON.stringify(report(project, at, sources, jobs, tracked, incidents, actions), null, 2)
      : readable(project, at, sources, jobs, tracked, incidents, actions));
    for (const s of sources) for (const w of s.warnings) io.log.warn({ source: s.source }, w.text);
  } finally {
    await store.close();
  }
}

const dryRuntime = (io: Io, store: Store, tracked: Tracked, at: number): Runtime => ({
  store, log: io.log, metrics: createMetrics(false), now: () => at, owner: 'poll', mode: 'dry', shadowChannel: null, github: null, slack: null,
  web: 'https://github.com', projects: new Map([[tracked.project.name, tracked]]), repositories: new Map(), unmentionable: new Map(), wake: () => {},
});

type Facts = [Project, number, readonly SourceReading[], readonly JobNow[], Tracked, readonly Incident[], readonly OutboxRow[]];

/** The object that `poll --json` prints; its shape is the contract's. */
function report(...[project, at, sources, jobs, tracked, incidents, actions]: Facts): unknown {
  return {
    project: project.name, now: iso(at),
    sources: sources.map((s) => ({ name: s.source, ok: s.ok, error: s.error, requests: s.requests, bytes: s.bytes, warnings: s.warnings.map((w) => w.text) })),
    jobs: jobs.map((j) => jobReport(j, tracked, at)),
    platforms: project.platforms.map((p) => ({ platform: p.id, step: p.step, build: p.build, health: healthOf(p.id, jobs) })),
    incidents: incidents.map((i) => ({ key: i.id, platform: i.platform, kind: i.kind, scope: i.scope, jobs: standingJobs(i).map((j) => j.name) })),
    actions: actions.map((a) => ({ key: a.key, kind: a.action.kind, summary: a.summary })),
  };
}

function jobReport({ job, state, health }: JobNow, tracked: Tracked, at: number): unknown {
  const down = tracked.down.get(job.source);
  return {
    platform: job.platform, name: job.name, source: job.source, health, reason: down ?? explainNow(state, health, job.thresholds, at),
    consecutive_failures: state?.streak?.length ?? 0, runs: state?.runs ?? 0, passed: state?.passed ?? 0,
    last_run: iso(state?.lastRun), last_green: iso(state?.lastGreen), since: iso(sinceNow(state, health)),
    failing_tests: state?.failingTests.map((t) => t.name) ?? [],
  };
}

const healthOf = (platform: string, jobs: readonly JobNow[]) => platformHealth(jobs.filter((j) => j.job.platform === platform).map((j) => j.health));

/** The same for a person at a terminal. */
function readable(...[project, at, sources, jobs, tracked, incidents, actions]: Facts): string {
  const lines = [`${project.name}, as of ${iso(at) ?? ''}`, ''];
  for (const s of sources) lines.push(`source ${s.source}: ${s.ok ? `read, ${s.requests} requests, ${s.bytes.toLocaleString('en-US')} bytes` : s.error ?? 'failed'}`, ...s.warnings.map((w) => `  warning: ${plain(w.text)}`));
  for (const p of project.platforms) {
    lines.push('', `${p.id} (step ${p.step}, build ${p.build}): ${healthOf(p.id, jobs)}`);
    const rows = jobs.filter((j) => j.job.platform === p.id).map((j) => [`  ${j.health}`, j.job.name, plain(tracked.down.get(j.job.source) ?? explainNow(j.state, j.health, j.job.thresholds, at))]);
    if (rows.length > 0) lines.push(columns(rows));
  }
  lines.push('', incidents.length === 0 ? 'No incident would be opened.' : 'Incidents that would be opened:');
  for (const i of incidents) lines.push(`  ${i.platform} (${i.kind}, ${i.scope === 'here' ? 'only here' : 'everywhere'}): ${standingJobs(i).map((j) => j.name).join(', ')}`);
  if (actions.length > 0) lines.push('', 'What would be written:', ...actions.map((a) => `  ${a.summary}`));
  return lines.join('\n');
}
