import { counted } from '../../../domain/time.ts';
import type { Block, Span, Spans, Text } from '../../../domain/text.ts';
import { block as fenced, summaryWords } from './inert.ts';
import { LONGEST_BODY } from './limits.ts';
import { atStart, inline, type Wording } from './spans.ts';

export interface TextOptions {
  /** True only in a text that is new: whoever is asked to act is called, once. An edit mentions nobody. */
  readonly mention: boolean;
  /** Characters that there is room for; GitHub's limit by default. */
  readonly room?: number;
}

/** How long a run of words may be: from whole to what still says what it is about. */
const LENGTHS = [20_000, 5_000, 1_000, 250];

const CUT = '… The rest has no room here.';

/** A text for people as GitHub's Markdown, at most `room` characters (UTF-16 units): what is left out is said. */
export function markdown(text: Text, { mention, room = LONGEST_BODY }: TextOptions): string {
  const whole = blocks(text, { mention, longest: LENGTHS[0] ?? 0, cell: false });
  if (whole.length <= room) return whole;
  return withRoom(text, mention, room);
}

/** Everybody whom a text asks to act, each once. */
export function mentions(text: Text): string[] {
  const of = (spans: Spans): string[] => spans.flatMap((s) => typeof s !== 'string' && 'mention' in s ? [s.mention] : []);
  const all = text.flatMap((b): string[] => {
    switch (b.kind) {
      case 'paragraph': return of(b.spans);
      case 'list': return b.items.flatMap(of);
      case 'table': return b.rows.flat().flatMap(of);
      case 'details': return mentions(b.blocks);
      case 'code': return [];
      default: return b satisfies never;
    }
  });
  return [...new Map(all.map((h) => [h.toLowerCase(), h])).values()];
}

const blocks = (text: Text, wording: Wording): string => text.map((b) => written(b, wording)).filter((b) => b !== '').join('\n\n');

function written(b: Block, wording: Wording): string {
  switch (b.kind) {
    case 'paragraph': return atStart(inline(b.spans, wording));
    case 'list': return b.items.map((i) => atStart(inline(i, wording))).filter((i) => i !== '').map((i) => `- ${i}`).join('\n');
    case 'table': return table(b.head, b.rows, wording);
    case 'code': return fenced(b.text, '', { lines: 5_000, characters: wording.longest * 3 }, /^[a-z]+(?:-[a-z]+)?$/.test(b.language) ? b.language : 'text');
    case 'details': return `<details><summary>${summaryWords(b.summary)}</summary>\n\n${blocks(b.blocks, wording)}\n\n</details>`;
    default: return b satisfies never;
  }
}

function table(head: readonly string[], rows: readonly (readonly Spans[])[], wording: Wording): string {
  if (head.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const cell = (spans: Spans): string => inline(spans, { ...wording, cell: true }).trim();
  return [
    line(head.map((h) => cell([h]))), line(head.map(() => '---')),
    ...rows.map((row) => line(head.map((_, i) => cell(row[i] ?? [])))),
  ].join('\n');
}

/** As much as there is room for: first with shorter words, then block by block, and of the first that does not fit its beginning. */
function withRoom(text: Text, mention: boolean, room: number): string {
  for (const longest of LENGTHS) {
    const short = blocks(text, { mention, longest, cell: false });
    if (short.length <= room) return short;
  }
  const wording = { mention, longest: LENGTHS.at(-1) ?? 0, cell: false };
  const kept: string[] = [];
  let left = room - CUT.length - 2;
  for (const b of text) {
    const begun = beginning(b, wording, left);
    if (begun.text !== '') kept.push(begun.text);
    left -= begun.text.length + 2;
    if (!begun.whole) break;
  }
  return [...kept, CUT].join('\n\n').slice(0, Math.max(0, room));
}

/** A block in at most `room` characters: whole, or as many of its parts as fit, or nothing. */
function beginning(b: Block, wording: Wording, room: number): { readonly text: string; readonly whole: boolean } {
  const whole = written(b, wording);
  if (whole.length <= room) return { text: whole, whole: true };
  const parts = partsOf(b);
  const most = largest(parts, (n) => written(firstOf(b, n), wording).length <= room);
  return { text: most === 0 ? '' : written(firstOf(b, most), wording), whole: false };
}

const partsOf = (b: Block): number => b.kind === 'list' ? b.items.length : b.kind === 'table' ? b.rows.length : b.kind === 'code' ? b.text.split('\n').length : b.kind === 'details' ? b.blocks.length : 0;

/** The block's first parts, and a word of how many there are besides. */
function firstOf(b: Block, n: number): Block {
  const rest = (of: string): Span => `… and ${counted(partsOf(b) - n, `more ${of}`)}`;
  switch (b.kind) {
    case 'list': return { ...b, items: [...b.items.slice(0, n), [rest('line')]] };
    case 'table': return { ...b, rows: [...b.rows.slice(0, n), [[rest('row')]]] };
    case 'code': return { ...b, text: b.text.split('\n').slice(0, n).join('\n') };
    case 'details': return { ...b, blocks: b.blocks.slice(0, n) };
    case 'paragraph': return b;
    default: return b satisfies never;
  }
}

/** The largest number up to `max` that holds; what holds for one holds for every smaller. 0: none. */
function largest(max: number, holds: (n: number) => boolean): number {
  let [low, high] = [0, max];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
