import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Probot } from 'probot';
import type { Logger } from 'pino';
import type { Clients } from './clients.ts';
import { reduce, type GitHubEvent } from './listen.ts';

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
  readonly probot: Probot;
  readonly clients: Pick<Clients, 'forget'>;
  readonly log: Logger;
  readonly now: () => number;
  /** Stores the delivery; false: it was there already. A rejection is answered 500, so that GitHub keeps it as failed. */
  readonly onDelivery: (delivery: GitHubDelivery) => Promise<boolean>;
}

/** The listener for `POST /github/webhooks`: the signature is verified before anything is parsed. */
export function createWebhooks({ probot, clients, log, now, onDelivery }: WebhookOptions): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  probot.onAny(async ({ id, name, payload }) => {
    const reduced = reduce(name, payload, now());
    if (!reduced.use) {
      log[reduced.why === 'unreadable' ? 'warn' : 'debug']({ delivery: id, event: name, why: reduced.why }, 'a GitHub delivery was acknowledged and dropped');
      return;
    }
    const { event } = reduced;
    const touched = [...event.repos ?? [], ...(event.event.startsWith('repository.') ? [event.repo.fullName] : [])];
    await Promise.all(touched.map((repo) => clients.forget(repo)));
    await onDelivery({ id, surface: 'github', event: event.event, payload: event });
  });
  const listener = probot.getNodeMiddleware({ path: WEBHOOK_PATH });
  // A failed start of Probot is reported by the first request; nothing may be left unhandled before it.
  listener.catch(() => undefined);
  return async (req, res) => {
    try {
      const listen = await listener;
      if (await listen(req, res) || res.headersSent) return;
      res.writeHead(404).end();
    } catch (error) {
      log.error({ err: error }, 'a GitHub webhook could not be handled');
      if (!res.headersSent) res.writeHead(500).end();
    }
  };
}
