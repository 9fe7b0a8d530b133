import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Runtime } from './context.ts';
import { Crowd, type CrowdLimits } from './crowd.ts';
import { figures } from './gauges.ts';
import { openFiles } from './open-files.ts';
import { Pieces } from './pieces.ts';
import { readiness, type ReadyPorts } from './readiness.ts';
import { withoutSecrets } from './secrets.ts';

/** GitHub's own limit for a webhook (contract): nothing larger is taken in. */
const BODY_LIMIT = 25 * 1024 * 1024;

/** A body in more pieces was not sent by GitHub or Slack: 25 MiB in network packets of the usual size are a fifth of that. */
const MOST_PIECES = 100_000;

/** How long the rest of a refused body is thrown away before the connection is cut (ms). */
const LINGER = 10_000;

/**
 * What strangers may have begun and not ended: some thousand connections, five of the largest bodies at once, and no more than a few
 * questions on a connection before the first is answered, which neither GitHub nor Slack nor a proxy asks.
 */
const CROWD: CrowdLimits = { waiting: 4_000, bytes: 5 * BODY_LIMIT, unanswered: 32 };

/** The limits for a process that may have so many files open (null: nobody knows): strangers get half, else the next to come would be the ones who go. */
export const crowdWithin = (files: number | null): CrowdLimits => ({ ...CROWD, waiting: Math.max(1, Math.min(CROWD.waiting, Math.floor((files ?? Infinity) / 2))) });

/** How long a head and a whole request may take, and how often that is looked at (ms). */
const SLOWEST = { headersTimeout: 20_000, requestTimeout: 60_000, connectionsCheckingInterval: 5_000 } as const;

/** What is there to be read. */
const READ: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

type Listener = (req: IncomingMessage, res: ServerResponse) => unknown;

/** The doors that others listen at; null: not there, 404. */
export interface Doors {
  readonly github: Listener | null;
  readonly slack: Listener | null;
  readonly ready: ReadyPorts;
}

const send = (res: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void => {
  res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' }).end(body);
};

/** The one HTTP server: size cap and routing first, then GitHub's and Slack's own listeners. Not listening yet. */
export function createHttpServer(rt: Runtime, doors: Doors, limits = crowdWithin(openFiles())): Server {
  const crowd = new Crowd(limits);
  const server = createServer(SLOWEST, (req, res) => {
    if (!crowd.enter(req, res)) return;
    route(rt, doors, crowd, req, res).catch((error: unknown) => {
      if (req.destroyed && !req.complete) return rt.log.debug({ path: req.url }, 'who sent a request went away before its end');
      rt.log.error({ err: error, path: req.url }, 'a request failed unexpectedly');
      if (!res.headersSent) send(res, 500, 'Something failed here; it is in the log.\n');
      else res.destroy();
    });
  });
  // Who asks first whether to send a body is not asked for one that is too large.
  server.on('checkContinue', (req: IncomingMessage, res: ServerResponse) => {
    if (isTooLarge(req)) return void refuse(req, res);
    res.writeContinue();
    server.emit('request', req, res);
  });
  // Node would answer by itself, any number of them.
  server.on('checkExpectation', (req: IncomingMessage, res: ServerResponse) => {
    if (crowd.enter(req, res)) send(res, 417, 'Nothing but 100-continue can be expected here.\n');
  });
  crowd.watch(server);
  return server;
}

/** What a request asks for; a proxy may write the whole address, which every server has to take (RFC 9112, 3.2.2). */
const targetOf = ({ url = '/' }: IncomingMessage): string => url.replace(/^https?:\/\/[^/?]*\/?/i, '/');

/** Answers who comes to a door in another way than it opens. */
const refuseMethod = (res: ServerResponse, allowed: string): void => {
  res.setHeader('allow', allowed);
  send(res, 405, `This address takes ${allowed.replace(', ', ' and ')} only.\n`);
};

async function route(rt: Runtime, doors: Doors, crowd: Crowd, req: IncomingMessage, res: ServerResponse): Promise<void> {
  req.url = targetOf(req);
  const path = req.url.split('?', 1)[0] ?? '/';
  const listener = path === '/github/webhooks' ? doors.github : path === '/slack/events' ? doors.slack : null;
  if (req.method === 'POST') {
    if (READ.has(path)) return refuseMethod(res, 'GET, HEAD');
    if (listener === null) return send(res, 404, 'Nothing listens here.\n');
    const body = await readBody(req, res, crowd);
    if (body === null) return;
    crowd.served(req, res);
    // Probot and Bolt take a body that was read already, as raw bytes, and verify its signature before they parse it.
    Object.assign(req, { rawBody: body, body: {} });
    await listener(req, res);
    if (listener === doors.github) letGo(body);
    return;
  }
  crowd.served(req, res);
  if (listener !== null) return refuseMethod(res, 'POST');
  if (READ.has(path) && req.method !== 'GET' && req.method !== 'HEAD') return refuseMethod(res, 'GET, HEAD');
  switch (path) {
    case '/healthz': return send(res, 200, 'ok\n');
    case '/readyz': {
      const report = await readiness(rt, doors.ready);
      return send(res, report.ready ? 200 : 503, withoutSecrets(`${JSON.stringify(report, null, 2)}\n`), 'application/json; charset=utf-8');
    }
    case '/metrics': return send(res, 200, await figures(rt, () => readiness(rt, doors.ready)), rt.metrics.registry.contentType);
    default: return send(res, 404, 'Nothing is here.\n');
  }
}

/**
 * Gives the memory of a body back at once, where it has some of its own: it lies outside of the heap, and in a flood V8 would go
 * through the whole heap again and again for its sake.
 */
function letGo({ buffer, length }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer(0);
}

const isTooLarge = (req: IncomingMessage): boolean => Number(req.headers['content-length'] ?? 0) > BODY_LIMIT;

/** The whole body, or null when it was refused: as too large by its announced length before a byte is read, else at the limit; or for want of room. */
async function readBody(req: IncomingMessage, res: ServerResponse, crowd: Crowd): Promise<Buffer | null> {
  if (isTooLarge(req)) return refuse(req, res);
  const pieces = new Pieces();
  const reading = crowd.read(() => {
    pieces.clear();
    refuse(req, res, 503);
  });
  try {
    const refused = await collect(req, pieces, (bytes) => reading.add(bytes));
    if (refused !== null) return refuse(req, res, refused);
  } finally {
    reading.end();
  }
  return res.writableEnded ? null : pieces.whole();
}

/** Collects a body's pieces until its end (null), or until it has to be refused. Rejects where its sender went away. An iterator would take as long as the signature. */
function collect(req: IncomingMessage, pieces: Pieces, add: (bytes: number) => boolean): Promise<keyof typeof WORDS | null> {
  const { promise, resolve, reject } = Promise.withResolvers<keyof typeof WORDS | null>();
  let size = 0;
  let count = 0;
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    const refused = size > BODY_LIMIT ? 413 : ++count > MOST_PIECES ? 400 : add(chunk.length) ? null : 503;
    if (refused === null) return pieces.add(chunk);
    req.off('data', onData);
    resolve(refused);
  };
  req.on('data', onData);
  req.once('end', () => { resolve(null); });
  req.once('error', reject);
  // Comes after every end, too, and an error's stack is dear.
  req.once('close', () => { if (!req.complete) reject(new Error('the connection was closed')); });
  return promise;
}

const WORDS = {
  400: 'A request body has to come in larger pieces.\n',
  413: `A request body may have ${BODY_LIMIT / 1024 / 1024} MiB at most.\n`,
  503: 'Too much is being sent here at once. Send it again in a while.\n',
} as const;

/**
 * Answers why the body is not taken. What is still being sent is thrown away for a while, because a connection that is cut at
 * once would take the answer with it.
 */
function refuse(req: IncomingMessage, res: ServerResponse, status: keyof typeof WORDS = 413): null {
  if (!res.writableEnded) send(res, status, WORDS[status]);
  req.resume();
  const cut = setTimeout(() => { req.socket.destroy(); }, LINGER).unref();
  req.once('close', () => { clearTimeout(cut); });
  return null;
}
