import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Button } from '../../domain/action.ts';
import type { SlackMember } from '../../domain/person.ts';
import { ASKING, isAbout, readElement, VERBS } from './buttons.ts';
import { readSubmission, type Asked } from './dialog.ts';
import { buttonTarget, slackId, slackTeam, type ClickPlace, type SaidIn, type SlackEvent } from './event.ts';
import { typed } from './typed.ts';
import type { Ear } from './whisper.ts';

/** Something that came in from Slack, as the inbox stores it: only the fields that are used. */
export interface SlackDelivery {
  /** The same for a repetition. */
  readonly id: string;
  readonly surface: 'slack';
  /** `command`, `block_actions`, `view_submission`, `event.app_home_opened` … */
  readonly event: string;
  readonly payload: SlackEvent;
}

/** What a verified request is. */
export type Incoming =
  | { readonly kind: 'delivery'; readonly delivery: SlackDelivery }
  /** A click that needs a reason first: nothing is decided yet. */
  | { readonly kind: 'dialog'; readonly asked: Asked; readonly trigger: string; readonly member: SlackMember; readonly at: number }
  /** A dialog that was sent without a reason, or that says no more what it is about: it stays open and shows why. */
  | { readonly kind: 'unsaid'; readonly why: 'reason' | 'lost' }
  /** A click on a button of ours that does not say what it is about. */
  | { readonly kind: 'lost'; readonly what: string; readonly ear: Ear }
  /** Nothing is done about it. `odd`: it looks like something for us, and cannot be read. */
  | { readonly kind: 'nothing'; readonly what: string; readonly odd: boolean };

const text = z.string().max(2_000);
const id = slackId;
const teamId = slackId.nullish().catch(null);
const user = z.object({ id, team_id: teamId });

const EventBody = z.object({
  event_id: z.string().min(1).max(200), team_id: teamId,
  event: z.object({ type: z.string(), user: id.nullish().catch(null), tab: z.string().nullish().catch(null), event_ts: z.string().nullish().catch(null) }),
});
const CommandBody = z.object({
  command: z.string(), text: z.string().nullish().transform((t) => t ?? ''), user_id: id, team_id: teamId, channel_id: id, channel_name: z.string().nullish(),
  response_url: z.string().nullish(), trigger_id: z.string().nullish(),
});
const ActionsBody = z.object({
  type: z.literal('block_actions'), user, team: slackTeam, channel: z.object({ id, name: z.string().nullish() }).nullish(), message: z.object({ ts: text }).nullish(),
  container: z.object({ message_ts: text.nullish() }).nullish(), response_url: z.string().nullish(), trigger_id: z.string().nullish(),
  actions: z.array(z.object({ action_id: text, action_ts: text.nullish(), block_id: text.nullish(), value: text.nullish(), selected_option: z.object({ value: text.nullish() }).nullish() })).min(1),
});

/** Events that are kept though nothing follows from them: the App was taken away. */
const KEPT = new Set(['app_uninstalled', 'tokens_revoked']);
/** Whether a delivery says that the App, or its token, was taken away. */
export const tellsOfEnd = ({ event }: Pick<SlackDelivery, 'event'>): boolean => KEPT.has(event.replace(/^event\./, ''));
/** What Slack calls a channel whose name it does not tell. */
const NAMELESS = new Set(['privategroup', 'directmessage']);
/** A click's own time counts while it is this near to the time of the signature (ms): Slack sends clicks at once. */
const NEAR = 600_000;

/** What a verified request says. `at`: when Slack signed it, epoch milliseconds. Never throws, whatever the body. */
export function readIncoming(body: unknown, at: number): Incoming {
  if (!isObject(body)) return { kind: 'nothing', what: typeof body, odd: true };
  if ('event_id' in body) return readEvent(body, at);
  if ('command' in body) return readCommand(body, at);
  if (body['type'] === 'block_actions') return readClick(body, at);
  if (body['type'] === 'view_submission') return submitted(body, at);
  return { kind: 'nothing', what: typeof body['type'] === 'string' ? body['type'].slice(0, 60) : 'a request without a type', odd: false };
}

const isObject = (body: unknown): body is Record<string, unknown> => typeof body === 'object' && body !== null && !Array.isArray(body);

const unreadable = (what: string): Incoming => ({ kind: 'nothing', what, odd: true });
const delivered = (key: string, event: string, payload: SlackEvent): Incoming => ({ kind: 'delivery', delivery: { id: `slack:${key}`, surface: 'slack', event, payload } });
const hashed = (parts: unknown): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);

function readEvent(body: unknown, at: number): Incoming {
  const read = EventBody.safeParse(body);
  if (!read.success) return unreadable('an event');
  const { event_id, team_id, event } = read.data;
  const name = `event.${event.type}`;
  if (KEPT.has(event.type)) return delivered(event_id, name, { kind: 'other' });
  if (event.type !== 'app_home_opened' || event.tab !== 'home') return { kind: 'nothing', what: name.slice(0, 60), odd: false };
  if (!event.user) return unreadable(name);
  return delivered(event_id, name, { kind: 'home', member: { team: team_id ?? '', user: event.user }, at: timeOf(event.event_ts, at) });
}

function readCommand(body: Record<string, unknown>, at: number): Incoming {
  const read = CommandBody.safeParse(body);
  if (!read.success) return unreadable('a slash command');
  const said = read.data;
  if (said.command !== '/arch') return { kind: 'nothing', what: `the command ${said.command.slice(0, 40)}`, odd: false };
  // A trigger names the invocation; what else differs between two is in the whole body.
  const key = hashed(said.trigger_id ? ['command', said.trigger_id, said.user_id, said.channel_id, said.text] : ['command', body]);
  return delivered(key, 'command', {
    kind: 'command', text: typed(said.text), member: { team: said.team_id ?? '', user: said.user_id },
    channel: saidIn(said.channel_id, said.channel_name), responseUrl: addressOf(said.response_url), at,
  });
}

function readClick(body: unknown, at: number): Incoming {
  const read = ActionsBody.safeParse(body);
  if (!read.success) return unreadable('a click');
  const click = read.data;
  const action = click.actions.find((a) => a.action_id.startsWith('arch:'));
  if (!action) return { kind: 'nothing', what: 'a click on no button of ours', odd: false };
  const said = readElement({ action_id: action.action_id, value: action.value ?? undefined, chosen: action.selected_option?.value ?? undefined });
  const verb = VERBS.find((v) => v === said?.verb);
  const about = buttonTarget.safeParse(said?.about);
  const member = memberOf(click.user, click.team);
  const ts = click.container?.message_ts ?? click.message?.ts ?? null;
  const place: ClickPlace = {
    channel: click.channel ? saidIn(click.channel.id, click.channel.name) : null,
    message: click.channel && ts !== null ? { channel: click.channel.id, ts } : null, responseUrl: addressOf(click.response_url),
  };
  if (!said || !verb || !about.success || !isAbout(verb, about.data)) return { kind: 'lost', what: `a click on ${action.action_id.slice(0, 60)}`, ear: { channel: place.channel?.id ?? '', user: member.user, responseUrl: place.responseUrl } };
  const asking: readonly Button['verb'][] = ASKING;
  if (asking.includes(verb)) return { kind: 'dialog', asked: { verb, about: about.data, place }, trigger: click.trigger_id ?? '', member, at: timeOf(action.action_ts, at) };
  const key = hashed(['click', member, place.message, action.action_id, action.block_id, action.value, action.selected_option?.value, action.action_ts ?? click.trigger_id ?? at]);
  return delivered(key, 'block_actions', { kind: 'button', verb, choice: said.choice, reason: null, about: about.data, member, ...place, at: timeOf(action.action_ts, at) });
}

function submitted(body: unknown, at: number): Incoming {
  const read = readSubmission(body);
  if (read.kind === 'foreign') return { kind: 'nothing', what: 'a dialog that is not ours', odd: false };
  if (read.kind !== 'sent') return { kind: 'unsaid', why: read.kind === 'unsaid' ? 'reason' : 'lost' };
  const { view, values, user: by, team: of, asked: { verb, about, place }, reason } = read;
  const member = memberOf(by, of);
  return delivered(hashed(['dialog', view, member, values]), 'view_submission', { kind: 'button', verb, choice: null, reason, about, member, ...place, at });
}

/**
 * The member's own workspace counts, where a channel is shared by several. Of the people of an Enterprise Grid, clicks and dialogs name that in
 * its place (docs.slack.dev, block_actions payload), and commands do not: then the workspace of theirs counts that the click came from.
 */
function memberOf(who: z.infer<typeof user>, of: z.infer<typeof slackTeam>): SlackMember {
  const own = who.team_id && who.team_id === of?.enterprise_id ? of.id : who.team_id;
  return { team: own || of?.id || '', user: who.id };
}

const saidIn = (channel: string, name: string | null | undefined): SaidIn => ({ id: channel, name: !name || NAMELESS.has(name) ? null : name.slice(0, 100) });

const addressOf = (url: string | null | undefined): string | null => url && url.length <= 2_000 && URL.canParse(url) ? url : null;

/** Slack's seconds with a fraction as milliseconds; the signature's time where it is none, or far from it. */
function timeOf(ts: string | null | undefined, at: number): number {
  const ms = Math.round(Number(ts) * 1000);
  return Number.isFinite(ms) && Math.abs(ms - at) <= NEAR ? ms : at;
}
