import { standingJobs, type Incident, type IncidentJob } from '../domain/incident.ts';
import { actorName } from '../domain/person.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Handle, Project } from '../domain/project.ts';
import { coded, enumerated, says, type Span, type Spans } from '../domain/text.ts';
import { counted, listed, moment } from '../domain/time.ts';
import { isTooEarly, type ActContext } from '../policy/acts.ts';
import { anySignal, distinct, escalationTo, platformOf, type Change } from '../policy/world.ts';
import type { CommandLine, Needs, Outcome, Parsed, Scene, Spoken } from './verb.ts';
import { issueOf } from './views/wording.ts';
import { incidentsMeant, leadingPlatform, mistaken, quoted, readPlatform, understood } from './words.ts';

/** What the verbs share that act on incidents: which are meant, who may, how each is called and what follows. */

/** The platform that a command named, if it did. */
export interface Meant { readonly platform: PlatformId | null }

/** The platform that may stand first, and where the rest begins. `free`: what follows is any text, which may begin with such a word too. */
export function meantFirst(line: CommandLine, scene: Scene, { place }: Spoken, free: boolean): Parsed<Meant & { readonly next: number }> {
  const lead = leadingPlatform(line, scene.project);
  if (!free || place.incident === null) return lead;
  // Said on an incident, `amd64 works` is what somebody tried, and `linux/amd64` may be meant as a name.
  const named = lead.ok && lead.args.platform !== null && (line.words[0]?.text.includes('/') ?? false) && incidentsMeant(scene, place, lead.args.platform).ok;
  return named ? lead : understood({ platform: null, next: 0 });
}

/** Arguments as they were read, or why no incident is meant. */
export function meaning<A extends Meant>(args: A, scene: Scene, { place }: Spoken): Parsed<A> {
  const meant = incidentsMeant(scene, place, args.platform);
  return meant.ok ? understood(args) : meant;
}

/** A line of which nothing is expected but a platform. */
export function onlyPlatform(line: CommandLine, scene: Scene, spoken: Spoken): Parsed<Meant> {
  const lead = leadingPlatform(line, scene.project);
  if (!lead.ok) return lead;
  const { platform, next } = lead.args;
  const extra = line.words[next];
  if (extra === undefined) return meaning({ platform }, scene, spoken);
  if (platform !== null) return mistaken(extra, `nothing is expected after the platform, and here stands ${quoted(extra.text)}`);
  const read = readPlatform(extra, scene.project);
  return read.ok ? meaning({ platform: read.args }, scene, spoken) : read;
}

/** Characters that are kept of a reason. */
const LONGEST_REASON = 300;

/** A reason as it is kept; null: none was given. */
export function reasonOf(text: string): string | null {
  const clean = text.trim();
  return clean === '' ? null : clean.length <= LONGEST_REASON ? clean : `${clean.slice(0, LONGEST_REASON - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

const namedHandles = (handles: readonly Handle[]): string => listed(handles.map((h) => `\`${h.slice(1)}\``), 4);

/** Owners of these platforms, those who take turns on call for them, and the release-signal team of any release. */
export function ownersNeeded(project: Project, platforms: readonly PlatformId[]): Needs {
  const known = platforms.map((p) => platformOf(project, p)).filter((p) => p !== null);
  const owners = distinct(known.flatMap((p) => [...p.owners, ...p.onCall?.people ?? []]));
  const signal = anySignal(project);
  const parts = [
    ...(owners.length === 0 ? [] : [`owners of ${listed(known.map((p) => p.id), 3)} (${namedHandles(owners)})`]),
    ...(signal.length === 0 ? [] : [`the release-signal team (${namedHandles(signal)})`]),
  ];
  return { allowed: distinct([...owners, ...signal]), allowedAs: parts.length === 0 ? 'owners, of whom none is declared' : parts.join(' or ') };
}

/** Who may act on the incidents that are meant. */
export function needsFor({ platform }: Meant, scene: Scene, { place }: Spoken): Needs {
  const meant = incidentsMeant(scene, place, platform);
  const incidents = meant.ok ? meant.args : [];
  return ownersNeeded(scene.project, [...new Set(incidents.flatMap((i) => [i.platform, ...standingJobs(i).map((j) => j.platform)]))]);
}

/** The speaker, as acts are recorded. */
export const contextOf = ({ project, now }: Scene, { actor, at, delivery, source, url }: Spoken): ActContext => ({
  project, now, said: at, by: actor.login ?? actorName(actor), actor: actorName(actor), evidence: { delivery, source, url },
});

/** What became of one incident. `said`: sentences about it; `then`: what follows, told once for all of them. */
export interface Done {
  readonly verdict: Outcome['verdict'];
  readonly change?: Change | null;
  readonly said: Spans;
  readonly then?: Spans;
}

const VERDICTS: readonly Outcome['verdict'][] = ['done', 'answered', 'refused'];

/** Acts on every incident that is meant, and says what became of each. */
export function onEach({ platform }: Meant, scene: Scene, spoken: Spoken, act: (incident: Incident) => Done): Outcome {
  const meant = incidentsMeant(scene, spoken.place, platform);
  // It was there a moment ago, when the line was read.
  if (!meant.ok) return { verdict: 'refused', reply: [says(`${meant.mistake.message.slice(0, 1).toUpperCase()}${meant.mistake.message.slice(1)}. Nothing was changed.`)] };
  const all = meant.args.map((incident) => isBefore(spoken, incident) ? saidBefore(incident, scene, spoken) : act(incident));
  const verdict = VERDICTS.find((v) => all.some((d) => d.verdict === v)) ?? 'refused';
  const then = all.find((d) => d.verdict === verdict)?.then ?? [];
  const [only] = all;
  const reply = all.length === 1 && only ? [says(...only.said, ...spaced(then))] : [{ kind: 'list' as const, items: all.map((d) => d.said) }, ...(then.length === 0 ? [] : [says(...then)])];
  return { verdict, reply, incidents: all.map((d) => d.change ?? null).filter((c) => c !== null) };
}

/**
 * The words are older than the incident, and were not said on it: they are about the breakage before it. On the incident
 * itself they can only seem so, by a clock that is wrong.
 */
const isBefore = ({ at, place }: Spoken, { id, openedAt }: Incident): boolean => place.incident !== id && isTooEarly(at, openedAt);

const saidBefore = (incident: Incident, scene: Scene, spoken: Spoken): Done => ({
  verdict: 'refused',
  said: ['This arrived late: it was said on ', moment(spoken.at, scene.now), ', before ', ...called(incident, scene, spoken), ` was opened on ${moment(incident.openedAt, scene.now)}. So it is not taken to be about it, and nothing was changed; say it again if you mean it.`],
});

export const spaced = (spans: Spans): Spans => spans.length === 0 ? [] : [' ', ...spans];

/** A command as it is to be typed where this was said: in Slack and elsewhere it names the platform. */
export function command(verb: string, incident: Incident, { place }: Spoken, rest = ''): Span {
  const here = place.surface === 'github' && place.incident === incident.id;
  return coded(`/arch ${verb}${here ? '' : ` ${incident.platform}`}${rest === '' ? '' : ` ${rest}`}`);
}

/** The short name of an incident, as a sentence's subject. */
export function subjectOf(incident: Incident): string {
  switch (incident.kind) {
    case 'breakage': case 'stale': return incident.scope === 'everywhere' ? 'the breakage everywhere' : incident.platform;
    case 'flood': return 'the summary';
    case 'configuration': return 'the list of lost jobs';
    default: return incident.kind satisfies never;
  }
}

export const capitalised = (text: string): string => /^[a-z0-9]+\//.test(text) ? text : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** `linux/s390x (#7: e2e and unit failing since Tue 17 Nov 14:10 UTC)`. The issue is linked where this is said elsewhere. */
export function called(incident: Incident, scene: Scene, { place }: Spoken): Spans {
  const here = place.surface === 'github' && place.incident === incident.id;
  const issue: Spans = here || incident.issue === null ? [] : [issueOf(incident, scene), ': '];
  return [subjectOf(incident), ' (', ...issue, whatIsWrong(incident, scene.now), ')'];
}

function whatIsWrong(incident: Incident, now: number): string {
  const rows = standingJobs(incident);
  if (incident.kind === 'flood') return counted(incident.summarises.filter((s) => !s.over).length, 'incident');
  const labels = listed([...new Set(rows.map((r) => labelOf(r, rows)))], 4);
  if (incident.kind === 'configuration') return labels;
  const times = rows.map((r) => incident.kind === 'stale' ? r.lastRun : r.streak?.since ?? null).filter((t) => t !== null);
  return `${labels} ${incident.kind === 'stale' ? 'silent' : 'failing'} since ${moment(times.length === 0 ? incident.openedAt : Math.min(...times), now)}`;
}

/** A job by its suite where no other row of its platform has it, else by its name. */
const labelOf = (row: IncidentJob, rows: readonly IncidentJob[]): string =>
  rows.some((r) => r !== row && r.platform === row.platform && r.suite === row.suite) ? row.name : row.suite;

/** Of an incident whose issue a person closed: why nothing is done. */
export function silenced(incident: Incident): Done {
  const fact = incident.facts.findLast((f) => f.kind === 'dismissed');
  const by = fact !== undefined && 'by' in fact ? fact.by : undefined;
  return {
    verdict: 'refused',
    said: [capitalised(subjectOf(incident)), ' is silenced: ', ...(by === undefined ? ['its issue was closed'] : [coded(by), ' closed its issue']), ', so nobody is asked while it goes on. Reopen the issue to have it followed again. Nothing was changed.'],
  };
}

/** Of an incident about which something newer was said elsewhere, before this arrived. */
export const overtaken = (incident: Incident, change: Change | null): Done => ({
  verdict: 'answered', change, said: ['Something newer was said of ', subjectOf(incident), ' before this arrived, and that stands. Nothing was changed.'],
});

/** What happens next with an incident that waits for an answer: whom it goes to, and when. */
export function whatFollows(incident: Incident, { project, now }: Scene): Spans {
  const { remindAt, escalateAt, acknowledged, snooze, classified } = incident;
  if (acknowledged !== null) return [coded(acknowledged.by), ' has it, so nobody is reminded.'];
  if (classified !== null) return ['It is recorded as ', classWords(classified.as), ', so nobody is reminded.'];
  if (snooze !== null && snooze.until > now) return [`It stays snoozed until ${moment(snooze.until, now)}.`];
  const others = enumerated(escalationTo(project).map(coded));
  const escalated: Spans = escalateAt === null || others.length === 0 ? [] : [...others, ` ${escalationTo(project).length === 1 ? 'is' : 'are'} asked on ${moment(escalateAt, now)}`];
  if (remindAt === null && escalated.length === 0) return ['Nobody is reminded of it again.'];
  if (remindAt === null) return ['If nobody takes it, ', ...escalated, '.'];
  return [`If nobody takes it, there is a reminder on ${moment(remindAt, now)}`, ...(escalated.length === 0 ? [] : [', and ', ...escalated]), '.'];
}

export const classWords = (as: 'flake' | 'infra'): string => as === 'flake' ? 'a flake' : 'a failure of the infrastructure';
