import { z } from 'zod';
import type { ActionResult, Receipt, SlackAction } from '../../domain/action.ts';
import { beganBy, type MessageRef } from '../../domain/incident.ts';
import { wordOf } from '../../domain/word.ts';
import { cardRendering } from './card.ts';
import type { Answer, Client } from './client.ts';
import { homeView } from './home.ts';
import { cardMark, cardReplyMark, incidentMark, noticeMark, replyMark, type Mark } from './marker.ts';
import { renderNotice, renderShadow } from './notices.ts';
import type { Poster } from './post.ts';
import { renderMessage } from './render.ts';
import { renderText } from './text.ts';
import { renderReply } from './thread.ts';
import type { Whisperer } from './whisper.ts';
import type { Subject } from './words.ts';

export type { SlackAction } from '../../domain/action.ts';

export interface Attempt {
  /** An earlier attempt may have had its effect: look before writing. */
  readonly look: boolean;
  /** The store was put back from a backup: what is looked for may have been said, and counted otherwise, in a time that it does not remember. */
  readonly restored?: boolean;
}

type Of<K extends SlackAction['kind']> = Extract<SlackAction, { kind: K }>;

/** What rows are carried out with. */
export interface Tools {
  readonly client: Client;
  readonly poster: Poster;
  readonly whisperer: Whisperer;
  readonly now: () => number;
}

const HOUR = 3_600_000;
/** How far back a notice is looked for: longer than a row is tried. */
const WEEK = 7 * 24 * HOUR;

/** Makes true what a row names, or finds that it is. */
export class Executor {
  readonly #tools: Tools;

  constructor(tools: Tools) { this.#tools = tools; }

  /** `subject`: the incident as stored now; null for what is about none. Never rejects for anything that Slack does. */
  async run(action: SlackAction, subject: Subject | null, attempt: Attempt): Promise<ActionResult> {
    switch (action.kind) {
      case 'notice': return this.#notice(noticeMark(action.warning, action.text), action.channel, renderNotice(action.text), attempt);
      case 'ensure-message': return this.#message(action, about(action, subject), attempt);
      case 'reply': return this.#reply(action, about(action, subject), attempt);
      case 'ensure-card': return this.#card(action, attempt);
      case 'card-reply': return this.#cardReply(action, attempt);
      case 'whisper': return this.#tools.whisperer.say(action, renderText(action.text));
      case 'show-home': return this.#home(action);
      default: return action satisfies never;
    }
  }

  /** One message in the channel, told apart by its key: what would have been written elsewhere. */
  async shadow(channel: string, key: string, text: string, attempt: Attempt): Promise<ActionResult> {
    return this.#notice(noticeMark('shadow', key), channel, renderShadow(text), attempt);
  }

  async #message(action: Of<'ensure-message'>, subject: Subject, { look, restored }: Attempt): Promise<ActionResult> {
    const { incident } = subject;
    const place = { known: incident.messages[action.channel] ?? null, looks: look, since: (restored ? beganBy(incident) : incident.openedAt) - HOUR };
    const done = await this.#tools.poster.ensure(action.channel, renderMessage(subject), incidentMark(incident), place);
    return result(done, (at) => ({ kind: 'message', channel: at.channel, ts: at.ts, shown: incident.shown, issue: incident.issue?.number ?? null }));
  }

  async #reply(action: Of<'reply'>, subject: Subject, { look, restored = false }: Attempt): Promise<ActionResult> {
    const parent = subject.incident.messages[action.channel];
    if (!parent) return { ok: false, retry: true, reason: `The incident's message in ${action.channel} is not posted yet.`, after: null, scope: 'row' };
    const fact = subject.incident.facts.find((f) => f.n === action.fact);
    if (!fact) return { ok: false, retry: false, reason: `The incident has no fact ${action.fact} to tell in ${action.channel}.`, lost: null };
    const mark = replyMark(subject.incident, wordOf(subject.incident, fact), restored);
    const done = await this.#tools.poster.reply(action.channel, renderReply(subject, fact), mark, parent, look);
    return result(done, (at) => ({ kind: 'reply', ts: at.ts }));
  }

  async #card(action: Of<'ensure-card'>, { look }: Attempt): Promise<ActionResult> {
    const place = { known: action.at, looks: look, since: action.since - HOUR };
    const done = await this.#tools.poster.ensure(action.channel, cardRendering(action), cardMark(action.document, action.shown), place);
    return result(done, (at) => ({ kind: 'card', channel: at.channel, ts: at.ts, shown: action.shown }));
  }

  async #cardReply(action: Of<'card-reply'>, { look }: Attempt): Promise<ActionResult> {
    const done = await this.#tools.poster.reply(action.channel, renderText(action.text), cardReplyMark(action.document, action.id), action.parent, look);
    return result(done, (at) => ({ kind: 'reply', ts: at.ts }));
  }

  /** The whole page at once: shown twice it is the same page. */
  async #home({ user, cards }: Of<'show-home'>): Promise<ActionResult> {
    const view = homeView(cards);
    const done = await this.#tools.client.call({ channel: `the App Home of ${user}`, method: 'views.publish' }, (web) => web.views.publish({ user_id: user, view }), z.object({}));
    return done.ok ? { ok: true, receipt: { kind: 'done' } } : done.failure;
  }

  async #notice(mark: Mark, channel: string, rendering: Parameters<Poster['post']>[1], { look }: Attempt): Promise<ActionResult> {
    const { poster, now } = this.#tools;
    const receipt = (at: MessageRef): Receipt => ({ kind: 'notice', channel: at.channel, ts: at.ts });
    if (look) {
      const found = await poster.find(channel, mark, now() - WEEK);
      if (!found.ok) return found.failure;
      if (found.value !== null) return { ok: true, receipt: receipt(found.value.at) };
    }
    return result(await poster.post(channel, rendering, mark, null), receipt);
  }
}

function about(action: SlackAction, subject: Subject | null): Subject {
  if (subject === null) throw new Error(`${action.kind} needs the incident that it is about`);
  return subject;
}

const result = (done: Answer<MessageRef>, receipt: (at: MessageRef) => Receipt): ActionResult =>
  done.ok ? { ok: true, receipt: receipt(done.value) } : done.failure;
