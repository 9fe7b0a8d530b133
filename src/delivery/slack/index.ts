import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { ActionResult } from '../../domain/action.ts';
import { Channels, type ChannelCheck } from './channels.ts';
import { Client, type SlackState } from './client.ts';
import type { SlackDelivery } from './delivery.ts';
import { Executor, type Attempt, type SlackAction } from './execute.ts';
import { plain } from './inert.ts';
import { renderNotice } from './notices.ts';
import { Inbound } from './receive.ts';
import { renderMessage } from './render.ts';
import { renderReply } from './thread.ts';
import type { Subject } from './words.ts';

export type { Attempt, ChannelCheck, SlackAction, SlackDelivery, SlackState, Subject };

export interface SlackOptions {
  readonly botToken: string;
  /** Verifies what comes in over HTTP; must not be empty unless there is an app token. */
  readonly signingSecret: string;
  /** Set: Socket Mode instead of the HTTP endpoint. */
  readonly appToken?: string | undefined;
  /** Web API base, ends in `/`. */
  readonly apiUrl: string;
  readonly log: Logger;
  /** Stores a delivery before it is acknowledged; false: it is known already. A rejection makes Slack send it again. */
  readonly onDelivery: (delivery: SlackDelivery) => Promise<boolean>;
  readonly now: () => number;
  /** Milliseconds that one call may take; 10 s by default. */
  readonly timeout?: number | undefined;
}

/** Slack, as the runtime uses it: one message per incident, its thread, operators' notices, and what comes in. */
export interface Slack {
  /** Answers POST /slack/events: 401 for what Slack did not sign within five minutes, 404 for every other request. */
  requestListener(req: IncomingMessage, res: ServerResponse): void;
  /** Asks Slack who we are, and connects in Socket Mode, both in the background. Does not wait for Slack. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Makes true what a row names. `subject` is null for a notice. Never rejects for anything that Slack does. */
  execute(action: SlackAction, subject: Subject | null, attempt: Attempt): Promise<ActionResult>;
  /** Whether the channels can be posted to, for warnings at start. Never rejects. */
  check(channels: readonly string[]): Promise<ChannelCheck[]>;
  /** What is known of Slack now; asks again in the background where it was away. */
  state(): SlackState;
  /** The text that the row would write, as plain text. */
  preview(action: SlackAction, subject: Subject | null): { text: string };
  /** One message in the channel that shows `text` as it is, with every name inert; found again by its key. Looks first unless told not to. */
  shadow(channel: string, key: string, text: string, attempt?: Attempt): Promise<ActionResult>;
}

/** Constructs without a word to Slack: nothing goes out before `start`, `execute`, `check` or `state`. */
export function createSlack(options: SlackOptions): Slack {
  const { botToken, signingSecret, apiUrl, log, now, onDelivery, timeout } = options;
  const client = new Client({ botToken, apiUrl, log, now, ...(timeout === undefined ? {} : { timeout }) });
  const channels = new Channels(client, now);
  const executor = new Executor(client, channels, now);
  const inbound = new Inbound({ botToken, signingSecret, appToken: options.appToken || null, apiUrl, log, onDelivery, self: () => client.self() });
  return {
    requestListener: (req, res) => { inbound.requestListener(req, res); },
    start: async () => {
      void client.ask();
      inbound.start();
    },
    stop: () => inbound.stop(),
    execute: (action, subject, attempt) => executor.run(action, subject, attempt),
    check: (wanted) => channels.check(wanted),
    state: () => {
      const state = client.state();
      return state.ok && inbound.problem !== null ? { ok: false, reason: inbound.problem } : state;
    },
    preview: (action, subject) => ({ text: plain(previewOf(action, subject)) }),
    shadow: (channel, key, text, attempt = { look: true }) => executor.shadow(channel, key, text, attempt),
  };
}

function previewOf(action: SlackAction, subject: Subject | null): string {
  if (action.kind === 'notice') return renderNotice(action.text).text;
  if (subject === null) throw new Error(`${action.kind} needs the incident that it is about`);
  if (action.kind === 'ensure-message') return renderMessage(subject).text;
  const fact = subject.incident.facts.find((f) => f.n === action.fact);
  return fact ? renderReply(subject, fact).text : `(the incident has no fact ${action.fact})`;
}
