import type { types } from '@slack/bolt';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Button, ButtonTarget } from '../../domain/action.ts';
import type { SlackMember } from '../../domain/person.ts';
import { says, type Text } from '../../domain/text.ts';
import { ASKING, isAbout } from './buttons.ts';
import type { Client } from './client.ts';
import { buttonTarget, clickPlace, slackId, slackTeam, type ClickPlace } from './event.ts';
import { renderText } from './text.ts';
import { LONGEST_REASON, reasonOf } from './typed.ts';
import type { Ear, Whisperer } from './whisper.ts';

/** A decision that still lacks its reason, and where it was begun. */
export interface Asked {
  readonly verb: Button['verb'];
  readonly about: ButtonTarget;
  readonly place: ClickPlace;
}

const WORDS: Partial<Record<Button['verb'], { readonly title: string; readonly label: string; readonly hint: string }>> = {
  reject: { title: 'Reject', label: 'Why not?', hint: 'Whoever proposed it reads this, and so does everybody who decides.' },
  object: { title: 'Object', label: 'What speaks against it?', hint: 'Those who decide read this. An objection does not decide by itself.' },
};

/** The dialog that asks for a reason. What it is about travels with it. */
export function dialogView({ verb, about, place }: Asked): types.ModalView {
  const { title, label, hint } = WORDS[verb] ?? { title: 'Reason', label: 'Why?', hint: 'Everybody who decides reads this.' };
  const word = (text: string): types.PlainTextElement => ({ type: 'plain_text', text });
  return {
    type: 'modal', callback_id: `arch:${verb}`, title: word(title), submit: word(title), close: word('Cancel'), private_metadata: JSON.stringify({ about, ...place }),
    blocks: [{
      type: 'input', block_id: 'reason', label: word(label), hint: word(hint),
      element: { type: 'plain_text_input', action_id: 'reason', multiline: true, min_length: 1, max_length: LONGEST_REASON, focus_on_load: true },
    }],
  };
}

/** What a dialog is told that was sent and is not taken: it stays open and shows this. */
export const UNSAID = {
  reason: { response_action: 'errors', errors: { reason: 'A reason is needed, in a sentence.' } },
  lost: { response_action: 'errors', errors: { reason: 'What this dialog is about cannot be read any more, so nothing was said. Close it, and use the button again or type the command.' } },
} as const;

/** What a click is answered that does not say any more what it is about. */
const LOST: Text = [says('What this button is about cannot be read any more, so nothing was changed. Type the command instead: ', { code: '/arch help' }, ' lists them.')];

/**
 * What a click that needs a reason is answered where no dialog is to open: its speaker may not decide, or nothing is left to
 * decide. Null: it opens. `at`: when it was clicked (epoch ms).
 */
export type Forestall = (asked: Asked, member: SlackMember, at: number) => Promise<Text | null>;

/** What finding that out may take (ms): Slack lets a click open a dialog for three seconds, and whoever sends it is looked up again. */
const FORESTALL_TIME = 1_000;

/** Clicks that are remembered: a trigger serves for seconds. */
const CLICKS_KNOWN = 1_000;

const Submission = z.object({
  user: z.object({ id: slackId, team_id: slackId.nullish().catch(null) }), team: slackTeam,
  view: z.object({ id: z.string().min(1).max(100), callback_id: z.string(), private_metadata: z.string().max(3_000), state: z.object({ values: z.record(z.string(), z.record(z.string(), z.unknown())) }) }),
});
const Metadata = clickPlace.extend({ about: buttonTarget });

type Submission = z.infer<typeof Submission>;

/** What a dialog says that was sent; `foreign`: it is none of ours, `unsaid`: it lacks the reason. */
export type Submitted =
  | { readonly kind: 'foreign' | 'unreadable' | 'unsaid' }
  | { readonly kind: 'sent'; readonly view: string; readonly values: unknown; readonly user: Submission['user']; readonly team: Submission['team']; readonly asked: Asked; readonly reason: string };

/** Reads a dialog that was sent. Never throws. */
export function readSubmission(body: unknown): Submitted {
  const whose = z.object({ view: z.object({ callback_id: z.string() }) }).safeParse(body);
  const verb = ASKING.find((v) => whose.success && whose.data.view.callback_id === `arch:${v}`);
  if (!verb) return { kind: 'foreign' };
  const read = Submission.safeParse(body);
  if (!read.success) return { kind: 'unreadable' };
  const { user, team, view } = read.data;
  const kept = Metadata.safeParse(parsed(view.private_metadata));
  const written = z.object({ value: z.string().nullish() }).safeParse(view.state.values['reason']?.['reason']);
  if (!kept.success || !isAbout(verb, kept.data.about)) return { kind: 'unreadable' };
  const reason = reasonOf(written.success ? written.data.value ?? '' : '');
  if (reason === '') return { kind: 'unsaid' };
  const { about, ...place } = kept.data;
  return { kind: 'sent', view: view.id, values: view.state.values, user, team, asked: { verb, about, place }, reason };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Opens dialogs for clicks: at once, for Slack lets a click open one for three seconds only. */
export class Dialogs {
  readonly #client: Client;
  readonly #whisperer: Whisperer;
  readonly #forestall: Forestall;
  readonly #log: Logger;
  readonly #opening = new Set<Promise<void>>();
  /** Clicks that were answered lately, oldest first: one that is told twice would hear that its dialog, which is open, could not be. */
  readonly #known = new Set<string>();

  /** `client`: one that gives up in time to say so. */
  constructor(client: Client, whisperer: Whisperer, forestall: Forestall, log: Logger) {
    this.#client = client;
    this.#whisperer = whisperer;
    this.#forestall = forestall;
    this.#log = log;
  }

  /** Opens it in the background, once for each trigger; where there is no use in it, or it does not work, the person is told why and what to do. */
  open(asked: Asked, trigger: string, member: SlackMember, at: number): void {
    if (this.#known.has(trigger)) return;
    this.#known.add(trigger);
    if (this.#known.size > CLICKS_KNOWN) this.#known.delete(this.#known.values().next().value ?? '');
    this.#begin(this.#open(asked, trigger, member, at));
  }

  /** Tells somebody in the background that a button does not say any more what it is about. */
  lost(ear: Ear): void { this.#begin(this.#say(ear, LOST)); }

  #begin(work: Promise<void>): void {
    const opening = work.catch((error: unknown) => { this.#log.error({ err: error }, 'a click could not be answered'); }).finally(() => { this.#opening.delete(opening); });
    this.#opening.add(opening);
  }

  /** Resolves when none is being opened. */
  async settled(): Promise<void> { await Promise.all(this.#opening); }

  async #open(asked: Asked, trigger: string, member: SlackMember, at: number): Promise<void> {
    const ear = { channel: asked.place.channel?.id ?? '', user: member.user, responseUrl: asked.place.responseUrl };
    const instead = await within(this.#forestall(asked, member, at).catch((error: unknown) => {
      this.#log.warn({ err: error }, 'whether a dialog is of use could not be found out');
      return null;
    }), FORESTALL_TIME);
    if (instead !== null) return this.#say(ear, instead);
    const view = dialogView(asked);
    const answer = await this.#client.call({ channel: null, method: 'views.open' }, (web) => web.views.open({ trigger_id: trigger, view }), z.object({}));
    if (answer.ok) return;
    this.#log.warn({ reason: answer.failure.reason, verb: asked.verb }, 'a dialog could not be opened');
    await this.#say(ear, [says('The dialog that asks for the reason could not be opened. Write it instead: ', { code: `/arch ${asked.verb} ${'proposal' in asked.about ? `${asked.about.proposal} ` : ''}<reason>` }, '. Nothing was changed.')]);
  }

  async #say(ear: Ear, text: Text): Promise<void> {
    const told = await this.#whisperer.say(ear, renderText(text));
    if (!told.ok) this.#log.warn({ reason: told.reason }, 'a click could not be answered');
  }
}

/** What it gives, or null after so many milliseconds. */
async function within<T>(work: Promise<T>, time: number): Promise<T | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => { late.resolve(null); }, time);
  return Promise.race([work, late.promise]).finally(() => { clearTimeout(timer); });
}
