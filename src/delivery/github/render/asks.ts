import { passesNeeded, type Briefing } from '../../../domain/briefing.ts';
import type { Fact, Incident } from '../../../domain/incident.ts';
import { moment, span } from '../../../domain/time.ts';
import { code } from './inert.ts';
import { addressed, namedList } from './names.ts';
import { standsAt } from './steering.ts';
import type { Subject } from './telling.ts';

/**
 * Everything that asks somebody to do something, in one place: how one says that one has it, by when, what happens
 * otherwise, and how the breakage is silenced.
 */

/** How an issue is taken. */
const TAKE = 'say so with `/arch ack`';
/** The same where it is told for the first time. */
const TAKING = 'with `/arch ack`, or by assigning yourself';
/** How it is put off. */
const SNOOZE = '`/arch snooze 3d <reason>`';

/** What is expected of whom by when, and how it ends: the last paragraphs of an issue. Nothing where it is over. */
export function whatIsAsked(subject: Subject): readonly (string | null)[] {
  const { incident } = subject;
  if (incident.state === 'closed') return [];
  if (incident.state === 'dismissed') return [afterDismissal(subject)];
  if (isAdvisory(incident)) return [`**Nobody is asked:** ${incident.platform} is turned off for a release blocker, and its jobs go on being watched. Whoever works on its way back can still use \`/arch attempt <what you tried>\` here.`, howItEnds(subject)];
  const answered = standsAt(subject);
  const asked = answered.length === 0 ? [expected(subject), nobodyDeclared(subject), otherAnswers(incident)] : answered;
  return [...asked, howItEnds(subject)];
}

/** It broke while its platform was turned off for a release blocker. */
const isAdvisory = ({ owners, scope, kind, summarisedBy, facts }: Incident): boolean =>
  owners.length > 0 && scope === 'here' && (kind === 'breakage' || kind === 'stale') && summarisedBy === null && facts[0]?.kind === 'opened' && facts.every((f) => f.asks.length === 0);

function expected({ incident, briefing }: Subject): string {
  const task = incident.kind === 'configuration'
    ? `correct or remove ${incident.jobs.length === 1 ? 'this job' : 'these jobs'} in ${code(briefing.configFile)}, and say that you are on it ${TAKING}`
    : `say that you have it ${TAKING}`;
  const by = incident.remindAt ?? incident.escalateAt;
  const when = by === null ? '' : `, by ${moment(by, incident.openedAt)}`;
  return `**What is asked of you:** ${task}${when}.${otherwise({ incident, briefing })}`;
}

/** What happens when nobody takes it. */
function otherwise({ incident, briefing }: Subject): string {
  const next = afterSilence(incident, briefing);
  if (incident.remindAt !== null && incident.escalateAt !== null) return ` After that you are reminded once, and on ${moment(incident.escalateAt, incident.openedAt)} ${next}.`;
  if (incident.escalateAt !== null) return ` After that ${next}.`;
  return incident.facts.some((f) => f.kind === 'escalated') ? ' There are no further reminders.' : '';
}

/** Who comes next: others, if escalation names any beside those who are asked already. */
function afterSilence(incident: Incident, briefing: Briefing): string {
  const asked = new Set(incident.facts[0]?.asks ?? []);
  if (briefing.escalateTo.length === 0) return 'nobody else is asked';
  if (briefing.escalateTo.every((h) => asked.has(h))) return 'you are asked a last time';
  return `${namedList(briefing.escalateTo)} ${briefing.escalateTo.length === 1 ? 'is' : 'are'} asked`;
}

/** Why the release-signal team is told of something that is an owner's (behaviour 23). */
function nobodyDeclared({ incident, briefing }: Subject): string | null {
  if (incident.owners.length > 0 || incident.scope === 'everywhere' || incident.kind === 'flood' || incident.kind === 'configuration') return null;
  const told = incident.facts.find((f) => f.kind === 'opened')?.asks ?? [];
  const whom = told.length === 0 ? 'so nobody could be told of this' : `so you, ${namedList(told)}, are asked instead`;
  return `**No owner is declared for ${incident.platform}**, ${whom}. Who looks after it can be declared in ${code(briefing.configFile)}, under ${code(`platforms.${incident.platform}.owners`)}.`;
}

/** What else one may answer, each with its command; a command stands at the beginning of a comment's line. */
function otherAnswers({ kind, platform }: Incident): string | null {
  const waiting = `**Known and waiting?** ${SNOOZE}.`;
  switch (kind) {
    case 'breakage': return `**Not a real breakage?** \`/arch flake\` or \`/arch infra <reason>\`. ${waiting}`;
    case 'stale': return `**The machines are down?** \`/arch infra <reason>\`. **Planned?** \`/arch downtime ${platform} <from> <to> <reason>\`. ${waiting}`;
    case 'flood': case 'configuration': return waiting;
    default: return kind satisfies never;
  }
}

function howItEnds({ incident, briefing }: Subject): string {
  switch (incident.kind) {
    case 'breakage':
      return `It closes by itself when ${incident.jobs.length === 1 ? 'the job has' : 'every job here has'} passed ${often(incident, briefing)}. Closed by hand, it stays silent until it has been green once; if it goes on for long, one comment says so.`;
    case 'stale':
      return `**Switched off on purpose?** Take ${incident.jobs.length === 1 ? 'the job' : 'the jobs'} out of ${code(briefing.configFile)}, or close this issue: it then stays silent until runs have passed again. It closes by itself when ${incident.jobs.length === 1 ? 'the job runs again and has' : 'every job here runs again and has'} passed ${often(incident, briefing)}.`;
    case 'flood': return 'Every single breakage is followed as usual, and this issue closes by itself with the last of them. To silence it, close it.';
    case 'configuration': return 'It closes by itself when none of them is missing. To silence it, close it.';
    default: return incident.kind satisfies never;
  }
}

function afterDismissal({ incident }: Subject): string {
  const once = incident.stillFailingAt === null ? '' : ` If it still fails on ${moment(incident.stillFailingAt, incident.openedAt)}, one comment says so.`;
  return `Reopen this issue to have it followed again.${once}`;
}

/** `twice in a row`; where the jobs differ, the fewest and the most. */
function often(incident: Incident, briefing: Briefing): string {
  const { least, most } = passesNeeded(incident, briefing);
  if (least < most) return `${least} to ${most} times in a row, as is set for it`;
  return most === 1 ? 'once' : most === 2 ? 'twice in a row' : `${most} times in a row`;
}

/** The one reminder, to those who were asked. `state`: what is broken and since when, as a clause. */
export function reminder(fact: Fact, { incident, briefing }: Subject, state: string, mention: boolean): string {
  const next = incident.escalateAt === null ? '' : ` If nobody has by ${moment(incident.escalateAt, incident.openedAt)}, ${afterSilence(incident, briefing)}.`;
  return addressed(fact.asks, mention, `${state}, and nobody has said that they have it. If it is yours, ${TAKE}; if it can wait, ${SNOOZE}.${next} This is the only reminder.`);
}

/** The one escalation, to those who are asked when nobody answers. */
export function escalation(fact: Fact, { incident }: Subject, state: string, mention: boolean): string {
  const before = [...new Set(incident.facts.filter((f) => f.n < fact.n).flatMap((f) => f.asks))].filter((h) => !fact.asks.includes(h));
  const whom = before.length === 0 ? 'nobody has answered' : `${namedList(before)} ${before.length === 1 ? 'has' : 'have'} not answered`;
  return addressed(fact.asks, mention, `${state}, and ${whom} in ${span(fact.at - incident.openedAt)}. Please find somebody to look at it. If you take it yourself, ${TAKE}; if it can wait, ${SNOOZE}. Nobody is asked again.`);
}

/** What one may do about a breakage that came back, changed its kind, or is no longer silenced. */
export const takeItAgain = (subject: Subject): string => {
  const { incident } = subject;
  if (standsAt(subject).length > 0) return '';
  const by = incident.remindAt === null ? '' : ` by ${moment(incident.remindAt, incident.openedAt)}`;
  return ` If it is yours, ${TAKE}${by}.`;
};
