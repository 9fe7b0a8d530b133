import type { Logger } from 'pino';
import { Probot, ProbotOctokit } from 'probot';
import type { Requester } from './answer.ts';

export interface AppOptions {
  readonly appId: number | string;
  readonly privateKey: string;
  readonly webhookSecret: string;
  /** REST base without a trailing slash: `https://api.github.com`, `https://host/api/v3`. */
  readonly apiUrl: string;
  readonly log: Logger;
  /** Asked before each request that changes something; a rejection keeps it from being sent. */
  readonly beforeWrite?: () => Promise<void>;
  /** Hears the date of each answer, as its header came; null: it had none. */
  readonly onDate?: (date: string | null) => void;
  /** Milliseconds that one request may take, its body included; 10 s by default. */
  readonly timeout?: number;
}

/**
 * Octokit without its own pacing and retries: its throttling waits by fixed sleeps, per process, and its retries repeat
 * a write that may have happened. The outbox does both, by what the answers say. Only the function form of `defaults`
 * switches throttling off.
 */
const PlainOctokit = ProbotOctokit.defaults((options: Record<string, unknown>) => ({
  ...options,
  throttle: { ...(options['throttle'] as object | undefined), enabled: false },
  retry: { enabled: false },
}));

/** The one Probot of the process, and clients made by the same rules. Nothing is sent while it is made. */
export interface App {
  /** Speaks as the App itself (JWT). */
  asApp(): Promise<Requester>;
  /** Speaks with an installation's token. */
  withToken(token: string): Requester;
}

/** Makes Probot; throws where the webhook secret is empty, because Probot would silently take a well-known one. */
export function createApp(options: AppOptions): App {
  if (options.webhookSecret.trim() === '') throw new Error('WEBHOOK_SECRET is empty: set it to the secret of the GitHub App, or anybody could send webhooks.');
  const baseUrl = options.apiUrl.replace(/\/+$/, '');
  const log = quiet(options.log);
  const request = { fetch: guardedFetch(datedFetch(timedFetch(options.timeout ?? 10_000), options.onDate), options.beforeWrite), log };
  const probot = new Probot({ appId: options.appId, privateKey: options.privateKey, secret: options.webhookSecret, baseUrl, log, request, Octokit: PlainOctokit });
  return {
    asApp: () => probot.auth(),
    withToken: (token) => new PlainOctokit({ auth: { token }, baseUrl, log, request }),
  };
}

/** A logger for Probot: its errors carry the whole payload of an unverified request, which has no place in a log. */
const quiet = (log: Logger): Logger => log.child({}, {
  serializers: { err: (e: unknown) => e instanceof Error ? { type: e.name, message: e.message.slice(0, 1_000), stack: e.stack?.slice(0, 4_000) } : String(e) },
});

/** `fetch` that gives up after `ms`, while the body is read as well. */
const timedFetch = (ms: number): typeof fetch => (input, init = {}) => {
  const limit = AbortSignal.timeout(ms);
  return fetch(input, { ...init, signal: init.signal ? AbortSignal.any([init.signal, limit]) : limit });
};

/** `fetch` that hands on what time it was where the answer was written. */
const datedFetch = (send: typeof fetch, onDate: AppOptions['onDate']): typeof fetch => async (input, init) => {
  const response = await send(input, init);
  onDate?.(response.headers.get('date'));
  return response;
};

/** `fetch` that asks first where the request changes something; a token is no change. */
const guardedFetch = (send: typeof fetch, beforeWrite: AppOptions['beforeWrite']): typeof fetch => async (input, init) => {
  const changes = !['GET', 'HEAD'].includes(init?.method ?? 'GET') && !(input instanceof Request ? input.url : input.toString()).endsWith('/access_tokens');
  if (changes) await beforeWrite?.();
  return send(input, init);
};
