import { z } from 'zod';
import type { Fact, FactJob, Incident, IncidentJob, IssueRef, LostIssue, MessageRef } from '../../domain/incident.ts';
import { failingTest, links, platform, streak } from './job.ts';
import { doc, number, numberOrNull, of, text, textOrNull } from './of.ts';

const incidentJob = of<IncidentJob>()(doc({
  key: text,
  name: text,
  platform,
  suite: text,
  trigger: z.enum(['periodic', 'postsubmit']),
  board: z.enum(['informing', 'blocking']).nullable(),
  state: z.enum(['failing', 'stale', 'missing', 'recovered', 'moved', 'untracked', 'muted']),
  joined: number,
  left: numberOrNull,
  neverGreen: z.boolean(),
  streak: streak.nullable(),
  lastRun: numberOrNull,
  lastGreen: numberOrNull,
  lastGreenCommit: textOrNull,
  lastGreenUrl: textOrNull,
  failingTests: z.array(failingTest),
  moreFailingTests: number,
  testsTotal: numberOrNull,
  links,
  flake: z.boolean(),
  fixedAt: textOrNull,
}));

const factJob = of<FactJob>()(doc({
  key: text, name: text, platform, since: numberOrNull, streak: number, commits: number,
  lastFailedCommit: textOrNull, fixedAt: textOrNull, passes: number, flake: z.boolean(), url: textOrNull,
}));

const told = { n: number, at: number, asks: z.array(text) };
const fact = of<Fact>()(z.discriminatedUnion('kind', [
  doc({ ...told, kind: z.enum(['opened', 'reminded', 'escalated', 'recovered', 'still-failing', 'now-here', 'now-everywhere', 'replaced', 'woken']) }),
  doc({ ...told, kind: z.literal('reopened'), tracked: z.literal(true).optional() }),
  doc({ ...told, kind: z.literal('unacknowledged'), had: text.optional() }),
  doc({ ...told, kind: z.literal('acknowledged'), by: text, given: z.boolean().optional(), had: text.optional() }),
  doc({ ...told, kind: z.literal('joined'), jobs: z.array(factJob) }),
  doc({ ...told, kind: z.literal('left'), jobs: z.array(factJob), why: z.enum(['recovered', 'moved', 'untracked', 'muted']) }),
  doc({ ...told, kind: z.literal('kept-open'), by: text, own: z.literal(true).optional() }),
  doc({ ...told, kind: z.enum(['dismissed', 'reopened-by-hand', 'unsnoozed', 'unclassified']), by: text }),
  doc({ ...told, kind: z.literal('snoozed'), by: text, until: number, reason: textOrNull }),
  doc({ ...told, kind: z.literal('classified'), by: text, as: z.enum(['flake', 'infra']), note: textOrNull }),
  doc({ ...told, kind: z.literal('attempted'), by: text, text, url: textOrNull }),
  doc({ ...told, kind: z.enum(['fix-announced', 'fix-merged', 'fix-closed', 'fix-failed']), by: text, fix: doc({ repo: text, number, url: text }) }),
]));

export const issueRef = of<IssueRef>()(doc({ repo: text, number, url: text }));
const lostIssue = of<LostIssue>()(doc({ repo: text, number, url: text, full: z.boolean().optional() }));
export const messageRef = of<MessageRef>()(doc({ channel: text, ts: text }));

export const incident = of<Incident>()(doc({
  id: text,
  project: text,
  repo: text,
  platform,
  kind: z.enum(['breakage', 'stale', 'flood', 'configuration']),
  scope: z.enum(['here', 'everywhere']),
  state: z.enum(['open', 'dismissed', 'closed']),
  revision: number,
  shown: number,
  openedAt: number,
  closedAt: numberOrNull,
  closedBy: z.enum(['recovery', 'moved', 'untracked', 'muted', 'person']).nullable(),
  jobs: z.array(incidentJob),
  facts: z.array(fact),
  acknowledged: z.object({ by: text, at: number }).nullable(),
  // Absent in what was written before there were commands.
  firstAcknowledged: z.object({ by: text, at: number }).nullable().default(null),
  snooze: doc({ by: text, at: number, until: number, reason: textOrNull }).nullable().default(null),
  classified: doc({ as: z.enum(['flake', 'infra']), by: text, at: number, note: textOrNull }).nullable().default(null),
  tries: z.array(doc({ source: text, by: text, at: number, text, url: textOrNull })).default([]),
  fixes: z.array(doc({ repo: text, number, url: text, by: text, at: number, state: z.enum(['open', 'merged', 'closed']), mergedAt: numberOrNull, failed: z.boolean() })).default([]),
  lastSaid: z.partialRecord(z.enum(['ack', 'unack', 'snooze', 'unsnooze', 'flake', 'infra', 'flake off', 'infra off']), number).default({}),
  owners: z.array(text),
  remindAt: numberOrNull,
  escalateAt: numberOrNull,
  stillFailingAt: numberOrNull,
  surroundings: doc({
    jobsTotal: number, wellJobs: z.array(text), platformsPassing: z.array(platform), platformsFailing: z.array(platform),
  }),
  previous: z.object({ id: text, issue: issueRef.nullable() }).nullable(),
  summarisedBy: textOrNull,
  summarises: z.array(doc({ id: text, platform, title: text, over: z.boolean() })),
  generation: number,
  issue: issueRef.nullable(),
  lostIssues: z.array(lostIssue),
  messages: z.record(text, messageRef),
}));
