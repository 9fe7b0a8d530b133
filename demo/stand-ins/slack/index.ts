import { empty, json, page, type Answer } from '../common/answer.ts';
import { fields, type Call } from '../common/call.ts';
import type { Fault } from '../common/faults.ts';
import { listen, type Server } from '../common/server.ts';
import { CHAT, permalink } from './methods-chat.ts';
import { REST } from './methods-rest.ts';
import { failed, type Api, type Result } from './methods.ts';
import { channelPage, homePage, viewPage } from './pages.ts';
import { People, type Pressed } from './people.ts';
import { respondTo } from './respond.ts';
import { Sender, type SendHow, type Sent } from './send.ts';
import { SlackState, type Channel, type Json, type Message, type SlackPing, type SlackUser, type View } from './state.ts';

export type { Channel, Json, Message, SlackPing, SlackUser, View } from './state.ts';
export type { Sent } from './send.ts';
export type { Pressed } from './people.ts';

export interface SlackOptions {
  readonly port?: number | undefined;
  readonly now?: (() => number) | undefined;
  /** The one good bot token; default `xoxb-stand-in`. */
  readonly token?: string | undefined;
  readonly signingSecret?: string | undefined;
}

/** Slack over HTTP with its memory open: everything a test or the demo reads, does and breaks. */
export interface Slack extends Server {
  /** Web API base with the trailing slash. */
  readonly apiUrl: string;
  readonly signingSecret: string;
  readonly state: SlackState;
  /** Slack's requests to the program; set `send.target` first. */
  readonly send: Sender;
  /** The good token; a test may change it, so that the program's is refused. */
  token: string;
  /** What the bot may do; `publicPosting`: post to public channels without being a member. */
  readonly settings: { publicPosting: boolean };
  channel(name: string, set?: Parameters<SlackState['channel']>[1]): Channel;
  user(name: string, set?: Parameters<SlackState['user']>[1]): SlackUser;
  /** A channel's messages, oldest first; `top` (the default) leaves replies out. */
  messages(channel: string, which?: 'top' | 'all'): Message[];
  /** The replies to a message, oldest first. */
  thread(message: Message): Message[];
  /** A message written by a person. */
  say(user: string, channel: string, text: string, threadOf?: Message): Message;
  permalink(message: Message): string;
  /** Types `/arch <text>` in a channel. */
  command(person: string, channel: string, text: string, how?: SendHow): Promise<Sent>;
  /** Presses a button of a message or of the person's App Home, named by its verb, action id or label. */
  click(person: string, on: Pressed, button: string, how?: SendHow): Promise<Sent>;
  /** Takes an entry of a menu, by its words or the beginning of its value. */
  choose(person: string, on: Pressed, menu: string, choice: string, how?: SendHow): Promise<Sent>;
  /** Fills in the dialog that the person has before them and sends it. */
  submit(person: string, written: string | Readonly<Record<string, string>>, how?: SendHow): Promise<Sent>;
  /** Opens the App's Home tab. */
  openHome(person: string, how?: SendHow & { readonly eventId?: string }): Promise<Sent>;
  /** The App Home as the person sees it, and the dialog that they have before them. */
  home(person: string): View | null;
  dialog(person: string): View | null;
  /** What the person alone was told, oldest first. */
  whispers(person: string): Message[];
  /** Who was asked for by messages, each once per message. */
  pings(): SlackPing[];
  /** A method (all where it is null) answers this error, once unless told otherwise; in one channel where that is given. */
  fail(method: string | null, error: string, how?: { readonly times?: number; readonly channel?: string }): Fault;
  /** 429 with `Retry-After` seconds. */
  rateLimit(retryAfter: number, how?: { readonly method?: string; readonly times?: number }): Fault;
}

/** Starts a Slack stand-in: the Web API under `/api/`, readable pages under `/` and `/archives/<channel>`. */
export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
  const now = options.now ?? Date.now;
  const state = new SlackState(now);
  const settings = { publicPosting: false };
  const box = { token: options.token ?? 'xoxb-stand-in' };
  let handle: (call: Call) => Answer = () => empty(404);
  const server = await listen({ port: options.port, now, handle: (call) => handle(call) });
  const signingSecret = options.signingSecret ?? 'slack-signing-secret';
  const send = new Sender({ state, signingSecret, site: () => server.url });
  const people = new People(state, send);
  const api: Api = { state, site: server.url, settings };
  handle = (call) => answer(call, api, box);
  const calls = (method: string | null | undefined) => (call: Call): boolean => call.path.startsWith('/api/') && (method === null || method === undefined || call.path === `/api/${method}`);
  return {
    ...server, apiUrl: `${server.url}/api/`, signingSecret, state, send, settings,
    get token() { return box.token; },
    set token(value) { box.token = value; },
    channel: (name, set) => state.channel(name, set),
    user: (name, set) => state.user(name, set),
    messages: (name, which = 'top') => (state.find(name)?.messages ?? []).filter((m) => which === 'all' || m.threadTs === null),
    thread: (message) => message.channel.messages.filter((m) => m.threadTs === message.ts),
    say: (user, channel, text, threadOf) => state.post(state.channel(channel), state.user(user), { text, threadTs: threadOf?.ts ?? null }),
    permalink: (message) => permalink(server.url, message),
    command: (...what) => people.command(...what),
    click: (...what) => people.click(...what),
    choose: (...what) => people.choose(...what),
    submit: (...what) => people.submit(...what),
    openHome: (...what) => people.openHome(...what),
    home: (person) => people.home(person),
    dialog: (person) => people.dialog(person),
    whispers: (person) => people.whispers(person),
    pings: () => state.pings,
    fail: (method, error, how = {}) => server.faults.add({
      kind: 'status', status: 200, body: { ok: false, error }, times: how.times ?? 1,
      match: (call) => calls(method)(call) && (how.channel === undefined || isFor(state, call, how.channel)),
    }),
    rateLimit: (retryAfter, how = {}) => server.faults.add({
      kind: 'status', status: 429, headers: { 'retry-after': String(retryAfter) }, body: { ok: false, error: 'ratelimited' }, times: how.times ?? 1, match: calls(how.method),
    }),
  };
}

const isFor = (state: SlackState, call: Call, channel: string): boolean => {
  const named = fields(call)['channel'];
  return typeof named === 'string' && state.find(named) !== undefined && state.find(named) === state.find(channel);
};

function answer(call: Call, api: Api, box: { readonly token: string }): Answer {
  const method = /^\/api\/([\w.]+)$/.exec(call.path)?.[1];
  if (method !== undefined) return json(run(method, call, api, box.token), 200, { 'x-oauth-scopes': 'chat:write,commands,channels:read,users:read,users:read.email', 'x-slack-req-id': `r${Date.now()}` });
  const respond = /^\/respond\/([^/]+)$/.exec(call.path)?.[1];
  if (respond !== undefined && call.method === 'POST') return respondTo(call, api.state, respond);
  if (call.path === '/') return page(homePage(api.state));
  const view = api.state.views.find((v) => call.path === `/views/${v.id}`);
  if (view) return page(viewPage(api.state, view));
  const archive = /^\/archives\/([^/]+)(?:\/p(\d+))?\/?$/.exec(call.path);
  const channel = archive ? api.state.find(decodeURIComponent(archive[1] ?? '')) : undefined;
  return channel ? page(channelPage(api.state, channel, archive?.[2] ?? null)) : empty(404);
}

function run(method: string, call: Call, api: Api, token: string): Result {
  const args = argumentsOf(call);
  const given = call.headers.authorization?.replace(/^bearer\s+/i, '') ?? (typeof args['token'] === 'string' ? args['token'] : undefined);
  const known = CHAT[method] ?? REST[method];
  if (!known) return failed('unknown_method');
  if (method === 'api.test') return known(args, api);
  if (given === undefined) return failed('not_authed');
  return given === token ? known(args, api) : failed('invalid_auth');
}

/** The arguments of a call, wherever they came; JSON in a form's field is read. */
function argumentsOf(call: Call): Json {
  const args: Json = { ...Object.fromEntries(call.query), ...fields(call) };
  for (const key of ['blocks', 'metadata', 'view', 'attachments']) {
    const value = args[key];
    if (typeof value !== 'string' || value === '') continue;
    try {
      args[key] = JSON.parse(value);
    } catch {
      args[key] = `not JSON: ${value}`;
    }
  }
  return args;
}
