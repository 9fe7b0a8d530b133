import { z } from 'zod';
import type { Action, ActionResult } from '../../domain/action.ts';
import type { MessageRef } from '../../domain/incident.ts';
import type { Rendering } from './blocks.ts';
import type { Channels } from './channels.ts';
import type { Answer, Client } from './client.ts';
import type { CallFailure } from './failure.ts';
import { look } from './look.ts';
import { incidentMark, isCurrent, marked, metadataOf, noticeMark, replyMark, type Mark } from './marker.ts';
import { renderNotice, renderShadow } from './notices.ts';
import { renderMessage } from './render.ts';
import { renderReply } from './thread.ts';
import type { Subject } from './words.ts';

/** The rows that Slack executes. */
export type SlackAction = Extract<Action, { kind: 'ensure-message' | 'reply' | 'notice' }>;

export interface Attempt {
  /** An earlier attempt may have had its effect: look before writing. */
  readonly look: boolean;
}

type Of<K extends SlackAction['kind']> = Extract<SlackAction, { kind: K }>;

const Posted = z.object({ channel: z.string(), ts: z.string() });
const HOUR = 3_600_000;
/** How far back a notice is looked for: longer than a row is tried. */
const WEEK = 7 * 24 * HOUR;

/** Makes true what a row names, or finds that it is. */
export class Executor {
  readonly #client: Client;
  readonly #channels: Channels;
  readonly #now: () => number;

  constructor(client: Client, channels: Channels, now: () => number) {
    this.#client = client;
    this.#channels = channels;
    this.#now = now;
  }

  /** `subject`: the incident as stored now; null for a notice. Never rejects for anything that Slack does. */
  async run(action: SlackAction, subject: Subject | null, attempt: Attempt): Promise<ActionResult> {
    if (action.kind === 'notice') return this.#notice(action, attempt);
    if (subject === null) throw new Error(`${action.kind} needs the incident that it is about`);
    return action.kind === 'reply' ? this.#reply(action, subject, attempt) : this.#message(action, subject, attempt);
  }

  /** One message in the channel, told apart by its key: what would have been written elsewhere. */
  async shadow(channel: string, key: string, text: string, attempt: Attempt): Promise<ActionResult> {
    const mark = noticeMark('shadow', key);
    return this.#once(channel, renderShadow(text), mark, attempt);
  }

  async #message(action: Of<'ensure-message'>, subject: Subject, attempt: Attempt): Promise<ActionResult> {
    const { incident } = subject;
    const mark = incidentMark(incident);
    const rendering = renderMessage(subject);
    const receipt = (at: MessageRef): ActionResult =>
      ({ ok: true, receipt: { kind: 'message', channel: at.channel, ts: at.ts, shown: incident.shown, issue: incident.issue?.number ?? null } });
    const known = incident.messages[action.channel];
    if (known) {
      const updated = await this.#update(action.channel, known, rendering, mark);
      if (updated.ok) return receipt(updated.value);
      if (updated.code !== 'message_not_found') return updated.failure;
      // Somebody deleted it: it is posted anew, once, for the next one is known by its own receipt.
    }
    if (attempt.look) {
      const found = await this.#find(action.channel, mark, incident.openedAt - HOUR);
      if (!found.ok) return found.failure;
      if (found.value !== null) {
        if (found.value.current) return receipt(found.value.at);
        const updated = await this.#update(action.channel, found.value.at, rendering, mark);
        return updated.ok ? receipt(updated.value) : updated.failure;
      }
    }
    const posted = await this.#post(action.channel, rendering, mark, null);
    return posted.ok ? receipt(posted.value) : posted.failure;
  }

  async #reply(action: Of<'reply'>, subject: Subject, attempt: Attempt): Promise<ActionResult> {
    const parent = subject.incident.messages[action.channel];
    if (!parent) return { ok: false, retry: true, reason: `The incident's message in ${action.channel} is not posted yet.`, after: null, scope: 'row' };
    const fact = subject.incident.facts.find((f) => f.n === action.fact);
    if (!fact) return { ok: false, retry: false, reason: `The incident has no fact ${action.fact} to tell in ${action.channel}.`, lost: null };
    const mark = replyMark(subject.incident.id, action.fact);
    if (attempt.look) {
      const found = await look(this.#client, { name: action.channel, id: parent.channel, thread: parent.ts }, mark, 0);
      if (!found.ok) return found.failure;
      if (found.value !== null) return { ok: true, receipt: { kind: 'reply', ts: found.value.ts } };
    }
    const posted = await this.#post(action.channel, renderReply(subject, fact), mark, parent);
    return posted.ok ? { ok: true, receipt: { kind: 'reply', ts: posted.value.ts } } : posted.failure;
  }

  #notice(action: Of<'notice'>, attempt: Attempt): Promise<ActionResult> {
    return this.#once(action.channel, renderNotice(action.text), noticeMark(action.warning, action.text), attempt);
  }

  async #once(channel: string, rendering: Rendering, mark: Mark, attempt: Attempt): Promise<ActionResult> {
    const receipt = (at: MessageRef): ActionResult => ({ ok: true, receipt: { kind: 'notice', channel: at.channel, ts: at.ts } });
    if (attempt.look) {
      const found = await this.#find(channel, mark, this.#now() - WEEK);
      if (!found.ok) return found.failure;
      if (found.value !== null) return receipt(found.value.at);
    }
    const posted = await this.#post(channel, rendering, mark, null);
    return posted.ok ? receipt(posted.value) : posted.failure;
  }

  async #find(channel: string, mark: Mark, since: number): Promise<Answer<{ at: MessageRef; current: boolean } | null>> {
    const id = await this.#channels.idOf(channel);
    if (!id.ok) return id;
    const found = await look(this.#client, { name: channel, id: id.value, thread: null }, mark, since);
    if (!found.ok) return found;
    return { ok: true, value: found.value === null ? null : { at: { channel: id.value, ts: found.value.ts }, current: isCurrent(found.value, mark) } };
  }

  async #post(channel: string, rendering: Rendering, mark: Mark, parent: MessageRef | null): Promise<Answer<MessageRef>> {
    const answer = await this.#postTo(parent?.channel ?? channel, channel, rendering, mark, parent);
    if (answer.ok || answer.code !== 'channel_not_found' || parent !== null) return answer;
    // A name that is not taken as one may still be a channel's: its id is.
    const id = await this.#channels.idOf(channel);
    return id.ok && id.value !== channel ? this.#postTo(id.value, channel, rendering, mark, parent) : answer;
  }

  async #postTo(to: string, channel: string, rendering: Rendering, mark: Mark, parent: MessageRef | null): Promise<Answer<MessageRef>> {
    const answer = await this.#client.call({ channel, method: 'chat.postMessage' }, (web) => web.chat.postMessage({
      channel: to, ...content(rendering, mark), unfurl_links: false, unfurl_media: false, ...(parent === null ? {} : { thread_ts: parent.ts }),
    }), Posted);
    if (answer.ok) this.#channels.learn(channel, answer.value.channel);
    return answer;
  }

  async #update(channel: string, at: MessageRef, rendering: Rendering, mark: Mark): Promise<Answer<MessageRef> | CallFailure> {
    const answer = await this.#client.call({ channel, method: 'chat.update' },
      (web) => web.chat.update({ channel: at.channel, ts: at.ts, ...content(rendering, mark) }), z.object({}));
    return answer.ok ? { ok: true, value: at } : answer;
  }
}

/** `parse` and `link_names`: Slack reads nothing into words that are not marked up by us. */
const content = (rendering: Rendering, mark: Mark) => ({
  text: rendering.text, blocks: marked(rendering.blocks, mark), metadata: metadataOf(mark), parse: 'none' as const, link_names: false,
});
