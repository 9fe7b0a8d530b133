import { jobKey } from '../domain/job.ts';
import type { Job, Thresholds } from '../domain/job.ts';
import { parsePlatform } from '../domain/platform.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Platform, Project, SourceConfig } from '../domain/project.ts';
import type { Config } from './schema.ts';
import { thresholdsOf } from './thresholds.ts';

/**
 * The whole file, parsed and with every default filled in, for what a `Project` does not hold (ladder, releases,
 * switches, calendar, hours). Platforms stand under their canonical names; `releases` holds `release`, if that was written.
 */
export type Settings = Omit<Config, 'release' | 'releases' | 'platforms'> & {
  /** The current release first; empty where none is declared. */
  readonly releases: readonly NonNullable<Config['release']>[];
  readonly platforms: Readonly<Record<PlatformId, Config['platforms'][string]>>;
};

/** Brings a checked file into the form that everything else is written against. */
export function toSettings({ release, releases, platforms, ...rest }: Config): Settings {
  const canonical = Object.entries(platforms).flatMap(([name, platform]) => {
    const id = parsePlatform(name);
    return id === null ? [] : [[id, platform] as const];
  });
  return { ...rest, releases: releases ?? (release === undefined ? [] : [release]), platforms: Object.fromEntries(canonical) };
}

/** The project as poll, policy and delivery see it. */
export function toProject(settings: Settings, file: string, origin: Project['origin']): Project {
  const { polling, signal, escalation, slack, retention } = settings;
  return {
    name: settings.project, repo: settings.repo, file, origin, reference: settings.reference,
    sources: toSources(settings, origin),
    polling: { every: polling.every, timeout: polling.timeout, concurrency: polling.concurrency, bodyLimit: polling.body_limit, alertAfter: polling.alert_after },
    signal: { ...projectThresholds(settings), reopenWithin: signal.reopen_within, cap: signal.caps.total },
    escalation: { remindAfter: escalation.remind_after, escalateAfter: escalation.escalate_after, snooze: escalation.snooze, to: escalation.to },
    releaseSignal: settings.releases[0]?.ci_signal ?? [],
    channels: { incidents: slack.channels.incidents ?? null, tiers: slack.channels.tiers ?? null, proposals: slack.channels.proposals ?? null },
    platforms: Object.entries(settings.platforms).map(([id, platform]) => toPlatform(id as PlatformId, platform, settings)),
    people: settings.people, retention,
  };
}

const projectThresholds = ({ signal }: Settings): Thresholds => ({
  failuresToOpen: signal.failures_to_open, passesToClose: signal.passes_to_close, recentRuns: signal.recent_runs, staleAfter: signal.stale_after,
});

const toSources = (settings: Settings, origin: Project['origin']): SourceConfig[] =>
  Object.entries(settings.sources).map(([name, source]) => ({ name, kind: source.kind, url: source.url, api: source.api ?? 'legacy', guarded: origin === 'repository' }));

function toPlatform(id: PlatformId, platform: Config['platforms'][string], settings: Settings): Platform {
  return {
    id, step: platform.step, build: platform.build, owners: platform.owners, slack: toChannel(platform.slack, settings), checks: platform.checks,
    jobs: platform.jobs.map((job) => toJob(id, job, settings)),
  };
}

/** A platform may name one of the project's channels instead of one of Slack's. */
function toChannel(found: string | undefined, { slack: { channels } }: Settings): string | null {
  const named: Readonly<Record<string, string | undefined>> = channels;
  return found === undefined ? null : (Object.hasOwn(named, found) ? named[found] ?? null : found);
}

function toJob(platform: PlatformId, job: Config['platforms'][string]['jobs'][number], settings: Settings): Job {
  const grid = settings.sources[job.source]?.kind === 'testgrid';
  const place = { platform, name: job.name, source: job.source, dashboard: grid ? job.dashboard ?? null : null, tab: grid ? job.tab ?? job.name : null };
  return {
    ...place, key: jobKey(place), project: settings.project, suite: job.suite ?? job.name, trigger: job.trigger, branch: job.branch ?? null,
    board: job.board ?? null, reportedBy: job.reported_by ?? null, thresholds: thresholdsOf(job, projectThresholds(settings)),
  };
}
