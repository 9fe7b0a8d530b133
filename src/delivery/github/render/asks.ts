import type { Fact } from '../../../domain/incident.ts';
import { moment, span } from '../../../domain/time.ts';
import { code } from './inert.ts';
import { addressed, named, namedList } from './names.ts';
import { began, type Subject } from './telling.ts';

/**
 * Everything that asks somebody to do something, in one place: how one says that one has it, by when, what happens
 * otherwise, and how the breakage is silenced.
 */

/** How an issue is taken today. */
const TAKE = 'assign yourself or leave a comment';
const TAKING = 'assigning yourself or leaving a comment';

/** What is expected of whom by when: the last paragraph of an issue. Null where nothing is expected any more. */
export function whatIsAsked(subject: Subject): string | null {
  const { incident } = subject;
  if (incident.state === 'closed') return null;
  if (incident.state === 'dismissed') return afterDismissal(subject);
  const asked = incident.acknowledged === null ? [expected(subject), nobodyDeclared(subject)] : [taken(subject)];
  return [...asked, howItEnds(subject)].filter((p) => p !== null).join(' ');
}

function expected({ incident, briefing }: Subject): string {
  const task = incident.kind === 'configuration'
    ? `correct or remove ${incident.jobs.length === 1 ? 'this job' : 'these jobs'} in ${code(briefing.configFile)}, and say that you are on it by ${TAKING}`
    : `say that you have it by ${TAKING}`;
  const by = incident.remindAt ?? incident.escalateAt;
  const when = by === null ? '' : `, by ${moment(by, incident.openedAt)}`;
  return `**What is asked of you:** ${task}${when}.${otherwise({ incident, briefing })}`;
}

/** What happens when nobody takes it. */
function otherwise({ incident, briefing }: Subject): string {
  const next = briefing.escalateTo.length === 0 ? 'nobody else is asked' : `${namedList(briefing.escalateTo)} ${briefing.escalateTo.length === 1 ? 'is' : 'are'} asked`;
  if (incident.remindAt !== null && incident.escalateAt !== null) return ` After that you are reminded once, and on ${moment(incident.escalateAt, incident.openedAt)} ${next}.`;
  if (incident.escalateAt !== null) return ` After that ${next}.`;
  const escalated = incident.facts.some((f) => f.kind === 'escalated');
  return escalated ? ' You have been reminded of it, and others have been asked: there are no further reminders.' : '';
}

/** Why the release-signal people are told of something that is an owner's (behaviour 23). */
function nobodyDeclared({ incident, briefing }: Subject): string | null {
  if (incident.owners.length > 0 || incident.scope === 'everywhere' || incident.kind === 'flood' || incident.kind === 'configuration') return null;
  const told = [...new Set(incident.facts.find((f) => f.kind === 'opened')?.asks ?? [])];
  const whom = told.length === 0 ? 'nobody could be told of this' : `${namedList(told)} ${told.length === 1 ? 'is' : 'are'} told of this instead, once`;
  return `**No owner is declared for ${incident.platform}**, so ${whom}. Owners are declared in ${code(briefing.configFile)}, under ${code(`platforms.${incident.platform}.owners`)}.`;
}

function taken({ incident }: Subject): string {
  const { acknowledged, openedAt } = incident;
  return acknowledged === null ? '' : `**${named(acknowledged.by)} has it**, since ${moment(acknowledged.at, openedAt)}: nobody else is reminded or asked.`;
}

function howItEnds({ incident, briefing }: Subject): string {
  switch (incident.kind) {
    case 'breakage':
      return `**Not worth an issue, or known already?** Close it: this breakage then stays silent until it has been green once. It closes by itself when ${incident.jobs.length === 1 ? 'the job has' : 'every job here has'} passed ${briefing.passesToClose === 1 ? 'once' : `${briefing.passesToClose} times in a row`}.`;
    case 'stale':
      return `**Switched off on purpose?** Take ${incident.jobs.length === 1 ? 'the job' : 'the jobs'} out of ${code(briefing.configFile)}, or close this issue: it then stays silent until runs have passed again. It closes by itself when ${incident.jobs.length === 1 ? 'the job passes' : 'the jobs pass'} again.`;
    case 'flood': return 'Every single breakage is followed as usual, and this issue closes by itself with the last of them. To silence it, close it.';
    case 'configuration': return 'It closes by itself when none of them is missing. To silence it, close it.';
    default: return incident.kind satisfies never;
  }
}

function afterDismissal({ incident }: Subject): string {
  const once = incident.stillFailingAt === null ? '' : ` If it still fails on ${moment(incident.stillFailingAt, incident.openedAt)}, one comment says so.`;
  return `Reopen this issue to have it followed again.${once}`;
}

/** The one reminder, to those who were asked. */
export function reminder(fact: Fact, { incident, briefing }: Subject, mention: boolean): string {
  const next = incident.escalateAt === null || briefing.escalateTo.length === 0 ? '' : ` If nobody has by ${moment(incident.escalateAt, incident.openedAt)}, ${namedList(briefing.escalateTo)} ${briefing.escalateTo.length === 1 ? 'is' : 'are'} asked. This is the only reminder.`;
  const open = `Nobody has said yet that they have this, ${span(fact.at - incident.openedAt)} after it was reported. If it is yours, ${TAKE}.${next}`;
  return addressed(fact.asks, mention, open);
}

/** The one escalation, to those who are asked when nobody answers. */
export function escalation(fact: Fact, { incident }: Subject, mention: boolean): string {
  const before = [...new Set(incident.facts.filter((f) => f.n < fact.n).flatMap((f) => f.asks))].filter((h) => !fact.asks.includes(h));
  const whom = before.length === 0 ? 'Nobody has answered' : `${namedList(before)} ${before.length === 1 ? 'has' : 'have'} not answered`;
  const open = `This has been broken since ${began(incident)}, and nobody has it. ${whom} in ${span(fact.at - incident.openedAt)}. Please find somebody who looks at it, or close this issue if it can wait; to take it yourself, ${TAKE}. Nobody is asked again.`;
  return addressed(fact.asks, mention, open);
}

/** What one may do about a breakage that came back or changed its kind. */
export const takeItAgain = (subject: Subject): string => {
  const { incident } = subject;
  if (incident.acknowledged !== null) return '';
  const by = incident.remindAt === null ? '' : ` by ${moment(incident.remindAt, incident.openedAt)}`;
  return ` If it is yours, ${TAKE}${by}.`;
};
