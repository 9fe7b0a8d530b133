import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { ActionResult } from '../../domain/action.ts';
import { buttonWords, incidentButtons } from './buttons.ts';
import { cardWords } from './card.ts';
import { Channels, type ChannelCheck } from './channels.ts';
import { Client, type SlackState } from './client.ts';
import { tellsOfEnd, type SlackDelivery } from './delivery.ts';
import { Dialogs, type Forestall } from './dialog.ts';
import { Executor, type Attempt, type SlackAction } from './execute.ts';
import { plain } from './inert.ts';
import { renderNotice } from './notices.ts';
import { Poster } from './post.ts';
import { Inbound } from './receive.ts';
import { renderMessage } from './render.ts';
import { renderText } from './text.ts';
import { renderReply } from './thread.ts';
import { Whisperer } from './whisper.ts';
import type { Subject } from './words.ts';

export type { Attempt, ChannelCheck, SlackAction, SlackDelivery, SlackState, Subject };
export type { Asked, Forestall } from './dialog.ts';
export { parseSlackEvent, type SaidIn, type SlackEvent } from './event.ts';

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
  /** Whether a click may open a dialog at once, which no row of the outbox tells of; not where nothing is to be written. */
  readonly mayOpen?: boolean | undefined;
  /** What a click is answered for which no dialog is to open; left out: every dialog opens. */
  readonly forestall?: Forestall | undefined;
  /** Asked before each call that people see something of; a rejection keeps it from being made. */
  readonly beforeWrite?: (() => Promise<void>) | undefined;
  /** Milliseconds that one call may take; 10 s by default. */
  readonly timeout?: number | undefined;
}

/** What a dialog's opening may take: Slack lets a click open one for three seconds. */
const DIALOG_TIMEOUT = 2_500;
/** What an address for an answer has; after that it is said in the channel. */
const ANSWER_TIMEOUT = 5_000;

/** Slack, as the runtime uses it: messages of incidents and proposals, their threads, words to one person, notices, and what comes in. */
export interface Slack {
  /** Answers POST /slack/events: 401 for what Slack did not sign within five minutes, 404 for every other request. */
  requestListener(req: IncomingMessage, res: ServerResponse): void;
  /** Asks Slack who we are, and connects in Socket Mode, both in the background. Does not wait for Slack. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Makes true what a row names. `subject` is null for what is about no incident. Never rejects for anything that Slack does. */
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
  const client = new Client({ botToken, apiUrl, log, now, beforeWrite: options.beforeWrite, ...(timeout === undefined ? {} : { timeout }) });
  const hasty = new Client({ botToken, apiUrl, log, now, timeout: Math.min(timeout ?? DIALOG_TIMEOUT, DIALOG_TIMEOUT) });
  const channels = new Channels(client, now);
  const whisperer = new Whisperer({ client, apiUrl, timeout: Math.min(timeout ?? ANSWER_TIMEOUT, ANSWER_TIMEOUT) });
  const executor = new Executor({ client, poster: new Poster(client, channels), whisperer, now });
  const dialogs = new Dialogs(hasty, whisperer, options.forestall ?? (() => Promise.resolve(null)), log);
  // Slack says itself that the App was taken away: what that comes to is known at once, and not with the next message.
  const heardOf: SlackOptions['onDelivery'] = async (delivery) => {
    const fresh = await onDelivery(delivery);
    if (tellsOfEnd(delivery)) void client.ask();
    return fresh;
  };
  const inbound = new Inbound({ botToken, signingSecret, appToken: options.appToken || null, apiUrl, log, onDelivery: heardOf, dialogs, mayOpen: options.mayOpen ?? true, now });
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
  switch (action.kind) {
    case 'notice': return renderNotice(action.text).text;
    case 'ensure-message': case 'reply': return incidentPreview(action, subject);
    case 'ensure-card': return cardWords([action]);
    case 'card-reply': case 'whisper': return renderText(action.text).text;
    case 'show-home': return cardWords(action.cards);
    default: return action satisfies never;
  }
}

function incidentPreview(action: Extract<SlackAction, { kind: 'ensure-message' | 'reply' }>, subject: Subject | null): string {
  if (subject === null) throw new Error(`${action.kind} needs the incident that it is about`);
  if (action.kind === 'ensure-message') return [renderMessage(subject).text, buttonWords(incidentButtons(subject.incident))].filter((part) => part !== '').join('\n');
  const fact = subject.incident.facts.find((f) => f.n === action.fact);
  return fact ? renderReply(subject, fact).text : `(the incident has no fact ${action.fact})`;
}
