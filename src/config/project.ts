import { jobKey } from '../domain/job.ts';
import type { Job, Thresholds } from '../domain/job.ts';
import { parsePlatform } from '../domain/platform.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Platform, Project, Release, ReportPlan, SourceConfig } from '../domain/project.ts';
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

/** The project as poll, policy and delivery see it. `asIs`: which addresses of sources are asked even if they are private ones; on disk all. */
export function toProject(settings: Settings, file: string, origin: Project['origin'], asIs: (address: string) => boolean = () => false): Project {
  const { polling, signal, escalation, slack, retention } = settings;
  return {
    name: settings.project, repo: settings.repo, file, origin, reference: settings.reference,
    sources: toSources(settings, (address) => origin === 'disk' || asIs(address)),
    polling: { every: polling.every, timeout: polling.timeout, concurrency: polling.concurrency, bodyLimit: polling.body_limit, alertAfter: polling.alert_after },
    signal: { ...projectThresholds(settings), reopenWithin: signal.reopen_within, cap: signal.caps.total },
    escalation: { remindAfter: escalation.remind_after, escalateAfter: escalation.escalate_after, snooze: escalation.snooze, to: escalation.to },
    releaseSignal: settings.releases[0]?.ci_signal ?? [],
    channels: { incidents: slack.channels.incidents ?? null, tiers: slack.channels.tiers ?? null, proposals: slack.channels.proposals ?? null },
    report: toReport(settings),
    releases: settings.releases.map(toRelease), bots: settings.bots.map((b) => b.toLowerCase()),
    platforms: Object.entries(settings.platforms).map(([id, platform]) => toPlatform(id as PlatformId, platform, settings)),
    switches: settings.switches.map(({ file, format, at, repo, controls, components, branches }) => ({ file, format, at: at ?? null, repo: repo ?? null, controls, components, branches })),
    people: settings.people, retention,
  };
}

/** Monday morning, where only a channel is named. */
const REPORT_AT = { weekday: 1, minutes: 8 * 60 };

/** Posted where it is asked for: by a time, or by a channel of its own. */
function toReport({ report, slack: { channels } }: Settings): ReportPlan | null {
  const channel = channels.report ?? (report === undefined ? undefined : channels.incidents);
  return typeof channel === 'string' ? { at: report?.at ?? REPORT_AT, channel } : null;
}

const projectThresholds = ({ signal }: Settings): Thresholds => ({
  failuresToOpen: signal.failures_to_open, passesToClose: signal.passes_to_close, recentRuns: signal.recent_runs, staleAfter: signal.stale_after,
});

const toSources = (settings: Settings, asIs: (address: string) => boolean): SourceConfig[] =>
  Object.entries(settings.sources).map(([name, source]) => ({ name, kind: source.kind, url: source.url, api: source.api ?? 'legacy', guarded: !asIs(source.url) }));

function toPlatform(id: PlatformId, platform: Config['platforms'][string], settings: Settings): Platform {
  return {
    id, step: platform.step, build: platform.build, owners: platform.owners, components: platform.components, slack: toChannel(platform.slack, settings), checks: platform.checks,
    hours: platform.hours ?? null,
    onCall: platform.on_call === undefined ? null : { people: platform.on_call.people, every: platform.on_call.every, from: startOf(platform.on_call.from) },
    jobs: platform.jobs.map((job) => toJob(id, job, settings)),
  };
}

/** The start of a day in UTC, epoch milliseconds. */
const startOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);

const toRelease = (release: Settings['releases'][number]): Release => ({
  name: release.name ?? null, branch: release.branch, leads: release.leads, ciSignal: release.ci_signal, quorum: release.quorum,
  date: release.date === undefined ? null : startOf(release.date), freeze: release.freeze === undefined ? null : startOf(release.freeze),
  ...release.planned === undefined ? {} : { planned: startOf(release.planned), delayedBy: release.delayed_by ?? [] },
  milestone: release.blockers.milestone ?? null, proposalExpires: release.conflict.proposal_expires,
  conflict: { blockerLabels: release.blockers.labels_any, fixWindow: release.conflict.fix_window, expiresAfter: release.conflict.expires_after },
});

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
    board: job.board ?? null, reportedBy: job.reported_by ?? null, ...job.components === undefined ? {} : { components: job.components }, thresholds: thresholdsOf(job, projectThresholds(settings)),
  };
}
