import { elementsOf, type Sender, type Sent, type SendHow } from './send.ts';
import type { Json, Message, SlackState, View } from './state.ts';

/** Where something can be pressed: a message, or the person's own App Home. */
export type Pressed = Message | 'home';

/** What people do in Slack, by name: `await people.click('olga', message, 'ack')`. Each resolves with the program's answer. */
export class People {
  readonly #state: SlackState;
  readonly #send: Sender;

  constructor(state: SlackState, send: Sender) {
    this.#state = state;
    this.#send = send;
  }

  /** Types `/arch <text>` in a channel. */
  command(person: string, channel: string, text: string, how?: SendHow): Promise<Sent> {
    return this.#send.command({ user: person, channel, text }, how);
  }

  /** Presses a button, named by its verb (`ack`), its action id or its label. Throws where there is none. */
  click(person: string, on: Pressed, button: string, how?: SendHow): Promise<Sent> {
    return this.#press(person, on, this.#find(person, on, button), how);
  }

  /** Takes an entry of a menu, by its words (`3 days`) or the beginning of its value (`3d`). Throws where there is none. */
  choose(person: string, on: Pressed, menu: string, choice: string, how?: SendHow): Promise<Sent> {
    const { block, element } = this.#find(person, on, menu);
    const options = Array.isArray(element['options']) ? element['options'] as Json[] : [];
    const option = options.find((o) => textIn(o['text']) === choice) ?? options.find((o) => typeof o['value'] === 'string' && o['value'].startsWith(choice));
    if (!option) throw new Error(`The menu ${menu} does not offer ${choice}.`);
    return this.#press(person, on, { block, element: { ...element, selected_option: option } }, how);
  }

  /** Fills in the dialog that the person has before them and sends it; it closes unless the answer tells of errors. */
  async submit(person: string, written: string | Readonly<Record<string, string>>, how?: SendHow): Promise<Sent> {
    const dialog = this.dialog(person);
    if (!dialog) throw new Error(`${person} has no dialog open.`);
    const inputs = ((dialog.view['blocks'] ?? []) as Json[]).filter((b) => b['type'] === 'input');
    const values = Object.fromEntries(inputs.map((block, i) => {
      const [id, element] = [String(block['block_id']), block['element'] as Json];
      const value = typeof written === 'string' ? (i === 0 ? written : '') : written[id] ?? '';
      return [id, { [String(element['action_id'])]: { type: 'plain_text_input', value: value === '' ? null : value } }];
    }));
    const sent = await this.#send.submit({ user: person, viewId: dialog.id, values }, how);
    if (sent.status === 200 && sent.json?.['response_action'] !== 'errors') dialog.closed = true;
    return sent;
  }

  /** Opens the App's Home tab, which the program hears of. */
  openHome(person: string, how?: SendHow & { readonly eventId?: string }): Promise<Sent> {
    const user = this.#state.user(person);
    return this.#send.event({ type: 'app_home_opened', user: user.id, channel: `D${user.id.slice(1)}`, tab: 'home', event_ts: this.#state.ts() }, how);
  }

  /** The App Home as the person sees it; null: nothing was published. */
  home(person: string): View | null {
    return this.#state.views.find((v) => v.kind === 'home' && v.user === this.#state.user(person).id) ?? null;
  }

  /** The dialog that the person has before them. */
  dialog(person: string): View | null {
    return this.#state.views.findLast((v) => v.kind === 'modal' && v.user === this.#state.user(person).id && v.closed !== true) ?? null;
  }

  /** What the person alone was told, oldest first: messages that only they see, and direct ones. */
  whispers(person: string): Message[] {
    const user = this.#state.user(person);
    return [...this.#state.channels.values()].flatMap((c) => c.messages.filter((m) => m.ephemeralFor === user.id || (c.im && c.name === `dm-${user.name}` && m.user.isBot)))
      .sort((a, b) => Number(a.ts) - Number(b.ts));
  }

  #find(person: string, on: Pressed, wanted: string): { block: Json; element: Json } {
    const blocks = on === 'home' ? (this.home(person)?.view['blocks'] ?? []) as Json[] : on.blocks ?? [];
    const all = blocks.flatMap((block) => elementsOf(block).map((element) => ({ block, element })));
    const found = all.find(({ element: e }) => e['action_id'] === wanted || e['action_id'] === `arch:${wanted}`) ?? all.find(({ element: e }) => (textIn(e['text']) ?? textIn(e['placeholder'])) === wanted);
    if (!found) throw new Error(`There is no button ${wanted} for ${person} ${on === 'home' ? 'in the App Home' : `on the message ${on.ts}`}.`);
    return found;
  }

  #press(person: string, on: Pressed, what: { block: Json; element: Json }, how?: SendHow): Promise<Sent> {
    const home = on === 'home' ? this.home(person) : null;
    return this.#send.press({ user: person, on: home ?? (on as Message), ...what }, how);
  }
}

/** The words of a text object. */
function textIn(text: unknown): string | undefined {
  const value = typeof text === 'object' && text !== null ? (text as Json)['text'] : undefined;
  return typeof value === 'string' ? value : undefined;
}
