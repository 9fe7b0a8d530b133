import { z } from 'zod';
import type { Button, ButtonTarget } from '../../domain/action.ts';
import type { SlackMember } from '../../domain/person.ts';
import { VERBS } from './buttons.ts';

/** Where in Slack something was said. `name` is null where Slack hides it: private channels and conversations of two. */
export interface SaidIn {
  readonly id: string;
  readonly name: string | null;
}

/** What came in from Slack, reduced to what is used. `at` is when it was said, epoch milliseconds by Slack's clock. */
export type SlackEvent =
  /** `text`: what was typed after `/arch`. `responseUrl`: where an answer may be sent for half an hour. */
  | { readonly kind: 'command'; readonly text: string; readonly member: SlackMember; readonly channel: SaidIn; readonly responseUrl: string | null; readonly at: number }
  /** `choice`: of the snooze menu, as its command takes it. `reason`: from a dialog. `message` is null for a button in the App Home. */
  | { readonly kind: 'button'; readonly verb: Button['verb']; readonly choice: string | null; readonly reason: string | null; readonly about: ButtonTarget; readonly member: SlackMember; readonly channel: SaidIn | null; readonly message: { readonly channel: string; readonly ts: string } | null; readonly responseUrl: string | null; readonly at: number }
  /** The member looks at their App Home. */
  | { readonly kind: 'home'; readonly member: SlackMember; readonly at: number }
  | { readonly kind: 'other' };

/** Slack's name of a person, a workspace or a channel. It becomes a part of keys and of the audit, so nothing else is taken for one. */
export const slackId = z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/);

/** The workspace that a click or a dialog came from; one of an Enterprise Grid names that too. */
export const slackTeam = z.object({ id: slackId, enterprise_id: slackId.nullish().catch(null) }).nullish().catch(null);

const member = z.object({ team: z.string(), user: z.string().min(1) });
const saidIn = z.object({ id: z.string(), name: z.string().nullable() });
const responseUrl = z.string().nullable();
const at = z.number();

/** What a button is about. */
export const buttonTarget = z.union([
  z.object({ incident: z.string().min(1).max(300) }),
  z.object({ proposal: z.string().regex(/^\S{1,300}$/), edition: z.number().int() }),
]);

/** Where a click was made and how it can be answered; a dialog keeps it until it is sent. */
export const clickPlace = z.object({ channel: saidIn.nullable(), message: z.object({ channel: z.string(), ts: z.string() }).nullable(), responseUrl });
export type ClickPlace = z.infer<typeof clickPlace>;

const slackEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('command'), text: z.string(), member, channel: saidIn, responseUrl, at }),
  z.object({ kind: z.literal('button'), verb: z.enum(VERBS), choice: z.string().nullable(), reason: z.string().nullable(), about: buttonTarget, member, ...clickPlace.shape, at }),
  z.object({ kind: z.literal('home'), member, at }),
  z.object({ kind: z.literal('other') }),
]);

/**
 * What the inbox kept, read back. Rows of before there were commands name no kind and are `other`. Throws for a row that
 * names one and does not hold what belongs to it.
 */
export function parseSlackEvent(stored: unknown): SlackEvent {
  const kind = z.object({ kind: z.string() }).safeParse(stored);
  return kind.success ? slackEvent.parse(stored) : { kind: 'other' };
}
