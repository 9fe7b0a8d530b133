import { goneIssues, withoutIssue, type Incident } from '../domain/incident.ts';
import type { Warning, WarningRow } from '../domain/notice.ts';
import { span } from '../domain/time.ts';
import { listed } from '../domain/time.ts';
import type { Runtime } from './context.ts';

/** Raises warnings: into the log once, onto /readyz and the metrics while they stand, to Slack by their urgency. */
export async function raise(rt: Runtime, warnings: readonly Warning[]): Promise<void> {
  if (warnings.length === 0) return;
  const now = rt.now();
  const rows = await rt.store.raiseWarnings(warnings, now);
  for (const row of rows) if (row.since === now) rt.log.warn({ project: row.project, warning: row.key }, row.text);
  await tell(rt, rows);
}

/** Clears the project's warnings under `prefix` that are not in `keep`. */
export async function clear(rt: Runtime, project: string, prefix: string, keep: readonly string[] = []): Promise<void> {
  const cleared = await rt.store.clearWarnings(project, prefix, keep, rt.now());
  for (const row of cleared) rt.log.info({ project, warning: row.key }, 'warning over');
  await Promise.all(cleared.filter((row) => row.toldAt !== null).map((row) => notice(rt, row, `:white_check_mark: Over after ${span(rt.now() - row.since)}. It was: ${firstSentence(row.text)}`, 'over')));
}

/** Up to the first full stop that ends a sentence. */
const firstSentence = (text: string): string => /^[^]*?\.(?=\s|$)/.exec(text)?.[0] ?? text;

/** Tells the incidents channel of warnings whose time has come. */
export async function tell(rt: Runtime, rows: readonly WarningRow[]): Promise<void> {
  for (const row of rows) {
    const project = rt.projects.get(row.project)?.project;
    if (!project || row.toldAt !== null || row.clearedAt !== null || row.urgency === 'log') continue;
    if (row.urgency === 'lasting' && rt.now() - row.since < project.polling.alertAfter) continue;
    await notice(rt, row, `:warning: ${row.text}`, 'raised');
    await rt.store.markWarningTold(row.key, rt.now());
  }
}

async function notice(rt: Runtime, row: WarningRow, text: string, turn: 'raised' | 'over'): Promise<void> {
  const channel = rt.projects.get(row.project)?.project.channels.incidents ?? null;
  if (rt.slack === null || channel === null) return;
  const warning = `${row.key}:${row.since}:${turn}`;
  await rt.store.commit({
    at: rt.now(), record: rt.mode === 'dry',
    actions: [{
      key: `warning:${warning}`, project: row.project, entity: `warning:${row.key}`, destination: `slack:${channel}`, family: null,
      action: { kind: 'notice', channel, warning, text }, summary: `tell ${channel}: ${text}`,
    }],
  });
  rt.wake();
}

const lostIssues = (incident: Incident): string => `issue:${incident.id};`;

/** The key of the warning about a bot that goes on closing the incident's issue. */
export const botWarning = (incident: Incident): string => `bot:${incident.id};`;

const flood = (incident: Incident): string => `flood:${incident.id};`;

/**
 * Keeps the warnings about an incident as they should be: one stands while it goes on without an issue (behaviour 18), one
 * while it tells of many at once (behaviour 14), none when it is over.
 */
export async function noteIncident(rt: Runtime, incident: Incident): Promise<void> {
  const over = incident.state === 'closed';
  if (over && incident.facts.some((f) => f.kind === 'kept-open')) await clear(rt, incident.project, botWarning(incident));
  if (over && incident.lostIssues.length > 0) {
    await clear(rt, incident.project, lostIssues(incident));
    await clear(rt, incident.project, `outbox:incident:${incident.id}:ensure-issue:`);
  }
  if (!over && withoutIssue(incident)) {
    await raise(rt, [{
      key: lostIssues(incident), project: incident.project, urgency: 'now',
      text: `${incident.platform} (${incident.kind}) goes on without an issue: ${listed(goneIssues(incident).map((i) => `${i.repo}#${i.number}`))} were deleted or moved away one after the other, and Archsignal files no third. It is still followed${rt.slack === null ? '' : ' in Slack'}.`,
    }]);
  }
  if (incident.kind !== 'flood') return;
  if (over) return clear(rt, incident.project, flood(incident));
  await raise(rt, [{
    key: flood(incident), project: incident.project, urgency: 'log',
    text: `${incident.summarises.length} incidents opened at once in ${incident.project}, more than \`signal.caps.total\` allows to be filed one by one: they share one summary issue until they are over. If they are not one outage, raise the cap.`,
  }]);
}
