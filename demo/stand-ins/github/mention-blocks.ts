/**
 * A piece of a Markdown text that is read for mentions: `text` is read as Markdown, `html` as raw HTML
 * (where backquotes mean nothing). Code blocks are left out.
 */
export interface Block {
  readonly kind: 'text' | 'html';
  readonly text: string;
  /** Inside a block quote. */
  readonly quoted: boolean;
}

const BLOCK_TAGS = 'address|article|aside|blockquote|center|dd|details|dialog|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|html|legend|li|link|main|menu|nav|ol|optgroup|option|p|param|section|summary|table|tbody|td|tfoot|th|thead|title|tr|ul';
const OPENS_HTML = new RegExp(`^ {0,3}</?(?:${BLOCK_TAGS})(?:[\\s/>]|$)`, 'i');
/** A complete tag alone on its line; it cannot interrupt a paragraph. */
const LONE_TAG = /^ {0,3}<\/?[a-z][a-z0-9-]*(?:\s[^<>]*)?>\s*$/i;
const LIST_ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])(?:\s+|$)/;
const FENCE = /^(`{3,}(?=[^`]*$)|~{3,})/;

/** Splits a Markdown text into the pieces that may hold mentions, as CommonMark's blocks would fall. */
export function blocksOf(markdown: string): Block[] {
  const reader = new Reader();
  for (const line of markdown.replaceAll(/\r\n?/g, '\n').split('\n')) reader.line(line);
  return reader.end();
}

const indentOf = (line: string): number => /^ */.exec(line.replaceAll('\t', '    '))?.[0].length ?? 0;

/** Makes a table of the paragraph that it stands in. */
const DELIMITER_ROW = /^(?=.*\|)[\s|:-]*-[\s|:-]*$/;
const cellsOf = (row: string): string[] => row.split(/(?<!\\)\|/).map((cell) => cell.replaceAll('\\|', '|'));

type Raw = { readonly until: RegExp | null };

class Reader {
  readonly #blocks: Block[] = [];
  #lines: string[] = [];
  #quoted = false;
  #fence: { readonly mark: string; readonly quoted: boolean } | null = null;
  /** How far the text of the current list item is indented; a line before that ends what was opened inside the item. */
  #indent = 0;
  /** Raw HTML is being read, until this pattern or, where it is null, a blank line. */
  #raw: Raw | null = null;
  #inList = false;
  /** The line before was a row of what may be no table at all. */
  #afterRow = false;

  end(): Block[] {
    this.#close();
    return this.#blocks;
  }

  line(raw: string): void {
    const quote = /^(?: {0,3}> ?)+/.exec(raw);
    const text = quote ? raw.slice(quote[0].length) : raw;
    const quoted = quote !== null;
    const outside = (this.#fence !== null || this.#raw !== null) && text.trim() !== '' && indentOf(text) < this.#indent;
    if (outside) { this.#fence = null; this.#close(); }
    if (this.#fence) { this.#insideFence(text, quoted); return; }
    if (this.#raw) { this.#insideRaw(this.#raw, text); return; }
    if (text.trim() === '') { this.#close(); this.#afterRow = false; return; }
    if (this.#lines.length > 0 && quoted !== this.#quoted) this.#close();
    this.#quoted = quoted;
    this.#open(text, quoted);
  }

  #open(text: string, quoted: boolean): void {
    const item = LIST_ITEM.exec(text);
    const indented = /^(?: {4}|\t)/.test(text);
    if (indented && !item && this.#lines.length === 0 && !this.#inList && !this.#afterRow) return;
    this.#afterRow = false;
    if (!indented && !item && this.#lines.length === 0) { this.#inList = false; this.#indent = 0; }
    if (item) { this.#inList = true; this.#indent = item[0].length; } else if (indentOf(text) < this.#indent) this.#indent = 0;
    const content = item ? text.slice(item[0].length) : this.#inList ? text.trimStart() : text.replace(/^ {1,3}/, '');
    const mark = FENCE.exec(content)?.[1];
    if (mark) {
      this.#close();
      this.#fence = { mark, quoted };
      return;
    }
    const html = this.#startsRaw(content);
    if (html) {
      this.#close();
      this.#insideRaw(html, content);
      return;
    }
    if (/^\|/.test(content)) { this.#row(content); return; }
    const heading = /^#{1,6}\s/.test(content);
    if (item || heading) this.#close();
    this.#lines.push(content);
    if (heading) this.#close();
  }

  #startsRaw(content: string): Raw | null {
    if (content.startsWith('<!--')) return { until: /-->/ };
    const verbatim = /^<(pre|script|style|textarea)(?:[\s>]|$)/i.exec(content)?.[1];
    if (verbatim) return { until: new RegExp(`</${verbatim}>`, 'i') };
    if (OPENS_HTML.test(content) || (this.#lines.length === 0 && LONE_TAG.test(content))) return { until: null };
    return null;
  }

  /** A table row: its cells are divided before anything inside them is read. */
  #row(content: string): void {
    this.#close();
    this.#afterRow = true;
    for (const text of cellsOf(content)) this.#blocks.push({ kind: 'text', text, quoted: this.#quoted });
  }

  #insideFence(text: string, quoted: boolean): void {
    const fence = this.#fence;
    if (!fence) return;
    const closes = new RegExp(`^\\s*${fence.mark[0] ?? ''}{${fence.mark.length},}\\s*$`).test(text);
    if (closes || (fence.quoted && !quoted)) this.#fence = null;
    if (!closes && fence.quoted && !quoted) this.line(text);
  }

  #insideRaw(raw: Raw, text: string): void {
    this.#raw = raw;
    const ends = raw.until ? raw.until.test(text) : text.trim() === '';
    this.#lines.push(text);
    if (ends) this.#close();
  }

  #close(): void {
    const pieces = !this.#raw && this.#lines.some((l) => DELIMITER_ROW.test(l)) ? this.#lines.flatMap(cellsOf) : this.#lines.length > 0 ? [this.#lines.join('\n')] : [];
    for (const text of pieces) this.#blocks.push({ kind: this.#raw ? 'html' : 'text', text, quoted: this.#quoted });
    this.#lines = [];
    this.#raw = null;
  }
}
