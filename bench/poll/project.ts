import { pino } from 'pino';
import { loadProject } from '../../src/config/load.ts';
import { jobKey, type Job } from '../../src/domain/job.ts';
import type { PlatformId } from '../../src/domain/platform.ts';
import type { Project } from '../../src/domain/project.ts';
import { assemble } from '../../src/runtime/assemble.ts';
import type { Runtime } from '../../src/runtime/context.ts';
import { createMetrics } from '../../src/runtime/metrics.ts';
import type { Tracked } from '../../src/runtime/tracked.ts';
import type { Store } from '../../src/store/store.ts';

/** Twelve platforms, the reference first. */
export const PLATFORMS: readonly PlatformId[] = [
  'linux/amd64', 'linux/arm64', 'linux/s390x', 'linux/ppc64le', 'linux/riscv64', 'linux/386', 'linux/arm/v7', 'linux/loong64',
  'windows/amd64', 'windows/arm64', 'darwin/amd64', 'darwin/arm64',
];
export const SUITES: readonly string[] = ['build', 'unit', 'integration', 'e2e', 'node-e2e', 'conformance', 'upgrade', 'scale'];

/** Where a tracked job is found. */
export type Place = { readonly dashboard: string; readonly tab: string } | { readonly name: string };

/**
 * A project with every default of the configuration and these jobs, spread over twelve platforms and eight suites. Its
 * jobs are not written as YAML: reading a configuration is no part of a poll.
 */
export function projectOf(kind: 'testgrid' | 'prow', url: string, places: readonly Place[], bodyLimit: number): Project {
  const platforms = PLATFORMS.map((p) => `  ${p}: { step: 2, build: on, owners: ["@octo/${p.replaceAll('/', '-')}"], jobs: [] }`);
  const text = ['version: 1', 'project: bench', 'repo: octo/bench', 'reference: linux/amd64', `sources: { ci: { kind: ${kind}, url: "${url}" } }`,
    'escalation: { to: ["@octo/signal"] }', 'platforms:', ...platforms].join('\n');
  const loaded = loadProject(text, { file: 'bench.yml', origin: 'disk' });
  if (!loaded.ok) throw new Error(loaded.errors.map((e) => e.message).join('\n'));
  const { project } = loaded;
  const jobs = places.map((place, i) => jobOf(project, place, i));
  return {
    ...project, polling: { ...project.polling, timeout: 300_000, bodyLimit },
    platforms: project.platforms.map((p) => ({ ...p, jobs: jobs.filter((j) => j.platform === p.id) })),
  };
}

function jobOf(project: Project, found: Place, i: number): Job {
  const platform = PLATFORMS[i % PLATFORMS.length] ?? 'linux/amd64';
  const place = { platform, source: 'ci', ...('tab' in found ? { ...found, name: found.tab } : { ...found, dashboard: null, tab: null }) };
  return {
    ...place, key: jobKey(place), project: project.name, suite: SUITES[Math.floor(i / PLATFORMS.length) % SUITES.length] ?? 'unit', trigger: 'periodic',
    branch: null, board: null, reportedBy: null, thresholds: project.signal,
  };
}

/** The part of the program that polls and decides, as the server runs it, with nobody who executes what it plans. */
export function programOf(project: Project, store: Store, now: () => number): { rt: Runtime; tracked: Tracked } {
  const tracked = assemble(project, Math.random);
  const rt: Runtime = {
    store, log: pino({ level: 'silent' }), metrics: createMetrics(true), now, owner: 'bench', mode: 'live', shadowChannel: null, github: null, slack: null,
    web: 'https://github.com', projects: new Map([[project.name, tracked]]), repositories: new Map(), unmentionable: new Map(), wake: () => {},
  };
  return { rt, tracked };
}
