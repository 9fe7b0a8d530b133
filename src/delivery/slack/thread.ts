import { withoutIssue, type Fact, type FactJob, type LeftBecause, type Incident, type PullRef } from '../../domain/incident.ts';
import { counted, listed, moment, span } from '../../domain/time.ts';
import { pack, type Rendering } from './blocks.ts';
import { details, failingTests, jobLine, stillFailing } from './details.ts';
import { code, link, name, words } from './inert.ts';
import { agree, currentJobs, commit, issueOr, labels, person, persons, placed, platformsOf, platformList, pullLink, since, whither, type Subject } from './words.ts';

/** The reply that tells one fact in the thread of the incident's message. */
export function renderReply(subject: Subject, fact: Fact): Rendering {
  const { incident } = subject;
  const page = incident.issue?.url ?? incident.jobs.find((j) => j.links.page !== null)?.links.page ?? null;
  const rest = page === null ? '… There is more than fits here.' : `… There is more than fits here: ${link(page, incident.issue === null ? 'the job' : `#${incident.issue.number}`)}.`;
  return pack(told(subject, fact), rest);
}

function told(subject: Subject, fact: Fact): string[] {
  const { incident, briefing } = subject;
  const issue = issueOr(incident, 'the issue');
  switch (fact.kind) {
    case 'opened': return details(subject, fact);
    case 'reopened': return fact.tracked ? [`*Tracked again and broken still, so ${issue} is open again.*${goesOn(subject, fact)}`] : [`*Broken again ${sinceClosed(incident, fact)}, so ${issue} is open again.*`, ...details(subject, fact)];
    case 'joined': return joined(subject, fact.jobs, fact);
    case 'left': return left(subject, fact.jobs, fact.why);
    case 'acknowledged': return [`${person(incident, fact.by)} has it. No reminder follows.`];
    case 'unacknowledged': return [`Nobody has it any more: it was given back.${nextStep(subject, fact)}`];
    case 'reminded': return [`Nobody has said yet that they have it, ${age(incident, fact)} after it opened: ${persons(incident, fact.asks)} reminded on ${issue}.${nextStep(subject, fact)}`];
    case 'escalated': return [`Nobody has it ${age(incident, fact)} after it opened: ${persons(incident, fact.asks)} asked on ${issue}. ${stillFailing(subject) ?? ''}`.trim()];
    case 'recovered': return [recovered(subject, fact)];
    case 'still-failing': return [`${issue} was closed by hand, and ${notMended(subject)} since ${startOf(incident, fact)}. This is said once; nothing more follows until it was green.`];
    case 'dismissed': return [`${person(incident, fact.by)} closed ${issue} while ${notMended(subject)}. It is watched in silence until it was green once${incident.stillFailingAt === null ? '' : `; if it is not by ${moment(incident.stillFailingAt, fact.at)}, that is said once`}. Reopen the issue to hear of it again.`];
    case 'kept-open': return [fact.own ? `${issue} had been closed by Archsignal. ${stillFailing(subject) ?? ''} It is open again.` : `${person(incident, fact.by)} closed ${issue} while ${notMended(subject)}. It is open again.`];
    case 'reopened-by-hand': return [`${person(incident, fact.by)} reopened ${issue}.${nextStep(subject, fact)}`];
    case 'now-everywhere': return [`${platformList(platformsOf(incident), 6)} break together now: not one port's trouble. ${asking(incident, fact, issue)}`.trim()];
    case 'now-here': return [`The reference platform is well again and this goes on, so it looks specific to ${platformList([incident.platform])}. ${asking(incident, fact, issue)}`.trim()];
    case 'replaced': return [replaced(incident, briefing.repoUrl)];
    case 'woken': return [`The snooze is over, and ${notMended(subject)}.${goesOn(subject, fact)}`];
    case 'unsnoozed': return [`${person(incident, fact.by)} ended the snooze.${goesOn(subject, fact)}`];
    case 'unclassified': return [`${person(incident, fact.by)} took back what it was said to be: it counts as a breakage again.${goesOn(subject, fact)}`];
    case 'snoozed': case 'classified': case 'attempted': return [act(subject, fact)];
    case 'fix-announced': case 'fix-merged': case 'fix-closed': case 'fix-failed': return [fix(subject, fact)];
    default: return fact satisfies never;
  }
}

/** What a person did about it, in their own words where they gave some. */
function act({ incident }: Subject, fact: Extract<Fact, { kind: 'snoozed' | 'classified' | 'attempted' }>): string {
  const who = person(incident, fact.by);
  switch (fact.kind) {
    case 'snoozed': return `${who} snoozed it until ${moment(fact.until, fact.at)}${because(fact.reason)} No reminder comes before that; should it turn green, it closes all the same.`;
    case 'classified': return fact.as === 'flake'
      ? `${who} says that it is a flake${fact.note === null ? '' : `: ${code(fact.note, 200)}`}. No reminder follows; it closes when it is green again.`
      : `${who} says that the infrastructure is to blame${because(fact.note)} It does not count against ${name(incident.platform)}, and no reminder follows.`;
    case 'attempted': return `${who} tried: ${linked(fact.text.trim(), fact.url)}`;
    default: return fact satisfies never;
  }
}

/** `: waits for the kernel.`, in the words of whoever gave the reason. */
const because = (reason: string | null): string => reason === null || reason.trim() === '' ? '.' : `: ${words(reason.trim(), 500).replace(/[.\s]+$/, '')}.`;

/** A person's words, with the address that they hold as a link. */
function linked(text: string, url: string | null): string {
  if (url === null || url === '') return words(text, 500);
  const [before = '', ...after] = text.split(url);
  if (after.length === 0) return `${words(text, 500)} ${link(url, url, 120)}`.trim();
  return `${words(before, 300)}${link(url, url, 120)}${words(after.join(' '), 300)}`.trim();
}

/** What became of a pull request that somebody named as the fix. */
function fix(subject: Subject, fact: Extract<Fact, { fix: PullRef }>): string {
  const { incident } = subject;
  const { kind } = fact;
  const [pull, who] = [pullLink(incident, fact.fix), person(incident, fact.by)];
  switch (kind) {
    case 'fix-announced': return `${who} says that ${pull} fixes it. Should it be merged and not help, that is said here.`;
    case 'fix-merged': return `${pull}, the fix that ${who} named, is merged. The next runs show whether it helps.`;
    case 'fix-closed': return `${pull}, the fix that ${who} named, was closed without being merged${incident.state === 'closed' ? '' : `, and ${notMended(subject)}`}.`;
    case 'fix-failed': return `${pull} is merged, and a run that began after it failed all the same: ${notMended(subject)}. ${asking(incident, fact, issueOr(incident, 'the issue'))}`.trim();
    default: return kind satisfies never;
  }
}

/** Who has it, who is asked now, or who is asked later. */
function goesOn({ incident, briefing }: Subject, fact: Fact): string {
  if (incident.acknowledged !== null) return ` ${person(incident, incident.acknowledged.by)} has it.`;
  if (fact.asks.length > 0) return ` ${asking(incident, fact, issueOr(incident, 'the issue'))}`;
  return nextStep({ incident, briefing }, fact);
}

function joined(subject: Subject, jobs: readonly FactJob[], fact: Fact): string[] {
  const { incident } = subject;
  const rows = jobs.map((j) => incident.jobs.find((r) => r.key === j.key));
  const known = rows.filter((r) => r !== undefined);
  const verb = incident.kind === 'stale' ? 'stopped reporting too' : incident.kind === 'configuration' ? 'gone at the source too' : 'failing too';
  return [
    `*${listed(jobs.map((j) => placed(incident, j)), 6)} ${verb}.*`,
    ...known.slice(0, 12).map((r) => `• ${jobLine(subject, r, fact)}`), ...failingTests(known, subject),
  ];
}

function left(subject: Subject, jobs: readonly FactJob[], why: LeftBecause): string[] {
  const { incident } = subject;
  const rest = stillFailing(subject);
  const tail = rest === null ? [] : [rest];
  const names = listed(jobs.map((j) => placed(incident, j)), 8);
  const is = agree(jobs.length, 'is', 'are');
  if (why === 'moved') return [[`${names} ${is} followed ${whither(jobs)} from here on.`, ...tail].join(' ')];
  if (why === 'muted') return [[`${names} ${is} muted, so what ${agree(jobs.length, 'it does', 'they do')} is not followed here until the mute is over.`, ...tail].join(' ')];
  if (why === 'untracked') {
    return [[incident.kind === 'configuration' ? `${names} ${is} settled: found again, or taken out of the configuration.` : `${names} ${is} no longer tracked.`, ...tail].join(' ')];
  }
  return [[...jobs.slice(0, 8).map((j) => wellAgain(subject, j)), ...(jobs.length > 8 ? [`And ${jobs.length - 8} more.`] : []), ...tail].join(' ')];
}

/** `unit is green again (2 passed, fixed between c41e7b0 and d02aa91).` */
function wellAgain({ incident, briefing }: Subject, job: FactJob): string {
  const label = placed(incident, job);
  if (incident.kind === 'stale') return `${label} reports again.`;
  if (job.flake) return `${label} passed on the commit that it had failed on: a flake.`;
  const range = job.lastFailedCommit === null || job.fixedAt === null ? null
    : `fixed between ${commit(briefing, job.lastFailedCommit)} and ${commit(briefing, job.fixedAt)}`;
  const about = [job.passes > 0 ? `${job.passes} passed` : null, range].filter((p) => p !== null).join(', ');
  return `${label} is green again${about === '' ? '' : ` (${about})`}.`;
}

function recovered({ incident, briefing }: Subject, fact: Fact): string {
  const rows = incident.jobs.filter((j) => j.state === 'recovered');
  const lasted = span(fact.at - (since(rows.length > 0 ? rows : incident.jobs, incident.kind) ?? incident.openedAt));
  const end = incident.issue === null ? '' : ` ${issueOr(incident, '')} is closed.`;
  if (incident.kind === 'flood') return `All ${counted(incident.summarises.length, 'incident')} are over, ${age(incident, fact)} after they opened.${end}`;
  if (incident.kind === 'configuration') return `Configuration and source agree again, ${age(incident, fact)} after it was noticed.${end}`;
  const names = listed(labels(incident, rows.length > 0 ? rows : incident.jobs), 4);
  if (incident.kind === 'stale') return `Results come in again after ${lasted}: ${names}.${end}`;
  if (rows.length > 0 && rows.every((j) => j.flake)) return `Green again after ${lasted}: ${names} passed on the commit that had failed, a flake.${end}`;
  const again = rows.length > 0 && rows.every((j) => j.neverGreen) ? 'for the first time' : 'again';
  const fixes = [...new Set(rows.map((j) => j.fixedAt).filter((c) => c !== null))];
  const fixed = fixes.length === 0 ? '' : ` First green at ${listed(fixes.map((c) => commit(briefing, c)), 3)}.`;
  return `Green ${again} after ${lasted}: ${names}.${fixed}${end}`;
}

/** `e2e still fails`, as part of a sentence; when nothing fails any more, what did. */
function notMended(subject: Subject): string {
  const names = labels(subject.incident, currentJobs(subject.incident));
  return stillFailing(subject)?.replace(/\.$/, '') ?? `${listed(names, 4)} ${agree(names.length, 'was', 'were')} failing`;
}

const startOf = (incident: Incident, fact: Fact): string =>
  moment(since(currentJobs(incident), incident.kind) ?? incident.openedAt, fact.at);

const age = (incident: Incident, fact: Fact): string => span(fact.at - incident.openedAt);

/** `3 h after it had closed`, where the facts tell when that was. */
function sinceClosed(incident: Incident, fact: Fact): string {
  const before = incident.facts.findLast((f) => f.n < fact.n && (f.kind === 'recovered' || f.kind === 'left'));
  return before === undefined ? 'soon after it had closed' : `${span(fact.at - before.at)} after it had closed`;
}

/** When somebody else is asked, if nobody takes it. */
function nextStep({ incident, briefing }: Subject, fact: Fact): string {
  if (incident.escalateAt === null || incident.escalateAt <= fact.at || incident.state !== 'open' || briefing.escalateTo.length === 0) return '';
  const again = briefing.escalateTo.every((h) => incident.facts[0]?.asks.includes(h) ?? false) ? ' a last time' : '';
  return ` If nobody has it by ${moment(incident.escalateAt, fact.at)}, ${persons(incident, briefing.escalateTo)} ${agree(briefing.escalateTo.length, 'is', 'are')} asked${again}.`;
}

const asking = (incident: Incident, fact: Fact, issue: string): string =>
  fact.asks.length === 0 ? '' : `${persons(incident, fact.asks)} asked on ${issue}.`;

function withWhich(incident: Incident): string {
  if (incident.issue !== null) return `It continues in ${issueOr(incident, '')}.`;
  return withoutIssue(incident) ? 'It was the second, so no other is filed; what becomes of it is told here.' : 'Another is filed.';
}

function replaced(incident: Incident, repoUrl: string): string {
  const old = incident.lostIssues.at(-1);
  const gone = old === undefined ? 'Its issue' : link(old.url || `${repoUrl}/issues/${old.number}`, `#${old.number}`);
  return `${gone} can no longer be written to (deleted, moved, or full). ${withWhich(incident)}`;
}
