import { failed, isResult, seen, shapeMessage, textOf, type Api, type Method, type Result } from './methods.ts';
import type { Channel, Json, Message } from './state.ts';
import { wrongBlocks } from './validate.ts';

/** Slack cuts a message's text here, and refuses an edit to more than that. */
const MAX_POST = 40_000;
const MAX_UPDATE = 4_000;

interface Content { readonly text: string | undefined; readonly blocks: Json[] | undefined; readonly metadata: Json | null | undefined }

/** What a message is to say, or why it cannot be said. */
function content(args: Json): Content | Result {
  const text = textOf(args['text']);
  const { blocks, metadata } = args;
  if (blocks !== undefined) {
    const wrong = wrongBlocks(blocks);
    if (wrong.length > 0) return failed('invalid_blocks', { errors: wrong, response_metadata: { messages: wrong.map((w) => `[ERROR] ${w}`) } });
  }
  if (metadata !== undefined && metadata !== '') {
    const m = metadata as Json;
    if (typeof m !== 'object' || (Object.keys(m).length > 0 && (typeof m['event_type'] !== 'string' || typeof m['event_payload'] !== 'object'))) return failed('invalid_metadata_format');
  }
  return { text, blocks: blocks as Json[] | undefined, metadata: metadata as Json | undefined };
}

function postable(args: Json, api: Api): Channel | Result {
  const channel = seen(api, args['channel'], true);
  if (isResult(channel)) return channel;
  if (channel.archived) return failed('is_archived');
  if (!channel.botIsMember && !api.settings.publicPosting) return failed('not_in_channel');
  return channel;
}

const hasNothing = (c: Content): boolean => (c.text === undefined || c.text === '') && (c.blocks === undefined || c.blocks.length === 0);

const postMessage: Method = (args, api) => {
  const channel = postable(args, api);
  if (isResult(channel)) return channel;
  const said = content(args);
  if ('ok' in said) return said;
  if (hasNothing(said)) return failed('no_text');
  const message = api.state.post(channel, api.state.bot, {
    text: (said.text ?? '').slice(0, MAX_POST), blocks: said.blocks ?? null, metadata: said.metadata ?? null, threadTs: threadOf(channel, textOf(args['thread_ts'])),
  });
  return { ok: true, channel: channel.id, ts: message.ts, message: shapeMessage(message, api.state) };
};

/** A reply to a reply lands in the thread of its parent. */
function threadOf(channel: Channel, ts: string | undefined): string | null {
  if (ts === undefined || ts === '') return null;
  return channel.messages.find((m) => m.ts === ts)?.threadTs ?? ts;
}

const postEphemeral: Method = (args, api) => {
  const channel = postable(args, api);
  if (isResult(channel)) return channel;
  const said = content(args);
  if ('ok' in said) return said;
  if (hasNothing(said)) return failed('no_text');
  const user = textOf(args['user']) ?? '';
  if (!api.state.users.has(user)) return failed('user_not_in_channel');
  const message = api.state.post(channel, api.state.bot, { text: said.text ?? '', blocks: said.blocks ?? null, ephemeralFor: user });
  return { ok: true, message_ts: message.ts };
};

function own(args: Json, api: Api, refusal: string): Message | Result {
  const channel = seen(api, args['channel']);
  if (isResult(channel)) return channel;
  const message = channel.messages.find((m) => m.ts === textOf(args['ts']) && m.ephemeralFor === null);
  if (!message) return failed('message_not_found');
  if (channel.archived) return failed('is_archived');
  return message.user === api.state.bot ? message : failed(refusal);
}

/** Blocks stay where only blocks could have said something and nothing was sent; a new text without blocks takes them away. */
const update: Method = (args, api) => {
  const message = own(args, api, 'cant_update_message');
  if (isResult(message)) return message;
  const said = content(args);
  if ('ok' in said) return said;
  if (said.text !== undefined && said.text.length > MAX_UPDATE) return failed('msg_too_long');
  if (said.text === undefined && said.blocks === undefined && said.metadata === undefined) return failed('no_text');
  const blocks = said.blocks !== undefined ? (said.blocks.length > 0 ? said.blocks : null) : said.text !== undefined ? null : undefined;
  api.state.edit(message, { text: said.text, blocks, metadata: said.metadata });
  return { ok: true, channel: message.channel.id, ts: message.ts, text: message.text, message: shapeMessage(message, api.state) };
};

const remove: Method = (args, api) => {
  const message = own(args, api, 'cant_delete_message');
  if (isResult(message)) return message;
  message.channel.messages.splice(message.channel.messages.indexOf(message), 1);
  return { ok: true, channel: message.channel.id, ts: message.ts };
};

const getPermalink: Method = (args, api) => {
  const channel = seen(api, args['channel']);
  if (isResult(channel)) return channel;
  const message = channel.messages.find((m) => m.ts === textOf(args['message_ts']));
  if (!message) return failed('message_not_found');
  return { ok: true, channel: channel.id, permalink: permalink(api.site, message) };
};

/** A message's page. */
export const permalink = (site: string, message: Message): string =>
  `${site}/archives/${message.channel.id}/p${message.ts.replace('.', '')}${message.threadTs === null ? '' : `?thread_ts=${message.threadTs}&cid=${message.channel.id}`}`;

const addReaction: Method = (args, api) => {
  const channel = seen(api, args['channel']);
  if (isResult(channel)) return channel;
  const message = channel.messages.find((m) => m.ts === textOf(args['timestamp']));
  const name = textOf(args['name'])?.replaceAll(':', '') ?? '';
  if (!message) return failed('message_not_found');
  if (!/^[a-z0-9_+'-]+$/.test(name)) return failed('invalid_name');
  const known = message.reactions.find((r) => r.name === name);
  if (known?.users.includes(api.state.bot.id)) return failed('already_reacted');
  if (known) known.users.push(api.state.bot.id);
  else message.reactions.push({ name, users: [api.state.bot.id] });
  return { ok: true };
};

export const CHAT: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage, 'chat.postEphemeral': postEphemeral, 'chat.update': update, 'chat.delete': remove,
  'chat.getPermalink': getPermalink, 'reactions.add': addReaction,
};
