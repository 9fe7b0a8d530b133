import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Answer } from './answer.ts';
import { readCall, type Call, type Seen } from './call.ts';
import { Faults, matches, type FaultSpec, type Match } from './faults.ts';

/** The requests that a server saw, oldest first. */
export class RequestLog extends Array<Seen> {
  static override get [Symbol.species](): ArrayConstructor { return Array; }
  /** The requests that match. */
  where(match: Match): Seen[] { return this.filter((seen) => matches(match, seen)); }
  /** The requests that are no reads. */
  writes(): Seen[] { return this.filter((seen) => seen.method !== 'GET' && seen.method !== 'HEAD'); }
  /** Forgets what was seen. */
  clear(): void { this.length = 0; }
}

/**
 * Where a request stands: `arrived` (nothing happened yet), `done` (its effect happened, the answer is not sent),
 * `answered`. A listener may return a promise: the request waits for it, so a test can end a process at that very point.
 */
export type Moment = 'arrived' | 'done' | 'answered';
export type Listener = (moment: Moment, seen: Seen) => void | Promise<void>;

/** A stand-in's HTTP side: its address, what it saw, and how it misbehaves. */
export interface Server {
  readonly port: number;
  /** `http://127.0.0.1:<port>`, no trailing slash. */
  readonly url: string;
  readonly requests: RequestLog;
  readonly faults: Faults;
  /** Listens to every request; returns what ends it. */
  onRequest(listener: Listener): () => void;
  /** Stops, and cuts every open connection. */
  close(): Promise<void>;
}

export interface ServerOptions {
  /** 0 or absent: any free port. */
  readonly port?: number | undefined;
  /** Epoch milliseconds, for the log. */
  readonly now: () => number;
  readonly handle: (call: Call) => Answer | Promise<Answer>;
}

/** Listens on 127.0.0.1 and answers by `handle`, through the faults. */
export async function listen(options: ServerOptions): Promise<Server> {
  const requests = new RequestLog();
  const faults = new Faults();
  const listeners = new Set<Listener>();
  const sockets = new Set<Socket>();
  const tell = async (moment: Moment, seen: Seen): Promise<void> => {
    for (const listener of [...listeners]) await listener(moment, seen);
  };
  const http = createServer((req, res) => {
    serve(req, res).catch((error: unknown) => {
      if (!req.socket.destroyed && !res.writableEnded) console.error('stand-in:', error);
      req.socket.destroy();
    });
  });
  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const seen: Seen = { ...await readCall(req), at: options.now(), status: null, fault: null };
    requests.push(seen);
    await tell('arrived', seen);
    const trouble = faults.take(seen);
    seen.fault = trouble?.kind ?? null;
    const answer = await reply(trouble, seen, async () => {
      const real = await options.handle(seen);
      await tell('done', seen);
      return real;
    });
    if (answer === 'hang') return;
    if (answer === 'cut') { req.socket.destroy(); return; }
    seen.status = answer.status;
    await send(res, answer, trouble?.kind === 'cut-middle' || trouble?.kind === 'stall' ? trouble.kind : null);
    await tell('answered', seen);
  };
  http.keepAliveTimeout = 5_000;
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const port = await open(http, options.port ?? 0);
  return {
    port, url: `http://127.0.0.1:${port}`, requests, faults,
    onRequest(listener) {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
    async close() {
      const closed = new Promise<void>((resolve) => { http.close(() => resolve()); });
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function open(http: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', () => {
      http.off('error', reject);
      const address = http.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** The answer that a request gets under a trouble; `real` makes its effect happen. */
async function reply(trouble: FaultSpec | null, call: Call, real: () => Promise<Answer>): Promise<Answer | 'cut' | 'hang'> {
  if (!trouble) return real();
  switch (trouble.kind) {
    case 'status': return made(trouble.status ?? 503, trouble.headers, trouble.body);
    case 'status-after': await real(); return made(trouble.status ?? 502, trouble.headers, trouble.body);
    case 'cut-before': return 'cut';
    case 'cut-after': await real(); return 'cut';
    case 'cut-middle': case 'stall': return real();
    case 'hang': return 'hang';
    case 'hang-after': await real(); return 'hang';
    case 'slow': {
      const answer = await real();
      await wait(trouble.ms);
      return answer;
    }
    case 'html': return { status: trouble.status ?? 200, headers: { 'content-type': 'text/html' }, body: PROXY_PAGE };
    case 'truncate': {
      const answer = await real();
      const whole = await bytes(answer);
      return { ...answer, body: whole.subarray(0, Math.floor(whole.length / 2)) };
    }
    case 'garbage': return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from('1f8b0800deadbeef{"oops', 'latin1') };
    case 'redirect': return { status: trouble.status ?? 302, headers: { location: trouble.location } };
    case 'alter': return trouble.alter(await real(), call);
    default: return trouble satisfies never;
  }
}

const PROXY_PAGE = '<!doctype html><html><head><title>Sign in</title></head><body><h1>Please sign in to continue</h1></body></html>';

function made(status: number, headers: Record<string, string> = {}, body: unknown = { message: 'Server Error' }): Answer {
  const isText = typeof body === 'string';
  return { status, headers: { 'content-type': isText ? 'text/plain' : 'application/json; charset=utf-8', ...headers }, body: isText ? body : JSON.stringify(body) };
}

async function bytes(answer: Answer): Promise<Buffer> {
  if (answer.body instanceof Readable) return Buffer.concat(await answer.body.toArray() as Buffer[]);
  return Buffer.from(answer.body ?? '');
}

/** `half`: only the first half of the body is sent, then the connection is cut, or nothing happens any more. */
async function send(res: ServerResponse, answer: Answer, half: 'cut-middle' | 'stall' | null): Promise<void> {
  if (answer.body instanceof Readable && half === null) {
    res.writeHead(answer.status, answer.headers);
    await pipeline(answer.body, res);
    return;
  }
  const body = await bytes(answer);
  const bodiless = answer.status === 204 || answer.status === 304;
  res.writeHead(answer.status, bodiless ? answer.headers : { ...answer.headers, 'content-length': String(body.length) });
  if (half === null) { res.end(body); return; }
  await new Promise<void>((resolve) => { res.write(body.subarray(0, Math.floor(body.length / 2)), () => resolve()); });
  if (half === 'cut-middle') res.socket?.destroy();
}
