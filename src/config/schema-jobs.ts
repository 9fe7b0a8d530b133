import { z } from 'zod';
import { branch, duration, glob, handle, hours, line, name, person, date } from './scalars.ts';

const streak = (description: string) => z.number().int().min(1).max(1_000).meta({ description, expected: 'a whole number of runs from 1', examples: [3] });

/** Consecutive failed runs that open; shared by `signal` and a job's own thresholds. */
export const failuresToOpen = streak('Consecutive failed runs that make a job failing.');
export const passesToClose = streak('Consecutive passed runs that end its part in an incident.');
export const recentRuns = streak('Finished runs that are looked at for passing or flaky.');
export const staleAfter = () => duration('Without a finished run for this long a job is stale, whatever its colour.', { min: 1_000 });

export const TRIGGERS = ['periodic', 'postsubmit'] as const;
export const BOARDS = ['informing', 'blocking'] as const;

const suite = name('What it tests: build, unit, integration, e2e, node-e2e, conformance, or a name of the project\'s own. Jobs of one suite are compared across platforms. Without it the job is compared with nothing.', 'e2e');

/** One CI job that tells how a platform is. */
export const job = z.strictObject({
  name: line('The job as its source and its readers call it.', 'ci-kubernetes-unit-s390x', 'the name of the job'),
  source: name('Which of `sources` reports it.', 'grid', 'the name of one of `sources`'),
  dashboard: line('TestGrid: the dashboard that its tab stands on.', 'ibm-s390x-k8s').optional(),
  tab: line('TestGrid: its tab, where that is not called like the job.', 'ci-kubernetes-unit-s390x').optional(),
  suite: suite.optional(),
  trigger: z.enum(TRIGGERS).default('periodic').meta({ description: 'What starts it. Prow: only runs of this type are looked at.', expected: 'periodic or postsubmit' }),
  branch: branch('The branch that it tests, where that is not the main one.').optional(),
  components: z.array(name('A component.', 'client')).meta({ description: 'What of the platform it tests; none: all that is built. Steps of a ladder may be about certain components only.', expected: 'a list of components', examples: ['[server]'] }).optional(),
  board: z.enum(BOARDS).meta({ description: 'The release board that it stands on; leave it out for neither.', expected: 'informing or blocking', examples: ['informing'] }).optional(),
  reported_by: line('Who runs it, where that is not the project itself.', 'third-party').optional(),
  every: duration('How often it runs. Its thresholds follow from this where it has none of its own.', { min: 1_000 }).optional(),
  stale_after: staleAfter().optional(),
  failures_to_open: failuresToOpen.optional(),
  passes_to_close: passesToClose.optional(),
}).meta({ description: 'One CI job that tells how the platform is.', expected: 'a job', examples: ['{ name: ci-unit, source: prow, suite: unit }'] });

const onCall = z.strictObject({
  people: z.array(person('Somebody who takes turns.')).min(1).meta({ description: 'Who takes turns, in this order.', expected: 'a list of people', examples: ['["@octo-porter", "@octo-tester"]'] }),
  every: duration('How long a turn is.', { min: 3_600_000 }).prefault('7d'),
  from: date('The day on which the first turn begins.'),
}).meta({ description: 'Who is asked first, by turns.', expected: 'a rotation', examples: ['{ people: ["@octo-porter"], every: 7d, from: 2026-01-05 }'] });

/** One platform: what it is meant to be, who cares for it, and the jobs that tell how it is. */
export const platformSection = z.strictObject({
  step: z.number().int().min(0).max(99).meta({ description: 'Its step on the ladder. Changed only by a merged pull request.', expected: 'a step of the ladder as a whole number', examples: [2] }),
  build: z.enum(['on', 'off']).meta({ description: 'Whether it is meant to be built; the switches are the fact.', expected: 'on or off', examples: ['on'] }),
  components: z.array(name('A component.', 'client')).default([]).meta({ description: 'What is built of it; none: everything. A ladder may ask less of a platform that only has a client.', expected: 'a list of components', examples: ['[client]'] }),
  owners: z.array(handle('A person or team that answers for it.')).default([]).meta({ description: 'Who answers for it and is asked when it breaks.', expected: 'a list of people and teams', examples: ['["@kubernetes/s390x-owners"]'] }),
  slack: z.string().meta({ description: 'Its own Slack channel: "#name", an id, or one of the names under slack.channels.', expected: 'a Slack channel', examples: ['#s390x'] }).optional(),
  checks: z.array(glob('A check name, * for any text.')).max(100).default([]).meta({ description: 'Its checks on pull requests, as patterns.', expected: 'a list of patterns', examples: ['["*s390x*"]'] }),
  hours: hours('When its owners are at work.').optional(),
  on_call: onCall.optional(),
  jobs: z.array(job).meta({ description: 'The jobs that tell how it is.', expected: 'a list of jobs', examples: ['[{ name: ci-unit, source: prow, suite: unit }]'] }),
}).meta({ description: 'What the platform is meant to be, who cares for it, and the jobs that tell how it is.', expected: 'a platform', examples: ['{ step: 1, build: on, jobs: [] }'] });
