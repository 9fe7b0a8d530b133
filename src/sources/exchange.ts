import { get as httpGet } from 'node:http';
import type { Agent as HttpAgent, IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import type { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { AddressRefused, isInternalAddress, literalAddress, refusal } from './address.ts';
import { readBody } from './body.ts';
import { failure, WITHOUT_ANSWER } from './failure.ts';
import type { Failure } from './failure.ts';
import type { Fetched, GetOptions, Validators } from './wire.ts';

export interface Transport {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
  readonly lookup: LookupFunction;
  readonly guarded: boolean;
  readonly bodyLimit: number;
}

/** One attempt's end. `retry`: another may do better; `retryAfter`: milliseconds that the answer asked for. */
export type Attempt<T> = Exclude<Fetched<T>, Failure> | (Failure & { readonly retry: boolean; readonly retryAfter: number | null });

const MAX_REDIRECTS = 5;
const final = (f: Failure): Attempt<never> => ({ ...f, retry: false, retryAfter: null });

/** Asks once, following redirects within the host. */
export async function attempt<T>(start: URL, options: GetOptions<T>, transport: Transport, signal: AbortSignal): Promise<Attempt<T>> {
  let url = start;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const refused = refusedBefore(url, transport.guarded);
    if (refused) return final(refused);
    options.meter.requests++;
    let response: IncomingMessage;
    try {
      response = await open(url, options.validators, transport, signal);
    } catch (error) {
      return openFailure(url, error);
    }
    const next = redirectTarget(url, response);
    if (next === null) return conclude(url, response, options, transport, signal);
    response.destroy();
    if (!(next instanceof URL)) return final(next);
    url = next;
  }
  return final(failure('redirect', `${where(start)} redirects more than ${MAX_REDIRECTS} times`));
}

/** The URL in a sentence: without credentials and query. */
const where = (url: URL): string => `${url.origin}${url.pathname}`;

function refusedBefore(url: URL, guarded: boolean): Failure | null {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return failure('network', `${url.href} is neither http nor https`);
  const address = literalAddress(url);
  return guarded && address !== null && isInternalAddress(address) ? failure('address', refusal(address, address)) : null;
}

/** Resolves with the answer's head. A switch of protocols (101) closes the request without an error, and no time-out would end that. */
function open(url: URL, validators: Validators | null, transport: Transport, signal: AbortSignal): Promise<IncomingMessage> {
  const headers: Record<string, string> = {
    accept: 'application/json, text/javascript;q=0.9, */*;q=0.1', 'accept-encoding': 'gzip', 'user-agent': 'archsignal',
  };
  if (validators?.etag) headers['if-none-match'] = validators.etag;
  if (validators?.lastModified) headers['if-modified-since'] = validators.lastModified;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const common = { headers, lookup: transport.lookup, signal };
  const request = url.protocol === 'https:'
    ? httpsGet(url, { ...common, agent: transport.https }, resolve)
    : httpGet(url, { ...common, agent: transport.http }, resolve);
  request.on('error', reject);
  // An error is dear to make, and every request closes.
  let answered = false;
  request.once('response', () => { answered = true; });
  request.once('close', () => { if (!answered) reject(new Error(WITHOUT_ANSWER)); });
  return promise;
}

function openFailure(url: URL, error: unknown): Attempt<never> {
  if (error instanceof AddressRefused) return final(failure('address', error.message));
  const code = errorCode(error);
  const what = REASONS[code] ?? (error instanceof Error ? error.message : String(error));
  return { ...failure('network', `${where(url)} could not be reached: ${what}`), retry: true, retryAfter: null };
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused', ECONNRESET: WITHOUT_ANSWER,
  ENOTFOUND: 'its name does not resolve', EAI_AGAIN: 'its name could not be resolved just now', ETIMEDOUT: 'the connection timed out',
  EHOSTUNREACH: 'no route to the host', ENETUNREACH: 'no route to the network', EPIPE: WITHOUT_ANSWER,
};

/** Node's code of an error; of the first one where several addresses were tried. */
function errorCode(error: unknown): string {
  if (error instanceof AggregateError) return errorCode(error.errors[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Null: not a redirect. */
function redirectTarget(url: URL, response: IncomingMessage): URL | Failure | null {
  if (![301, 302, 303, 307, 308].includes(response.statusCode ?? 0)) return null;
  const location = response.headers.location ?? '';
  const next = URL.parse(location, url.href);
  if (!location || !next) return failure('redirect', `${where(url)} redirects to no readable address`);
  const upgrade = url.protocol === 'http:' && next.protocol === 'https:' && url.port === '' && next.port === '';
  if (next.hostname === url.hostname && (next.origin === url.origin || upgrade)) return next;
  return failure('redirect', `${url.origin} redirects to another host, ${next.origin}, which is not followed: if that is where it moved, name it as the source's url`);
}

async function conclude<T>(url: URL, response: IncomingMessage, options: GetOptions<T>, transport: Transport, signal: AbortSignal): Promise<Attempt<T>> {
  const status = response.statusCode ?? 0;
  if (status === 304 && options.validators) {
    response.resume();
    return { ok: true, unchanged: true };
  }
  if (status !== 200) {
    response.destroy();
    return statusFailure(url, status, response);
  }
  const { result, retry } = await readBody(where(url), response, options, transport.bodyLimit, signal);
  if (!result.ok) return { ...result, retry, retryAfter: null };
  return { ok: true, unchanged: false, value: result.value, validators: validatorsOf(response) };
}

function statusFailure(url: URL, status: number, response: IncomingMessage): Attempt<never> {
  if (status === 404 || status === 410) return final(failure('not-found', `${where(url)} answered ${status}`));
  const retryAfter = retryAfterOf(response);
  const asked = retryAfter === null ? '' : ` and asked to wait ${Math.ceil(retryAfter / 1000)} s`;
  return { ...failure('http', `${where(url)} answered ${status}${asked}`), retry: status >= 500 || status === 429, retryAfter };
}

/** Seconds or a date; a date is read against the answer's own clock. */
function retryAfterOf(response: IncomingMessage): number | null {
  const value = response.headers['retry-after']?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const wait = Date.parse(value) - Date.parse(response.headers.date ?? '');
  return Number.isNaN(wait) ? null : Math.max(0, wait);
}

function validatorsOf(response: IncomingMessage): Validators | null {
  const etag = response.headers.etag ?? null;
  const lastModified = response.headers['last-modified'] ?? null;
  return etag === null && lastModified === null ? null : { etag, lastModified };
}
