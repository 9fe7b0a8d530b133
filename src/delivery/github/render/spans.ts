import type { Span, Spans } from '../../../domain/text.ts';
import { code, leavesTrace, pageUrl, words } from './inert.ts';
import { isHandle } from './names.ts';

/** How a text is put into Markdown. */
export interface Wording {
  /** People who are asked to act are called; otherwise they are only named. */
  readonly mention: boolean;
  /** Characters that one run of plain words may have. */
  readonly longest: number;
  /** In a table's cell a `|` would end the cell, in code as well. */
  readonly cell: boolean;
}

const GAP = '\u200B';

/** Words after which GitHub would close what is referred to next. */
const CLOSING = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)[\s:*]*$/i;

/** After a name that is called, this cannot be read as more of the name. */
const ENDS_NAME = /^(?:[\s,;:!?)]|\.(?:\s|$))/;

/** Spans as Markdown on one line. Nothing in one span can change how another is read. */
export function inline(spans: Spans, wording: Wording): string {
  let out = '';
  let called = false;
  for (const span of joined(spans)) {
    const piece = spanText(span, wording);
    if (piece === '') continue;
    if (called && !ENDS_NAME.test(piece)) out += GAP;
    out = joint(out, piece, span) + piece;
    called = typeof span !== 'string' && 'mention' in span && wording.mention;
  }
  return out;
}

/** Plain words beside each other are one run: what is harmless apart may not be together. */
function joined(spans: Spans): Span[] {
  const all: Span[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (typeof span === 'string' && typeof last === 'string') all[all.length - 1] = last + span;
    else all.push(span);
  }
  return all;
}

function spanText(span: Span, { mention, longest, cell }: Wording): string {
  if (typeof span === 'string') return words(span, longest);
  if ('code' in span || 'mention' in span) {
    if ('mention' in span && mention && isHandle(span.mention)) return span.mention;
    const name = 'code' in span ? span.code : span.mention.replace(/^@/, '');
    if (name.trim() === '') return '';
    return cell && name.includes('|') ? words(name, longest) : code(name, Math.min(longest, 1_000));
  }
  if ('bold' in span) {
    const shown = words(span.bold, longest).trim();
    return shown === '' ? '' : `**${shown}**`;
  }
  const text = words(span.words, longest);
  const url = pageUrl(span.link);
  return url === null || text.trim() === '' ? text : `[${text}](${url})`;
}

/** What was written so far, ended so that the next piece is read by itself. */
function joint(out: string, piece: string, span: Span): string {
  if (out.endsWith('`') && piece.startsWith('`')) return out + GAP;
  if (typeof span === 'string') return out;
  if ('mention' in span && /\w$/.test(out)) return `${out}${GAP}`;
  if (!('link' in span) || !piece.startsWith('[')) return out;
  if (out.endsWith('!')) return `${out.slice(0, -1)}\\!`;
  return leavesTrace(span.link) && CLOSING.test(out) ? out + GAP : out;
}

/** A line that begins as words do: not as a heading, a list or a rule. */
export const atStart = (line: string): string =>
  line.trim().replace(/^[#+=-]/, '\\$&').replace(/^(\d{1,9})([.)])/, '$1\\$2');
