import type { InlineSpan } from './inline-spans.ts';

/** Elements that stand by themselves: what they enclose is a quote, folded away, code, a list or a table. */
const BLOCKS = ['blockquote', 'details', 'pre', 'table', 'ul', 'ol', 'dl', 'template', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
/** Elements in a line of text. One that is never closed is taken for a placeholder: `<code>`. */
const IN_LINE = ['code', 'kbd', 'samp', 'tt', 'q', 'del', 's', 'strike'];
const TAG = new RegExp(`<!--[^]*?(?:-->|$)|<(/?)(${[...BLOCKS, ...IN_LINE].join('|')})(?![\\w-])`, 'gi');

export interface Tag {
  readonly name: string;
  readonly opens: boolean;
}

/** The tags in HTML that begin or end an enclosing element, in order; those in HTML comments are none. */
export const tagsOf = (html: string): readonly Tag[] =>
  [...html.matchAll(TAG)].flatMap(([, slash, name]) => name === undefined ? [] : [{ name: name.toLowerCase(), opens: slash === '' }]);

/** Whether any element is open, by how many of each are. */
export const hides = (open: ReadonlyMap<string, number>): boolean => [...open.values()].some((n) => n > 0);

/**
 * What the tags in a paragraph enclose within it, and the tags `left` whose other half is not in it: those go on, or end
 * what went on, for the paragraphs that follow.
 */
export function enclosures(text: string, spans: readonly InlineSpan[]): { readonly hidden: readonly { readonly from: number; readonly to: number }[]; readonly left: readonly Tag[] } {
  const hidden: { from: number; to: number }[] = [];
  const left: Tag[] = [];
  const opened = new Map<string, number[]>();
  for (const { rule, from, to } of spans) {
    const [tag] = rule === 'html_inline' ? tagsOf(text.slice(from, to)) : [];
    if (!tag) continue;
    if (tag.opens) {
      const begun = opened.get(tag.name);
      if (begun === undefined) opened.set(tag.name, [from]);
      else begun.push(from);
      continue;
    }
    const begin = opened.get(tag.name)?.pop();
    if (begin === undefined) left.push(tag);
    else hidden.push({ from: begin, to });
  }
  for (const name of BLOCKS) {
    for (const begin of opened.get(name) ?? []) {
      hidden.push({ from: begin, to: text.length });
      left.push({ name, opens: true });
    }
  }
  return { hidden, left };
}

/** Elements without content. */
const LONE = /<!--[^]*?-->|<(?:(?:img|br|hr)\b[^<>]*>)?/gi;

/** How many lines of an HTML block come before anything that could enclose text. */
export function standAlone(html: string): number {
  for (const { 0: tag, index } of html.matchAll(LONE)) {
    if (tag === '<') return html.slice(0, index).split('\n').length - 1;
  }
  return html.replace(/\n$/, '').split('\n').length;
}

/** A whole tag or HTML comment; else the `<` that begins none. */
const WHOLE = /<!--[^]*?-->|<\/?[a-z][a-z0-9-]*(?:[^<>"']|"[^"<]*"|'[^'<]*')*>|</gi;

/** The first of an HTML block's lines that stand under its last tag, where that one ends an element; -1 where it does not, or where what looks like a tag is not whole. */
export function underEnd(html: string): number {
  let end = -1;
  for (const { 0: tag, index } of html.matchAll(WHOLE)) {
    if (tag === '<') return -1;
    if (tag.startsWith('</') || (end >= 0 && tag.startsWith('<!--'))) end = index + tag.length;
    else if (!tag.startsWith('<!--')) end = -1;
  }
  return end < 0 ? -1 : html.slice(0, end).split('\n').length;
}
