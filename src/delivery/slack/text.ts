import type { Block, Spans, Span, Text } from '../../domain/text.ts';
import { LIMITS, section, type Rendering } from './blocks.ts';
import { code, link, name, safeUrl, verbatim, words } from './inert.ts';

/** Characters of Slack's markup that one paragraph, or one line of a list, may take. */
const PARAGRAPH = 2_600;
/** Characters that fit beside each other in a block of code on a phone. */
const PHONE = 40;
/** Lines of code, and lines of what is folded away elsewhere. */
const CODE_LINES = 40;
const FOLDED_LINES = 8;
/** A table's empty cell. */
const NOTHING = /^[\s–—-]*$/;

/** What cannot be cut: a line of markup, or a block of code. `tight`: it follows the one before without an empty line. */
interface Piece {
  readonly markup: string;
  readonly tight: boolean;
}

/**
 * A text as Slack shows it: sections of markup in which every plain string is inert, and the same words in one string.
 * What Slack's limits leave no room for is left out from the end, and its last line says how much that is. Nobody is
 * called: people stand in code style.
 */
export function renderText(text: Text): Rendering {
  return assembled(text.flatMap(piecesOf), LIMITS.blocks);
}

/** As `renderText`, in at most so many characters: for one of many cards on a page. */
export const renderShort = (text: Text, max: number): Rendering => assembled(text.flatMap(piecesOf), max);

function assembled(pieces: readonly Piece[], max: number): Rendering {
  const all = pieces.filter((p) => p.markup !== '');
  const shown = fitting(all, max);
  const kept = shown.length === all.length ? all : [...shown, leftOut(all.slice(shown.length))];
  const sections: string[] = [];
  for (const piece of kept) {
    const last = sections.at(-1);
    const joined = last === undefined ? null : below(last, piece);
    if (joined !== null && joined.length <= LIMITS.section) sections[sections.length - 1] = joined;
    else sections.push(piece.markup);
  }
  if (sections.length === 0) sections.push('(nothing)');
  const brief = fitting(kept, LIMITS.text);
  const rest = brief.length === kept.length ? [] : [leftOut(kept.slice(brief.length))];
  return { text: joinedUp([...brief, ...rest]) || '(nothing)', blocks: sections.map(section) };
}

const joinedUp = (pieces: readonly Piece[]): string =>
  pieces.reduce((whole, p, i) => i === 0 ? p.markup : below(whole, p), '');

const FENCE = '```';

/** One piece below what is there, an empty line between them; a block of code keeps its distance by itself. */
const below = (whole: string, { markup, tight }: Piece): string =>
  `${whole}${tight || whole.endsWith(FENCE) || markup.startsWith(FENCE) ? '\n' : '\n\n'}${markup}`;

/** The pieces from the start that fit into so many characters, with room for the word about the rest. */
function fitting(pieces: readonly Piece[], max: number): readonly Piece[] {
  let size = 0;
  const whole = pieces.findIndex((p) => (size += p.markup.length + 2) > max - 80);
  return whole < 0 ? pieces : pieces.slice(0, whole);
}

const linesIn = (pieces: readonly Piece[]): number => pieces.reduce((n, p) => n + p.markup.split('\n').filter((l) => l !== '```').length, 0);

const leftOut = (pieces: readonly Piece[]): Piece => ({ markup: more(linesIn(pieces)), tight: false });

const more = (lines: number): string => `… ${lines.toLocaleString('en-US')} more ${lines === 1 ? 'line is' : 'lines are'} left out here.`;

const piece = (markup: string, tight = false): Piece => ({ markup, tight });

function piecesOf(block: Block): Piece[] {
  switch (block.kind) {
    case 'paragraph': return [piece(paragraph(block.spans))];
    case 'list': return block.items.map((item, i) => piece(`• ${inline(item)}`, i > 0));
    case 'table': return table(block);
    case 'code': return codeOf(block.text);
    case 'details': return folded(block);
    default: return block satisfies never;
  }
}

/** A line of markup that does not begin as a quotation. */
const paragraph = (spans: Spans): string => inline(spans).replace(/^(?:&gt;)+/, (marks) => '＞'.repeat(marks.length / 4));

/** Spans as markup, at most a paragraph's length: words are cut, every other span is kept whole or left out. */
function inline(spans: Spans): string {
  let shown = '';
  for (const span of merged(spans)) {
    const room = PARAGRAPH - shown.length;
    const next = markup(span);
    // One character takes up to five in markup.
    if (next.length > room) return typeof span === 'string' && room > 50 ? `${shown}${words(span, Math.floor(room / 5))}`.trim() : `${shown.trimEnd()} …`.trimStart();
    shown += next;
  }
  return shown.trim();
}

function markup(span: Span): string {
  if (typeof span === 'string') return words(span, PARAGRAPH);
  if ('code' in span) return code(span.code, 200);
  if ('bold' in span) return bold(span.bold);
  if ('mention' in span) return code(span.mention.replace(/^@/, ''), 100);
  return link(span.link, span.words, 200);
}

function bold(text: string): string {
  const shown = name(text, 300).replaceAll('*', '∗');
  return `*${shown}*`;
}

/** Neighbouring words as one string, so that nothing is put together by standing beside each other; a link that leads nowhere is its words. */
function merged(spans: Spans): Span[] {
  const whole: Span[] = [];
  for (const given of spans) {
    const span = typeof given !== 'string' && 'link' in given && safeUrl(given.link) === null ? given.words : given;
    const last = whole.at(-1);
    if (typeof span === 'string' && typeof last === 'string') whole[whole.length - 1] = last + span;
    else whole.push(span);
  }
  return whole;
}

const plainCell = (cell: Spans): string => merged(cell).map((s) => typeof s === 'string' ? s : 'code' in s ? s.code : 'bold' in s ? s.bold : 'mention' in s ? s.mention.replace(/^@/, '') : s.words).join('').trim();

const hasLink = (cell: Spans): boolean => merged(cell).some((s) => typeof s !== 'string' && 'link' in s);

/**
 * Slack's markup has no tables. One that fits beside itself on a phone and has nothing to follow is aligned in a block of
 * code; of any other each row is a line that names its columns.
 */
function table({ head, rows }: Extract<Block, { kind: 'table' }>): Piece[] {
  const grid = [head, ...rows.map((r) => r.map(plainCell))].map((r) => head.map((_, i) => verbatim(r[i] ?? '', PHONE).join(' ')));
  const widths = head.map((_, i) => Math.max(...grid.map((r) => shownLength(r[i] ?? ''))));
  const width = widths.reduce((n, w) => n + w + 2, -2);
  if (width <= PHONE && rows.length < CODE_LINES && !rows.some((r) => r.some(hasLink))) {
    const lines = grid.map((r) => r.map((cell, i) => cell + ' '.repeat((widths[i] ?? 0) - shownLength(cell))).join('  ').trimEnd());
    const block = fenced(lines);
    if (block.length <= PARAGRAPH) return [piece(block)];
  }
  return rows.map((row, i) => piece(`• ${rowLine(head, row)}`, i > 0));
}

/** Characters as they are seen: an escaped one counts as one. */
const shownLength = (escaped: string): number => [...escaped.replace(/&(?:amp|lt|gt);/g, '&')].length;

/** `linux/s390x: step 2 · since: Tue 14:10 UTC`: the first cell says what the row is about, every other follows its column's name. */
function rowLine(head: readonly string[], row: readonly Spans[]): string {
  const [first = [], ...others] = row;
  const told = others.map((cell, i) => ({ cell, column: head[i + 1] ?? '' })).filter(({ cell }) => !NOTHING.test(plainCell(cell)));
  const parts = told.flatMap(({ cell, column }, i): Span[] => [i === 0 ? ': ' : ' · ', ...(column === '' ? [] : [`${column}${/\s/.test(plainCell(cell)) ? ':' : ''} `]), ...cell]);
  return inline([...first, ...parts]);
}

const fenced = (lines: readonly string[]): string => `\`\`\`\n${lines.join('\n')}\n\`\`\``;

/** Verbatim lines, as many as a section holds, and how many are missing. */
function codeOf(text: string): Piece[] {
  const lines = verbatim(text.replace(/^(?:[ \t]*\r?\n)+|\s+$/g, ''));
  const shown: string[] = [];
  let size = 0;
  for (const l of lines) {
    size += l.length + 1;
    if (size > PARAGRAPH || shown.length === CODE_LINES) break;
    shown.push(l);
  }
  if (shown.every((l) => l === '')) return [];
  return [piece(fenced(shown)), ...(shown.length < lines.length ? [piece(more(lines.length - shown.length), true)] : [])];
}

/** Slack folds nothing away: what is folded elsewhere shows its beginning, and how much more there is. */
function folded({ summary, blocks }: Extract<Block, { kind: 'details' }>): Piece[] {
  const inside = blocks.flatMap((b) => b.kind === 'code' ? codeOf(firstLines(b.text)) : piecesOf(b)).filter((p) => p.markup !== '');
  const hidden = blocks.reduce((n, b) => n + (b.kind === 'code' ? Math.max(0, b.text.trim().split('\n').length - FOLDED_LINES) : 0), 0);
  let lines = 0;
  const end = inside.findIndex((p, i) => (lines += linesIn([p])) > FOLDED_LINES && i > 0);
  const shown = end < 0 ? inside : inside.slice(0, end);
  const missing = hidden + linesIn(inside.slice(shown.length));
  return [piece(bold(summary)), ...shown.map((p) => piece(p.markup, true)), ...(missing > 0 ? [piece(more(missing), true)] : [])];
}

const firstLines = (text: string): string => text.trim().split('\n').slice(0, FOLDED_LINES).join('\n');
