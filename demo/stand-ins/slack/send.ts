import { createHmac } from 'node:crypto';
import type { Channel, Json, Message, SlackState, SlackUser, View } from './state.ts';

/** How a request to the program is to differ from a genuine one. */
export interface SendHow {
  /** Slack's count of retries, told in its headers. */
  readonly retry?: { readonly num: number; readonly reason?: 'http_timeout' | 'http_error' };
  /** Signs with another secret. */
  readonly secret?: string;
  /** Epoch milliseconds of the signature; Slack's receivers refuse those older than five minutes. */
  readonly signedAt?: number;
}

/** What the program answered. */
export interface Sent { readonly status: number; readonly text: string; readonly json: Json | null; /** Milliseconds until the answer. */ readonly took: number }

export interface SenderOptions {
  readonly state: SlackState;
  readonly signingSecret: string;
  /** Address that `response_url`s lead to. */
  readonly site: () => string;
}

/** Slack's requests to the program: events, slash commands, interactivity; signed by the wall clock, as its receiver checks. */
export class Sender {
  /** Where they go, `http://127.0.0.1:3000/slack/events`. */
  target: string | null = null;
  readonly #options: SenderOptions;
  #last: { readonly body: string; readonly type: string } | null = null;

  constructor(options: SenderOptions) { this.#options = options; }

  /** An Events API event, in its envelope. The same `eventId` again is a retry of the same event. */
  event(event: Json, how: SendHow & { readonly eventId?: string } = {}): Promise<Sent> {
    const { state } = this.#options;
    const body = JSON.stringify({
      token: 'deprecated', team_id: state.teamId, api_app_id: 'A0ARCHSIG', event, type: 'event_callback', event_id: how.eventId ?? state.id('Ev'),
      event_time: Math.floor(state.now() / 1000), authorizations: [{ team_id: state.teamId, user_id: state.bot.id, is_bot: true, is_enterprise_install: false }],
    });
    return this.#send(body, 'application/json', how);
  }

  /** A slash command: `command({ user: 'olga', channel: '#s390x', text: 'ack' })`. */
  command(what: { readonly user: string; readonly channel: string; readonly text: string; readonly command?: string }, how: SendHow = {}): Promise<Sent> {
    const { state } = this.#options;
    const user = state.user(what.user);
    const channel = state.channel(what.channel);
    return this.#send(new URLSearchParams({
      token: 'deprecated', team_id: state.teamId, team_domain: 'stand-in', channel_id: channel.id, channel_name: channel.name, user_id: user.id, user_name: user.name,
      ...(state.enterprise === null ? {} : { enterprise_id: state.enterprise, enterprise_name: 'Grid' }), command: what.command ?? '/arch', text: what.text, api_app_id: 'A0ARCHSIG', is_enterprise_install: 'false', response_url: this.#respondTo(channel, user, null), trigger_id: state.trigger(user),
    }).toString(), 'application/x-www-form-urlencoded', how);
  }

  /** A click on a message's button, found by its `action_id`. Throws where the message has no such button. */
  action(what: { readonly user: string; readonly message: Message; readonly actionId: string }, how: SendHow = {}): Promise<Sent> {
    const { message, user } = what;
    const found = (message.blocks ?? []).flatMap((block) => elementsOf(block).map((element) => ({ block, element }))).find(({ element }) => element['action_id'] === what.actionId);
    if (!found) throw new Error(`The message ${message.ts} has no button ${what.actionId}.`);
    return this.press({ user, on: message, ...found }, how);
  }

  /** A click on an element of a message or of an App Home, as it stands there. */
  press({ user: name, on, block, element }: { readonly user: string; readonly on: Message | View; readonly block: Json; readonly element: Json }, how: SendHow = {}): Promise<Sent> {
    const { state } = this.#options;
    const user = state.user(name);
    const { options: _, ...pressed } = element;
    return this.interact({
      type: 'block_actions', ...this.#who(user), api_app_id: 'A0ARCHSIG',
      trigger_id: state.trigger(user), actions: [{ ...pressed, block_id: block['block_id'] ?? 'b0', action_ts: state.ts() }], state: { values: {} },
      ...('kind' in on ? { container: { type: 'view', view_id: on.id }, view: { ...on.view, id: on.id, type: on.kind } } : this.#inMessage(on, user)),
    }, how);
  }

  /** Who clicked, and where: of the people of an Enterprise Grid Slack names that, and not their workspace. */
  #who(user: SlackUser): Json {
    const { enterprise, teamId } = this.#options.state;
    return {
      user: { id: user.id, username: user.name, name: user.name, team_id: enterprise ?? teamId },
      team: { id: teamId, domain: 'stand-in', ...(enterprise === null ? {} : { enterprise_id: enterprise, enterprise_name: 'Grid' }) },
    };
  }

  #inMessage(message: Message, user: SlackUser): Json {
    return {
      container: { type: 'message', message_ts: message.ts, channel_id: message.channel.id, is_ephemeral: message.ephemeralFor !== null },
      channel: { id: message.channel.id, name: message.channel.name }, message: { type: 'message', ts: message.ts, text: message.text, blocks: message.blocks, user: message.user.id },
      response_url: this.#respondTo(message.channel, user, message.ts),
    };
  }

  /** A modal that was filled in and sent. `values`: block id → action id → value. */
  submit(what: { readonly user: string; readonly viewId: string; readonly values: Readonly<Record<string, Json>> }, how: SendHow = {}): Promise<Sent> {
    const { state } = this.#options;
    const user = state.user(what.user);
    const view = state.views.find((v) => v.id === what.viewId);
    if (!view) throw new Error(`There is no view ${what.viewId}.`);
    return this.interact({
      type: 'view_submission', ...this.#who(user),
      api_app_id: 'A0ARCHSIG', trigger_id: state.trigger(user), view: { ...view.view, id: view.id, state: { values: what.values } }, response_urls: [],
    }, how);
  }

  /** Any interactivity payload, as it is. */
  interact(payload: Json, how: SendHow = {}): Promise<Sent> {
    return this.#send(new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), 'application/x-www-form-urlencoded', how);
  }

  /** The last request once more, as Slack repeats one whose answer it did not get. */
  again(how: SendHow = { retry: { num: 1 } }): Promise<Sent> {
    if (this.#last === null) throw new Error('Nothing was sent yet.');
    return this.#send(this.#last.body, this.#last.type, how);
  }

  /** Any body, signed. */
  raw(body: string, type: string, how: SendHow = {}): Promise<Sent> { return this.#send(body, type, how); }

  #respondTo(channel: Channel, user: SlackUser, ts: string | null): string {
    return `${this.#options.site()}${this.#options.state.answerTo(channel, user, ts)}`;
  }

  async #send(body: string, type: string, how: SendHow): Promise<Sent> {
    if (this.target === null) throw new Error('The Slack stand-in was not told where the program listens.');
    this.#last = { body, type };
    const at = String(Math.floor((how.signedAt ?? Date.now()) / 1000));
    const signature = createHmac('sha256', how.secret ?? this.#options.signingSecret).update(`v0:${at}:${body}`).digest('hex');
    const begun = performance.now();
    const answer = await fetch(this.target, {
      method: 'POST', body, signal: AbortSignal.timeout(30_000),
      headers: {
        'content-type': type, 'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)', 'x-slack-request-timestamp': at, 'x-slack-signature': `v0=${signature}`,
        ...(how.retry && { 'x-slack-retry-num': String(how.retry.num), 'x-slack-retry-reason': how.retry.reason ?? 'http_timeout' }),
      },
    });
    const text = await answer.text();
    return { status: answer.status, text, json: parsed(text), took: performance.now() - begun };
  }
}

/** The interactive elements of a block. */
export function elementsOf(block: Json): Json[] {
  const elements = Array.isArray(block['elements']) ? block['elements'] as Json[] : [];
  const { accessory } = block;
  return typeof accessory === 'object' && accessory !== null ? [...elements, accessory as Json] : elements;
}

function parsed(text: string): Json | null {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
