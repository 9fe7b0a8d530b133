import type { Channel, Json, Message, SlackState, SlackUser } from './state.ts';

/** The answer of a Web API method. */
export type Result = { readonly ok: true } & Json | { readonly ok: false; readonly error: string } & Json;

/** A method of the Web API: arguments as sent, nested JSON already read. */
export type Method = (args: Json, api: Api) => Result;

export interface Api {
  readonly state: SlackState;
  /** Where the pages are. */
  readonly site: string;
  /** The bot may post to public channels that it is not in (`chat:write.public`). */
  readonly settings: { publicPosting: boolean };
}

export const failed = (error: string, more: Json = {}): Result => ({ ok: false, error, ...more });

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined);

/** A message in Slack's JSON. Metadata is told only where it is asked for. */
export function shapeMessage(message: Message, state: SlackState, metadata = false): Json {
  const replies = message.channel.messages.filter((m) => m.threadTs === message.ts);
  return {
    type: 'message', user: message.user.id, ts: message.ts, text: message.text, team: state.teamId,
    ...(message.user.isBot && { bot_id: 'B0ARCHSIG', app_id: 'A0ARCHSIG', bot_profile: { id: 'B0ARCHSIG', name: message.user.name } }),
    ...(message.blocks !== null && { blocks: message.blocks }),
    ...(metadata && message.metadata !== null && { metadata: message.metadata }),
    ...(message.edited !== null && { edited: { user: message.user.id, ts: message.edited.ts } }),
    ...(message.threadTs !== null && { thread_ts: message.threadTs, parent_user_id: message.channel.messages.find((m) => m.ts === message.threadTs)?.user.id }),
    ...(replies.length > 0 && { thread_ts: message.ts, reply_count: replies.length, reply_users_count: new Set(replies.map((r) => r.user.id)).size, latest_reply: replies.at(-1)?.ts }),
    ...(message.reactions.length > 0 && { reactions: message.reactions.map((r) => ({ name: r.name, users: r.users, count: r.users.length })) }),
  };
}

export function shapeChannel(channel: Channel): Json {
  return {
    id: channel.id, name: channel.name, name_normalized: channel.name, is_channel: !channel.im, is_group: false, is_im: channel.im, is_mpim: false,
    is_private: channel.private, is_archived: channel.archived, is_member: channel.botIsMember, is_general: false, created: 1_700_000_000, num_members: 3,
    topic: { value: '' }, purpose: { value: '' },
  };
}

export function shapeUser(user: SlackUser, teamId: string): Json {
  return {
    id: user.id, team_id: teamId, name: user.name, real_name: user.realName, deleted: user.deleted, is_bot: user.isBot,
    profile: { real_name: user.realName, display_name: user.name, ...(user.email !== null && { email: user.email }) },
  };
}

/** The channel that an argument names, as far as the bot can see it. By name only where the method takes one. */
export function seen(api: Api, value: unknown, byName = false): Channel | Result {
  const wanted = textOf(value);
  if (wanted === undefined || wanted === '') return failed('channel_not_found');
  const channel = byName ? api.state.find(wanted) ?? direct(api, wanted) : api.state.channels.get(wanted);
  if (!channel || (channel.private && !channel.botIsMember)) return failed('channel_not_found');
  return channel;
}

/** Posting to a user id opens a conversation with them. */
function direct(api: Api, id: string): Channel | undefined {
  const user = api.state.users.get(id);
  return user ? api.state.channel(`dm-${user.name}`, { im: true }) : undefined;
}

export const isResult = (value: Channel | Message | Result): value is Result => 'ok' in value;
