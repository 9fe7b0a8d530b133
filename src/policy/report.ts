import type { Rate } from '../domain/day-sum.ts';
import type { Evidence, IncidentRecord, JobEvidence, PlatformEvidence, ProjectFacts, RunRecord, StepChange } from '../domain/evidence.ts';
import type { Incident } from '../domain/incident.ts';
import type { Job, JobKey } from '../domain/job.ts';
import type { CriterionName, Ladder } from '../domain/ladder.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Platform, Project } from '../domain/project.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { TestFlakes } from '../domain/run.ts';
import { blindDays, dayOf, daysOff } from './ladder/days.ts';
import type { PlatformEvaluation, StandingWarning } from './ladder/evaluate.ts';
import { flakyTests, MOST_FLAKY, type CountingJob, type FlakyTest } from './report-tests.ts';
import { timeToFix } from './responses.ts';
import { RESPITE } from './step-matter.ts';
import { releaseSignal } from './world.ts';

const DAY = 86_400_000;

/** What a report of a time rests on. Times are epoch milliseconds; `to` is the first moment after it. */
export interface ReportFacts {
  readonly project: Project;
  readonly from: number;
  readonly to: number;
  readonly ladder: Ladder;
  readonly evidence: Evidence;
  readonly evaluations: readonly PlatformEvaluation[];
  readonly freezes: ProjectFacts['freezes'];
  /** What the store knows of incidents that were not over before `from`; null: there is only a history of runs. */
  readonly incidents: readonly Incident[] | null;
  /** What sources tell of single tests; null: there is only a history of runs. */
  readonly tests: ReadonlyMap<JobKey, readonly TestFlakes[]> | null;
  /** Open ones, and those decided in the last month. */
  readonly proposals: readonly Proposal[];
}

/** A platform over the time. */
export interface PlatformReport {
  readonly platform: PlatformId;
  readonly step: number;
  /** The last change of its step within the time; null: there was none. */
  readonly moved: StepChange | null;
  /** Its runs within the time, and within as long a time before, without days that do not count (policy.md, "Not evaluable"). */
  readonly rate: Rate;
  readonly before: Rate;
  /** Days within the time that do not count. */
  readonly daysOff: number;
  /** Breakages that began, that ended, and that go on at the end. */
  readonly opened: number;
  readonly closed: number;
  readonly open: number;
  /** Medians (ms) of those acknowledged and of those ended within the time; null: none was. What owners cannot help is left out. */
  readonly acknowledged: number | null;
  readonly fixed: number | null;
}

/** A job that failed without being broken: runs that failed, or were flaky, outside of any breakage. */
export interface FlakyJob {
  readonly job: Job;
  readonly flakes: number;
  readonly runs: number;
  readonly page: string | null;
}

/** A step down that was proposed. */
export interface Following {
  readonly proposal: Proposal;
  /** When the program may propose it again (epoch ms). */
  readonly again: number;
}

/** Something that waits for somebody. */
export type Waiting = { readonly who: readonly string[] } & (
  | { readonly kind: 'incident'; readonly platform: PlatformId; readonly since: number; readonly url: string | null }
  | { readonly kind: 'proposal'; readonly proposal: Proposal }
  /** What a platform's step asks for and has not been held for long, or is not known. */
  /** `following`: what became of the last step down that was proposed, as long as none is proposed again. */
  | { readonly kind: 'warning'; readonly platform: PlatformId; readonly warnings: readonly StandingWarning[]; readonly following: Following | null }
);

/** An exception that ends soon, with nothing after it. */
export interface Ending {
  readonly platform: PlatformId;
  readonly criterion: CriterionName;
  readonly until: number;
  readonly reason: string | null;
}

/** A project's release signal over a time, as data. */
export interface Report {
  readonly project: string;
  readonly from: number;
  readonly to: number;
  readonly platforms: readonly PlatformReport[];
  /** The flakiest first. */
  readonly flakyJobs: readonly FlakyJob[];
  /** Null: only runs are known. */
  readonly flakyTests: readonly FlakyTest[] | null;
  readonly waiting: readonly Waiting[];
  readonly ending: readonly Ending[];
}

/** Exceptions are told of this long before they end. */
const SOON = 14 * DAY;

/** What happened on the platforms between two moments, and what waits at its end. */
export function reportOf(facts: ReportFacts): Report {
  const { project, from, to } = facts;
  const evidence = { ...facts.evidence, platforms: facts.evidence.platforms.map((p) => counting(p, facts)) };
  const records = new Map(evidence.platforms.map((p) => [p.platform, p]));
  const known = new Map((facts.incidents ?? []).map((i) => [i.id, i]));
  return {
    project: project.name, from, to,
    platforms: project.platforms.map((p) => platformReport(p, records.get(p.id) ?? null, known, facts)),
    flakyJobs: evidence.platforms.flatMap((p) => p.jobs.flatMap((j) => flakesOf(j, facts))).toSorted((a, b) => b.flakes - a.flakes || b.flakes / b.runs - a.flakes / a.runs).slice(0, MOST_FLAKY),
    flakyTests: facts.tests === null ? null : flakyTests(evidence.platforms.flatMap((p) => p.jobs), facts.tests, facts),
    waiting: [...waitingIncidents(facts, known), ...facts.proposals.filter((p) => p.state === 'open').map((proposal): Waiting => ({ kind: 'proposal', who: proposal.deciders, proposal })), ...warnings(facts)],
    ending: evidence.platforms.flatMap((p) => endingOf(p, to)).toSorted((a, b) => a.until - b.until),
  };
}

interface Counting extends PlatformEvidence {
  readonly jobs: readonly CountingJob[];
  /** Days between the ends of the report that do not count. */
  readonly off: number;
}

/** A platform's record with those runs alone that began on a day that counts. */
function counting(record: PlatformEvidence, { freezes, from, to }: ReportFacts): Counting {
  const [first, last] = [dayOf(2 * from - to), dayOf(to - 1)];
  const off = daysOff(record, { freezes }, first, last);
  const jobs = record.jobs.map((job): CountingJob => {
    const blind = blindDays(job, first, last);
    const counts = (at: number): boolean => !off.has(dayOf(at)) && !blind.has(dayOf(at));
    return { ...job, counts, runs: off.size + blind.size === 0 ? job.runs : job.runs.filter((r) => counts(r.started)) };
  });
  return { ...record, jobs, off: [...off].filter((day) => day >= dayOf(from)).length };
}

function platformReport({ id, step }: Platform, record: Counting | null, known: ReadonlyMap<string, Incident>, { from, to, evaluations }: ReportFacts): PlatformReport {
  const within = (at: number | null): boolean => at !== null && at >= from && at < to;
  const incidents = (record?.incidents ?? []).filter((i) => i.openedAt < to);
  const counted = incidents.filter((i) => i.leftOut === null);
  const times = (of: (i: IncidentRecord) => number | null): number | null => median(counted.map(of).filter((t) => t !== null));
  return {
    platform: id, step: evaluations.find((e) => e.platform === id)?.step ?? step, moved: record?.steps.findLast((s) => within(s.at)) ?? null,
    rate: rateWithin(record, from, to), before: rateWithin(record, 2 * from - to, from), daysOff: record?.off ?? 0,
    opened: incidents.filter((i) => within(i.openedAt)).length, closed: incidents.filter((i) => within(i.closedAt)).length,
    open: incidents.filter((i) => i.closedAt === null || i.closedAt >= to).length,
    acknowledged: times((i) => i.acknowledgedAt !== null && within(i.acknowledgedAt) ? Math.max(0, i.acknowledgedAt - i.openedAt) : null),
    fixed: times((i) => i.closedAt !== null && within(i.closedAt) ? fixOf(i, i.closedAt, known) : null),
  };
}

/** What ended otherwise than by green jobs was not fixed; a history knows of nothing else than runs. */
function fixOf(record: IncidentRecord, closedAt: number, known: ReadonlyMap<string, Incident>): number | null {
  const incident = known.get(record.id);
  return incident === undefined ? Math.max(0, closedAt - record.openedAt) : timeToFix(incident);
}

/** The middle one, or the mean of the two in the middle; null of none. */
export function median(values: readonly number[]): number | null {
  const inOrder = values.toSorted((a, b) => a - b);
  const [low, high] = [inOrder[Math.floor((inOrder.length - 1) / 2)], inOrder[Math.floor(inOrder.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

function rateWithin(record: PlatformEvidence | null, from: number, to: number): Rate {
  const runs = (record?.jobs ?? []).flatMap((j) => j.runs.filter((r) => r.started >= from && r.started < to));
  return { runs: runs.length, passed: runs.filter((r) => r.outcome === 'pass').length };
}

/** Flaky runs, and failed ones in rows that ended before they made a breakage. What still fails at the end is not told apart yet. */
function flakesOf({ job, runs, links }: JobEvidence, { from, to }: ReportFacts): FlakyJob[] {
  const within = ({ started }: RunRecord): boolean => started >= from && started < to;
  const known = runs.filter((r) => r.started < to);
  let flakes = known.filter((r) => r.outcome === 'flaky' && within(r)).length;
  let row: RunRecord[] = [];
  for (const run of known) {
    if (run.outcome === 'fail') { row.push(run); continue; }
    if (row.length < job.thresholds.failuresToOpen) flakes += row.filter(within).length;
    row = [];
  }
  return flakes === 0 ? [] : [{ job, flakes, runs: known.filter(within).length, page: links.page }];
}

/** Breakages that go on and that nobody has taken, silenced or explained. A downtime silences them while it lasts, and no longer. */
function waitingIncidents({ project, evidence, to }: ReportFacts, known: ReadonlyMap<string, Incident>): Waiting[] {
  return evidence.platforms.flatMap(({ platform, incidents, downtimes }) => incidents.flatMap((record): Waiting[] => {
    const incident = known.get(record.id) ?? null;
    const goesOn = record.openedAt < to && (record.closedAt === null || record.closedAt >= to);
    const silent = incident !== null && (incident.state === 'dismissed' || incident.acknowledged !== null || incident.classified !== null || (incident.snooze?.until ?? 0) > to);
    // Given back is unanswered again, whoever had it before.
    if (!goesOn || silent || downtimes.some((d) => d.from <= to && to < d.to) || (incident === null && record.acknowledgedAt !== null && record.acknowledgedAt < to)) return [];
    const owners = project.platforms.find((p) => p.id === platform)?.owners ?? [];
    return [{ kind: 'incident', who: record.leftOut === 'everywhere' || owners.length === 0 ? releaseSignal(project) : owners, platform, since: record.openedAt, url: record.url }];
  }));
}

const warnings = ({ evaluations, project, proposals, to }: ReportFacts): Waiting[] => evaluations.filter((e) => e.warnings.length > 0)
  .map(({ platform, warnings: standing }) => ({ kind: 'warning', who: project.platforms.find((p) => p.id === platform)?.owners ?? [], platform, warnings: standing, following: followingOf(platform, proposals, to) }));

/** The platform's last step down that is open or was decided so lately that it is not proposed again. */
function followingOf(platform: PlatformId, proposals: readonly Proposal[], to: number): Following | null {
  const down = proposals.filter(({ matter: m, decidedAt }) => m.kind === 'step' && m.platform === platform && m.to < m.from && (decidedAt === null || decidedAt > to - RESPITE));
  const last = down.find((p) => p.state === 'open') ?? down.toSorted((a, b) => (b.decidedAt ?? 0) - (a.decidedAt ?? 0))[0];
  return last === undefined ? null : { proposal: last, again: (last.decidedAt ?? to) + RESPITE };
}

/** The last exception of each criterion counts. */
function endingOf({ platform, exceptions }: PlatformEvidence, to: number): Ending[] {
  return [...Map.groupBy(exceptions.filter((e) => e.at < to), (e) => e.criterion).values()].flatMap((of): Ending[] => {
    const last = of.reduce((a, b) => b.until >= a.until ? b : a);
    return last.until >= to && last.until < to + SOON ? [{ platform, criterion: last.criterion, until: last.until, reason: last.reason }] : [];
  });
}
