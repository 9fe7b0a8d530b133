import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** One request as a stand-in sees it. */
export interface Call {
  readonly method: string;
  /** Decoded nowhere: as it was sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body's text. */
  readonly raw: string;
  /** The body parsed as JSON or as a form, by its content type; undefined where there is none or it is neither. */
  readonly body: unknown;
  /** `http://127.0.0.1:1234`, as the client addressed this server. */
  readonly origin: string;
}

/** A request in the log. */
export interface Seen extends Call {
  /** Epoch milliseconds by the server's clock. */
  readonly at: number;
  /** What was answered; null while it is not, and where the connection was cut. */
  status: number | null;
  /** The kind of the fault that hit it, null where none did. */
  fault: string | null;
}

/** Reads a whole request. */
export async function readCall(req: IncomingMessage): Promise<Call> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks).toString('utf8');
  const origin = `http://${req.headers.host ?? '127.0.0.1'}`;
  const url = new URL(req.url ?? '/', origin);
  return {
    method: req.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: req.headers,
    raw,
    body: parseBody(raw, req.headers['content-type'] ?? ''),
    origin,
  };
}

function parseBody(raw: string, type: string): unknown {
  if (raw === '') return undefined;
  if (type.includes('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(raw));
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

/** The body as an object, an empty one where it is something else. */
export const fields = (call: Call): Record<string, unknown> =>
  typeof call.body === 'object' && call.body !== null && !Array.isArray(call.body) ? call.body as Record<string, unknown> : {};

/** True where a browser asks for a page. */
export const wantsPage = (call: Call): boolean => (call.headers.accept ?? '').includes('text/html');
