import { createHash } from 'node:crypto';
import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { DocumentRef } from '../../domain/action.ts';

/** What makes a message of ours findable again: carried in its metadata and, for where that is not returned, in a block's id. */
export interface Mark {
  readonly kind: 'incident' | 'reply' | 'notice' | 'card';
  /** An incident's id, `<incident id>/<fact>`, `notice/<hash>`, `<document's kind>/<id>`, or that and `/<reply>`. */
  readonly key: string;
  /** The revision that the message shows and the issue that it names; null where the message is never edited. */
  readonly shows: { readonly shown: number; readonly issue: number | null } | null;
}

export const incidentMark = (incident: { readonly id: string; readonly shown: number; readonly issue: { readonly number: number } | null }): Mark =>
  ({ kind: 'incident', key: incident.id, shows: { shown: incident.shown, issue: incident.issue?.number ?? null } });

export const replyMark = (incident: string, fact: number): Mark => ({ kind: 'reply', key: `${incident}/${fact}`, shows: null });

/** `shown`: the edition of the document that the card shows. */
export const cardMark = (document: DocumentRef, shown: number): Mark =>
  ({ kind: 'card', key: `${document.kind}/${document.id}`, shows: { shown, issue: null } });

export const cardReplyMark = (document: DocumentRef, id: string): Mark => ({ kind: 'reply', key: `${document.kind}/${document.id}/${id}`, shows: null });

/** `parts`: what tells this notice from every other. */
export const noticeMark = (...parts: readonly string[]): Mark =>
  ({ kind: 'notice', key: `notice/${createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 40)}`, shows: null });

const EVENT = /^archsignal_(incident|reply|notice|card)$/;
/** Slack takes 255 characters in a block's id. */
const LONGEST_KEY = 200;

/** A block's id holds the key whole, or its hash where it is too long. */
const shortKey = (key: string): string => key.length <= LONGEST_KEY ? key : createHash('sha256').update(key).digest('hex');

/** The message's metadata. */
export const metadataOf = (mark: Mark): types.MessageMetadata => ({
  event_type: `archsignal_${mark.kind}`,
  event_payload: { key: mark.key, ...(mark.shows === null ? {} : { shown: mark.shows.shown, ...(mark.shows.issue === null ? {} : { issue: mark.shows.issue }) }) },
});

const editionOf = ({ shows }: Mark): string => shows === null ? '' : `@${shows.shown}.${shows.issue ?? 0}`;

/** `archsignal:<key>`, for an edited message with `@<shown>.<issue>`: Slack wants a new id with each edition of a block. */
export const blockIdOf = (mark: Mark): string => `archsignal:${shortKey(mark.key)}${editionOf(mark)}`;

/** The blocks with the mark on the first of them; a row of buttons is told from that of another edition, so that its menus begin anew. */
export const marked = (blocks: readonly types.KnownBlock[], mark: Mark): types.KnownBlock[] =>
  blocks.map((block, i) => i === 0 ? { ...block, block_id: blockIdOf(mark) } : block.type === 'actions' ? { ...block, block_id: `buttons:${i}${editionOf(mark)}` } : block);

/** A message as `conversations.history` and `conversations.replies` give it; only what is used. */
const Message = z.object({
  ts: z.string(),
  bot_id: z.string().nullish(),
  metadata: z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }).optional().catch(undefined),
  blocks: z.array(z.object({ block_id: z.string().optional().catch(undefined) })).optional().catch(undefined),
});
export type FoundMessage = z.infer<typeof Message>;

/** The messages that can be read; others are somebody else's. */
export const readMessages = (raw: readonly unknown[]): FoundMessage[] =>
  raw.map((m) => Message.safeParse(m)).filter((r) => r.success).map((r) => r.data);

/**
 * Whether the message is the one that the mark names. `bot`: our own bot id, where it is known: another app's message
 * is never taken for ours, whatever it carries.
 */
export function carries(message: FoundMessage, mark: Mark, bot: string | null): boolean {
  if (bot !== null && (message.bot_id ?? bot) !== bot) return false;
  const { metadata } = message;
  if (metadata && EVENT.exec(metadata.event_type)?.[1] === mark.kind && metadata.event_payload['key'] === mark.key) return true;
  return (message.blocks ?? []).some((b) => b.block_id?.replace(/@\d+\.\d+$/, '') === `archsignal:${shortKey(mark.key)}`);
}

/** Whether the message shows what the mark says already, so that it needs no edit. */
export function isCurrent(message: FoundMessage, mark: Mark): boolean {
  if ((message.blocks ?? []).some((b) => b.block_id === blockIdOf(mark))) return true;
  const payload = message.metadata?.event_payload;
  return payload !== undefined && payload['shown'] === mark.shows?.shown && (payload['issue'] ?? null) === mark.shows?.issue;
}
