import type { Token } from 'markdown-it';
import { enclosures, hides, standAlone, tagsOf, underEnd } from './enclosing.ts';
import { blockTokens, inlineSpans, type InlineSpan } from './inline-spans.ts';
import { introducesQuote, isSignature, tailBegins } from './mail-tail.ts';

const COMMAND = /^ {0,3}\/arch/i;

/**
 * The command lines of a comment, as they were written, each from `/arch` on. A command begins a line, at most three spaces
 * in front of it. Code, quotes, HTML and its comments, links, cells and items, and the tail of an e-mail hold none, nor does
 * what an HTML element such as `<details>` or `<blockquote>`, or a formula's `$$`, encloses. A line that Markdown adds to the list, table, image or
 * ended element above it, because no blank line parts them, is its author's all the same; one that it adds to a quote is not.
 */
export function commandLines(markdown: string): string[] {
  const lines = markdown.replace(/^\uFEFF/, '').replaceAll('\0', '\uFFFD').split(/\r\n?|\n/);
  // Most comments hold none, and need no parser.
  return lines.some((l) => COMMAND.test(l)) ? new Reading(lines).commands() : [];
}

/** The command lines of an edited comment that were not there before the edit; one more of what was there is new. */
export function newCommandLines(before: string, after: string): string[] {
  const known = new Map<string, number>();
  for (const line of commandLines(before)) known.set(sense(line), (known.get(sense(line)) ?? 0) + 1);
  return commandLines(after).filter((line) => {
    const left = known.get(sense(line)) ?? 0;
    known.set(sense(line), left - 1);
    return left <= 0;
  });
}

/** Each line once, in order: what is said twice at once is said once. */
export const onceEach = (lines: readonly string[]): string[] => [...new Map(lines.toReversed().map((line) => [sense(line), line])).values()].toReversed();

/** A line whose white space alone was edited says what it said. */
const sense = (line: string): string => line.replace(/\s+/g, ' ');

/** One comment, read block by block. */
class Reading {
  readonly #lines: readonly string[];
  readonly #found: string[] = [];
  /** Elements that HTML opened and nothing has closed yet, and how many of each. */
  readonly #open = new Map<string, number>();
  /** The first line behind an HTML comment that began inside a paragraph: Markdown sees none there, its author did. */
  #visibleFrom = 0;
  #commentsEnd = true;

  constructor(lines: readonly string[]) { this.#lines = lines; }

  commands(): string[] {
    const around: Token[] = [];
    for (const token of blockTokens(this.#lines.join('\n'))) {
      if (token.nesting === -1) around.pop();
      if (token.type === 'html_block' && around.length === 0) this.#html(token);
      if (token.type === 'code_block' && around.length === 0 && introducesQuote(token.content)) break;
      if (token.type === 'tr_open' && around.length === 2) this.#row(token);
      if (token.type === 'inline' && this.#text(around, token)) break;
      if (token.nesting === 1) around.push(token);
    }
    return this.#found;
  }

  /** Reads a block of text; true where an e-mail's tail begins in or under it. */
  #text(around: readonly Token[], { map }: Token): boolean {
    const block = around.at(-1);
    if (!block || !map || around.some((t) => t.type === 'blockquote_open')) return false;
    const [from, to] = map;
    const lines = this.#lines.slice(from, to);
    const heading = block.type === 'heading_open' && (block.markup === '-' || block.markup === '=');
    if (!heading && block.type !== 'paragraph_open') return false;
    const listed = around.length > 1;
    const tail = listed ? -1 : tailBegins(lines);
    this.#paragraph(tail < 0 ? lines : lines.slice(0, tail), from, listed);
    return tail >= 0 || (heading && !listed && isSigned(lines, this.#lines[to] ?? ''));
  }

  /** A row without a single bar is a line that follows a table. */
  #row({ map }: Token): void {
    const line = map === null ? undefined : this.#lines[map[0]];
    if (map !== null && line !== undefined && !line.includes('|')) this.#paragraph([line], map[0], false);
  }

  /** An image makes an HTML block of the lines under it, and so does the end of an element: GitHub shows them like any others. */
  #html({ map, content }: Token): void {
    const alone = standAlone(content);
    if (map !== null && alone > 0) this.#paragraph(this.#lines.slice(map[0], map[0] + alone), map[0], false);
    this.#count(tagsOf(content));
    const under = map === null ? -1 : underEnd(content);
    if (map === null || under < 0) return;
    const lines = this.#lines.slice(map[0] + under, map[1]);
    const ends = [tailBegins(lines), lines.findIndex((l) => MEANT_AS_BLOCK.test(l))].filter((n) => n >= 0);
    this.#paragraph(lines.slice(0, Math.min(lines.length, ...ends)), map[0] + under, false);
  }

  /** `listed`: it stands in a list; then only lines that begin at the margin again are read. */
  #paragraph(lines: readonly string[], from: number, listed: boolean): void {
    const text = lines.join('\n');
    const spans = inlineSpans(text);
    const { hidden, left } = enclosures(text, spans);
    const covered = coverage(text.length, [...spans, ...hidden]);
    const comments = spans.filter((s) => s.rule === 'html_inline' && text.startsWith('<!--', s.from));
    const enclosed = hides(this.#open);
    let start = 0;
    for (const [i, line] of lines.entries()) {
      const own = COMMAND.test(line) && !(listed && (i === 0 || line.startsWith(' ')));
      if (own && !enclosed && from + i >= this.#visibleFrom && covered[start + line.indexOf('/')] === 0) this.#add(line, start, comments, i < lines.length - 1);
      start += line.length + 1;
    }
    if (!listed) this.#count(left);
    this.#noteLooseComment(text, spans, from + lines.length);
    if (!listed) this.#noteLooseFormula(lines, from, covered);
  }

  /** A formula that goes on over blank lines, between two lines that hold nothing but `$$`: for its author it is one. */
  #noteLooseFormula(lines: readonly string[], from: number, covered: Int32Array): void {
    let start = 0;
    for (const [i, line] of lines.entries()) {
      if (isFormulaMark(line) && from + i >= this.#visibleFrom && covered[start + line.indexOf('$') + 1] === 0) {
        let end = from + i + 1;
        while (end < this.#lines.length && !isFormulaMark(this.#lines[end] ?? '')) end++;
        if (end < this.#lines.length) this.#visibleFrom = end + 1;
      }
      start += line.length + 1;
    }
  }

  /** The line without its HTML comments and without the backslash of a hard line break. */
  #add(line: string, start: number, comments: readonly InlineSpan[], more: boolean): void {
    let written = '';
    let at = start;
    for (const { from, to } of comments) {
      if (from < at || from >= start + line.length) continue;
      written += line.slice(at - start, from - start);
      at = to;
    }
    written = (written + line.slice(at - start)).trim();
    if (more && /(?<!\\)(?:\\\\)*\\$/.test(written)) written = written.slice(0, -1).trimEnd();
    if (/^\/arch(?!\S)/i.test(written)) this.#found.push(written);
  }

  #count(tags: readonly { readonly name: string; readonly opens: boolean }[]): void {
    for (const { name, opens } of tags) this.#open.set(name, Math.max(0, (this.#open.get(name) ?? 0) + (opens ? 1 : -1)));
  }

  #noteLooseComment(text: string, spans: readonly InlineSpan[], next: number): void {
    if (!this.#commentsEnd || next < this.#visibleFrom || !outside(text, spans).includes('<!--')) return;
    let end = next;
    while (end < this.#lines.length && !this.#lines[end]?.includes('-->')) end++;
    this.#commentsEnd = end < this.#lines.length;
    if (this.#commentsEnd) this.#visibleFrom = end + 1;
  }
}

/** What its author meant as code, a quote or a formula, and Markdown does not see as one within an HTML block. */
const MEANT_AS_BLOCK = /^\s*(?:```|~~~|>|\$\$)/;

const isFormulaMark = (line: string): boolean => /^ {0,3}\$\$\s*$/.test(line);

/** Two dashes under a command are no heading's underline but what an e-mail's signature begins with. */
const isSigned = (lines: readonly string[], under: string): boolean =>
  isSignature(under.trimStart()) && (under.endsWith(' ') || lines.some((l) => COMMAND.test(l)));

/** How many spans each place of a text stands inside of, their first characters left out. */
function coverage(length: number, spans: readonly { readonly from: number; readonly to: number }[]): Int32Array {
  const depth = new Int32Array(length + 2);
  for (const { from, to } of spans) {
    depth[from + 1] = (depth[from + 1] ?? 0) + 1;
    depth[to] = (depth[to] ?? 0) - 1;
  }
  for (let i = 1; i < depth.length; i++) depth[i] = (depth[i] ?? 0) + (depth[i - 1] ?? 0);
  return depth;
}

/** The text without its spans and without what a backslash made plain. */
function outside(text: string, spans: readonly InlineSpan[]): string {
  let kept = '';
  let at = 0;
  for (const { from, to } of spans) {
    if (from < at) continue;
    kept += `${text.slice(at, from)} `;
    at = to;
  }
  return (kept + text.slice(at)).replace(/\\[^]/g, ' ');
}
