import { setTimeout as sleep } from 'node:timers/promises';
import { SocketModeReceiver, webApi } from '@slack/bolt';
import type { Logger } from 'pino';
import { boltLogger } from './logger.ts';

export interface SocketOptions {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly log: Logger;
}

const LONGEST_WAIT = 30_000;
/** A peer that does not answer the goodbye is not waited for longer than this. */
const GOODBYE = 2_000;

/**
 * Socket Mode's connection, kept up by us: Bolt's own reconnecting gives up, by a rejection that nobody can catch, when
 * Slack is away at that moment.
 */
export class Socket {
  readonly receiver: SocketModeReceiver;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #problem: string | null = 'Socket Mode is not connected yet.';

  constructor(options: SocketOptions) {
    this.#log = options.log;
    this.receiver = new SocketModeReceiver({
      appToken: options.appToken, logger: boltLogger(options.log, 'call'), autoReconnectEnabled: false,
      processEventErrorHandler: ({ error }) => {
        options.log.error({ err: error }, 'something from Slack could not be stored or answered');
        return Promise.resolve(false);
      },
      installerOptions: { clientOptions: { slackApiUrl: options.apiUrl, timeout: 10_000, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true } },
    });
  }

  /** Why nothing comes in; null while connected. */
  get problem(): string | null { return this.#problem; }

  /** Connects, and again whenever the connection ends. Returns at once. */
  start(): void { this.#running ??= this.#keep(); }

  /** Ends the connection; resolves when it is closed, or soon. */
  async stop(): Promise<void> {
    this.#stop.abort();
    const patience = new AbortController();
    await Promise.race([
      Promise.all([Promise.resolve(this.receiver.client.disconnect()).catch(() => undefined), this.#running]),
      sleep(GOODBYE, undefined, { signal: patience.signal, ref: false }).catch(() => undefined),
    ]);
    patience.abort();
  }

  async #keep(): Promise<void> {
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted;) {
      const connected = await this.#session();
      failures = connected ? 0 : failures + 1;
      // A pause also after a connection that was up: one that ends at once must not become a storm.
      const wait = connected ? 250 : Math.min(LONGEST_WAIT, 500 * 2 ** failures);
      await sleep(wait, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** One connection from start to end. False: it did not come up. */
  async #session(): Promise<boolean> {
    const { client } = this.receiver;
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => { end = resolve; });
    client.once('disconnected', end);
    try {
      await client.start();
      this.#problem = null;
      this.#log.info('connected to Slack by Socket Mode');
      await ended;
      return true;
    } catch (error) {
      const problem = problemOf(error);
      if (problem !== this.#problem && !this.#stop.signal.aborted) this.#log.warn({ reason: problem }, 'Slack sends nothing in for now');
      this.#problem = problem;
      return false;
    } finally {
      client.off('disconnected', end);
      this.#problem ??= 'Socket Mode is connecting again.';
    }
  }
}

/** What Slack says of an app-level token that it does not take. */
const TOKEN = new Set(['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'not_allowed_token_type', 'missing_scope']);

/** Why there is no connection; with what to do where it does not come up by itself. */
function problemOf(error: unknown): string {
  const code = error instanceof webApi.WebAPIPlatformError ? String((error.data as { error?: unknown }).error) : '';
  if (TOKEN.has(code)) return `Slack does not accept SLACK_APP_TOKEN (${code}), so nothing from Slack comes in: generate an app-level token with the scope connections:write (the Slack App's page, Basic Information), set it and restart.`;
  if (code === 'forbidden_team' || code === 'socket_mode_not_enabled') return `Socket Mode is not switched on for the Slack App (${code}): switch it on on its page, under Socket Mode.`;
  return `Socket Mode could not connect: ${error instanceof Error ? error.message : 'the connection closed'}`;
}
