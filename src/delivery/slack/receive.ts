import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseForm } from 'node:querystring';
import { buffer } from 'node:stream/consumers';
import { App, HTTPReceiver, verifySlackRequest, type AppOptions, type ReceiverEvent } from '@slack/bolt';
import type { Logger } from 'pino';
import { seldom } from '../../domain/seldom.ts';
import { readIncoming, type SlackDelivery } from './delivery.ts';
import { UNSAID, type Dialogs } from './dialog.ts';
import { boltLogger } from './logger.ts';
import { Socket } from './socket.ts';

export interface ReceiveOptions {
  readonly botToken: string;
  readonly signingSecret: string;
  readonly appToken: string | null;
  readonly apiUrl: string;
  readonly log: Logger;
  /** Stores what came in; false: it is known already. Rejects where it could not be stored. */
  readonly onDelivery: (delivery: SlackDelivery) => Promise<boolean>;
  readonly dialogs: Dialogs;
  readonly mayOpen: boolean;
  readonly now: () => number;
}

/**
 * Bolt's app with a road of its own: a delivery is stored, then acknowledged, and nothing else is waited for. A kill in
 * between loses nothing; whatever Slack signed is acknowledged, also what nobody is interested in.
 */
class InboxApp extends App {
  readonly #take: (event: ReceiverEvent) => Promise<void>;

  constructor(options: AppOptions, take: (event: ReceiverEvent) => Promise<void>) {
    super(options);
    this.#take = take;
  }

  override processEvent(event: ReceiverEvent): Promise<void> { return this.#take(event); }
}

/** What comes in from Slack: over HTTP at `/slack/events`, or over a socket where there is an app token. */
export class Inbound {
  readonly #options: ReceiveOptions;
  readonly #http: HTTPReceiver | null;
  readonly #socket: Socket | null;
  readonly #told = seldom(REFUSALS_TOLD, 60_000);

  constructor(options: ReceiveOptions) {
    this.#options = options;
    const { appToken, apiUrl, log, botToken } = options;
    this.#socket = appToken === null ? null : new Socket({ appToken, apiUrl, log });
    this.#http = appToken === null ? httpReceiver(options.signingSecret, log) : null;
    const receiver = this.#http ?? this.#socket?.receiver;
    if (!receiver) throw new Error('neither HTTP nor Socket Mode');
    // Without `tokenVerificationEnabled` Bolt would ask Slack who we are while it is constructed.
    const bolt = { receiver, logger: boltLogger(log, 'receive'), convoStore: false as const, token: botToken, tokenVerificationEnabled: false, clientOptions: { slackApiUrl: apiUrl, retryConfig: { retries: 0 } } };
    new InboxApp(bolt, (event) => this.#take(event));
  }

  /** Why nothing comes in; null where nothing is known to be wrong. */
  get problem(): string | null { return this.#socket?.problem ?? null; }

  start(): void { this.#socket?.start(); }

  async stop(): Promise<void> {
    await this.#socket?.stop();
    await this.#options.dialogs.settled();
  }

  /** Answers a request to `/slack/events`; 404 for every other, and for all of them in Socket Mode. */
  readonly requestListener = (req: IncomingMessage, res: ServerResponse): void => {
    this.#answer(req, res).catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'a request to /slack/events could not be answered');
      if (!res.headersSent) res.writeHead(500).end();
    });
  };

  /** Nothing is parsed before its signature was verified: Bolt would look into a form first, whoever sent it. */
  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (this.#http === null || req.method !== 'POST' || req.url?.split('?', 1)[0] !== '/slack/events') return void res.writeHead(404).end();
    const body = await bodyOf(req);
    if (isTlsCheck(body)) return void res.writeHead(200).end();
    const refused = this.#refusal(req, body);
    if (refused !== null) {
      const line = this.#told(this.#options.now());
      if (line !== null) this.#options.log.warn({ from: req.socket.remoteAddress, ...line }, `a request to /slack/events was refused: ${refused}`);
      return void res.writeHead(401).end();
    }
    if (holdsNothing(body)) return void res.writeHead(400).end();
    this.#http.requestListener(req, res);
  }

  /** Why Slack cannot have sent this, just now; null: it has. */
  #refusal(req: IncomingMessage, body: Buffer): string | null {
    const { signingSecret, now } = this.#options;
    const { signedAt: at = null } = signedAt(req);
    const given = req.headers['x-slack-signature'];
    if (at === null || typeof given !== 'string') return 'it is not signed as Slack signs';
    if (at > now() + LONGEST_DELTA) return 'it is dated more than five minutes from now. If it is from Slack, the clock of this machine is slow';
    try {
      verifySlackRequest({ signingSecret, body: body.toString('utf8'), headers: { 'x-slack-signature': given, 'x-slack-request-timestamp': at / 1_000 }, nowMilliseconds: now() });
      return null;
    } catch (error) {
      return `${error instanceof Error ? error.message : String(error)}. If it is from Slack, SLACK_SIGNING_SECRET is another App's, or the clock of this machine is fast`;
    }
  }

  async #take({ body, ack, customProperties }: ReceiverEvent): Promise<void> {
    const { onDelivery, dialogs, mayOpen, log, now } = this.#options;
    const signed: unknown = customProperties?.['signedAt'];
    const incoming = readIncoming(body, typeof signed === 'number' ? signed : now());
    switch (incoming.kind) {
      case 'delivery':
        await onDelivery(incoming.delivery);
        return ack();
      case 'dialog':
        await ack();
        if (!mayOpen) return log.info({ verb: incoming.asked.verb }, 'no dialog is opened, as nothing is written in this mode');
        return dialogs.open(incoming.asked, incoming.trigger, incoming.member, incoming.at);
      case 'unsaid': return ack(UNSAID[incoming.why]);
      case 'lost':
        log.warn({ what: incoming.what }, 'something from Slack does not say what it is about');
        await ack();
        return mayOpen ? dialogs.lost(incoming.ear) : undefined;
      case 'nothing':
        log[incoming.odd ? 'warn' : 'debug']({ what: incoming.what }, incoming.odd ? 'something from Slack could not be read and is dropped' : 'nothing is done about something from Slack');
        return ack();
      default: return incoming satisfies never;
    }
  }
}

/** Lines of the log about requests that were refused, in a minute: whoever sends them may send any number. */
const REFUSALS_TOLD = 20;

/** The body that was read before, within its limit; where there is none, what comes in, kept for Bolt. */
async function bodyOf(req: IncomingMessage & { rawBody?: unknown }): Promise<Buffer> {
  if (!(req.rawBody instanceof Buffer)) req.rawBody = await buffer(req);
  return req.rawBody;
}

/** Slack's question whether the connection is encrypted well, which it does not sign. Nothing else of it is read. */
const isTlsCheck = (body: Buffer): boolean => body.length < 1_000 && new URLSearchParams(body.toString('latin1')).get('ssl_check') === '1';

/** Whether a body is JSON's `null`, by itself or as a form's payload, which is read as Bolt reads it: Bolt would trip over it where nobody can catch it. */
function holdsNothing(body: Buffer): boolean {
  const text = body.toString();
  return [text, parseForm(text)['payload']].some((t) => typeof t === 'string' && t.trim() === 'null');
}

/** What may lie between the clocks of Slack and this machine (ms); Bolt allows as much the other way round. */
const LONGEST_DELTA = 300_000;

/** When Slack signed the request, in epoch milliseconds; nothing where that is no whole number of seconds. */
function signedAt(req: IncomingMessage): { signedAt?: number } {
  const seconds = req.headers['x-slack-request-timestamp'];
  return typeof seconds === 'string' && /^[1-9]\d{0,11}$/.test(seconds) ? { signedAt: Number(seconds) * 1000 } : {};
}

/** Bolt's receiver, for what Slack is known to have signed: Bolt itself would go by this machine's clock, which may be wrong. What could not be stored is refused, and sent again. */
function httpReceiver(signingSecret: string, log: Logger): HTTPReceiver {
  const refuse = (response: ServerResponse, status: number): void => {
    if (!response.headersSent) response.writeHead(status).end();
  };
  return new HTTPReceiver({
    signingSecret, signatureVerification: false, endpoints: ['/slack/events'], logger: boltLogger(log, 'receive'), customPropertiesExtractor: signedAt,
    unhandledRequestHandler: ({ response }) => { refuse(response, 503); },
    processEventErrorHandler: ({ error, response }) => {
      log.error({ err: error }, 'something from Slack could not be stored or answered');
      refuse(response, 500);
      return Promise.resolve(false);
    },
  });
}
