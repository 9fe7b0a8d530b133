import { passesNeeded } from '../../domain/briefing.ts';
import type { Fact, Incident, IncidentJob } from '../../domain/incident.ts';
import { standingJobs } from '../../domain/incident.ts';
import { counted, listed, moment } from '../../domain/time.ts';
import { code, codeBlock, link, name } from './inert.ts';
import { agree, commit, currentJobs, issueOr, labelOf, labels, persons, placed, platformList, platformsOf, suspects, type Subject } from './words.ts';

const MAX_JOBS = 12;
const MAX_TESTS_PER_JOB = 5;
const MAX_TESTED_JOBS = 3;

/** The thread's first reply: what happened and what is asked first, then what a person needs to act. Paragraphs in Slack markup. */
export function details(subject: Subject, fact: Fact): string[] {
  const { incident } = subject;
  switch (incident.kind) {
    case 'flood': return flood(subject, fact);
    case 'configuration': return [configurationAsk(subject, fact), ...jobLines(subject, fact)];
    case 'breakage': case 'stale':
      return [summary(subject), ask(subject, fact), ...jobLines(subject, fact), ...surroundings(subject), ...failingTests(currentJobs(incident), subject)];
    default: return incident.kind satisfies never;
  }
}

/** `2 of 5 jobs on linux/s390x are failing.` and whether that looks like this platform's own trouble. */
function summary(subject: Subject): string {
  const { incident } = subject;
  if (incident.scope === 'everywhere' && incident.kind === 'breakage') return sharedSummary(subject);
  const own = currentJobs(incident).filter((j) => j.platform === incident.platform);
  // Of an incident everywhere, the reference platform's own jobs may have recovered before the ports'.
  const jobs = own.length > 0 ? own : currentJobs(incident);
  const platforms = own.length > 0 ? [incident.platform] : [...new Set(jobs.map((j) => j.platform))];
  const total = own.length > 0 ? Math.max(incident.surroundings.jobsTotal, jobs.length) : jobs.length;
  const does = incident.kind === 'stale' ? `${agree(jobs.length, 'has', 'have')} stopped reporting` : `${agree(jobs.length, 'is', 'are')} failing`;
  const some = jobs.length < total ? `${jobs.length} of ${counted(total, 'job')}` : own.length === 0 ? counted(total, 'job') : total === 1 ? 'The only job' : total === 2 ? 'Both jobs' : `All ${total} jobs`;
  const never = jobs.length > 0 && jobs.every((j) => j.neverGreen)
    ? `${agree(jobs.length, 'It has', 'They have')} never passed, so the setup is as likely a cause as the code.` : '';
  return [`*${some} on ${platformList(platforms)} ${does}.*`, never, comparison(subject)].filter((p) => p !== '').join(' ');
}

/** Of a breakage that the platforms share: what, where, and that no port is to blame. */
function sharedSummary({ incident, briefing }: Subject): string {
  const what = labels(incident, currentJobs(incident));
  const standing = currentJobs(incident);
  const shared = standing.some((j) => j.platform === briefing.reference);
  const where = shared ? platformsOf(incident) : [...new Set(standing.map((j) => j.platform))];
  const reference = `The reference platform ${name(briefing.reference)}`;
  const why = !shared ? `${reference} failed with ${agree(where.length, 'it', 'them')}` : where.length > 1 ? `${reference} is among them` : 'That is the reference platform';
  return `*${listed(what, 4)} ${agree(what.length, 'is', 'are')} failing on ${platformList(where, 6)}.* ${why}, so no port is to blame and no owner is asked.`;
}

/** `the same suite`, or `suites` where the broken jobs run several. */
const suitesOf = (incident: Incident): number => new Set(currentJobs(incident).map((j) => j.suite)).size;
const sameSuites = (incident: Incident): string => `the same ${agree(suitesOf(incident), 'suite', 'suites')}`;

function comparison({ incident }: Subject): string {
  const { platformsPassing: passing, platformsFailing: failing } = incident.surroundings;
  if (incident.kind === 'stale') {
    return `Whether ${agree(currentJobs(incident).length, 'it passes', 'they pass')} is unknown until ${agree(currentJobs(incident).length, 'it runs', 'they run')} again.${incident.scope === 'everywhere' ? ' Other platforms are silent too, so no port is to blame.' : ''}`;
  }
  if (failing.length > 0) {
    const well = passing.length === 0 ? '' : ` ${platformList(passing)} ${agree(passing.length, 'passes', 'pass')} ${agree(suitesOf(incident), 'it', 'them')}.`;
    // One that fails any of them is named among those that fail.
    return `${platformList(failing)} ${agree(failing.length, 'fails', 'fail')} ${suitesOf(incident) === 1 ? '' : 'at least one of '}${sameSuites(incident)}.${well}`;
  }
  if (passing.length > 0) return `${platformList(passing)} ${agree(passing.length, 'passes', 'pass')} ${sameSuites(incident)}, so this looks specific to ${name(incident.platform)}.`;
  return `No other platform has results of ${sameSuites(incident)} to compare with.`;
}

function jobLines(subject: Subject, fact: Fact): string[] {
  const { incident } = subject;
  const jobs = currentJobs(incident);
  const lines = jobs.slice(0, MAX_JOBS).map((j) => `• ${jobLine(subject, j, fact)}`);
  const well = incident.jobs.filter((j) => j.state === 'recovered' && !jobs.includes(j));
  return [
    ...lines,
    ...(jobs.length > MAX_JOBS ? [`• and ${jobs.length - MAX_JOBS} more, listed in ${issueOr(incident, 'the issue')}`] : []),
    ...(well.length > 0 ? [`Green again by now: ${listed(well.map((j) => placed(incident, j)), 6)}.`] : []),
  ];
}

/** One job: since when, how often, on how many commits, where it was last well, where to look. */
export function jobLine({ incident, briefing }: Subject, job: IncidentJob, fact: Pick<Fact, 'at'>): string {
  const label = link(job.links.page, job.name, 100);
  const place = job.platform === incident.platform ? '' : ` on ${name(job.platform)}`;
  const role = `${job.trigger}${job.board === null ? '' : `, release-${job.board}`}`;
  const head = `${label}${place} (${role})`;
  if (job.state === 'missing') return `${head}: not found at its source${job.lastRun === null ? '' : `; last run ${moment(job.lastRun, fact.at)}`}`;
  if (job.state === 'stale') return `${head}: ${job.lastRun === null ? 'no run so far' : `last run ${moment(job.lastRun, fact.at)}`}`;
  const { streak } = job;
  const runs = streak === null ? null : `${streak.length} failed in a row${streak.commits > 0 ? `, on ${counted(streak.commits, 'commit')}` : ''}`;
  const green = job.neverGreen ? 'never passed' : job.lastGreen === null ? null
    : `last green ${job.lastGreenCommit === null ? moment(job.lastGreen, fact.at) : commit(briefing, job.lastGreenCommit)}`;
  const range = suspects(briefing, job.lastGreenCommit, streak?.firstCommit ?? null);
  return [
    `${head}: failing${streak === null ? '' : ` since ${moment(streak.since, fact.at)}`}`, runs, green,
    range === null ? null : `suspects ${range}`, testCount(job), job.links.logs === null ? null : link(job.links.logs, 'logs'),
  ].filter((p) => p !== null).join(' · ');
}

function testCount(job: IncidentJob): string | null {
  const failing = job.failingTests.length + job.moreFailingTests;
  if (failing === 0) return null;
  return job.testsTotal === null ? counted(failing, 'test fails', 'tests fail') : `${failing.toLocaleString('en-US')} of ${counted(job.testsTotal, 'test')} fail`;
}

/** Names and messages of failing tests, as data: capped, in a code block, with the way to the rest. */
export function failingTests(jobs: readonly IncidentJob[], { incident }: Subject): string[] {
  const tested = jobs.filter((j) => j.failingTests.length > 0);
  const blocks = tested.slice(0, MAX_TESTED_JOBS).flatMap((job) => {
    const lines = job.failingTests.slice(0, MAX_TESTS_PER_JOB).flatMap((t) => [t.name, ...(t.message === null ? [] : [`    ${t.message}`])]);
    const more = job.failingTests.length - MAX_TESTS_PER_JOB + job.moreFailingTests;
    return [
      `Failing in ${placed(incident, job)}:`, codeBlock(lines, 160),
      ...(more > 0 ? [`and ${counted(more, 'more test')}: ${link(job.links.logs ?? job.links.page ?? incident.issue?.url ?? null, 'all of them')}`] : []),
    ];
  });
  return [...blocks, ...(tested.length > MAX_TESTED_JOBS ? [`The failing tests of ${counted(tested.length - MAX_TESTED_JOBS, 'more job')} are in ${issueOr(incident, 'the issue')}.`] : [])];
}

function surroundings({ incident }: Subject): string[] {
  const { wellJobs } = incident.surroundings;
  const before = incident.previous === null || incident.previous.issue === null ? []
    : [`The time before: ${link(incident.previous.issue.url, `#${incident.previous.issue.number}`)}.`];
  return [...(wellJobs.length > 0 ? [`Well on ${name(incident.platform)}: ${listed(wellJobs.map((j) => name(j, 60)), 6)}.`] : []), ...before];
}

/**
 * What is asked of whom, until when. Names are in code style: nobody is called in Slack. The issue is linked by the message
 * itself, which learns its number later; this reply is not edited.
 */
function ask({ incident, briefing }: Subject, fact: Fact): string {
  const { least, most } = passesNeeded(incident, briefing);
  const closes = `It closes by itself after ${least < most ? `${least} to ${counted(most, 'green run')} in a row, as is set for each job` : `${counted(most, 'green run')}${most === 1 ? '' : ' in a row'}`}.`;
  if (incident.acknowledged !== null || incident.state !== 'open') return closes;
  const whom = persons(incident, fact.asks.length > 0 ? fact.asks : incident.scope === 'everywhere' ? briefing.releaseSignal : incident.owners);
  if (whom === '') return closes;
  const until = incident.remindAt ?? incident.escalateAt;
  const deadline = until === null ? '' : ` by ${moment(until, fact.at)}`;
  const next = persons(incident, briefing.escalateTo);
  const last = next === whom ? 'they are asked a last time' : `${next} ${agree(briefing.escalateTo.length, 'is', 'are')} asked`;
  const then = incident.escalateAt === null || next === '' ? '' : incident.remindAt === null ? ` After that ${last}.`
    : ` After that they are reminded once, and on ${moment(incident.escalateAt, fact.at)} ${last}.`;
  const unreal = incident.kind === 'breakage' ? ` No real breakage? ${code('/arch flake')} or ${code('/arch infra <reason>')} there.` : '';
  return `*Asked of ${whom}:* say${deadline} that you have it: press the button above, or comment ${code('/arch ack')} on its issue.${then}${unreal} ${closes}`;
}

function configurationAsk({ incident, briefing }: Subject, fact: Fact): string {
  const whom = persons(incident, fact.asks);
  const n = currentJobs(incident).length;
  const them = agree(n, 'it', 'them');
  return `*Asked${whom === '' ? '' : ` of ${whom}`}:* name ${agree(n, 'the job', 'these jobs')} in ${code(briefing.configFile)} as the source calls ${them} now, or take ${them} out. Until then nobody hears if ${agree(n, 'it breaks', 'they break')}.`;
}

function flood({ incident }: Subject, fact: Fact): string[] {
  const lines = incident.summarises.map((s) => `• ${name(s.platform)}: ${name(s.title, 160)}${s.over ? ' (over)' : ''}`);
  const whom = persons(incident, fact.asks);
  return [
    `*${counted(lines.length, 'incident')} opened at once*, more than are filed one by one. A change that all of them share, or trouble at a source, is likelier than so many breakages.`,
    ...(whom === '' ? [] : [`*Asked of ${whom}:* say on its issue what it is. It closes by itself when all of them are over.`]),
    ...lines.slice(0, 25), ...(lines.length > 25 ? [`• and ${lines.length - 25} more, listed in ${issueOr(incident, 'the issue')}`] : []),
  ];
}

/** The jobs that still fail, for a fact that speaks of others; null where there is none. */
export function stillFailing(subject: Subject): string | null {
  const rest = standingJobs(subject.incident);
  if (rest.length === 0) return null;
  const verb = subject.incident.kind === 'stale' ? agree(rest.length, 'is still silent', 'are still silent') : agree(rest.length, 'still fails', 'still fail');
  return `${listed(rest.map((j) => rest.length === 1 ? placed(subject.incident, j) : labelOf(subject.incident, j)), 5)} ${verb}.`;
}
