import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { FetchLimits, SourceDeps } from '../../src/sources/index.ts';

export interface Standing {
  readonly url: string;
  readonly port: number;
  /** Paths with queries, in the order they were asked for. */
  readonly hits: string[];
  readonly requests: IncomingMessage[];
}

export type Answer = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

const open: Server[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

/** A server on loopback that answers as told; closed after the test. `nth` counts from 1. */
export async function serve(answer: Answer): Promise<Standing> {
  const hits: string[] = [];
  const requests: IncomingMessage[] = [];
  const listener: RequestListener = (request, response) => {
    hits.push(request.url ?? '');
    requests.push(request);
    answer(request, response, hits.length);
  };
  const server = createServer(listener);
  open.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, hits, requests };
}

/** Answers with what stands for the path; 404 for everything else. Bodies may be changed between polls. */
export const files = (bodies: Record<string, unknown>): Answer => (request, response) => {
  const path = decodeURIComponent(request.url ?? '');
  if (!Object.hasOwn(bodies, path)) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
    return;
  }
  const body = bodies[path];
  if (typeof body === 'number') response.writeHead(body).end();
  else response.setHeader('content-type', 'application/json').end(typeof body === 'string' ? body : JSON.stringify(body));
};

/** Sleeps that were asked for, none of which takes any time. */
export function patience(): SourceDeps & { readonly slept: number[] } {
  const slept: number[] = [];
  return { slept, random: () => 0.5, sleep: async (ms) => { slept.push(ms); } };
}

export const limits = (changes: Partial<FetchLimits> = {}): FetchLimits => ({ timeout: 10_000, concurrency: 4, bodyLimit: 8 << 20, ...changes });

export const never = (): AbortSignal => new AbortController().signal;
