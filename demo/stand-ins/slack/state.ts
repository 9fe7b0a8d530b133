/** What Slack remembers. Everything here may be read and changed by a test; times are epoch milliseconds. */

export type Json = Record<string, unknown>;

export interface SlackUser { readonly id: string; readonly name: string; realName: string; email: string | null; readonly isBot: boolean; deleted: boolean }

export interface Channel {
  readonly id: string;
  name: string;
  private: boolean;
  archived: boolean;
  /** The App's bot was invited. */
  botIsMember: boolean;
  /** A conversation with one person. */
  readonly im: boolean;
  /** Oldest first, replies included. */
  readonly messages: Message[];
}

export interface Message {
  readonly ts: string;
  readonly channel: Channel;
  /** The message that this one replies to; null at top level. */
  readonly threadTs: string | null;
  readonly user: SlackUser;
  readonly at: number;
  text: string;
  blocks: Json[] | null;
  metadata: Json | null;
  edited: { readonly at: number; readonly ts: string } | null;
  /** What it said before, oldest first. */
  readonly history: { readonly text: string; readonly blocks: Json[] | null; readonly at: number }[];
  readonly reactions: { readonly name: string; readonly users: string[] }[];
  /** Only this user sees it. */
  readonly ephemeralFor: string | null;
}

/** A person, group or whole channel that a message asked for. */
export interface SlackPing {
  /** `<@U123>`, `<!subteam^S123>`, `<!here>`, `<!channel>`, `<!everyone>`. */
  readonly target: string;
  readonly at: number;
  readonly message: Message;
  /** It came into the message by an edit. */
  readonly edited: boolean;
}

export interface View {
  readonly id: string;
  /** Who sees it. */
  readonly user: string | null;
  readonly kind: 'modal' | 'home';
  view: Json;
  /** A modal that was sent or cancelled is closed. */
  closed?: boolean;
}

/** A right to open a modal, given with a click or a command: once, for three seconds. */
export interface Trigger { readonly user: string; readonly until: number }

/** An address for answers (`response_url`): five of them, for half an hour. */
export interface AnswerAddress { readonly channel: Channel; readonly user: string; /** The message that was clicked. */ readonly ts: string | null; readonly until: number; left: number }

/** Channels, people and messages. */
export class SlackState {
  readonly channels = new Map<string, Channel>();
  readonly users = new Map<string, SlackUser>();
  readonly views: View[] = [];
  readonly pings: SlackPing[] = [];
  readonly triggers = new Map<string, Trigger>();
  readonly answers = new Map<string, AnswerAddress>();
  readonly teamId = 'T0STANDIN';
  /** The Enterprise Grid that the workspace is part of, `E…`; null: none. */
  enterprise: string | null = null;
  readonly bot: SlackUser;
  readonly #now: () => number;
  readonly #told = new WeakMap<Message, Set<string>>();
  #count = 0;
  #lastTs = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.bot = this.user('archsignal', { isBot: true, id: 'U0ARCHSIG', realName: 'Archsignal' });
  }

  id(letter: string): string { return `${letter}0${(this.#count += 1).toString(36).toUpperCase().padStart(8, 'A')}`; }

  /** A new timestamp: the clock's, and later than every one before. */
  ts(): string {
    const micros = Math.max(this.#now() * 1000, this.#lastTs + 1);
    this.#lastTs = micros;
    return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
  }

  now(): number { return this.#now(); }

  /** A trigger for this person; its time is the wall clock's, as the program's answer is. */
  trigger(user: SlackUser): string {
    const id = `${Date.now()}.${this.id('T')}`;
    this.triggers.set(id, { user: user.id, until: Date.now() + 3_000 });
    return id;
  }

  /** An address for answers to this person; returns its path. */
  answerTo(channel: Channel, user: SlackUser, ts: string | null): string {
    const id = this.id('R');
    this.answers.set(id, { channel, user: user.id, ts, until: this.#now() + 1_800_000, left: 5 });
    return `/respond/${id}`;
  }

  /** The person of this name, made where there is none. */
  user(name: string, set: { id?: string; email?: string; isBot?: boolean; realName?: string } = {}): SlackUser {
    const known = [...this.users.values()].find((u) => u.name === name || u.id === name);
    if (known) return known;
    const user: SlackUser = { id: set.id ?? this.id('U'), name, realName: set.realName ?? name, email: set.email ?? null, isBot: set.isBot ?? false, deleted: false };
    this.users.set(user.id, user);
    return user;
  }

  /** The channel of this name (without `#`), made where there is none: public, with the bot in it. */
  channel(name: string, set: Partial<Pick<Channel, 'private' | 'archived' | 'botIsMember'>> & { im?: boolean } = {}): Channel {
    const { im = false, ...rest } = set;
    let channel = this.find(name);
    if (!channel) {
      channel = { id: this.id(im ? 'D' : 'C'), name: name.replace(/^#/, ''), private: im, archived: false, botIsMember: true, im, messages: [] };
      this.channels.set(channel.id, channel);
    }
    return Object.assign(channel, rest);
  }

  /** A channel by id, `#name` or name. */
  find(idOrName: string): Channel | undefined {
    const name = idOrName.replace(/^#/, '');
    return this.channels.get(idOrName) ?? [...this.channels.values()].find((c) => c.name === name);
  }

  post(channel: Channel, user: SlackUser, what: { text: string; blocks?: Json[] | null; metadata?: Json | null; threadTs?: string | null; ephemeralFor?: string | null }): Message {
    const message: Message = {
      ts: this.ts(), channel, user, at: this.#now(), text: what.text, blocks: what.blocks ?? null, metadata: what.metadata ?? null,
      threadTs: what.threadTs ?? null, edited: null, history: [], reactions: [], ephemeralFor: what.ephemeralFor ?? null,
    };
    channel.messages.push(message);
    this.#readPings(message, false);
    return message;
  }

  edit(message: Message, what: { text?: string | undefined; blocks?: Json[] | null | undefined; metadata?: Json | null | undefined }): void {
    const changed = (what.text !== undefined && what.text !== message.text) || (what.blocks !== undefined && JSON.stringify(what.blocks) !== JSON.stringify(message.blocks));
    if (changed) message.history.push({ text: message.text, blocks: message.blocks, at: this.#now() });
    if (what.text !== undefined) message.text = what.text;
    if (what.blocks !== undefined) message.blocks = what.blocks;
    if (what.metadata !== undefined) message.metadata = what.metadata;
    message.edited = { at: this.#now(), ts: this.ts() };
    this.#readPings(message, true);
  }

  #readPings(message: Message, edited: boolean): void {
    const told = this.#told.get(message) ?? new Set<string>();
    this.#told.set(message, told);
    const text = `${message.text}\n${message.blocks === null ? '' : mrkdwnOf(message.blocks).join('\n')}`;
    for (const [whole, target = whole] of text.matchAll(/<(@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+|!here|!channel|!everyone)(?:\|[^>]*)?>/g)) {
      if (told.has(target)) continue;
      told.add(target);
      this.pings.push({ target: `<${target}>`, at: this.#now(), message, edited });
    }
  }
}

/** Every piece of Slack's markup in a message's blocks; plain text is none. */
function mrkdwnOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnOf);
  if (typeof value !== 'object' || value === null) return [];
  const object = value as Json;
  if (object['type'] === 'mrkdwn' && typeof object['text'] === 'string') return [object['text']];
  if (object['type'] === 'user' && typeof object['user_id'] === 'string') return [`<@${object['user_id']}>`];
  return Object.values(object).flatMap(mrkdwnOf);
}
