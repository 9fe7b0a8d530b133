import type { Briefing } from '../../../domain/briefing.ts';
import type { Fact, FactJob, LeftBecause, Incident, IncidentJob } from '../../../domain/incident.ts';
import { counted, listed, moment, span } from '../../../domain/time.ts';
import { escalation, reminder, takeItAgain } from './asks.ts';
import { link, plain } from './inert.ts';
import { addressed, commit, named, range } from './names.ts';
import { pullLink, tryText } from './steering.ts';
import { began, beganAt, failedRuns, jobName, jobNames, ownJobs, suites, type Subject } from './telling.ts';

/** Jobs that one comment names one by one. */
const MOST = 20;

/** The comment that tells a fact on the incident's issue; with `mention`, it calls those whom the fact asks. */
export function factText(fact: Fact, subject: Subject, mention: boolean): string {
  const { incident } = subject;
  switch (fact.kind) {
    case 'joined': return addressed(fact.asks, mention, joined(fact.jobs, incident));
    case 'left': return addressed(fact.asks, mention, left(fact, fact.jobs, fact.why, subject));
    case 'reminded': return reminder(fact, subject, brokenSince(incident, fact.at), mention);
    case 'escalated': return escalation(fact, subject, brokenSince(incident, fact.at), mention);
    case 'recovered': return addressed(fact.asks, mention, recovered(fact, subject));
    case 'acknowledged': return addressed(fact.asks, mention, `${named(fact.by)} has this. Nobody else is reminded or asked.`);
    case 'dismissed': return addressed(fact.asks, mention, `${named(fact.by)} closed this issue, so nothing more is said here until it has been green once.`);
    case 'kept-open': return addressed(fact.asks, mention, fact.own ? `Archsignal had closed this issue, but ${still(incident, fact.at)}, so it is open again. It closes by itself when all is well; to have silence until then, close it by hand.` : `${named(fact.by)} closed this issue, but ${still(incident, fact.at)}, so it is open again. It closes by itself when all is well; to have silence until then, close it by hand. To keep the bot away, exempt the label \`archsignal\` from it.`);
    case 'reopened-by-hand': return addressed(fact.asks, mention, `${named(fact.by)} reopened this issue, so it is followed again.`);
    case 'opened': case 'reopened': case 'still-failing': case 'unacknowledged': case 'now-here': case 'now-everywhere': case 'replaced':
      return addressed(fact.asks, mention, plainFact(fact.kind, fact, subject));
    case 'woken': return addressed(fact.asks, mention, `The snooze is over, and ${still(incident, fact.at)}.${takeItAgain(subject)}`);
    case 'unsnoozed': return addressed(fact.asks, mention, `${named(fact.by)} ended the snooze, so this is followed as before.${takeItAgain(subject)}`);
    case 'unclassified': return addressed(fact.asks, mention, `${named(fact.by)} took back what this was called, so it is followed as a breakage again.${takeItAgain(subject)}`);
    case 'snoozed': case 'classified': case 'attempted': case 'fix-announced': case 'fix-merged': case 'fix-closed': case 'fix-failed':
      return addressed(fact.asks, mention, steered(fact, incident));
    default: return fact satisfies never;
  }
}

type Steered = Extract<Fact, { kind: 'snoozed' | 'classified' | 'attempted' | 'fix-announced' | 'fix-merged' | 'fix-closed' | 'fix-failed' }>;

/** What somebody said of it, tried or named, and what came of that. */
function steered(fact: Steered, incident: Incident): string {
  const why = (reason: string | null): string => reason === null ? '' : `: ${plain(reason, 300).replace(/\.$/, '')}`;
  switch (fact.kind) {
    case 'snoozed': return `${named(fact.by)} snoozed this until ${moment(fact.until, incident.openedAt)}${why(fact.reason)}. Nobody is reminded or asked until then.`;
    case 'classified': return fact.as === 'flake'
      ? `${named(fact.by)} says that this is a flake${why(fact.note)}. Nobody is reminded of it.`
      : `${named(fact.by)} says that the infrastructure failed${why(fact.note)}. It does not count against ${incident.platform}, and nobody is reminded of it.`;
    case 'attempted': return `${named(fact.by)} tried: ${tryText(fact)}`;
    case 'fix-announced': return `${named(fact.by)} named ${pullLink(fact.fix)} as the fix. If a run that began after its merge fails, one comment says so.`;
    case 'fix-merged': return `${pullLink(fact.fix)}, named as the fix by ${named(fact.by)}, is merged. If a run that began after that fails, one comment says so.`;
    case 'fix-closed': return `${pullLink(fact.fix)}, named as the fix by ${named(fact.by)}, was closed without being merged.`;
    case 'fix-failed': return `${pullLink(fact.fix)}, named as the fix by ${named(fact.by)}, is merged, and it did not help: ${still(incident, fact.at)}, in runs that began after the merge.`;
    default: return fact satisfies never;
  }
}

/** `e2e and unit are failing still, since Tue 18 Nov 14:10 UTC`, in the middle of a sentence. */
const still = (incident: Incident, at: number): string => `${standing(incident, at)} still, since ${began(incident)}`;

type PlainKind = 'opened' | 'reopened' | 'still-failing' | 'unacknowledged' | 'now-here' | 'now-everywhere' | 'replaced';

function plainFact(kind: PlainKind, fact: Fact, subject: Subject): string {
  const { incident, briefing } = subject;
  const { surroundings: around, platform } = incident;
  switch (kind) {
    case 'opened': return `${standing(incident, fact.at)} since ${began(incident)}.${takeItAgain(subject)}`;
    case 'reopened': return fact.kind === kind && fact.tracked ? `${standing(incident, fact.at)} still, and tracked again, so this goes on.${takeItAgain(subject)}` : `${standing(incident, fact.at)} again, shortly after this had closed by itself, so the same issue goes on.${takeItAgain(subject)}`;
    case 'still-failing': return `${still(incident, fact.at)}. The issue stays closed, and this is the only comment about it; reopen the issue to have it followed again.`;
    case 'unacknowledged': return `Nobody has this any more.${takeItAgain(subject)}`;
    case 'now-here': return `${listed(around.platformsPassing.length > 0 ? around.platformsPassing : [briefing.reference], 5)} ${around.platformsPassing.length > 1 ? 'pass' : 'passes'} the same suites again, and ${platform} does not: from here on this looks specific to ${platform}.${takeItAgain(subject)}`;
    case 'now-everywhere': return `${around.platformsFailing.length > 0 ? `${listed(around.platformsFailing, 10)} ${around.platformsFailing.length === 1 ? 'fails' : 'fail'}` : 'Other platforms fail'} the same suites too: this looks like a change that all platforms share, not like ${platform} alone. No platform's owners are asked.`;
    case 'replaced': return 'The issue that told of this before is deleted, moved away or full; this one goes on.';
    default: return kind satisfies never;
  }
}

/** `e2e and unit are failing`, of the jobs that stood at that moment. */
function standing(incident: Incident, at: number): string {
  if (incident.kind === 'flood') return `${counted(incident.summarises.filter((s) => !s.over).length, 'breakage')} stand`;
  const jobs = stoodAt(incident, at);
  const verb = incident.kind === 'stale' ? 'not reporting' : incident.kind === 'configuration' ? 'missing' : 'failing';
  return `${jobNames(jobs, incident)} ${jobs.length === 1 ? 'is' : 'are'} ${verb}`;
}

/** `e2e and unit on linux/s390x have been failing since Tue 18 Nov 14:10 UTC`, as the beginning of a sentence. */
function brokenSince(incident: Incident, at: number): string {
  if (incident.kind === 'flood') {
    const open = incident.summarises.filter((s) => !s.over).length;
    return `${counted(open, 'breakage')} ${open === 1 ? 'has' : 'have'} been open since ${began(incident)}`;
  }
  const jobs = stoodAt(incident, at);
  const where = incident.scope === 'here' && incident.kind !== 'configuration' ? ` on ${incident.platform}` : '';
  const verb = incident.kind === 'stale' ? 'not been reporting' : incident.kind === 'configuration' ? 'been missing' : 'been failing';
  return `${jobNames(jobs, incident)}${where} ${jobs.length === 1 ? 'has' : 'have'} ${verb} since ${began(incident)}`;
}

const stoodAt = (incident: Incident, at: number) => {
  const then = incident.jobs.filter((j) => j.joined <= at && (j.left === null || j.left > at));
  return then.length > 0 ? then : ownJobs(incident);
};

function joined(jobs: readonly FactJob[], incident: Incident): string {
  return inLines(jobs.map((j) => {
    const name = link(jobName(j, incident), j.url);
    const at = j.since === null ? '' : moment(j.since, incident.openedAt);
    if (incident.kind === 'stale') return `${name} has stopped reporting too${at === '' ? '' : `: its last finished run was on ${at}`}.`;
    if (incident.kind === 'configuration') return `${name} can no longer be found at its source either.`;
    return `${name} is failing too: ${failedRuns(j.streak, j.commits)}${at === '' ? '' : `, since ${at}`}.`;
  }));
}

function left(fact: Fact, jobs: readonly FactJob[], why: LeftBecause, { incident, briefing }: Subject): string {
  const lines = jobs.map((j) => `${link(jobName(j, incident), j.url)} ${wentHow(j, why, incident, briefing)}`);
  const rest = incident.jobs.filter((j) => j.joined <= fact.at && (j.left === null || j.left > fact.at));
  const verb = incident.kind === 'stale' ? 'Still not reporting' : incident.kind === 'configuration' ? 'Still missing' : 'Still failing';
  // Of several that are told of at once, the last one says how it ends.
  const more = incident.facts.some((f) => f.n > fact.n && f.at === fact.at && f.kind === 'left');
  return `${inLines(lines)}${rest.length > 0 ? `\n\n${verb}: ${jobNames(rest, incident)}.` : more ? '' : '\n\nNothing is left to follow here, so this issue closes.'}`;
}

function wentHow(j: FactJob, why: LeftBecause, incident: Incident, briefing: Briefing): string {
  if (incident.kind === 'configuration') return 'is found again, or is not tracked any more.';
  switch (why) {
    case 'recovered': return `is ${incident.kind === 'stale' ? 'reporting' : 'green'} again (${[`${j.passes || (briefing.passesOf?.get(j.key) ?? briefing.passesToClose)} passed`, ...fixedBy(j, briefing)].join(', ')})${j.flake ? ': it passed on the commit that it had failed on, so this looks like a flake' : ''}.`;
    case 'moved':
      if (incident.kind === 'stale') return 'reports again and fails, so it is followed as a breakage from here on.';
      return j.platform !== briefing.reference && incident.platform !== briefing.reference
        ? `is failing on ${briefing.reference} too, so it is followed there as a breakage of everything.`
        : `goes on failing where ${briefing.reference} is green again, so it is followed as a breakage of ${j.platform}.`;
    case 'untracked': return 'is not tracked any more, so it is not followed here.';
    case 'muted': return 'is muted, so it is not followed here.';
    default: return why satisfies never;
  }
}

/** `fixed in 9f3c2ab…c41e7b0`, where the commits are known. */
function fixedBy(j: Pick<FactJob, 'lastFailedCommit' | 'fixedAt' | 'flake'>, briefing: Briefing): string[] {
  if (j.flake || j.fixedAt === null) return [];
  const fix = range(j.lastFailedCommit, j.fixedAt, briefing);
  return [fix === null ? `green at ${commit(j.fixedAt, briefing)}` : `fixed in ${fix}`];
}

function recovered(fact: Fact, { incident, briefing }: Subject): string {
  const own = ownJobs(incident);
  const took = `after ${span(fact.at - beganAt(own, incident))}`;
  if (incident.kind === 'flood') return `All ${incident.summarises.length} breakages are over, ${span(fact.at - incident.openedAt)} after they were reported.`;
  if (incident.kind === 'configuration') return 'None of these jobs is missing any more: they are found again, or tracked no more.';
  const everywhere = incident.scope === 'everywhere';
  const names = everywhere ? listed(suites(own).map((n) => plain(n)), 5) : `${jobNames(own, incident)} on ${incident.platform}`;
  const one = everywhere ? suites(own).length === 1 : own.length === 1;
  const [state, before] = incident.kind === 'stale' ? ['reporting', 'silent'] : ['green', 'failing'];
  const last = own.filter((j) => j.left === fact.at || own.length === 1);
  const fixes = incident.kind === 'stale' ? [] : grouped(last, (j) => j.flake ? FLAKE : fixedBy({ lastFailedCommit: j.streak?.lastCommit ?? null, fixedAt: j.fixedAt, flake: false }, briefing)[0] ?? null)
    .map(([how, jobs]) => `${jobNames(jobs, incident)}: ${how}.`);
  const said = `**${names} ${one ? 'is' : 'are'} ${state} again${everywhere ? ` on ${listed([...new Set(own.map((j) => j.platform))], 5)}` : ''}** ${took} (${before} since ${began(incident)}).`;
  return [said, ...fixes.slice(0, MOST)].join(' ');
}

const FLAKE = 'passed on the commit that had failed, so this looks like a flake';

/** The jobs by what is said of them, so that it is said once; those of which nothing is said are left out. */
function grouped(jobs: readonly IncidentJob[], said: (job: IncidentJob) => string | null): [string, IncidentJob[]][] {
  const groups = new Map<string, IncidentJob[]>();
  for (const job of jobs) {
    const how = said(job);
    if (how !== null) groups.set(how, [...groups.get(how) ?? [], job]);
  }
  return [...groups];
}

function inLines(lines: readonly string[]): string {
  if (lines.length === 1) return lines[0] ?? '';
  const more = lines.length > MOST ? [`- and ${lines.length - MOST} more`] : [];
  return [...lines.slice(0, MOST).map((l) => `- ${l}`), ...more].join('\n');
}
