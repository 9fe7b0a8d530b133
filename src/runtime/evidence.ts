import type { Evidence, IncidentRecord, JobEvidence, PlatformEvidence, RunRecord } from '../domain/evidence.ts';
import type { PlatformEvent, PlatformEventKind } from '../domain/event.ts';
import { brokeAgain, type Incident } from '../domain/incident.ts';
import type { Job, JobState } from '../domain/job.ts';
import type { Platform, Project } from '../domain/project.ts';
import { quietUntil, type Quiet } from '../domain/quiet.ts';
import { explains } from '../policy/ladder/incidents-of.ts';
import type { DayRollup, Store } from '../store/store.ts';
import { withGoPorts } from './ladder-facts.ts';

const DAY = 86_400_000;

/** How far back anything is looked at: the year that a ladder may ask for, with room for its days that do not count. */
const LOOKED_AT = 550 * DAY;

const dayOf = (at: number): number => Math.floor(at / DAY);

/** What the store remembers. */
interface Remembered {
  readonly project: Project;
  readonly now: number;
  readonly states: ReadonlyMap<string, JobState>;
  readonly events: readonly PlatformEvent[];
  readonly incidents: readonly Incident[];
  readonly quiets: readonly Quiet[];
  readonly goodDays: ReadonlyMap<string, ReadonlySet<number>>;
}

/** What is on record about a project's platforms in the store, up to `now` (epoch ms). */
export async function storedEvidence(store: Store, project: Project, now: number): Promise<Evidence> {
  const from = now - LOOKED_AT;
  const [states, events, incidents, quiets, goodDays] = [
    await store.jobStates(project.name), await store.platformEvents(project.name, 0), await store.incidentsSince(project.name, from),
    await store.quiets(project.name, from), await store.goodDays(project.name, dayOf(from), dayOf(now)),
  ];
  const remembered: Remembered = { project, now, states: new Map(states.map((s) => [s.key, s])), events: events.filter((e) => e.at <= now), incidents, quiets, goodDays };
  const platforms: PlatformEvidence[] = [];
  for (const platform of project.platforms) {
    const jobs: JobEvidence[] = [];
    for (const job of platform.jobs) jobs.push(jobEvidence(job, await runsOf(store, project, job, from, now), remembered));
    platforms.push(platformEvidence(platform, jobs, remembered));
  }
  return withGoPorts({ since: Math.min(now, ...platforms.flatMap((p) => p.jobs.map((j) => j.runs[0]?.started ?? now)), ...[...goodDays.values()].flatMap((days) => [...days].map((d) => d * DAY))), platforms });
}

/** The moment at which the ladder was first asked about the project (epoch ms), from which its adoption period counts; null: never. */
export async function adoptedAt(store: Store, project: Project): Promise<number | null> {
  return (await store.platformEvents(project.name, 0)).find((e) => e.kind === 'adopted')?.at ?? null;
}

/** A job's runs, oldest first: those that are kept, and before them as many as the sums of each day tell of. */
async function runsOf(store: Store, project: Project, job: Job, from: number, now: number): Promise<readonly RunRecord[]> {
  const kept = (await store.runsSince(project.name, job.key, from)).filter((r) => r.started <= now)
    .map(({ build, started, finished, outcome, commit }): RunRecord => ({ build, started, finished, outcome, commit }));
  const before = Math.min(dayOf(now), dayOf(kept[0]?.started ?? now)) - 1;
  const days = await store.rollups(project.name, job.key, dayOf(from), before);
  return [...days.flatMap(runsOfDay), ...kept];
}

/** Runs that are gone, as even over their day as their numbers allow: right for rates, and without rows of failures that nobody saw. */
function runsOfDay({ day, passed, failed, flaky }: DayRollup): RunRecord[] {
  const counts = { pass: passed, fail: failed, flaky } as const;
  const total = passed + failed + flaky;
  const placed = (['pass', 'fail', 'flaky'] as const).flatMap((outcome) => Array.from({ length: counts[outcome] }, (_, i) => ({ outcome, at: (i + 0.5) / counts[outcome] })));
  return placed.sort((a, b) => a.at - b.at).map(({ outcome }, i) => {
    const started = day * DAY + Math.floor((i / total) * DAY);
    return { build: `day ${day} run ${i + 1}`, started, finished: null, outcome, commit: null };
  });
}

/** What is known of a platform's days without its runs: its downtimes, and when its jobs' sources were read. */
export async function storedDays(store: Store, project: Project, from: number, now: number): Promise<ReadonlyMap<string, Pick<PlatformEvidence, 'jobs' | 'downtimes'>>> {
  const [quiets, goodDays] = [await store.quiets(project.name, from), await store.goodDays(project.name, dayOf(from), dayOf(now))];
  return new Map(project.platforms.map((p) => [p.id, { jobs: p.jobs.map((j) => jobEvidence(j, [], { states: new Map(), goodDays, now })), downtimes: downtimesOf(p.id, quiets) }]));
}

const downtimesOf = (id: string, quiets: readonly Quiet[]): PlatformEvidence['downtimes'] =>
  quiets.filter((q) => q.kind === 'downtime' && q.platform === id && q.from < quietUntil(q)).map((q) => ({ from: q.from, to: quietUntil(q), reason: q.reason })).sort((a, b) => a.from - b.from);

function jobEvidence(job: Job, runs: readonly RunRecord[], { states, goodDays, now }: Pick<Remembered, 'states' | 'goodDays' | 'now'>): JobEvidence {
  return { job, runs, links: states.get(job.key)?.links ?? { page: null, logs: null }, blind: blindSpans(goodDays.get(job.source), now) };
}

/** The days without a good poll since the first that is on record, as spans. */
function blindSpans(good: ReadonlySet<number> | undefined, now: number): JobEvidence['blind'] {
  if (good === undefined || good.size === 0) return [];
  const spans: { from: number; to: number }[] = [];
  for (let day = Math.min(...good); day <= dayOf(now); day++) {
    if (good.has(day)) continue;
    const last = spans.at(-1);
    if (last?.to === day * DAY) last.to += DAY;
    else spans.push({ from: day * DAY, to: (day + 1) * DAY });
  }
  return spans;
}

function platformEvidence({ id }: Platform, jobs: readonly JobEvidence[], { project, now, events, incidents, quiets }: Remembered): PlatformEvidence {
  const of = <K extends PlatformEventKind>(kind: K): Extract<PlatformEvent, { readonly kind: K }>[] =>
    events.filter((e): e is Extract<PlatformEvent, { readonly kind: K }> => e.platform === id && e.kind === kind);
  const own = incidents.filter((i) => i.platform === id && (i.kind === 'breakage' || i.kind === 'stale') && i.openedAt <= now);
  const downtimes = downtimesOf(id, quiets);
  return {
    platform: id, jobs, incidents: own.map((i) => recordOf(i, project, downtimes)),
    steps: of('step').map(({ at, from, to }) => ({ at, from, to })),
    signOffs: of('sign-off').map(({ at, group, by }) => ({ at, group, by })),
    exceptions: of('exception').map(({ at, criterion, until, reason }) => ({ at, criterion, until, reason })),
    owners: of('owners').map(({ at, owners }) => ({ at, owners })),
    downtimes,
    acts: [...of('act'), ...of('sign-off'), ...own.flatMap(actsIn)].map(({ at, by }) => ({ at, by })).filter((a) => a.at <= now).sort((a, b) => a.at - b.at),
    attestations: [],
  };
}

/** What people did about an incident, as the incident itself remembers it. */
const actsIn = ({ firstAcknowledged, tries, fixes }: Incident): readonly { readonly at: number; readonly by: string }[] =>
  [...(firstAcknowledged === null ? [] : [firstAcknowledged]), ...tries, ...fixes];

function recordOf(incident: Incident, project: Project, downtimes: PlatformEvidence['downtimes']): IncidentRecord {
  const { id, openedAt, closedAt, firstAcknowledged, issue } = incident;
  const times = { openedAt, closedAt, acknowledgedAt: firstAcknowledged?.at ?? null };
  return { id, ...times, again: againAt(incident), leftOut: leftOut(incident, project) ?? (explains(downtimes, times) ? 'downtime' : null), url: issue?.url ?? null };
}

/** When it was known to be more than one failed run of one job (epoch ms); null: it is not. */
function againAt({ kind, openedAt, jobs, facts }: Incident): number | null {
  const [job, ...others] = jobs;
  const reopened = facts.find((f) => brokeAgain(f) || f.kind === 'joined')?.at ?? null;
  if (kind !== 'breakage' || job?.streak?.length !== 1 || others.length > 0) return openedAt;
  return job.streak.since > openedAt ? job.streak.since : reopened;
}

/** Why an incident says nothing of the owners (policy.md, `owner-response`). */
function leftOut({ scope, closedBy, classified, fixes }: Incident, { repo }: Project): IncidentRecord['leftOut'] {
  if (scope === 'everywhere' || closedBy === 'moved') return 'everywhere';
  if (classified?.as === 'infra') return 'infra';
  return fixes.some((f) => f.repo.toLowerCase() !== repo.toLowerCase()) ? 'upstream' : null;
}
