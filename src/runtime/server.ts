import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Runtime } from './context.ts';
import { readGauges } from './gauges.ts';
import { readiness, type ReadyPorts } from './readiness.ts';
import { withoutSecrets } from './secrets.ts';

/** GitHub's own limit for a webhook (contract): nothing larger is taken in. */
const BODY_LIMIT = 25 * 1024 * 1024;

/** How long the rest of a refused body is thrown away before the connection is cut (ms). */
const LINGER = 10_000;

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
export function createHttpServer(rt: Runtime, doors: Doors): Server {
  const server = createServer({ requestTimeout: 60_000, headersTimeout: 20_000 }, (req, res) => {
    route(rt, doors, req, res).catch((error: unknown) => {
      if (req.destroyed && !req.complete) return rt.log.debug({ path: req.url }, 'who sent a request went away before its end');
      rt.log.error({ err: error, path: req.url }, 'a request failed unexpectedly');
      if (!res.headersSent) send(res, 500, 'Something failed here; it is in the log.\n');
      else res.destroy();
    });
  });
  return server;
}

async function route(rt: Runtime, doors: Doors, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const path = (req.url ?? '/').split('?', 1)[0] ?? '/';
  if (req.method === 'POST') {
    const listener = path === '/github/webhooks' ? doors.github : path === '/slack/events' ? doors.slack : null;
    if (listener === null) return send(res, 404, 'Nothing listens here.\n');
    const body = await readBody(req, res);
    if (body === null) return;
    // Probot and Bolt take a body that was read already, as raw bytes, and verify its signature before they parse it.
    Object.assign(req, { rawBody: body, body: {} });
    await listener(req, res);
    return;
  }
  if (req.method !== 'GET' && req.method !== 'HEAD') return send(res, 405, 'Only GET and POST are answered here.\n');
  switch (path) {
    case '/healthz': return send(res, 200, 'ok\n');
    case '/readyz': {
      const report = await readiness(rt, doors.ready);
      return send(res, report.ready ? 200 : 503, withoutSecrets(`${JSON.stringify(report, null, 2)}\n`), 'application/json; charset=utf-8');
    }
    case '/metrics':
      await readGauges(rt);
      return send(res, 200, await rt.metrics.registry.metrics(), rt.metrics.registry.contentType);
    default: return send(res, 404, 'Nothing is here.\n');
  }
}

/** The whole body, or null when it was refused as too large: by its announced length before a byte is read, else at the limit. */
async function readBody(req: IncomingMessage, res: ServerResponse): Promise<Buffer | null> {
  if (Number(req.headers['content-length'] ?? 0) > BODY_LIMIT) return refuse(req, res);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) return refuse(req, res);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Answers 413. What is still being sent is thrown away for a while, because a connection that is cut at once would take
 * the answer with it.
 */
function refuse(req: IncomingMessage, res: ServerResponse): null {
  send(res, 413, `A request body may have ${BODY_LIMIT / 1024 / 1024} MiB at most.\n`);
  req.resume();
  const cut = setTimeout(() => { req.socket.destroy(); }, LINGER).unref();
  req.once('close', () => { clearTimeout(cut); });
  return null;
}
