import { z } from 'zod';
import type { Action, Destination, OutboxRow, Receipt } from '../domain/action.ts';
import type { Fact, FactJob, Incident, IncidentJob, IssueRef, MessageRef } from '../domain/incident.ts';
import type { JobLinks, JobState, PassStreak, Streak } from '../domain/job.ts';
import type { Ping, Warning } from '../domain/notice.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { FailingTest, Outcome } from '../domain/run.ts';

type Writable<T> = T extends string | number | boolean | null | undefined ? T
  : T extends readonly (infer U)[] ? Writable<U>[]
    : { -readonly [K in keyof T]: Writable<T[K]> };

/** The schema itself; does not compile unless it takes every value of the domain's type and gives nothing else. */
const of = <T>() => <S extends z.ZodType<T>>(schema: Writable<T> extends z.input<S> ? S : never): S => schema;

/** Documents keep fields that a newer version has added, so that an older one does not lose them when it writes back. */
const doc = z.looseObject;
const text = z.string();
const textOrNull = z.string().nullable();
const number = z.number();
const numberOrNull = z.number().nullable();

const platform = of<PlatformId>()(z.templateLiteral([z.string(), '/', z.string()]));
const failingTest = of<FailingTest>()(z.object({ name: text, message: textOrNull }));
const links = of<JobLinks>()(z.object({ page: textOrNull, logs: textOrNull }));

const streak = of<Streak>()(doc({
  length: number, since: number, firstBuild: text, firstCommit: textOrNull,
  lastBuild: text, lastCommit: textOrNull, lastUrl: textOrNull, commits: number,
}));

const passes = of<PassStreak>()(doc({
  length: number, since: number, firstCommit: textOrNull, firstUrl: textOrNull,
  sameCommitAsFailure: z.boolean(), afterFailure: z.boolean(), recent: z.array(number),
}));

export const outcome = of<Outcome>()(z.enum(['pass', 'fail', 'flaky']));

export const jobState = of<JobState>()(doc({
  key: text,
  health: z.enum(['passing', 'flaky', 'failing', 'stale', 'pending', 'unknown']),
  reason: text,
  streak: streak.nullable(),
  passes: passes.nullable(),
  runs: number,
  passed: number,
  lastRun: numberOrNull,
  lastGreen: numberOrNull,
  lastGreenCommit: textOrNull,
  lastGreenUrl: textOrNull,
  since: numberOrNull,
  unfinished: number,
  failingTests: z.array(failingTest),
  moreFailingTests: number,
  testsTotal: numberOrNull,
  links,
  problem: z.object({ kind: z.enum(['missing', 'unreadable']), reason: text, since: number }).nullable(),
}));

const incidentJob = of<IncidentJob>()(doc({
  key: text,
  name: text,
  platform,
  suite: text,
  trigger: z.enum(['periodic', 'postsubmit']),
  board: z.enum(['informing', 'blocking']).nullable(),
  state: z.enum(['failing', 'stale', 'missing', 'recovered', 'moved', 'untracked']),
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
  doc({ ...told, kind: z.enum(['opened', 'reopened', 'reminded', 'escalated', 'recovered', 'still-failing', 'unacknowledged', 'now-here', 'now-everywhere', 'replaced']) }),
  doc({ ...told, kind: z.literal('joined'), jobs: z.array(factJob) }),
  doc({ ...told, kind: z.literal('left'), jobs: z.array(factJob), why: z.enum(['recovered', 'moved', 'untracked']) }),
  doc({ ...told, kind: z.enum(['acknowledged', 'dismissed', 'reopened-by-hand']), by: text }),
]));

const issueRef = of<IssueRef>()(doc({ repo: text, number, url: text }));
const messageRef = of<MessageRef>()(doc({ channel: text, ts: text }));

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
  closedBy: z.enum(['recovery', 'moved', 'untracked', 'person']).nullable(),
  jobs: z.array(incidentJob),
  facts: z.array(fact),
  acknowledged: z.object({ by: text, at: number }).nullable(),
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
  lostIssues: z.array(issueRef),
  messages: z.record(text, messageRef),
}));

const ofIncident = { incident: text };
export const action = of<Action>()(z.discriminatedUnion('kind', [
  doc({ ...ofIncident, kind: z.literal('ensure-issue'), generation: number, shown: number }),
  doc({ ...ofIncident, kind: z.literal('comment'), generation: number, fact: number }),
  doc({ ...ofIncident, kind: z.literal('set-issue-state'), generation: number, state: z.enum(['open', 'closed']), turn: number }),
  doc({ ...ofIncident, kind: z.literal('ensure-message'), channel: text, shown: number, issue: numberOrNull }),
  doc({ ...ofIncident, kind: z.literal('reply'), channel: text, fact: number }),
  doc({ kind: z.literal('notice'), channel: text, warning: text, text }),
]));

export const receipt = of<Receipt>()(z.discriminatedUnion('kind', [
  doc({ kind: z.literal('issue'), repo: text, number, url: text, state: z.enum(['open', 'closed']), shown: number, facts: number, comments: number }),
  doc({ kind: z.literal('comment'), url: text }),
  doc({ kind: z.literal('issue-state'), state: z.enum(['open', 'closed']) }),
  doc({ kind: z.literal('message'), channel: text, ts: text, shown: number, issue: numberOrNull }),
  doc({ kind: z.literal('reply'), ts: text }),
  doc({ kind: z.literal('notice'), channel: text, ts: text }),
]));

export const destination = of<Destination>()(z.union([
  z.templateLiteral(['github:', z.string()]), z.templateLiteral(['slack:', z.string()]),
]));
export const outboxState = of<OutboxRow['state']>()(z.enum(['pending', 'leased', 'done', 'dead', 'superseded', 'recorded']));
export const pingMode = of<Ping['mode']>()(z.enum(['live', 'shadow', 'dry']));
export const urgency = of<Warning['urgency']>()(z.enum(['now', 'lasting', 'log']));

/** A document read back, or why it cannot be. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Parses JSON text and holds it against a schema. Never throws. */
export function parseDocument<T>(schema: z.ZodType<T>, json: string): Parsed<T> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { ok: false, problem: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, problem: issue === undefined ? 'it does not fit' : `${issue.path.join('.') || 'document'}: ${issue.message}` };
}
