import { z } from 'zod';
import type { Answer, Client } from './client.ts';
import { refusal, type CallFailure } from './failure.ts';

/** Whether messages can be posted to a configured channel; if not, a sentence that says what to do. */
export interface ChannelCheck {
  readonly channel: string;
  readonly ok: boolean;
  readonly reason: string | null;
}

const Channel = z.object({ id: z.string(), name: z.string().nullish(), is_archived: z.boolean().nullish(), is_member: z.boolean().nullish() });
type Channel = z.infer<typeof Channel>;
const Page = z.object({ channels: z.array(Channel), response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish() });
const Info = z.object({ channel: Channel });

/** A workspace's list is read again after this long where it lacks a name that is asked for, or the bot could not post there. */
const LIST_AGE = 60_000;
/** 50 pages of 200: more channels than that are not searched. */
const MAX_PAGES = 50;

const isId = (channel: string): boolean => /^[CGD][A-Z0-9]{6,}$/.test(channel);
const bare = (channel: string): string => channel.replace(/^#/, '').toLowerCase();

/** Channels by name. The configuration may give a name or an id; reading a channel's history takes an id. */
export class Channels {
  readonly #client: Client;
  readonly #now: () => number;
  readonly #ids = new Map<string, string>();
  #list: Map<string, Channel> | null = null;
  #listedAt = 0;

  constructor(client: Client, now: () => number) {
    this.#client = client;
    this.#now = now;
  }

  /** An id that an answer of Slack gave for a configured channel. */
  learn(channel: string, id: string): void { this.#ids.set(channel, id); }

  /** The channel's id; `channel_not_found` where the bot sees none of that name. */
  async idOf(channel: string): Promise<Answer<string>> {
    const known = isId(channel) ? channel : this.#ids.get(channel);
    if (known !== undefined) return { ok: true, value: known };
    const found = await this.#find(channel);
    if (!found.ok) return found;
    if (found.value === null) return unknown(channel);
    this.learn(channel, found.value.id);
    return { ok: true, value: found.value.id };
  }

  /** Whether each of the channels can be posted to. Never rejects. */
  async check(channels: readonly string[]): Promise<ChannelCheck[]> {
    const checks: ChannelCheck[] = [];
    for (const channel of channels) checks.push(await this.#check(channel));
    return checks;
  }

  async #check(channel: string): Promise<ChannelCheck> {
    const found = isId(channel) ? await this.#info(channel) : await this.#find(channel);
    const bad = (reason: string): ChannelCheck => ({ channel, ok: false, reason });
    if (!found.ok) return bad(found.failure.retry ? `${channel} could not be checked. ${found.failure.reason}` : found.failure.reason);
    const code = found.value === null ? 'channel_not_found' : found.value.is_archived === true ? 'is_archived'
      : found.value.is_member === false ? 'not_in_channel' : null;
    return code === null ? { channel, ok: true, reason: null } : bad(refusal(code, { channel, method: 'chat.postMessage' }).failure.reason);
  }

  async #info(id: string): Promise<Answer<Channel>> {
    const answer = await this.#client.call({ channel: id, method: 'conversations.info' }, (web) => web.conversations.info({ channel: id }), Info);
    return answer.ok ? { ok: true, value: answer.value.channel } : answer;
  }

  async #find(channel: string): Promise<Answer<Channel | null>> {
    const known = this.#list?.get(bare(channel));
    const usable = known !== undefined && known.is_archived !== true && known.is_member !== false;
    if (usable || (this.#list && this.#now() - this.#listedAt < LIST_AGE)) return { ok: true, value: known ?? null };
    const both = await this.#read('public_channel,private_channel');
    // An app without groups:read still finds every public channel.
    const list = !both.ok && both.code === 'missing_scope' ? await this.#read('public_channel') : both;
    if (!list.ok) return list;
    this.#list = list.value;
    this.#listedAt = this.#now();
    return { ok: true, value: list.value.get(bare(channel)) ?? null };
  }

  async #read(types: string): Promise<Answer<Map<string, Channel>>> {
    const found = new Map<string, Channel>();
    let cursor = '';
    for (let page = 0; page < MAX_PAGES; page++) {
      const at = cursor;
      const answer = await this.#client.call({ channel: null, method: 'conversations.list' },
        (web) => web.conversations.list({ types, limit: 200, exclude_archived: false, ...(at === '' ? {} : { cursor: at }) }), Page);
      if (!answer.ok) return answer;
      for (const c of answer.value.channels) {
        const older = found.get(bare(c.name ?? ''));
        // An archived channel may share its name with the one that replaced it.
        if (c.name && (older === undefined || older.is_archived === true)) found.set(bare(c.name), c);
      }
      cursor = answer.value.response_metadata?.next_cursor ?? '';
      if (cursor === '') break;
    }
    return { ok: true, value: found };
  }
}

const unknown = (channel: string): CallFailure => refusal('channel_not_found', { channel, method: 'conversations.list' });
