import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createHash } from 'node:crypto';
import { wrongBlocks, wrongView } from '../../../demo/stand-ins/slack/validate.ts';

/** A small Slack for these tests: channels, messages and threads over HTTP, with Slack's limits and with faults. */

export interface StandInMessage {
  ts: string;
  channel: string;
  text: string;
  bot_id: string;
  user: string;
  thread_ts?: string;
  blocks: { type: string; block_id?: string; text?: { type: string; text: string; verbatim?: boolean }; elements?: Record<string, unknown>[] }[];
  metadata?: unknown;
  edited?: boolean;
  args: Record<string, string>;
}

export interface StandInChannel {
  id: string;
  name: string;
  is_private?: boolean;
  is_archived?: boolean;
  is_member?: boolean;
}

/** `refuse`: an error word. `cut`: the connection ends; `status`, `limit`: an HTTP answer; `say`: a body. `after`: once the call was carried out. */
export type Fault =
  | { refuse: string; extra?: Record<string, unknown> }
  | { status: number }
  | { limit: number | null }
  | { say: string }
  | { cut: 'before' | 'after' }
  | { hang: 'after' };

type Form = Record<string, string>;
type Answer = Record<string, unknown>;

export class SlackStandIn {
  channels: StandInChannel[] = [{ id: 'C0000001', name: 'release-ci-signal' }, { id: 'C0000002', name: 's390x' }];
  messages: StandInMessage[] = [];
  calls: { method: string; form: Form }[] = [];
  /** What one member alone was told: in a channel, or at an answer's address. */
  whispers: { by: 'channel' | 'address'; user: string; text: string; blocks: unknown[]; body: Record<string, unknown> }[] = [];
  views: { method: 'views.open' | 'views.publish'; form: Form; view: Record<string, unknown> }[] = [];
  /** Members who are in every channel. */
  members = ['U9'];
  /** Faults by method, used up in order. */
  faults: { method: string; fault: Fault }[] = [];
  /** What `conversations.*` leaves out of its messages. */
  hides: ('metadata' | 'block_id')[] = [];
  pageSize = 200;
  bot = { bot_id: 'B0000001', user_id: 'U0000001' };
  /** Seconds since 1970 of the next message's time. */
  clock = Math.floor(Date.now() / 1000);
  /** What came in over the Socket Mode connection, and what to send on it. */
  readonly socket = new SocketStandIn();
  readonly #server = createServer((req, res) => { void this.#serve(req, res); });
  readonly #sockets = new Set<Socket>();

  async start(): Promise<string> {
    this.#server.on('connection', (s) => { this.#sockets.add(s); s.once('close', () => this.#sockets.delete(s)); });
    this.#server.on('upgrade', (req, socket) => { this.socket.accept(req, socket as Socket); });
    await new Promise<void>((done) => { this.#server.listen(0, '127.0.0.1', done); });
    return this.apiUrl;
  }

  get apiUrl(): string { return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/`; }

  async stop(): Promise<void> {
    for (const s of this.#sockets) s.destroy();
    await new Promise<void>((done) => { this.#server.close(() => { done(); }); });
  }

  fault(method: string, ...faults: Fault[]): void { for (const fault of faults) this.faults.push({ method, fault }); }

  /** Messages of a channel that are not replies. */
  top(channel: string): StandInMessage[] { return this.messages.filter((m) => m.channel === channel && m.thread_ts === undefined); }

  count(method: string): number { return this.calls.filter((c) => c.method === method).length; }

  async #serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req as AsyncIterable<Buffer>) chunks.push(chunk);
    const path = req.url ?? '';
    const method = path.startsWith('/respond/') ? 'response_url' : path.replace(/^\/api\//, '');
    const form: Form = method === 'response_url' ? { user: path.slice(9), body: Buffer.concat(chunks).toString() } : Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    this.calls.push({ method, form });
    const at = this.faults.findIndex((f) => f.method === method);
    const fault = at < 0 ? null : this.faults.splice(at, 1)[0]?.fault ?? null;
    const json = (body: Answer): void => { res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)); };
    const authorized = method === 'response_url' || (req.headers.authorization ?? '').startsWith(method === 'apps.connections.open' ? 'Bearer xapp-' : 'Bearer xoxb-');
    const run = (): Answer => authorized ? this.#answer(method, form) : { ok: false, error: 'invalid_auth' };
    if (fault === null) return json(run());
    if ('refuse' in fault) return json({ ok: false, error: fault.refuse, ...fault.extra });
    if ('status' in fault) { res.writeHead(fault.status).end('<html>trouble</html>'); return; }
    if ('limit' in fault) { res.writeHead(429, fault.limit === null ? {} : { 'retry-after': String(fault.limit) }).end(); return; }
    if ('say' in fault) { res.writeHead(200, { 'content-type': 'application/json' }).end(fault.say); return; }
    if ('hang' in fault) { run(); return; }
    if (fault.cut === 'after') run();
    req.socket.destroy();
  }

  #answer(method: string, form: Form): Answer {
    switch (method) {
      case 'response_url': return this.#whisper('address', form['user'] ?? '', JSON.parse(form['body'] ?? '{}') as Record<string, unknown>);
      case 'chat.postEphemeral': return this.#ephemeral(form);
      case 'views.open': case 'views.publish': return this.#view(method, form);
      case 'auth.test': return { ok: true, ...this.bot };
      case 'chat.postMessage': return this.#post(form);
      case 'chat.update': return this.#update(form);
      case 'conversations.history': return this.#read(form, this.messages.filter((m) => m.thread_ts === undefined).toReversed());
      case 'conversations.replies': return this.#replies(form);
      case 'conversations.list': return this.#list(form);
      case 'conversations.info': {
        const found = this.channels.find((c) => c.id === form['channel']);
        return found ? { ok: true, channel: { is_member: true, ...found } } : { ok: false, error: 'channel_not_found' };
      }
      case 'apps.connections.open': return { ok: true, url: this.apiUrl.replace('http:', 'ws:').replace('/api/', '/socket') };
      default: return { ok: false, error: 'unknown_method' };
    }
  }

  #whisper(by: 'channel' | 'address', user: string, body: Record<string, unknown>): Answer {
    this.whispers.push({ by, user, text: body['text'] as string, blocks: body['blocks'] as unknown[], body });
    return { ok: true };
  }

  #ephemeral(form: Form): Answer {
    const channel = this.#channel(form['channel'], true);
    if (typeof channel === 'string') return { ok: false, error: channel };
    const content = this.#content(form);
    if (typeof content === 'string') return { ok: false, error: content };
    const user = form['user'] ?? '';
    return this.members.includes(user) ? this.#whisper('channel', user, { ...content }) : { ok: false, error: 'user_not_in_channel' };
  }

  #view(method: 'views.open' | 'views.publish', form: Form): Answer {
    const view = JSON.parse(form['view'] ?? '{}') as Record<string, unknown>;
    if (wrongView(view, method === 'views.open' ? 'modal' : 'home').length > 0) return { ok: false, error: 'invalid_arguments' };
    this.views.push({ method, form, view });
    return { ok: true, view: { ...view, id: `V${this.views.length}` } };
  }

  #channel(given: string | undefined, byName: boolean): StandInChannel | string {
    // A member's id is a conversation with them, to post to.
    const found = byName && given !== undefined && this.members.includes(given) ? { id: `D${given}`, name: given } : this.channels.find((c) => c.id === given || (byName && `#${c.name}` === given));
    if (!found) return 'channel_not_found';
    if (found.is_archived) return 'is_archived';
    return found.is_member === false ? 'not_in_channel' : found;
  }

  #content(form: Form): string | Pick<StandInMessage, 'blocks' | 'metadata' | 'text'> {
    const blocks = JSON.parse(form['blocks'] ?? '[]') as StandInMessage['blocks'];
    const text = form['text'] ?? '';
    if (text === '' && blocks.length === 0) return 'no_text';
    if (text.length > 40_000) return 'msg_too_long';
    if (wrongBlocks(blocks).length > 0) return 'invalid_blocks';
    return { text, blocks, metadata: form['metadata'] === undefined ? undefined : JSON.parse(form['metadata']) as unknown };
  }

  #post(form: Form): Answer {
    const channel = this.#channel(form['channel'], true);
    if (typeof channel === 'string') return { ok: false, error: channel };
    const content = this.#content(form);
    if (typeof content === 'string') return { ok: false, error: content };
    const ts = `${++this.clock}.000100`;
    const thread = form['thread_ts'] === undefined ? {} : { thread_ts: form['thread_ts'] };
    this.messages.push({ ts, channel: channel.id, bot_id: this.bot.bot_id, user: this.bot.user_id, ...content, ...thread, args: form });
    return { ok: true, channel: channel.id, ts };
  }

  #update(form: Form): Answer {
    const channel = this.#channel(form['channel'], false);
    if (typeof channel === 'string') return { ok: false, error: channel };
    const content = this.#content(form);
    if (typeof content === 'string') return { ok: false, error: content };
    const message = this.messages.find((m) => m.channel === channel.id && m.ts === form['ts']);
    if (!message) return { ok: false, error: 'message_not_found' };
    if (message.bot_id !== this.bot.bot_id) return { ok: false, error: 'cant_update_message' };
    Object.assign(message, content, { edited: true, args: form });
    return { ok: true, channel: channel.id, ts: message.ts, text: message.text };
  }

  #replies(form: Form): Answer {
    const thread = this.messages.filter((m) => m.ts === form['ts'] || m.thread_ts === form['ts']);
    return thread.length === 0 ? { ok: false, error: 'thread_not_found' } : this.#read(form, thread);
  }

  #read(form: Form, all: StandInMessage[]): Answer {
    const channel = this.#channel(form['channel'], false);
    if (typeof channel === 'string') return { ok: false, error: channel };
    const here = all.filter((m) => m.channel === channel.id);
    const { page, next } = this.#page(form, here);
    const metadata = form['include_all_metadata'] === 'true' && !this.hides.includes('metadata');
    const messages = page.map(({ args: _, channel: __, metadata: m, blocks, ...rest }) => ({
      type: 'message', ...rest, ...(metadata && m !== undefined ? { metadata: m } : {}),
      blocks: this.hides.includes('block_id') ? blocks.map((b, i) => ({ ...b, block_id: `r${i}` })) : blocks,
    }));
    return { ok: true, messages, has_more: next !== '', response_metadata: { next_cursor: next } };
  }

  #list(form: Form): Answer {
    const wanted = (form['types'] ?? '').split(',');
    const all = this.channels.filter((c) => wanted.includes(c.is_private === true ? 'private_channel' : 'public_channel'));
    const { page, next } = this.#page(form, all);
    return { ok: true, channels: page.map((c) => ({ is_member: true, is_archived: false, ...c })), response_metadata: { next_cursor: next } };
  }

  #page<T>(form: Form, all: readonly T[]): { page: T[]; next: string } {
    const from = Number(form['cursor'] ?? 0);
    const size = Math.min(this.pageSize, Number(form['limit'] ?? 100));
    return { page: all.slice(from, from + size), next: from + size < all.length ? String(from + size) : '' };
  }
}

/** The server's side of Socket Mode: one connection, text frames below 64 KiB. */
export class SocketStandIn {
  received: { envelope_id?: string; payload?: unknown }[] = [];
  connections = 0;
  #socket: Socket | null = null;
  #waiting: (() => void)[] = [];

  accept(req: IncomingMessage, socket: Socket): void {
    const accept = createHash('sha1').update(`${req.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    this.#socket = socket;
    this.connections++;
    socket.on('data', (data) => { this.#frames(data); });
    socket.on('error', () => undefined);
    this.send({ type: 'hello' });
    this.#wake();
  }

  send(message: unknown): void {
    const body = Buffer.from(JSON.stringify(message));
    const head = body.length < 126 ? Buffer.from([0x81, body.length]) : Buffer.from([0x81, 126, body.length >> 8, body.length & 255]);
    this.#socket?.write(Buffer.concat([head, body]));
  }

  /** Slack drops the connection. */
  drop(): void { this.#socket?.destroy(); }

  /** Resolves when the condition holds; looked at whenever something comes in. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((wake) => { this.#waiting.push(wake); });
  }

  #wake(): void { for (const wake of this.#waiting.splice(0)) wake(); }

  #frames(data: Buffer): void {
    for (let at = 0; at + 6 <= data.length;) {
      const opcode = (data[at] ?? 0) & 15;
      const short = (data[at + 1] ?? 0) & 127;
      const size = short === 126 ? data.readUInt16BE(at + 2) : short;
      const start = at + (short === 126 ? 8 : 6);
      const mask = data.subarray(start - 4, start);
      const body = Buffer.from(data.subarray(start, start + size).map((b, i) => b ^ (mask[i % 4] ?? 0)));
      if (opcode === 1) this.received.push(JSON.parse(body.toString()) as { envelope_id?: string });
      if (opcode === 8) this.#socket?.end(Buffer.from([0x88, 0]));
      if (opcode === 9) this.#socket?.write(Buffer.concat([Buffer.from([0x8a, body.length]), body]));
      at = start + size;
    }
    this.#wake();
  }
}
