import { standingJobs, type Incident } from '../../domain/incident.ts';
import type { Health } from '../../domain/job.ts';
import type { PlatformId } from '../../domain/platform.ts';
import { endsAt, type Proposal } from '../../domain/proposal.ts';
import { isQuiet, quietUntil, type Quiet } from '../../domain/quiet.ts';
import { coded, enumerated, type Span, type Spans } from '../../domain/text.ts';
import { moment } from '../../domain/time.ts';
import { matterWords } from '../../policy/proposal-matters.ts';
import { quietSpell } from '../../policy/quiet.ts';
import { WORST_FIRST } from '../../signal/platform-health.ts';
import { explainNow, type JobNow } from '../../signal/job-health.ts';
import type { Scene } from '../verb.ts';

/** What several answers say alike: who has an incident, until when there is silence, why something is not known. */

export const isBroken = (health: Health): boolean => health === 'failing' || health === 'stale';

const rank = (health: Health): number => WORST_FIRST.indexOf(health);
export const worstFirst = (a: { readonly health: Health }, b: { readonly health: Health }): number => rank(a.health) - rank(b.health);

/** A health as a sentence has it: what cannot be read is not known, whatever it was. */
export const healthWord = (health: Health): string => health === 'unknown' ? 'not known' : health;

/** `2 are failing, 1 is flaky and 4 are passing`, the worst first; of all of a kind, `all 4 are passing`. */
export function tally(healths: readonly Health[]): string {
  const counts = WORST_FIRST.map((h) => ({ h, n: healths.filter((x) => x === h).length })).filter(({ n }) => n > 0);
  const [only] = counts;
  if (only && counts.length === 1) return healths.length === 1 ? `it is ${healthWord(only.h)}` : `all ${healths.length} are ${healthWord(only.h)}`;
  const parts = counts.map(({ h, n }) => `${n} ${n === 1 ? 'is' : 'are'} ${healthWord(h)}`);
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

/** A handle or login in code style. */
export const who = (handle: string): Span => coded(handle);
export const whoAll = (handles: readonly string[]): Spans => enumerated(handles.map(who));

/** Spans with something between them. */
export const joined = (parts: readonly Spans[], between: string): Spans => parts.flatMap((p, i): Spans => i === 0 ? p : [between, ...p]);

export const linked = (words: string, link: string | null): Span => link === null ? words : { words, link };

/** Live incidents that this platform has a part in: its own, and others that hold jobs of it (a breakage everywhere, jobs that are gone). */
export const incidentsOf = (scene: Scene, platform: PlatformId): readonly Incident[] => scene.incidents.filter((i) =>
  i.state !== 'closed' && i.kind !== 'flood' && ((i.platform === platform && i.kind !== 'configuration') || standingJobs(i).some((j) => j.platform === platform)));

/** The live incident that holds the job. */
export const incidentOf = (scene: Scene, { job }: JobNow): Incident | null =>
  scene.incidents.find((i) => i.state !== 'closed' && standingJobs(i).some((row) => row.key === job.key)) ?? null;

/** Open, in no downtime, and nobody has said that they have it, that it is known or what it is. */
export const waits = (incident: Incident, { now, quiets }: Scene): boolean => incident.state === 'open' && incident.kind !== 'flood'
  && incident.acknowledged === null && incident.classified === null && !isSnoozed(incident, now)
  && quietSpell(quiets, standingJobs(incident).map((j) => j.platform), now) === null;

export const isSnoozed = ({ snooze }: Incident, now: number): boolean => snooze !== null && snooze.until > now;

/** The incident's issue, linked; that of the summary that tells of it; or that it has none yet. */
export function issueOf(incident: Incident, scene: Scene): Span {
  const flood = incident.summarisedBy === null ? null : scene.incidents.find((i) => i.id === incident.summarisedBy) ?? null;
  const issue = incident.issue ?? flood?.issue ?? null;
  // In shadow mode an issue has the number 0: there is none to look at.
  if (issue === null || issue.number <= 0) return 'an incident whose issue is not filed yet';
  return { words: issue.repo.toLowerCase() === scene.project.repo.toLowerCase() ? `#${issue.number}` : `${issue.repo}#${issue.number}`, link: issue.url };
}

/** When the trouble began: the first failed run, or the last finished one where nothing reports. Epoch milliseconds. */
export function beganAt(incident: Incident): number {
  const times = standingJobs(incident).map((j) => incident.kind === 'stale' ? j.lastRun : j.streak?.since ?? null).filter((t) => t !== null);
  return times.length === 0 ? incident.openedAt : Math.min(...times);
}

/** `#4711, failing since Tue 17 Nov 14:10 UTC, everywhere: olga has it`. */
export function incidentSpans(incident: Incident, scene: Scene): Spans {
  const since = moment(beganAt(incident), scene.now);
  const what = incident.kind === 'stale' ? `without a finished run since ${since}` : incident.kind === 'configuration' ? `gone from its source, noticed ${moment(incident.openedAt, scene.now)}` : `failing since ${since}`;
  return [issueOf(incident, scene), `, ${what}${incident.scope === 'everywhere' ? ', everywhere' : ''}: `, ...hands(incident, scene.now)];
}

/** In whose hands it is. */
export function hands(incident: Incident, now: number): Spans {
  const { acknowledged, snooze, classified } = incident;
  if (incident.state === 'dismissed') {
    const fact = incident.facts.findLast((f) => f.kind === 'dismissed');
    return ['its issue was closed', ...(fact && 'by' in fact ? [' by ', who(fact.by)] : []), ' while it goes on, so it is watched in silence'];
  }
  const parts: Spans[] = [
    ...(acknowledged === null ? [] : [[who(acknowledged.by), ' has it']]),
    ...(snooze === null || snooze.until <= now ? [] : [[`snoozed until ${moment(snooze.until, now)} by `, who(snooze.by), ...reason(snooze.reason)]]),
    ...(classified === null ? [] : [[`called ${classified.as === 'flake' ? 'a flake' : 'a failure of the infrastructure'} by `, who(classified.by), ...reason(classified.note)]]),
  ];
  return parts.length > 0 ? joined(parts, ', ') : ['nobody has it yet'];
}

const LONGEST_REASON = 120;
const reason = (text: string | null): Spans => text === null || text === '' ? [] : [` (${[...text].length > LONGEST_REASON ? `${[...text].slice(0, LONGEST_REASON - 1).join('')}…` : text})`];

/** Mutes and downtimes of the platform that are in force; with `ahead`, also those to come. */
export const quietsOf = (scene: Scene, platform: PlatformId, { ahead = false } = {}): readonly Quiet[] =>
  scene.quiets.filter((q) => q.platform === platform && (isQuiet(q, scene.now) || (ahead && q.ended === null && q.from > scene.now))).toSorted((a, b) => a.from - b.from);

/** `downtime until Wed 18 Nov 10:00 UTC, by olga (new disks)`; one to come names both ends. */
export function quietSpans(quiet: Quiet, now: number): Spans {
  const what: Spans = quiet.kind === 'downtime' ? ['downtime'] : [coded(quiet.jobName), ' is muted'];
  const when = quiet.from > now ? `from ${moment(quiet.from, now)} to ${moment(quiet.to, now)}` : `until ${moment(quietUntil(quiet), now)}`;
  return [...what, ` ${when}, by `, who(quiet.by), ...reason(quiet.reason)];
}

/** Open proposals about the platform, but those of a conflict, which is told of by itself. */
export const proposalsOf = (scene: Scene, platform: PlatformId): readonly Proposal[] =>
  scene.proposals.filter((p) => p.state === 'open' && p.matter.platform === platform && !isOfConflict(p, scene));

const isOfConflict = ({ id }: Proposal, { conflicts }: Scene): boolean => conflicts.some((c) => c.proposal === id || c.backProposal === id);

/** `proposal #12 to mute e2e on linux/s390x until …, to be decided until …`. */
export function proposalSpans(proposal: Proposal, { now }: Scene): Spans {
  const { matter, issue } = proposal;
  return [
    'proposal ', ...(issue === null || issue.number <= 0 ? [] : [linked(`#${issue.number}`, issue.url), ' ']), `${matterWords(matter).inShort(now)}, to be decided by `,
    ...whoAll(proposal.deciders), ` until ${moment(endsAt(proposal), now)}`,
  ];
}

/** Why the job is called what it is, in a sentence; one that cannot be read is never told by what it was. */
export function whyNow({ job, state, health }: JobNow, scene: Scene): string {
  const told = explainNow(state, health, job.thresholds, scene.now);
  if (health !== 'unknown' || state === null || state.problem !== null || state.health === 'unknown') return told;
  const readAt = scene.readAt?.get(job.source);
  const last = readAt === undefined ? '' : ` It was last read well on ${moment(readAt, scene.now)}.`;
  return `Its source ${job.source} cannot be read just now.${last} What was known then: ${told}`;
}

/** The platform that a command is about when it names none: that of the incident, proposal, conflict or channel it was said in. */
export function platformHere(scene: Scene, place: { readonly incident: string | null; readonly proposal: string | null; readonly conflict?: string | null; readonly platform: PlatformId | null }): PlatformId | null {
  const incident = scene.incidents.find((i) => i.id === place.incident);
  if (incident) return incident.kind === 'breakage' || incident.kind === 'stale' ? incident.platform : null;
  const conflict = place.conflict ? scene.conflicts.find((c) => c.id === place.conflict) : undefined;
  return scene.proposals.find((p) => p.id === place.proposal)?.matter.platform ?? conflict?.platform ?? place.platform;
}
