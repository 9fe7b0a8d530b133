import { parseSlackEvent, type Asked, type SlackEvent } from '../../delivery/slack/index.ts';
import type { Place, Spoken } from '../../commands/verb.ts';
import type { Audience, PlannedAction } from '../../domain/action.ts';
import { actorName, type SlackMember } from '../../domain/person.ts';
import { says, type Text } from '../../domain/text.ts';
import type { HeldDelivery } from '../../store/store.ts';
import { commitBundle } from '../commit.ts';
import type { Runtime } from '../context.ts';
import { leaveWhereUnsure } from '../elsewhere.ts';
import type { Tracked } from '../tracked.ts';
import { answerTo, askedFrom, endedReply, isDueNow, isTired, textOf } from './answer.ts';
import { showHome } from './home.ts';
import { Lookups } from './lookups.ts';
import { chooseProject, endedProject, loginOf, projectsOfChannel } from './projects.ts';
import { askForPoll, countAnswers, TRIES } from './rounds.ts';
import { runLines } from './run.ts';
import { sceneOf } from './scene.ts';

type Said = Extract<SlackEvent, { kind: 'command' | 'button' }>;

/** The line that a command or a click stands for. */
export function lineOf(said: Said): string {
  if (said.kind === 'command') return `/arch ${said.text}`;
  // A reason may begin with the number of something else, so what it is about stands before it.
  const about = said.reason !== null && 'proposal' in said.about ? `${said.about.proposal} ` : '';
  const words = said.choice ?? said.reason ?? '';
  return `/arch ${said.verb} ${about}${words.replace(/\s+/g, ' ')}`.trim();
}

/** Handles what came in from Slack; the delivery's end is written with what it changes. */
export async function handleSlack(rt: Runtime, held: HeldDelivery): Promise<void> {
  const event = parseSlackEvent(held.payload);
  const token = { id: held.id, attempts: held.attempts };
  if (event.kind === 'home') {
    await commitBundle(rt, { actions: [await showHome(rt, event.member, sourceOf(held))], delivery: token });
    return rt.wake();
  }
  if (event.kind === 'other') return void await rt.store.commit({ at: rt.now(), delivery: token });
  const lookups = new Lookups(rt);
  for (let i = 0; i < TRIES; i++) if (await attempt(rt, held, event, lookups)) return;
  throw new Error('what the command is about kept changing while it was handled');
}

/** A delivery's id as a part of keys. */
const sourceOf = (held: HeldDelivery): string => `s${held.id.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 80)}`;

async function attempt(rt: Runtime, held: HeldDelivery, event: Said, lookups: Lookups): Promise<boolean> {
  const source = sourceOf(held);
  const line = lineOf(event);
  const audience: Audience = { surface: 'slack', channel: event.channel?.id ?? '', user: event.member.user, responseUrl: event.responseUrl };
  const ended = await endedProject(rt, placeOf(event));
  const understood = ended === null ? await contextOf(rt, event, { source, delivery: held.id }) : null;
  if (!understood) {
    const answer = answerTo(audience, ended === null ? [says('No project is tracked here yet, so there is nothing to say.')] : endedReply(ended), { source, project: ended ?? '', since: event.at });
    return await rt.store.commit({ at: rt.now(), record: rt.mode === 'dry', actions: [answer], delivery: { id: held.id, attempts: held.attempts } }) === 'committed';
  }
  const { tracked, spoken } = understood;
  const { project } = tracked;
  const { answers, bundle, recheck } = await runLines(await sceneOf(rt, tracked), [line], spoken, lookups);
  leaveWhereUnsure(rt, held, answers.some((a) => a.unsure));
  const told = event.kind === 'command' || answers.some((a) => a.ending !== 'done');
  const silent = !told || !isDueNow(answers) || await isTired(rt, actorName(spoken.actor), answers);
  const extra: PlannedAction[] = silent ? [] : [answerTo(audience, textOf(answers), { source, project: project.name, since: event.at, secret: (bundle.codes ?? []).length > 0 })];
  const actions = [...bundle.actions ?? [], ...extra].map((a) => addressed(a, audience));
  if (await commitBundle(rt, { ...bundle, proposals: askedFrom(audience, bundle.proposals), actions, delivery: { id: held.id, attempts: held.attempts } }) !== 'committed') return false;
  if (recheck) await askForPoll(rt, project.name);
  if (event.kind === 'button' && event.message === null) await rt.store.commit({ at: rt.now(), record: rt.mode === 'dry', actions: [await showHome(rt, event.member, source)] });
  rt.wake();
  countAnswers(rt, 'slack', answers);
  return true;
}

/** The project that it is about, and by whom and where it was said; null: no project is tracked. */
async function contextOf(rt: Runtime, event: Said, { source, delivery }: Pick<Spoken, 'source' | 'delivery'>): Promise<{ readonly tracked: Tracked; readonly spoken: Spoken } | null> {
  const place = placeOf(event);
  const saidBy = (login: string | null): Spoken => ({ actor: { surface: 'slack', login, slack: event.member }, place, at: event.at, source, delivery, url: null });
  const near = projectsOfChannel(rt, place.channel);
  const tracked = await chooseProject(rt, near.length > 0 ? near : [...rt.projects.values()], lineOf(event), saidBy(null));
  if (!tracked) return null;
  const platform = tracked.project.platforms.find((p) => p.slack !== null && isChannel(p.slack, place))?.id ?? null;
  return { tracked, spoken: { ...saidBy(await loginOf(rt, tracked, event.member)), place: { ...place, platform } } };
}

/** All lookups for a click that may open a dialog have this long (ms). */
const FORESTALL_TIME = 700;

/**
 * What a click that asks for a reason is answered where it would come to nothing, whatever the reason: its speaker may not,
 * or it is decided. Null: it may come to something, or that could not be looked up. Nothing is written.
 */
export async function forestalled(rt: Runtime, { verb, about, place }: Asked, member: SlackMember, at: number): Promise<Text | null> {
  const event: Said = { kind: 'button', verb, about, choice: null, reason: 'a reason', member, ...place, at };
  const ended = await endedProject(rt, placeOf(event));
  if (ended !== null) return endedReply(ended);
  const understood = await contextOf(rt, event, { source: 'dialog', delivery: 'dialog' });
  if (!understood) return null;
  const { answers } = await runLines(await sceneOf(rt, understood.tracked), [lineOf(event)], understood.spoken, new Lookups(rt, FORESTALL_TIME));
  return answers.some((a) => a.ending === 'done' || a.unsure) ? null : textOf(answers);
}

/** A pull request's opening is told to whoever asked, by the address that Slack gave for the answer. */
const addressed = (planned: PlannedAction, audience: Audience): PlannedAction =>
  planned.action.kind === 'ensure-pull-request' ? { ...planned, action: { ...planned.action, tell: audience } } : planned;

const isChannel = (configured: string, { channel }: Place): boolean =>
  channel !== null && [channel.id, `#${channel.name ?? ''}`].some((n) => n.toLowerCase() === configured.toLowerCase());

function placeOf(event: Said): Place {
  const about = event.kind === 'button' ? event.about : null;
  return {
    surface: 'slack', issue: null, channel: event.channel, platform: null,
    incident: about !== null && 'incident' in about ? about.incident : null,
    proposal: about !== null && 'proposal' in about ? about.proposal : null,
    edition: about !== null && 'proposal' in about ? about.edition : null,
  };
}
