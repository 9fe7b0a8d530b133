import type { IncomingMessage, ServerResponse } from 'node:http';
import { App, HTTPReceiver, type AppOptions, type AuthorizeResult, type ReceiverEvent } from '@slack/bolt';
import type { Logger } from 'pino';
import { readDelivery, type SlackDelivery } from './delivery.ts';
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
  /** Our own ids, so that our own messages do not come back to us. */
  readonly self: () => { readonly botId: string | null; readonly userId: string | null };
}

/** What `/arch` answers until its verbs are there. */
const NOT_YET = 'Commands come with the next release of Archsignal; until then, assign yourself to an incident\'s issue or comment there to say that you have it.';

/** Bolt's app, with a delivery stored before anything is acknowledged: a kill in between loses nothing. */
class InboxApp extends App {
  readonly #keep: (body: unknown) => Promise<boolean>;

  /** `keep`: stores it; false: it is a repetition, and acknowledged without doing anything. */
  constructor(options: AppOptions, keep: (body: unknown) => Promise<boolean>) {
    super(options);
    this.#keep = keep;
  }

  /** Everything that Slack signed is acknowledged, also what no listener is interested in. */
  override async processEvent(event: ReceiverEvent): Promise<void> {
    if (!await this.#keep(event.body)) return event.ack();
    let acknowledged = false;
    const ack: ReceiverEvent['ack'] = async (response) => {
      if (acknowledged) return;
      acknowledged = true;
      await event.ack(response);
    };
    await super.processEvent({ ...event, ack });
    await ack();
  }
}

/** What comes in from Slack: over HTTP at `/slack/events`, or over a socket where there is an app token. */
export class Inbound {
  readonly #http: HTTPReceiver | null;
  readonly #socket: Socket | null;

  constructor(options: ReceiveOptions) {
    const { appToken, apiUrl, log } = options;
    const logger = boltLogger(log, 'receive');
    this.#socket = appToken === null ? null : new Socket({ appToken, apiUrl, log });
    this.#http = appToken === null ? httpReceiver(options.signingSecret, log) : null;
    const receiver = this.#http ?? this.#socket?.receiver;
    if (!receiver) throw new Error('neither HTTP nor Socket Mode');
    const app = new InboxApp({
      receiver, logger, convoStore: false, clientOptions: { slackApiUrl: apiUrl, retryConfig: { retries: 0 } },
      // Ours instead of Bolt's, which asks Slack who we are while it is constructed.
      authorize: () => Promise.resolve(authorization(options)),
    }, async (body) => {
      const delivery = readDelivery(body);
      return delivery === null || await options.onDelivery(delivery);
    });
    app.command('/arch', async ({ ack }) => { await ack({ response_type: 'ephemeral', text: NOT_YET }); });
  }

  /** Why nothing comes in; null where nothing is known to be wrong. */
  get problem(): string | null { return this.#socket?.problem ?? null; }

  start(): void { this.#socket?.start(); }

  async stop(): Promise<void> { await this.#socket?.stop(); }

  /** Answers a request to `/slack/events`; 404 for every other, and for all of them in Socket Mode. */
  readonly requestListener = (req: IncomingMessage, res: ServerResponse): void => {
    try {
      if (this.#http) this.#http.requestListener(req, res);
      else res.writeHead(404).end();
    } catch {
      // Bolt throws for a path or method that is not its own.
      if (!res.headersSent) res.writeHead(404).end();
    }
  };
}

/** Bolt's receiver: signatures in constant time, nothing older than five minutes; what could not be stored is refused, and sent again. */
function httpReceiver(signingSecret: string, log: Logger): HTTPReceiver {
  const refuse = (response: ServerResponse, status: number): void => {
    if (!response.headersSent) response.writeHead(status).end();
  };
  return new HTTPReceiver({
    signingSecret, endpoints: ['/slack/events'], logger: boltLogger(log, 'receive'),
    unhandledRequestHandler: ({ response }) => { refuse(response, 503); },
    processEventErrorHandler: ({ error, response }) => {
      log.error({ err: error }, 'something from Slack could not be stored or answered');
      refuse(response, 500);
      return Promise.resolve(false);
    },
  });
}

function authorization({ botToken, self }: ReceiveOptions): AuthorizeResult {
  const { botId, userId } = self();
  return { botToken, ...(botId === null ? {} : { botId }), ...(userId === null ? {} : { botUserId: userId }) };
}
