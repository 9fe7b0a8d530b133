import { counted, listed, span } from '../../../domain/time.ts';
import { standingJobs, type Incident, type IncidentJob } from '../../../domain/incident.ts';
import { code, plain } from './inert.ts';
import { issueLink, named } from './names.ts';
import { beganAt, jobNames, mainJobs, ownJobs, suites, type Subject } from './telling.ts';

/** The first paragraph: what is broken, where, and whether it is only there. */
export function lead(subject: Subject): string {
  const { incident } = subject;
  if (incident.state === 'closed') return over(incident);
  const put = incident.state === 'dismissed' ? `${dismissed(incident)} ` : '';
  return `${put}${event(subject)}`;
}

function event(subject: Subject): string {
  const { incident } = subject;
  switch (incident.kind) {
    case 'breakage': return incident.scope === 'everywhere' ? brokenEverywhere(subject) : brokenHere(subject);
    case 'stale': return silent(subject);
    case 'flood': return flood(incident);
    case 'configuration': return vanished(subject);
    default: return incident.kind satisfies never;
  }
}

function brokenHere({ incident, briefing }: Subject): string {
  const jobs = standingJobs(incident);
  const never = jobs.length > 0 && jobs.every((j) => j.neverGreen);
  const what = never
    ? `**${share(jobs, incident)} ${jobs.length === 1 ? 'has' : 'have'} never passed.** That is not a new breakage: no passed run is known at all, and you are told of it once.`
    : `**${share(jobs, incident)} ${jobs.length === 1 ? 'is' : 'are'} failing.**`;
  const reference = incident.platform === briefing.reference ? `${incident.platform} is the reference platform.` : null;
  return [what, reference, never ? null : elsewhere(incident), others(incident)].filter((s) => s !== null).join(' ');
}

/** `2 of 5 jobs on linux/s390x`. */
function share(jobs: readonly IncidentJob[], incident: Incident): string {
  const total = incident.surroundings.jobsTotal;
  const here = jobs.filter((j) => j.platform === incident.platform).length;
  if (here !== jobs.length || total < here) return `${jobNames(jobs, incident)} on ${incident.platform}`;
  if (here === total) return total === 1 ? `The one job on ${incident.platform}` : `All ${total} jobs on ${incident.platform}`;
  return `${here} of ${counted(total, 'job')} on ${incident.platform}`;
}

/** Whether other platforms have it too, which says where to look. */
function elsewhere(incident: Incident): string {
  const { surroundings: { platformsPassing: pass, platformsFailing: fail }, platform } = incident;
  const alone = suites(standingJobs(incident)).length === 1;
  const same = alone ? 'the same suite' : 'the same suites';
  // One that fails any of them is named among those that fail.
  const failed = alone ? same : 'at least one of the same suites';
  if (pass.length > 0 && fail.length === 0) return `${listed(pass, 5)} ${pass.length === 1 ? 'passes' : 'pass'} ${same}, so this looks specific to ${platform}.`;
  if (pass.length > 0) return `${listed(fail, 5)} ${fail.length === 1 ? 'fails' : 'fail'} ${failed} too; ${listed(pass, 5)} ${pass.length === 1 ? 'passes' : 'pass'}.`;
  if (fail.length > 0) return `${listed(fail, 5)} ${fail.length === 1 ? 'fails' : 'fail'} ${failed} too.`;
  return `No other platform runs ${same} just now, so whether it is specific to ${platform} cannot be told.`;
}

/** How the platform's other jobs are. */
function others({ surroundings: { jobsTotal, wellJobs }, jobs, platform }: Incident): string | null {
  const rest = jobsTotal - jobs.filter((j) => j.left === null && j.platform === platform).length;
  if (rest <= 0) return null;
  const names = listed(wellJobs.map((n) => plain(n)), 5);
  if (wellJobs.length >= rest) return rest === 1 ? `Its other job, ${names}, is passing.` : `Its other ${rest} jobs are passing: ${names}.`;
  const passing = wellJobs.length === 0 ? 'none is clearly passing' : `${wellJobs.length} ${wellJobs.length === 1 ? 'is' : 'are'} passing (${names}) and ${rest - wellJobs.length} ${rest - wellJobs.length === 1 ? 'is' : 'are'} not clearly well`;
  return rest === 1 ? 'Its other job is not clearly passing either.' : `Of its other ${rest} jobs, ${passing}.`;
}

function brokenEverywhere({ incident, briefing }: Subject): string {
  const jobs = standingJobs(incident);
  const what = listed(suites(jobs).map((s) => plain(s)), 4);
  const shared = incident.surroundings.platformsFailing.filter((p) => p !== briefing.reference);
  const where = shared.length === 0 ? `${briefing.reference}, the reference platform` : `${briefing.reference}, the reference platform, and on ${listed(shared, 10)}`;
  const well = incident.surroundings.platformsPassing;
  const spared = well.length === 0 ? '' : ` ${listed(well, 5)} ${well.length === 1 ? 'passes' : 'pass'}.`;
  return `**${what} ${suites(jobs).length === 1 ? 'is' : 'are'} failing on ${where}.** That looks like a change that all platforms share, not like one platform, so no platform's owners are asked.${spared}`;
}

function silent({ incident }: Subject): string {
  const jobs = standingJobs(incident);
  const what = incident.scope === 'everywhere' && jobs.length > 1
    ? `**${counted(jobs.length, 'job')} on several platforms have stopped reporting.** So many at once look like the infrastructure that runs or reports them.`
    : `**${incident.scope === 'everywhere' ? jobNames(jobs, incident) : share(jobs, incident)} ${jobs.length === 1 ? 'has' : 'have'} stopped reporting.**`;
  return `${what} No run has finished for longer than expected, so nobody knows whether ${jobs.length === 1 ? 'it' : 'they'} would pass.`;
}

function flood(incident: Incident): string {
  const platforms = [...new Set(incident.summarises.map((s) => s.platform))];
  const open = incident.summarises.filter((s) => !s.over).length;
  const left = open === incident.summarises.length ? '' : ` ${open} of them ${open === 1 ? 'is' : 'are'} still open.`;
  return `**${counted(incident.summarises.length, 'breakage')} on ${counted(platforms.length, 'platform')} began at the same time**, more than are filed one by one, so this one issue tells of all of them.${left} So many at once mostly have one cause: the source, the infrastructure, or a change that all platforms share.`;
}

function vanished({ incident, briefing }: Subject): string {
  const jobs = standingJobs(incident);
  const one = jobs.length === 1;
  return `**${counted(jobs.length, 'tracked job')} can no longer be found at ${one ? 'its' : 'their'} source.** The source answers, and does not have ${one ? 'it' : 'them'}: renamed, or removed. Until ${code(briefing.configFile)} says what to track instead, ${one ? 'it is' : 'they are'} neither green nor red.`;
}

function dismissed(incident: Incident): string {
  const fact = incident.facts.findLast((f) => f.kind === 'dismissed');
  const by = fact?.kind === 'dismissed' ? named(fact.by) : 'A person';
  return `**${by} closed this issue, so nothing more is said here** until it has been green once.`;
}

function over(incident: Incident): string {
  const jobs = ownJobs(incident);
  const took = span((incident.closedAt ?? incident.openedAt) - beganAt(jobs, incident));
  switch (incident.closedBy) {
    case 'moved': return '**This goes on in another issue.** Its jobs turned out to be part of another breakage.';
    case 'untracked': return '**This is not followed any more:** none of its jobs is tracked now.';
    case 'muted': return `**This is not followed any more:** ${incident.jobs.length === 1 ? 'its job is' : 'its jobs are'} muted.`;
    case 'recovery': case 'person': case null:
      return incident.kind === 'configuration'
        ? '**All of these jobs are found again, or are tracked no more.**'
        : `**${incident.kind === 'flood' ? 'All of it' : jobNames(mainJobs(incident), incident)} ${jobs.length === 1 && incident.kind !== 'flood' ? 'is' : 'are'} ${incident.kind === 'stale' ? 'reporting' : 'green'} again, after ${took}.**`;
    default: return incident.closedBy satisfies never;
  }
}

/** Where the story began or went on before: the issue that this one replaces, the breakage before. */
export function history({ incident }: Subject): string | null {
  const lost = incident.lostIssues.map((i) => `This continues ${issueLink(i)}, which is deleted, moved away or full.`);
  const before = incident.previous?.issue ? [`The breakage before this one: ${issueLink(incident.previous.issue)}.`] : [];
  const text = [...lost, ...before].join(' ');
  return text === '' ? null : text;
}
