import { brokeAgain, type Fact, type Incident } from '../../domain/incident.ts';
import { counted, listed, moment, span } from '../../domain/time.ts';
import { section, LIMITS, type Rendering } from './blocks.ts';
import { actionsBlock, incidentButtons } from './buttons.ts';
import { code, name, plain, prose } from './inert.ts';
import { agree, currentJobs, doneBy, issueLink, labels, person, persons, placed, platformList, platformsOf, since, whither, type Subject } from './words.ts';

/**
 * The one message of an incident as it stands now: what, where, since when, whose, the issue, and what can be done about it
 * by a click. It depends on nothing but the incident, so that the same state always reads the same.
 */
export function renderMessage(subject: Subject): Rendering {
  const whole = headline(subject);
  const line = whole.length <= LIMITS.section ? whole : prose(plain(whole), LIMITS.section);
  return { text: line, blocks: [section(line), ...actionsBlock(incidentButtons(subject.incident))] };
}

/** The message's one line, in Slack markup. */
export function headline(subject: Subject): string {
  const { incident } = subject;
  const issue = issueLink(incident);
  const parts = incident.state === 'closed' ? [closed(incident)]
    : incident.state === 'dismissed' ? [dismissed(incident)]
      : [`${mark(incident)} ${what(incident)}`, saidToBe(incident), status(subject)];
  return [...parts, ...(incident.state === 'dismissed' ? [] : [issue])].filter((p) => p !== null).join(' · ');
}

function mark(incident: Incident): string {
  if (incident.snooze !== null) return ':zzz:';
  if (incident.acknowledged !== null) return ':eyes:';
  switch (incident.kind) {
    case 'breakage': case 'flood': return ':red_circle:';
    case 'stale': return ':hourglass:';
    case 'configuration': return ':wrench:';
    default: return incident.kind satisfies never;
  }
}

/** What is wrong, where and since when. */
function what(incident: Incident): string {
  switch (incident.kind) {
    case 'breakage': return breakage(incident);
    case 'stale': return stale(incident);
    case 'flood': return flood(incident);
    case 'configuration': return gone(incident);
    default: return incident.kind satisfies never;
  }
}

/** `linux/s390x`, or every platform where it breaks everywhere. */
const where = (incident: Incident): string =>
  incident.scope === 'everywhere' ? platformList(platformsOf(incident)) : name(incident.platform);

function breakage(incident: Incident): string {
  const jobs = currentJobs(incident);
  const start = since(jobs, incident.kind);
  const from = start === null ? '' : ` since ${moment(start, incident.openedAt)}`;
  const again = incident.facts.some(brokeAgain) ? ' again' : '';
  const names = listed(labels(incident, jobs), 3);
  const well = labels(incident, incident.jobs.filter((j) => j.state === 'recovered' && !jobs.includes(j)));
  const rest = well.length === 0 ? '' : `; ${listed(well, 3)} green again`;
  if (jobs.length > 0 && jobs.every((j) => j.neverGreen)) {
    return `${where(incident)}: ${names} ${agree(jobs.length, 'has', 'have')} never passed, failing${from}${spread(incident)}${rest}`;
  }
  return `${where(incident)}: ${names} failing${again}${from}${spread(incident)}${rest}`;
}

/** Only here, here and there, or everywhere; nothing where nothing can be compared. */
function spread(incident: Incident): string {
  if (incident.scope === 'everywhere') return ', everywhere';
  const { platformsPassing, platformsFailing } = incident.surroundings;
  if (platformsFailing.length > 0) return `, also on ${platformList(platformsFailing, 3)}`;
  return platformsPassing.length > 0 ? ', only here' : '';
}

function stale(incident: Incident): string {
  const jobs = currentJobs(incident);
  const start = since(jobs, incident.kind);
  const names = listed(labels(incident, jobs), 3);
  const has = agree(labels(incident, jobs).length, 'has', 'have');
  const back = labels(incident, incident.jobs.filter((j) => j.state === 'recovered' && !jobs.includes(j)));
  const rest = back.length === 0 ? '' : `; ${listed(back, 3)} back`;
  const wide = incident.scope === 'everywhere' ? ', everywhere' : '';
  return `${where(incident)}: ${names} ${has} not reported${start === null ? ' so far' : ` since ${moment(start, incident.openedAt)}`}${wide}${rest}`;
}

function flood(incident: Incident): string {
  const open = incident.summarises.filter((s) => !s.over).length;
  const total = incident.summarises.length;
  const over = open === total ? '' : `, ${total - open} of them over`;
  return `${counted(total, 'new incident')} at once on ${placesOf(incident)}, told together${over}`;
}

/** The platform, or how many of them, that a flood is about. */
function placesOf(incident: Incident): string {
  const places = [...new Set(incident.summarises.map((s) => s.platform))];
  return places.length <= 3 ? platformList(places) : counted(places.length, 'platform');
}

function gone(incident: Incident): string {
  const jobs = currentJobs(incident);
  const names = jobs.map((j) => code(j.name, 60));
  const places = [...new Set(jobs.map((j) => j.platform))];
  return `${platformList(places, 3)}: ${listed(names, 3)} ${agree(names.length, 'is', 'are')} gone at the source, renamed or deleted`;
}

/** What a person said that it is; null where nobody did. */
function saidToBe({ classified }: Incident): string | null {
  if (classified === null) return null;
  return classified.as === 'flake' ? 'said to be a flake' : 'said to be infrastructure trouble';
}

/** Facts after which somebody new was asked, newest last. */
const ASKING: readonly Fact['kind'][] = ['opened', 'reopened', 'now-here', 'now-everywhere', 'reminded', 'escalated'];

/** Whose it is: who has it, or who was asked last; while it is snoozed, until when. */
function status(subject: Subject): string | null {
  const { incident } = subject;
  const has = incident.acknowledged === null ? null : `${person(incident, incident.acknowledged.by)} has it`;
  // Nobody is asked any more about what was said to be no breakage of the platform's.
  if (incident.snooze === null) return has ?? (incident.classified === null ? whoWasAsked(subject) : null);
  const { until, at, by } = incident.snooze;
  const whose = incident.acknowledged?.by === by ? '' : ` by ${person(incident, by)}`;
  return `${has === null ? '' : `${has}, `}snoozed until ${moment(until, at)}${whose}`;
}

function whoWasAsked({ incident, briefing }: Subject): string | null {
  const fact = incident.facts.findLast((f) => ASKING.includes(f.kind) && f.asks.length > 0);
  if (!fact) return null;
  const whom = asked(incident, fact.asks);
  if (fact.kind === 'escalated') return `nobody has it after ${span(fact.at - incident.openedAt)}, ${whom} asked`;
  if (fact.kind === 'reminded') return `${whom} reminded`;
  if (incident.kind === 'configuration') return `${whom} told, ${code(briefing.configFile)} has to follow`;
  if (incident.owners.length === 0 && incident.scope === 'here' && incident.kind !== 'flood') return `no owners declared, ${whom} told`;
  return `${whom} ${incident.scope === 'everywhere' ? 'told' : 'asked'}`;
}

/** `owners` where all of them are, else their names. */
function asked(incident: Incident, asks: readonly string[]): string {
  const owners = new Set(incident.owners.map((o) => o.toLowerCase()));
  return asks.every((a) => owners.has(a.toLowerCase())) ? 'owners' : persons(incident, asks);
}

/** What was closed by hand is spoken of once more where it outlives its silence. */
const onceMore = ({ stillFailingAt, openedAt }: Incident): string => stillFailingAt === null ? '' : `, but for one word if it is not by ${moment(stillFailingAt, openedAt)}`;

function dismissed(incident: Incident): string {
  const issue = issueLink(incident) ?? 'its issue';
  return `:no_bell: ${what(incident)}; ${doneBy(incident, 'dismissed')} closed ${issue}, so nothing more is said until it was green once${onceMore(incident)}`;
}

function closed(incident: Incident): string {
  const recovered = incident.jobs.filter((j) => j.state === 'recovered');
  const lasted = span((incident.closedAt ?? incident.openedAt) - (since(recovered.length > 0 ? recovered : incident.jobs, incident.kind) ?? incident.openedAt));
  const byHand = incident.closedBy === 'person' ? ` · ${doneBy(incident, 'dismissed')} had closed it before` : '';
  const names = listed(labels(incident, incident.jobs), 3);
  const are = agree(labels(incident, incident.jobs).length, 'is', 'are');
  if (incident.kind === 'flood') {
    return `:large_green_circle: All ${counted(incident.summarises.length, 'incident')} on ${placesOf(incident)} are over after ${lasted}${byHand}`;
  }
  if (incident.closedBy === 'moved') return `:white_circle: ${where(incident)}: closed here, ${names} ${are} followed ${whither(incident.jobs)}`;
  if (incident.closedBy === 'muted') return `:mute: ${where(incident)}: closed, ${names} ${are} muted${byHand}`;
  if (incident.closedBy === 'untracked' || (incident.closedBy === 'person' && recovered.length === 0)) {
    return `:white_circle: ${where(incident)}: closed, ${names} ${are} no longer tracked${byHand}`;
  }
  if (incident.kind === 'configuration') return `:large_green_circle: Configuration and source agree again about ${names} after ${lasted}${byHand}`;
  const well = incident.scope === 'everywhere' && recovered.length > 0 ? [...new Set(recovered.map((j) => j.platform))] : [incident.platform];
  if (incident.kind === 'stale') return `:large_green_circle: ${platformList(well)} ${agree(well.length, 'reports', 'report')} again after ${lasted}${goesOn(incident)}${byHand}`;
  const flake = recovered.length > 0 && recovered.every((j) => j.flake) ? ', a flake: it passed on the commit it had failed on' : '';
  const first = recovered.length > 0 && recovered.every((j) => j.neverGreen) ? 'green for the first time' : 'green again';
  return `:large_green_circle: ${platformList(well)} ${first} after ${lasted}${flake}${goesOn(incident)}${byHand}`;
}

/** The jobs that went elsewhere when the last of the others recovered, and those that are muted: nothing is said of how they do. */
function goesOn(incident: Incident): string {
  const on = incident.jobs.filter((j) => j.state === 'moved' && j.left === incident.closedAt);
  const muted = incident.jobs.filter((j) => j.state === 'muted');
  const silent = muted.length === 0 ? '' : `; ${listed(muted.map((j) => placed(incident, j)), 3)} ${agree(muted.length, 'was', 'were')} muted meanwhile`;
  return on.length === 0 ? silent : `; ${listed(on.map((j) => placed(incident, j)), 3)} ${agree(on.length, 'is', 'are')} followed ${whither(on)}${silent}`;
}
