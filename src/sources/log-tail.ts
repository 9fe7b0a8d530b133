import { Agent as HttpAgent, get as httpGet, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import type { LookupFunction } from 'node:net';
import { createGunzip } from 'node:zlib';
import { isNoLog } from '../domain/media-type.ts';
import { connectLookup, isInternalAddress, literalAddress, refusal, systemLookup, type Lookup } from './address.ts';
import { bytesText, failure, WITHOUT_ANSWER, type Failure } from './failure.ts';

/** Bytes of a log that are read, from its end. */
export const TAIL = 256 * 1024;
/** Bytes that are read past where a server does not send the end alone. */
const MOST = 64 * 1024 * 1024;
/** Requests at most at one host at the same time. */
const SOCKETS = 4;

/** The end of a log; `first` is the number of its first line, null where only the end was sent. */
export type Tail = { readonly ok: true; readonly text: string; readonly first: number | null } | Failure;

export interface TailOptions {
  /** Refuses private addresses. */
  readonly guarded: boolean;
  /** Milliseconds for all of it. */
  readonly deadline: number;
}

export type TailReader = (url: URL, options: TailOptions) => Promise<Tail>;

interface Way { readonly http: HttpAgent; readonly https: HttpsAgent; readonly lookup: LookupFunction }

/** Reads ends of logs. `most`: bytes that may be read past before the end. Redirects are not followed, and no credentials are sent. */
export function createTailReader({ lookup = systemLookup, most = MOST }: { readonly lookup?: Lookup; readonly most?: number } = {}): TailReader {
  const way = (guarded: boolean): Way => ({ http: new HttpAgent({ keepAlive: true, maxSockets: SOCKETS }), https: new HttpsAgent({ keepAlive: true, maxSockets: SOCKETS }), lookup: connectLookup(lookup, guarded) });
  const [open, guarded] = [way(false), way(true)];
  return async (url, options) => {
    const address = literalAddress(url);
    if (options.guarded && address !== null && isInternalAddress(address)) return failure('address', refusal(address, address));
    const limit = AbortSignal.timeout(Math.ceil(options.deadline));
    try {
      return await read(url, options.guarded ? guarded : open, most, limit);
    } catch (error) {
      if (limit.aborted) return failure('timeout', `${where(url)} did not answer completely within ${Number((options.deadline / 1000).toFixed(2))} s`);
      return failure('network', `${where(url)} could not be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
}

/** Without the query: it may carry a signature that lets anybody read the log. */
const where = (url: URL): string => `${url.origin}${url.pathname}`;

/** Asks for the end; of a server that counts from the front alone for the same by its number; of any other for all of it. */
async function read(url: URL, way: Way, most: number, limit: AbortSignal): Promise<Tail> {
  const first = await ask(url, `bytes=-${TAIL}`, way, limit);
  if (first.statusCode === 206) return end(first, false, most, url);
  if (first.statusCode === 200) {
    const length = lengthOf(first);
    if (length === null || length <= most) return end(first, true, most, url);
    first.destroy();
    const counted = await ask(url, `bytes=${length - TAIL}-`, way, limit);
    if (counted.statusCode === 206) return end(counted, false, most, url);
    counted.destroy();
    return failure('too-large', `the log at ${where(url)} has ${bytesText(length)}, and its end cannot be had alone`);
  }
  first.destroy();
  if (first.statusCode !== 400 && first.statusCode !== 416 && first.statusCode !== 501) return refused(url, first);
  const whole = await ask(url, null, way, limit);
  if (whole.statusCode === 200) return end(whole, true, most, url);
  whole.destroy();
  return refused(url, whole);
}

function refused(url: URL, { statusCode: status = 0 }: IncomingMessage): Failure {
  if (status === 404 || status === 410) return failure('not-found', `there is no log at ${where(url)} (${status})`);
  return status >= 300 && status < 400 ? failure('redirect', `${where(url)} redirects to elsewhere, which is not followed`) : failure('http', `${where(url)} answered ${status}`);
}

function lengthOf({ headers }: IncomingMessage): number | null {
  const text = headers['content-length'] ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function ask(url: URL, range: string | null, way: Way, signal: AbortSignal): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { accept: 'text/plain, */*;q=0.1', 'accept-encoding': 'identity', 'user-agent': 'archsignal', ...range !== null && { range } };
  const common = { headers, lookup: way.lookup, signal };
  const request = url.protocol === 'https:' ? httpsGet(url, { ...common, agent: way.https }, resolve) : httpGet(url, { ...common, agent: way.http }, resolve);
  request.on('error', reject);
  // A switch of protocols (101) ends so, without an error, and no deadline would be heard any more.
  request.once('close', () => { reject(new Error(WITHOUT_ANSWER)); });
  return promise;
}

/** Keeps the end of a body. `fromStart`: the body is the whole log, so its lines can be counted. */
async function end(response: IncomingMessage, fromStart: boolean, most: number, url: URL): Promise<Tail> {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (!['identity', '', 'gzip', 'x-gzip'].includes(encoding)) {
    response.destroy();
    return failure('http', `${where(url)} answered in the encoding ${encoding}, which was not asked for`);
  }
  if (isNoLog(response.headers['content-type'])) {
    response.destroy();
    return failure('http', `${where(url)} answered with ${JSON.stringify(response.headers['content-type'])}, which is no log`);
  }
  const kept = new Kept();
  let size = 0;
  for await (const piece of encoding.endsWith('gzip') ? unpacked(response) : response as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > most + TAIL) {
      response.destroy();
      return failure('too-large', `the log at ${where(url)} has more than ${bytesText(most)}, and its end cannot be had alone`);
    }
    kept.add(piece);
  }
  // Node tells of a body that broke off only where its length was announced.
  return response.complete ? { ok: true, ...kept.told(fromStart, isCut(response)) } : failure('truncated', `the log at ${where(url)} broke off after ${size} bytes`);
}

function unpacked(response: IncomingMessage): AsyncIterable<Buffer> {
  const gunzip = createGunzip();
  response.on('error', (error) => gunzip.destroy(error));
  return response.pipe(gunzip);
}

/** Whether something stands before what was sent. */
const isCut = ({ headers, statusCode }: IncomingMessage): boolean => statusCode === 206 && !/^bytes 0-/.test(headers['content-range'] ?? '');

/** The last bytes of what was added, and how many lines went before them. */
class Kept {
  readonly #pieces: Buffer[] = [];
  #size = 0;
  #linesBefore = 0;
  #dropped = false;

  add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#size += piece.length;
    for (let [first] = this.#pieces; first !== undefined && this.#size - first.length >= TAIL; [first] = this.#pieces) this.#drop(first);
  }

  /** The last 256 KiB, from the beginning of a line where something went before. */
  told(fromStart: boolean, cut: boolean): { readonly text: string; readonly first: number | null } {
    const all = Buffer.concat(this.#pieces);
    const over = Math.max(0, all.length - TAIL);
    const dropped = this.#linesBefore + newlines(all.subarray(0, over));
    const wasCut = cut || over > 0 || this.#dropped;
    const tail = all.subarray(over);
    const next = wasCut ? tail.indexOf(10) : -1;
    const text = new TextDecoder().decode(next >= 0 ? tail.subarray(next + 1) : tail);
    return { text, first: fromStart || !cut ? 1 + dropped + (next >= 0 ? 1 : 0) : null };
  }

  #drop(first: Buffer): void {
    this.#pieces.shift();
    this.#size -= first.length;
    this.#dropped = true;
    this.#linesBefore += newlines(first);
  }
}

function newlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}
