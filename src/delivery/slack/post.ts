import { z } from 'zod';
import type { MessageRef } from '../../domain/incident.ts';
import type { Rendering } from './blocks.ts';
import type { Channels } from './channels.ts';
import type { Answer, Client } from './client.ts';
import type { CallFailure } from './failure.ts';
import { look } from './look.ts';
import { isCurrent, marked, metadataOf, type Mark } from './marker.ts';

/** A message of ours that was found. `current`: it shows what the mark says already. */
export interface Found {
  readonly at: MessageRef;
  readonly current: boolean;
}

const Posted = z.object({ channel: z.string().nullish(), ts: z.string() });

/** Messages that carry a mark: posted, edited, and found again. */
export class Poster {
  readonly #client: Client;
  readonly #channels: Channels;

  constructor(client: Client, channels: Channels) {
    this.#client = client;
    this.#channels = channels;
  }

  /**
   * There is one message with the mark in the channel, and it shows the rendering. `known`: where it is said to be;
   * `since`: no earlier than this (epoch ms) can it have been posted.
   */
  async ensure(channel: string, rendering: Rendering, mark: Mark, { known, looks, since }: { known: MessageRef | null; looks: boolean; since: number }): Promise<Answer<MessageRef>> {
    if (known) {
      const updated = await this.#update(channel, known, rendering, mark);
      if (updated.ok || updated.code !== 'message_not_found') return updated;
      // Somebody deleted it: it is posted anew, once, for the next one is known by its own receipt.
    }
    if (looks) {
      const found = await this.find(channel, mark, since);
      if (!found.ok) return found;
      if (found.value !== null) return found.value.current ? { ok: true, value: found.value.at } : this.#update(channel, found.value.at, rendering, mark);
    }
    return this.post(channel, rendering, mark, null);
  }

  /** One reply with the mark below the parent. */
  async reply(channel: string, rendering: Rendering, mark: Mark, parent: MessageRef, looks: boolean): Promise<Answer<MessageRef>> {
    if (looks) {
      const found = await look(this.#client, { name: channel, id: parent.channel, thread: parent.ts }, mark, 0);
      if (!found.ok) return found;
      if (found.value !== null) return { ok: true, value: { channel: parent.channel, ts: found.value.ts } };
    }
    return this.post(channel, rendering, mark, parent);
  }

  /** The message with the mark; null: it is not there. */
  async find(channel: string, mark: Mark, since: number): Promise<Answer<Found | null>> {
    const id = await this.#channels.idOf(channel);
    if (!id.ok) return id;
    const found = await look(this.#client, { name: channel, id: id.value, thread: null }, mark, since);
    if (!found.ok) return found;
    return { ok: true, value: found.value === null ? null : { at: { channel: id.value, ts: found.value.ts }, current: isCurrent(found.value, mark) } };
  }

  /** Posts it, without a look; below `parent` where there is one. */
  async post(channel: string, rendering: Rendering, mark: Mark, parent: MessageRef | null): Promise<Answer<MessageRef>> {
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
    if (!answer.ok) return answer;
    const { channel: told, ts } = answer.value;
    if (told) this.#channels.learn(channel, told);
    return { ok: true, value: { channel: told ?? await this.#placeOf(to), ts } };
  }

  /** The id of where it was posted, which edits and threads need; as it was called where that is not to be had. */
  async #placeOf(to: string): Promise<string> {
    const id = await this.#channels.idOf(to);
    return id.ok ? id.value : to;
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
