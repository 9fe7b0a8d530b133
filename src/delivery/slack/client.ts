import { webApi } from '@slack/bolt';
import type { Logger } from 'pino';
import { z } from 'zod';
import { readFailure, unreadable, type Call, type CallFailure } from './failure.ts';
import { boltLogger } from './logger.ts';

export interface ClientOptions {
  readonly botToken: string;
  /** Ends in `/`. */
  readonly apiUrl: string;
  readonly log: Logger;
  readonly now: () => number;
  /** Asked before each call that people see something of; a rejection keeps it from being made. */
  readonly beforeWrite?: (() => Promise<void>) | undefined;
  /** Milliseconds that one call may take; 10 s by default. */
  readonly timeout?: number;
}

/** Whether Slack can be written to at all, and if not, why: one sentence. */
export interface SlackState {
  readonly ok: boolean;
  readonly reason: string | null;
}

/** Who we are in the workspace. */
export interface Self {
  readonly botId: string | null;
  readonly userId: string | null;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | CallFailure;

/** While Slack does not answer, it is asked again after this long, and only if somebody wants to know. */
const ASK_AGAIN = 30_000;

const WRITES = /^(?:chat|views)\./;

const AuthTest = z.object({ bot_id: z.string().nullish(), user_id: z.string().nullish() });

/** Slack's Web API with failures as data. It never waits and tries again by itself: that is the dispatcher's part. */
export class Client {
  readonly web: webApi.WebClient;
  readonly #options: ClientOptions;
  #state: SlackState = { ok: false, reason: 'Slack has not been asked yet.' };
  #self: Self | null = null;
  #asking: Promise<void> | null = null;
  #askedAt: number | null = null;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.web = new webApi.WebClient(options.botToken, {
      slackApiUrl: options.apiUrl, logger: boltLogger(options.log, 'call'), timeout: options.timeout ?? 10_000,
      retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, allowAbsoluteUrls: false,
    });
  }

  /** One call. An answer that is ok and does not fit the schema counts as lost: it may have been carried out. */
  async call<T>(call: Call, run: (web: webApi.WebClient) => Promise<unknown>, schema: z.ZodType<T>): Promise<Answer<T>> {
    let raw: unknown;
    try {
      if (WRITES.test(call.method)) await this.beforeWrite();
      raw = await run(this.web);
    } catch (error) {
      const failure = readFailure(error, call);
      if (failure.general) this.#state = { ok: false, reason: failure.failure.reason };
      return failure;
    }
    this.#state = { ok: true, reason: null };
    const parsed = schema.safeParse(raw);
    return parsed.success ? { ok: true, value: parsed.data } : unreadable(call, 'it lacks what it must hold');
  }

  /** Rejects where nothing is to be written any more. */
  async beforeWrite(): Promise<void> { await this.#options.beforeWrite?.(); }

  /** What is known now. Asks in the background where nothing is known or Slack was away a while ago. */
  state(): SlackState {
    const due = this.#askedAt === null || (!this.#state.ok && this.#options.now() - this.#askedAt >= ASK_AGAIN);
    if (due) void this.ask();
    return this.#state;
  }

  /** Asks Slack who we are; never rejects. Calls at the same time share one request. */
  ask(): Promise<void> {
    this.#asking ??= this.#authTest().finally(() => { this.#asking = null; });
    return this.#asking;
  }

  /** Who we are; nulls where Slack has not said so yet. */
  self(): Self {
    return this.#self ?? { botId: null, userId: null };
  }

  /** Who we are, asked first where it is not known. */
  async identity(): Promise<Self> {
    if (this.#self === null) await this.ask();
    return this.self();
  }

  async #authTest(): Promise<void> {
    this.#askedAt = this.#options.now();
    const answer = await this.call({ channel: null, method: 'auth.test' }, (web) => web.auth.test(), AuthTest);
    if (!answer.ok) {
      // A refusal that would be one channel's elsewhere, such as an address that the workspace does not let in, is all of Slack's here.
      this.#state = { ok: false, reason: answer.failure.reason };
      this.#options.log.warn({ reason: answer.failure.reason }, 'Slack cannot be written to now');
      return;
    }
    this.#self = { botId: answer.value.bot_id ?? null, userId: answer.value.user_id ?? null };
    this.#options.log.info({ bot: this.#self.botId }, 'connected to Slack');
  }
}
