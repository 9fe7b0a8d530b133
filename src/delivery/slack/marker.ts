import { createHash } from 'node:crypto';
import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { DocumentRef } from '../../domain/action.ts';
import type { Incident } from '../../domain/incident.ts';
import { namesWord, wordPart, type Word } from '../../domain/word.ts';

/** What makes a message of ours findable again: carried in its metadata and, for where that is not returned, in a block's id. */
export interface Mark {
  readonly kind: 'incident' | 'reply' | 'notice' | 'card';
  /** An incident's id, `<incident id>/<word>` (in earlier versions a word was its fact's number), `notice/<hash>`, `<document's kind>/<id>`, or that and `/<reply>`. */
  readonly key: string;
  /** The revision that the message shows and the issue that it names; null where the message is never edited. */
  readonly shows: { readonly shown: number; readonly issue: number | null } | null;
  /** Whether another key is this message's too; left out: none is. */
  readonly isOwn?: (key: string) => boolean;
}

export const incidentMark = (incident: { readonly id: string; readonly shown: number; readonly issue: { readonly number: number } | null }): Mark =>
  ({ kind: 'incident', key: incident.id, shows: { shown: incident.shown, issue: incident.issue?.number ?? null } });

const wordHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The reply that tells a word. `restored`: it may have been posted in a time that the store does not remember. */
export function replyMark({ id, facts }: Pick<Incident, 'id' | 'facts'>, word: Word, restored: boolean): Mark {
  return {
    kind: 'reply', key: `${id}/${wordPart(word, wordHash)}`, shows: null,
    isOwn: (key) => key.startsWith(`${id}/`) && namesWord(key.slice(id.length + 1), word, facts, { restored, hash: wordHash }),
  };
}

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
  const isOwn = (key: unknown): boolean => key === mark.key || (typeof key === 'string' && (mark.isOwn?.(key) ?? false));
  if (metadata && EVENT.exec(metadata.event_type)?.[1] === mark.kind && isOwn(metadata.event_payload['key'])) return true;
  return (message.blocks ?? []).some(({ block_id: id }) => {
    const key = /^archsignal:(.*?)(?:@\d+\.\d+)?$/.exec(id ?? '')?.[1];
    return key !== undefined && (key === shortKey(mark.key) || (mark.isOwn?.(key) ?? false));
  });
}

/** Whether the message shows what the mark says already, so that it needs no edit. */
export function isCurrent(message: FoundMessage, mark: Mark): boolean {
  if ((message.blocks ?? []).some((b) => b.block_id === blockIdOf(mark))) return true;
  const payload = message.metadata?.event_payload;
  return payload !== undefined && payload['shown'] === mark.shows?.shown && (payload['issue'] ?? null) === mark.shows?.issue;
}
