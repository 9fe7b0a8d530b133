import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Logger } from 'pino';
import { seldom, type Said } from '../../domain/seldom.ts';
import type { Clients } from './clients.ts';
import type { Identity } from './identity.ts';
import { reduce, type Door, type GitHubEvent } from './listen.ts';
import { isSigned } from './signature.ts';

/** Where GitHub sends its webhooks. */
export const WEBHOOK_PATH = '/github/webhooks';

/** A delivery for the inbox: GitHub's id of it, and the fields that are used. */
export interface GitHubDelivery {
  readonly id: string;
  readonly surface: 'github';
  readonly event: string;
  readonly payload: GitHubEvent;
}

export interface WebhookOptions {
  /** What GitHub signs with. */
  readonly secret: string;
  readonly clients: Pick<Clients, 'forget'>;
  readonly identity: Pick<Identity, 'isOurs'>;
  readonly door: Door;
  readonly log: Logger;
  readonly now: () => number;
  /** Stores the delivery; false: it was there already. A rejection is answered 500, so that GitHub keeps it as failed. */
  readonly onDelivery: (delivery: GitHubDelivery) => Promise<boolean>;
}

/**
 * The listener for `POST /github/webhooks`: the signature is verified, over the bytes as they came, before anything is parsed.
 * Probot's own would make a client for every delivery, of which most are dropped.
 */
export function createWebhooks(options: WebhookOptions): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const { log } = options;
  const told = seldom(REFUSALS_TOLD, 60_000);
  return async (req, res) => {
    try {
      const { status, words } = await listen(options, req, told);
      // As text, head and body go out in one piece.
      const body = `${words}\n`;
      if (!res.headersSent) res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(body) }).end(body);
    } catch (error) {
      log.error({ err: error }, 'a GitHub webhook could not be handled');
      if (!res.headersSent) res.writeHead(500).end();
    }
  };
}

/** Drops a verified delivery that nobody uses, and stores every other. */
async function take({ clients, identity, door, log, now, onDelivery }: WebhookOptions, id: string, name: string, payload: unknown): Promise<void> {
  const reduced = reduce(name, payload, now(), door);
  if (!reduced.use) {
    log[reduced.why === 'unreadable' ? 'warn' : 'debug']({ delivery: id, event: name, why: reduced.why }, 'a GitHub delivery was acknowledged and dropped');
    return;
  }
  const { event } = reduced;
  // A bot that is read like people may turn out to be ourselves: what we write starts nothing.
  if (event.actor.type === 'Bot' && (event.issue || event.comment) && await identity.isOurs({ user: event.actor })) return;
  const touched = [...event.repos ?? [], ...(event.event.startsWith('repository.') ? [event.repo.fullName, event.repoWas ?? event.repo.fullName] : [])];
  await Promise.all(touched.map((repo) => clients.forget(repo)));
  await onDelivery({ id, surface: 'github', event: event.event, payload: event });
}

interface Answer { readonly status: number; readonly words: string }

/** Somebody else's words in a line of the log. */
const LONGEST_HEADER = 100;

/** Lines of the log about requests that were refused, in a minute: whoever sends them may send any number. */
const REFUSALS_TOLD = 20;

/** GitHub's ids of deliveries have 36 characters. */
const LONGEST_ID = 200;

async function listen(options: WebhookOptions, req: IncomingMessage, told: (now: number) => Said | null): Promise<Answer> {
  const { secret, log, now } = options;
  if (req.method !== 'POST' || req.url?.split('?', 1)[0] !== WEBHOOK_PATH) return { status: 404, words: 'Nothing listens here.' };
  const header = (name: string): string => String(req.headers[name] ?? '').trim();
  const [id, name] = [header('x-github-delivery'), header('x-github-event')];
  const body = await bodyOf(req);
  const warn = (words: string): void => {
    const line = told(now());
    if (line !== null) log.warn({ delivery: id.slice(0, LONGEST_HEADER), event: name.slice(0, LONGEST_HEADER), from: req.socket.remoteAddress, ...line }, words);
  };
  if (!isSigned(secret, body, header('x-hub-signature-256'))) {
    warn('a webhook was refused: its signature does not match WEBHOOK_SECRET. If it is from GitHub, the secret in the App\'s settings is another one');
    return { status: 401, words: 'The signature (X-Hub-Signature-256) is missing or does not match the body and the webhook secret.' };
  }
  if (name === '' || id === '') return { status: 400, words: `The header ${name === '' ? 'X-GitHub-Event' : 'X-GitHub-Delivery'} is missing or empty.` };
  if (id.length > LONGEST_ID) return { status: 400, words: `The header X-GitHub-Delivery has more than ${LONGEST_ID} characters.` };
  const payload = objectIn(body);
  if (payload === null) {
    warn(`a webhook was refused: it is signed and no JSON object. ${whatToSet(req)}`);
    return { status: 400, words: `The body is not a JSON object in UTF-8, as every event of GitHub's is. ${whatToSet(req)}` };
  }
  try {
    await take(options, id, name, payload);
    return { status: 200, words: 'ok' };
  } catch (error) {
    log.error({ err: error, delivery: id, event: name }, 'a GitHub delivery could not be stored; GitHub keeps it as failed, and is asked for it again');
    return { status: 500, words: 'The delivery could not be stored.' };
  }
}

/** The body that was read before, within its limit; where there is none, what comes in. */
function bodyOf(req: IncomingMessage & { readonly rawBody?: unknown }): Promise<Buffer> {
  return req.rawBody instanceof Buffer ? Promise.resolve(req.rawBody) : buffer(req);
}

/** What mends a body that is signed and cannot be read: most often GitHub's other way of sending, a form. */
const whatToSet = (req: IncomingMessage): string => String(req.headers['content-type'] ?? '').includes('x-www-form-urlencoded')
  ? 'It was sent as a form (application/x-www-form-urlencoded): set the content type to application/json on the webhook\'s settings page.'
  : 'On the webhook\'s settings page, the content type has to be application/json; if it is, something between GitHub and this door changes what is sent.';

/** The JSON object in a body; null where it is none, or no UTF-8. */
function objectIn(body: Buffer): object | null {
  if (!isUtf8(body)) return null;
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
