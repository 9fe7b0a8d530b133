import { failed, isResult, seen, shapeChannel, shapeMessage, shapeUser, textOf, type Method, type Result } from './methods.ts';
import type { Json, View } from './state.ts';
import { wrongView } from './validate.ts';

const yes = (value: unknown): boolean => value === true || value === 'true' || value === '1' || value === 1;

/** One page of a list, with Slack's cursor. */
function pagedBy<T>(args: Json, key: string, all: readonly T[], shape: (item: T) => unknown): Result {
  const limit = Math.min(1_000, Number(textOf(args['limit']) ?? 100) || 100);
  const from = Number(Buffer.from(textOf(args['cursor']) ?? '', 'base64').toString().replace('at:', '')) || 0;
  const next = from + limit < all.length ? Buffer.from(`at:${from + limit}`).toString('base64') : '';
  return { ok: true, [key]: all.slice(from, from + limit).map(shape), has_more: next !== '', response_metadata: { next_cursor: next } };
}

const list: Method = (args, { state }) => {
  const types = (textOf(args['types']) ?? 'public_channel').split(',');
  const wanted = [...state.channels.values()].filter((c) => !c.im && (c.private ? types.includes('private_channel') && c.botIsMember : types.includes('public_channel')) && !(yes(args['exclude_archived']) && c.archived));
  return pagedBy(args, 'channels', wanted, shapeChannel);
};

const info: Method = (args, api) => {
  const channel = seen(api, args['channel']);
  return isResult(channel) ? channel : { ok: true, channel: shapeChannel(channel) };
};

const history: Method = (args, api) => {
  const channel = seen(api, args['channel']);
  if (isResult(channel)) return channel;
  if (!channel.botIsMember) return failed('not_in_channel');
  const oldest = Number(textOf(args['oldest']) ?? 0);
  const latest = Number(textOf(args['latest']) ?? Infinity);
  const inside = (ts: number): boolean => (yes(args['inclusive']) ? ts >= oldest && ts <= latest : ts > oldest && ts < latest);
  const wanted = channel.messages.filter((m) => m.threadTs === null && m.ephemeralFor === null && inside(Number(m.ts))).reverse();
  return pagedBy(args, 'messages', wanted, (m) => shapeMessage(m, api.state, yes(args['include_all_metadata'])));
};

const replies: Method = (args, api) => {
  const channel = seen(api, args['channel']);
  if (isResult(channel)) return channel;
  if (!channel.botIsMember) return failed('not_in_channel');
  const ts = textOf(args['ts']);
  const asked = channel.messages.find((m) => m.ts === ts);
  const thread = channel.messages.filter((m) => m.ts === (asked?.threadTs ?? ts) || (m.threadTs === (asked?.threadTs ?? ts) && m.ephemeralFor === null));
  if (thread.length === 0) return failed('thread_not_found');
  return pagedBy(args, 'messages', thread, (m) => shapeMessage(m, api.state, yes(args['include_all_metadata'])));
};

const join: Method = (args, api) => {
  const channel = seen(api, args['channel']);
  if (isResult(channel)) return channel;
  if (channel.archived) return failed('is_archived');
  if (channel.private) return failed('method_not_supported_for_channel_type');
  channel.botIsMember = true;
  return { ok: true, channel: shapeChannel(channel) };
};

const openDirect: Method = (args, { state }) => {
  const user = state.users.get((textOf(args['users']) ?? '').split(',')[0] ?? '');
  if (!user) return failed('user_not_found');
  return { ok: true, channel: shapeChannel(state.channel(`dm-${user.name}`, { im: true })) };
};

const userInfo: Method = (args, { state }) => {
  const user = state.users.get(textOf(args['user']) ?? '');
  return user ? { ok: true, user: shapeUser(user, state.teamId) } : failed('user_not_found');
};

const lookupByEmail: Method = (args, { state }) => {
  const user = [...state.users.values()].find((u) => u.email !== null && u.email.toLowerCase() === textOf(args['email'])?.toLowerCase());
  return user ? { ok: true, user: shapeUser(user, state.teamId) } : failed('users_not_found');
};

/** A view that Slack would not show, as it says so. */
function refusedView(view: unknown, kind: View['kind']): Result | null {
  const wrong = wrongView(view, kind);
  return wrong.length > 0 ? failed('invalid_arguments', { response_metadata: { messages: wrong.map((w) => `[ERROR] ${w}`) } }) : null;
}

const shapeView = (view: View): Json => ({ ...view.view, id: view.id, team_id: 'T0STANDIN', app_id: 'A0ARCHSIG' });

const viewOpen: Method = (args, { state }) => {
  const wrong = refusedView(args['view'], 'modal');
  if (wrong) return wrong;
  const id = textOf(args['trigger_id']) ?? '';
  const trigger = state.triggers.get(id);
  if (!trigger) return failed('invalid_trigger_id');
  state.triggers.delete(id);
  if (trigger.until < Date.now()) return failed('expired_trigger_id');
  const view: View = { id: state.id('V'), user: trigger.user, kind: 'modal', view: args['view'] as Json };
  state.views.push(view);
  return { ok: true, view: shapeView(view) };
};

const viewUpdate: Method = (args, { state }) => {
  const view = state.views.find((v) => v.id === textOf(args['view_id']));
  if (!view) return failed('not_found');
  const wrong = refusedView(args['view'], view.kind);
  if (wrong) return wrong;
  view.view = args['view'] as Json;
  return { ok: true, view: shapeView(view) };
};

const viewPublish: Method = (args, { state }) => {
  const user = textOf(args['user_id']) ?? '';
  if (!state.users.has(user)) return failed('user_not_found');
  const wrong = refusedView(args['view'], 'home');
  if (wrong) return wrong;
  let view = state.views.find((v) => v.kind === 'home' && v.user === user);
  if (!view) state.views.push(view = { id: state.id('V'), user, kind: 'home', view: {} });
  view.view = args['view'] as Json;
  return { ok: true, view: shapeView(view) };
};

export const REST: Readonly<Record<string, Method>> = {
  'api.test': () => ({ ok: true, args: {} }),
  'auth.test': (_args, { state, site }) => ({ ok: true, url: `${site}/`, team: 'Stand-in', user: state.bot.name, team_id: state.teamId, user_id: state.bot.id, bot_id: 'B0ARCHSIG', is_enterprise_install: false }),
  'apps.connections.open': () => failed('not_allowed_token_type'),
  'conversations.list': list, 'conversations.info': info, 'conversations.history': history, 'conversations.replies': replies,
  'conversations.join': join, 'conversations.open': openDirect, 'users.info': userInfo, 'users.lookupByEmail': lookupByEmail,
  'users.list': (args, { state }) => pagedBy(args, 'members', [...state.users.values()], (u) => shapeUser(u, state.teamId)),
  'views.open': viewOpen, 'views.update': viewUpdate, 'views.publish': viewPublish,
};
