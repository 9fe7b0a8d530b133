/**
 * A text for people, as data: what policy and commands say, before GitHub or Slack put it into their own markup. Plain
 * strings are words, whoever they come from: an edge makes them inert, so nothing that stands in one can mention anybody,
 * refer to anything or break out of its place.
 */
export type Text = readonly Block[];

export type Block =
  | { readonly kind: 'paragraph'; readonly spans: Spans }
  | { readonly kind: 'list'; readonly items: readonly Spans[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly Spans[])[] }
  /** Verbatim lines. `language` colours them where that can be done: `diff`, `yaml`, or empty. */
  | { readonly kind: 'code'; readonly text: string; readonly language: string }
  /** Folded away where that can be done. */
  | { readonly kind: 'details'; readonly summary: string; readonly blocks: Text };

export type Spans = readonly Span[];

export type Span =
  | string
  | { readonly code: string }
  | { readonly bold: string }
  /** `words` linked to an http(s) address; the words alone where the address is none. */
  | { readonly words: string; readonly link: string }
  /** Somebody who is asked to act now: called on GitHub, named on Slack. Everybody else stands in `code`. */
  | { readonly mention: string };

/** A paragraph of these spans. */
export const says = (...spans: Spans): Block => ({ kind: 'paragraph', spans });

/** A list with one item per argument. */
export const bullets = (...items: readonly Spans[]): Block => ({ kind: 'list', items });

/** A name in code style: a handle without its `@`, a job, a command. */
export const coded = (text: string): Span => ({ code: text.replace(/^@/, '') });

/** `a`, `a and b`, `a, b and c` as spans; with `cap`, `a, b and 5 more`. */
export function enumerated(items: readonly Span[], cap = 6): Spans {
  const shown: Span[] = items.length > cap ? [...items.slice(0, cap - 1), `${items.length - cap + 1} more`] : [...items];
  return shown.flatMap((item, i): Spans => i === 0 ? [item] : [i === shown.length - 1 ? ' and ' : ', ', item]);
}

/** The text without any markup, for logs, notifications and tests. */
export function plainText(text: Text): string {
  return text.map((b): string => {
    switch (b.kind) {
      case 'paragraph': return plainSpans(b.spans);
      case 'list': return b.items.map((i) => `- ${plainSpans(i)}`).join('\n');
      case 'table': return [b.head.join(' | '), ...b.rows.map((r) => r.map(plainSpans).join(' | '))].join('\n');
      case 'code': return b.text;
      case 'details': return `${b.summary}\n${plainText(b.blocks)}`;
      default: return b satisfies never;
    }
  }).join('\n\n');
}

/** Spans as words alone. */
export const plainSpans = (spans: Spans): string => spans.map((s) => {
  if (typeof s === 'string') return s;
  if ('code' in s) return s.code;
  if ('bold' in s) return s.bold;
  return 'mention' in s ? s.mention : s.words;
}).join('');
