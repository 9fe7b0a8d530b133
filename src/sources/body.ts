import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { bytesText, failure } from './failure.ts';
import type { Failure } from './failure.ts';
import type { GetOptions, Sink } from './wire.ts';

type BodyEnd<T> = { readonly result: { readonly ok: true; readonly value: T } | Failure; readonly retry: boolean };

/**
 * Reads an answer's body into the sink: checks what it says it is, counts it against the limit as it comes (transferred
 * and unpacked), and holds its length against the announced one. Never throws.
 */
export async function readBody<T>(where: string, response: IncomingMessage, options: GetOptions<T>, limit: number, signal: AbortSignal): Promise<BodyEnd<T>> {
  const announced = announcedLength(response);
  const refused = refusedByHead(where, response, announced, limit);
  if (refused) {
    response.destroy();
    return { result: refused, retry: false };
  }
  let received = 0;
  const count = (chunk: Buffer): void => { received += chunk.length; options.meter.bytes += chunk.length; };
  try {
    const result = await pour(where, response, options.sink(), limit, count);
    if (!result.ok) response.destroy();
    return { result, retry: false };
  } catch (error) {
    if (signal.aborted) return { result: failure('timeout', `${where} did not answer completely`), retry: false };
    const of = announced === null ? '' : ` of ${announced}`;
    const why = error instanceof Error ? error.message : String(error);
    return { result: failure('truncated', `the answer of ${where} broke off after ${received}${of} bytes (${why})`), retry: true };
  }
}

/** `count` is told of every piece as it was transferred. */
async function pour<T>(where: string, response: IncomingMessage, sink: Sink<T>, limit: number, count: (piece: Buffer) => void): Promise<BodyEnd<T>['result']> {
  const packed = encodingOf(response).endsWith('gzip');
  let size = 0;
  for await (const piece of packed ? unpacked(response, count) : response as AsyncIterable<Buffer>) {
    if (!packed) count(piece);
    size += piece.length;
    const failed = size > limit ? tooLarge(where, limit) : sink.write(piece);
    if (failed) return failed;
  }
  return sink.end();
}

const tooLarge = (where: string, limit: number): Failure => failure('too-large', `the answer of ${where} is larger than the limit of ${bytesText(limit)}`);

function announcedLength(response: IncomingMessage): number | null {
  const text = response.headers['content-length'] ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

const encodingOf = (response: IncomingMessage): string => (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();

function refusedByHead(where: string, response: IncomingMessage, announced: number | null, limit: number): Failure | null {
  if (announced !== null && announced > limit) return tooLarge(where, limit);
  const encoding = encodingOf(response);
  return ['identity', '', 'gzip', 'x-gzip'].includes(encoding) ? null : failure('not-json', `${where} answered in the encoding ${encoding}, which was not asked for`);
}

/** The body as it was before compression. An error or a premature end of the transfer is an error of the result. */
function unpacked(response: IncomingMessage, count: (piece: Buffer) => void): AsyncIterable<Buffer> {
  const gunzip = createGunzip();
  response.on('data', count);
  response.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => { if (!response.complete) response.destroy(); });
  return response.pipe(gunzip);
}
