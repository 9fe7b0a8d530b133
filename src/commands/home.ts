import type { Button, Card } from '../domain/action.ts';
import { standingJobs, type Incident } from '../domain/incident.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Proposal } from '../domain/proposal.ts';
import { bullets, coded, says, type Spans } from '../domain/text.ts';
import { counted, listed, moment } from '../domain/time.ts';
import { sameLogin } from '../policy/acts.ts';
import { proposalCard } from '../policy/proposal-words.ts';
import { isRecused, tally } from '../policy/tally.ts';
import { releaseSignal } from '../policy/world.ts';
import { openConflicts } from './conflict-verbs.ts';
import type { Scene } from './verb.ts';
import { conflictSpans } from './views/conflict.ts';
import { beganAt, hands, isSnoozed, issueOf, joined, quietsOf, quietSpans, tally as healths, waits } from './views/wording.ts';

/** What one project means to a member. */
export interface HomePart {
  readonly scene: Scene;
  /** Null: they are not linked. */
  readonly login: string | null;
  readonly owns: readonly PlatformId[];
  /** Open proposals whose deciders they are among. */
  readonly decides: readonly string[];
  /** They are of the release-signal team, which is asked where owners are not: everywhere, without any, without an answer. */
  readonly signal: boolean;
  /** Not everything that they own or decide could be looked up. */
  readonly partly: boolean;
}

/** Cards that one page holds at most: Slack shows no more than a hundred blocks. */
const MOST = 30;

/** A member's App Home: what waits for their decision, what is open on their platforms, and how those are. */
export function homeCards(parts: readonly HomePart[]): Card[] {
  const decisions = parts.flatMap((part) => part.scene.proposals.filter((p) => p.state === 'open').map((p) => ({ card: decisionCard(p, part), waits: mayApprove(p, part) })))
    .filter(({ card }) => card.buttons.length > 0).toSorted((a, b) => Number(b.waits) - Number(a.waits));
  const inTheWay = parts.flatMap((part) => conflicts(part, parts.length > 1));
  const open = parts.flatMap((part) => breakages(part, parts.length > 1));
  const signal = parts.flatMap((part) => forSignal(part, parts.length > 1));
  const cards = [...head(parts, { waiting: decisions.filter((d) => d.waits).length, inTheWay: inTheWay.length, open: open.length, signal: signal.length }), ...decisions.map((d) => d.card), ...inTheWay, ...open, ...signal];
  const rest: Card[] = cards.length > MOST ? [{ text: [says(`And ${cards.length - MOST} more: `, coded('/arch status'), ' shows them.')], buttons: [] }] : [];
  return [...cards.slice(0, MOST), ...rest, ...parts.flatMap(platforms)];
}

function head(parts: readonly HomePart[], { waiting, inTheWay, open, signal }: { readonly waiting: number; readonly inTheWay: number; readonly open: number; readonly signal: number }): Card[] {
  const login = parts.find((p) => p.login !== null)?.login ?? null;
  if (login === null) {
    return [{ text: [says({ bold: 'You are not linked to a GitHub account yet' }, ', so you can read here and not decide. Type ', coded('/arch link'), ' anywhere in Slack, and write the code that it gives you as a comment on GitHub; that is needed once. Until then: ', coded('/arch status'), ', ', coded('/arch explain'), '.')], buttons: [] }];
  }
  const partly = parts.some((p) => p.partly);
  const owns = parts.flatMap((p) => p.owns);
  const what = owns.length > 0 ? `You own ${listed(owns, 6)}.` : partly ? '' : 'You own no platform that is tracked here.';
  const asked = [
    ...waiting > 0 ? [`${counted(waiting, 'decision')} ${waiting === 1 ? 'waits' : 'wait'} for you`] : [],
    ...inTheWay > 0 ? [`${counted(inTheWay, 'conflict')} with a release blocker ${inTheWay === 1 ? 'goes' : 'go'} on`] : [],
    ...open > 0 ? [`${counted(open, 'incident')} ${open === 1 ? 'is' : 'are'} open on your platforms`] : [],
    ...signal > 0 ? [`${counted(signal, 'incident')} ${signal === 1 ? 'waits' : 'wait'} for the release-signal team`] : [],
  ].join('; ');
  const rest = partly ? 'Some of what you own or decide could not be looked up on GitHub just now, so it may be missing here: open this page again in a minute.' : '';
  const sentences = [what, asked !== '' ? `${asked}.` : partly ? '' : 'Nothing waits for you.', rest].filter((s) => s !== '');
  return [{ text: [says('You are ', coded(login), ` on GitHub. ${sentences.join(' ')}`)], buttons: [] }];
}

/** Their yes is asked for, and would count. */
const mayApprove = (p: Proposal, { scene, login, decides }: HomePart): boolean =>
  login !== null && decides.includes(p.id) && !isRecused(p, login) && !tally(p, scene.now).approvals.some((a) => sameLogin(a, login));

/** A proposal with what this member can do about it; without any button where that is nothing. */
function decisionCard(p: Proposal, part: HomePart): Card {
  const { scene, login, owns, decides } = part;
  const { text, buttons } = proposalCard(p);
  if (login === null) return { text, buttons: [] };
  const proposer = sameLogin(p.proposer.by, login);
  const may: Partial<Record<Button['verb'], boolean>> = {
    approve: mayApprove(p, part), reject: decides.includes(p.id) && !proposer,
    object: owns.includes(p.matter.platform) && !tally(p, scene.now).objections.some((o) => sameLogin(o.by, login)),
  };
  const back: Button = { verb: 'withdraw', label: 'Take it back', style: null, about: { proposal: p.id, edition: p.edition } };
  return { text, buttons: [...buttons.filter((b) => may[b.verb] === true), ...proposer ? [back] : []] };
}

/** What their platforms stand in the way of, and what is off: with what can be said of it. */
const conflicts = ({ scene, owns, signal }: HomePart, named: boolean): Card[] => openConflicts(scene).filter((c) => owns.includes(c.platform) || (signal && c.owners.length === 0))
  .map((c) => ({ text: [says(...named ? [scene.project.name, ': '] : [], { bold: c.platform }, ' is ', ...conflictSpans(c, scene), '.', ...c.stage === 'fixing' ? [' Say how far you are: ', coded(`/arch attempt ${c.platform} <text or link>`), '; no way to fix it: ', coded(`/arch give-up ${c.platform} <reason>`), '.'] : [])], buttons: [] }));

/** `named`: with the project's name, as there are several. */
const breakages = ({ scene, owns }: HomePart, named: boolean): Card[] => scene.incidents.filter((i) => i.state === 'open' && concerns(i, owns)).map((i) => cardOf(i, scene, named));

/** What the release-signal team was asked about and nobody has taken: its owners, where it has any, have not answered. */
const forSignal = ({ scene, owns, signal }: HomePart, named: boolean): Card[] =>
  signal ? askedOfSignal(scene).filter((i) => !concerns(i, owns)).map((i) => cardOf(i, scene, named)) : [];

function askedOfSignal(scene: Scene): readonly Incident[] {
  const team = new Set(releaseSignal(scene.project).map((h) => h.toLowerCase()));
  return scene.incidents.filter((i) => waits(i, scene) && i.facts.some((f) => f.asks.some((h) => team.has(h.toLowerCase()))));
}

/** Whether anything waits for the release-signal team, so that it matters who is of it. */
export const needsSignal = (scene: Scene): boolean => askedOfSignal(scene).length > 0 || openConflicts(scene).some((c) => c.owners.length === 0);

const cardOf = (i: Incident, scene: Scene, named: boolean): Card => ({ text: [says(...named ? [scene.project.name, ': '] : [], ...lineOf(i, scene))], buttons: buttonsOf(i, scene.now) });

const concerns = (incident: Incident, owns: readonly PlatformId[]): boolean =>
  owns.includes(incident.platform) || standingJobs(incident).some((j) => owns.includes(j.platform));

function lineOf(incident: Incident, scene: Scene): Spans {
  const jobs = standingJobs(incident).map((j) => j.name);
  return [
    { bold: incident.platform }, `: ${listed(jobs, 4)} ${incident.kind === 'stale' ? 'not reporting' : 'failing'} since ${moment(beganAt(incident), scene.now)} · `,
    ...hands(incident, scene.now), ' · ', issueOf(incident, scene),
  ];
}

/** As below the incident's message. */
function buttonsOf(incident: Incident, now: number): Card['buttons'] {
  const about = { incident: incident.id };
  if (isSnoozed(incident, now)) return [{ verb: 'unsnooze', label: 'Wake it', style: null, about }];
  const first: Button = incident.acknowledged === null ? { verb: 'ack', label: 'I have it', style: 'primary', about } : { verb: 'unack', label: 'Give it back', style: null, about };
  return [first, { verb: 'snooze', label: 'Snooze…', style: null, about }];
}

/** How the member's platforms are, in a line each. */
function platforms({ scene, owns }: HomePart): Card[] {
  if (owns.length === 0) return [];
  const lines = owns.map((id): Spans => {
    const jobs = scene.jobs.filter((j) => j.job.platform === id);
    const quiet = quietsOf(scene, id).map((q) => quietSpans(q, scene.now));
    return [{ bold: id }, ': ', jobs.length === 0 ? 'no job of it is tracked' : `of ${counted(jobs.length, 'job')}, ${healths(jobs.map((j) => j.health))}`, ...quiet.length === 0 ? [] : ['; ', ...joined(quiet, '; ')]];
  });
  return [{ text: [says({ bold: `Your platforms in ${scene.project.name}` }), bullets(...lines)], buttons: [] }];
}
