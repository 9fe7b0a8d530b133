import { z } from 'zod';
import { failuresToOpen, passesToClose, platformSection, recentRuns, staleAfter } from './schema-jobs.ts';
import { buildSwitch, calendar, ladder, release } from './schema-release.ts';
import { botLogin, channel, duration, every, handle, login, name, platform, repository, size, webAddress, weekly } from './scalars.ts';

const MINUTE = 60_000;

const source = z.strictObject({
  kind: z.enum(['testgrid', 'prow']).meta({ description: 'What answers there.', expected: 'testgrid or prow', examples: ['testgrid'] }),
  url: webAddress('Its base address, http or https.'),
  api: z.enum(['legacy', 'v1']).meta({ description: 'TestGrid: which of its two interfaces; legacy without it.', expected: 'legacy or v1', examples: ['legacy'] }).optional(),
}).meta({ description: 'A CI system that results come from.', expected: 'a source', examples: ['{ kind: prow, url: "https://prow.k8s.io" }'] });

const polling = z.strictObject({
  every: every('How often sources are asked: a duration or a cron line, in UTC.').prefault('5m'),
  timeout: duration('How long one answer may take.', { min: 100, max: 30 * MINUTE }).prefault('20s'),
  concurrency: z.number().int().min(1).max(64).default(8).meta({ description: 'Requests to one source at a time.', expected: 'a whole number from 1 to 64' }),
  body_limit: size('Bytes that one answer may have.').prefault('256MiB'),
  alert_after: duration('Without a good poll of a source for this long, people are told.').prefault('30m'),
}).meta({ description: 'How CI sources are asked.', expected: 'a mapping of poll settings' });

const caps = z.strictObject({
  total: z.number().int().min(1).max(10_000).default(20).meta({ description: 'For the whole project; a platform opens two at most, one of each kind.', expected: 'a whole number from 1' }),
}).meta({ description: 'More new incidents in one poll than this become one summary issue and a warning.', expected: 'the number total' });

const signal = z.strictObject({
  failures_to_open: failuresToOpen.default(3),
  passes_to_close: passesToClose.default(2),
  recent_runs: recentRuns.default(10),
  stale_after: staleAfter().prefault('48h'),
  reopen_within: duration('An incident that closed by itself less than this ago is reopened when it breaks again.').prefault('24h'),
  caps: caps.prefault({}),
}).meta({ description: 'When a job is failing, passing or stale; a job may have its own numbers.', expected: 'a mapping of thresholds' });

const escalation = z.strictObject({
  remind_after: duration('Owners are reminded once, this long after an incident opened.').prefault('24h'),
  escalate_after: duration('`to` is asked once, this long after an incident opened.').prefault('72h'),
  snooze: duration('A breakage whose issue a person closed is left in silence for this long.').prefault('72h'),
  to: z.array(handle('A person or team.')).default([]).meta({ description: 'Who is asked when nobody answers.', expected: 'a list of people and teams', examples: ['["@kubernetes/release-signal"]'] }),
}).meta({ description: 'What happens when nobody answers.', expected: 'a mapping of deadlines' });

const slack = z.strictObject({
  channels: z.strictObject({
    incidents: channel('Breakages and operator warnings.').optional(),
    tiers: channel('Changes of a platform\'s step.').optional(),
    proposals: channel('Proposals to decide.').optional(),
    report: channel('The weekly report.').optional(),
  }).prefault({}).meta({ description: 'Which channel hears of what.', expected: 'channels for incidents, tiers, proposals and the report' }),
}).meta({ description: 'Where Slack hears of things.', expected: 'a mapping with channels', examples: ['{ channels: { incidents: "#ci" } }'] });

const report = z.strictObject({
  at: weekly('When it is posted, once a week: a day of the week and a time, in UTC.').prefault('Mon 08:00'),
}).meta({ description: 'The weekly report: posted to slack.channels.report (to incidents where that is not named) if either this or that channel is given.', expected: 'when the report is posted', examples: ['{ at: Mon 08:00 }'] });

const retention = z.strictObject({
  runs: duration('How long single runs are kept.', { min: 86_400_000 }).prefault('90d'),
  rollups: duration('How long the sums of each day are kept.', { min: 86_400_000 }).prefault('1095d'),
}).meta({ description: 'How long results are kept.', expected: 'durations' });

/** A project's configuration file, whole and strict: an unknown key is a mistake. */
export const configSchema = z.strictObject({
  version: z.literal(1).meta({ description: 'The version of this format.', expected: 'version 1 of the format', examples: [1] }),
  project: name('The project\'s short name; unique in one installation.', 'kubernetes'),
  repo: repository('Where incidents and proposals are filed.'),
  ladder: ladder.prefault('kubernetes-steps'),
  reference: platform('What "only here or everywhere" is compared with.').prefault('linux/amd64'),
  release: release.optional(),
  releases: z.array(release).min(1).meta({ description: 'Several supported branches, the current one first; `release` is the short form for one.', expected: 'a list of releases' }).optional(),
  calendar: calendar.prefault({}),
  sources: z.record(z.string(), source).meta({ description: 'The CI systems that results come from, by a name of your own.', expected: 'a mapping of sources by name', examples: ['{ prow: { kind: prow, url: "https://prow.k8s.io" } }'] }),
  polling: polling.prefault({}),
  signal: signal.prefault({}),
  escalation: escalation.prefault({}),
  slack: slack.prefault({}),
  report: report.optional(),
  platforms: z.record(z.string(), platformSection).meta({ description: 'The platforms by name: os/arch or os/arch/variant.', expected: 'a mapping of platforms by name', examples: ['{ linux/arm64: { step: 1, build: on, jobs: [] } }'] }),
  switches: z.array(buildSwitch).default([]).meta({ description: 'Where a platform\'s build or its release is turned off and on again.', expected: 'a list of switches', examples: ['[]'] }),
  people: z.record(z.string(), login('Their GitHub login.')).default({}).meta({ description: 'Slack members and their GitHub logins, besides what `/arch link` records. Only in a file on disk.', expected: 'a mapping of Slack member ids to GitHub logins', examples: ['{ U0123456: octo-porter }'] }),
  bots: z.array(botLogin('A bot.')).default([]).meta({ description: 'Bots whose comments are read like people\'s; every other bot starts nothing.', expected: 'a list of logins', examples: ['["k8s-ci-robot"]'] }),
  retention: retention.prefault({}),
});

/** The file with every default filled in; durations in milliseconds, sizes in bytes, platform names as written. */
export type Config = z.output<typeof configSchema>;
/** The file as a person may write it. */
export type ConfigInput = z.input<typeof configSchema>;
