import type { IncomingMessage, ServerResponse } from 'node:http';
import { App, HTTPReceiver, type AppOptions, type ReceiverEvent } from '@slack/bolt';
import type { Logger } from 'pino';
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
    try {
      if (this.#http && isEarly(req, this.#options.now())) this.#refuseEarly(res);
      else if (this.#http && holdsNothing(req)) res.writeHead(400).end();
      else if (this.#http) this.#http.requestListener(req, res);
      else res.writeHead(404).end();
    } catch {
      // Bolt throws for a path or method that is not its own.
      if (!res.headersSent) res.writeHead(404).end();
    }
  };

  #refuseEarly(res: ServerResponse): void {
    this.#options.log.warn('a request to /slack/events was refused: it is dated more than five minutes from now. If it is from Slack, the clock of this machine is slow');
    res.writeHead(401).end();
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

/** Whether a body that was read before is JSON's `null`: Bolt would trip over it where nobody can catch it. */
function holdsNothing(req: IncomingMessage): boolean {
  const { rawBody } = req as IncomingMessage & { rawBody?: unknown };
  if (!(rawBody instanceof Buffer) || rawBody.length > 200) return false;
  const text = rawBody.toString();
  return text.trim() === 'null' || new URLSearchParams(text).get('payload')?.trim() === 'null';
}

/** What may lie between the clocks of Slack and this machine (ms); Bolt allows as much the other way round. */
const LONGEST_DELTA = 300_000;

/** Whether the request is dated in the future: one that somebody kept to send it later would else be good until then. */
const isEarly = (req: IncomingMessage, now: number): boolean => (signedAt(req).signedAt ?? 0) > now + LONGEST_DELTA;

/** When Slack signed the request, in epoch milliseconds. */
function signedAt(req: IncomingMessage): { signedAt?: number } {
  const seconds = Number(req.headers['x-slack-request-timestamp']);
  return Number.isFinite(seconds) && seconds > 0 ? { signedAt: seconds * 1000 } : {};
}

/** Bolt's receiver: signatures in constant time, nothing older than five minutes (nor younger, see above); what could not be stored is refused, and sent again. */
function httpReceiver(signingSecret: string, log: Logger): HTTPReceiver {
  const refuse = (response: ServerResponse, status: number): void => {
    if (!response.headersSent) response.writeHead(status).end();
  };
  return new HTTPReceiver({
    signingSecret, endpoints: ['/slack/events'], logger: boltLogger(log, 'receive'), customPropertiesExtractor: signedAt,
    unhandledRequestHandler: ({ response }) => { refuse(response, 503); },
    processEventErrorHandler: ({ error, response }) => {
      log.error({ err: error }, 'something from Slack could not be stored or answered');
      refuse(response, 500);
      return Promise.resolve(false);
    },
  });
}
