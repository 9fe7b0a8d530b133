import type { Readable } from 'node:stream';
import type { Html } from './html.ts';

/** What a handler answers with. */
export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer | Readable;
}

/** A JSON answer. */
export const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  ({ status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body: JSON.stringify(value) });

/** A page. */
export const page = (html: Html, status = 200): Answer =>
  ({ status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: `<!doctype html>\n${html.html}` });

/** Plain text. */
export const text = (body: string, status = 200): Answer =>
  ({ status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body });

/** An answer without a body. */
export const empty = (status = 204, headers: Record<string, string> = {}): Answer => ({ status, headers });
