/** A piece of HTML that is safe to put on a page. Made by `html`, or by `trusted` where it was made safe elsewhere. */
export interface Html { readonly html: string }

/** Escapes text for HTML, attributes included. */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

/** Says that this text is HTML already. */
export const trusted = (text: string): Html => ({ html: text });

type Part = Html | string | number | null | undefined | false | readonly Part[];

const isHtml = (part: Part): part is Html => typeof part === 'object' && part !== null && 'html' in part;

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  if (isHtml(part)) return part.html;
  return part.map(render).join('');
}

/** A template in which every inserted text is escaped; other pieces of HTML and lists of them go in as they are. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.map((s, i) => s + (i < parts.length ? render(parts[i]) : '')).join('') };
}

/** A whole page with its own style and no outside resource. */
export const document = (title: string, style: string, body: Html): Html =>
  html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><link rel="icon" href="data:,"><style>${trusted(style)}</style></head><body>${body}</body></html>`;

/** `Tue 18 Nov 2025, 14:10 UTC`. */
export function when(at: number): string {
  const d = new Date(at);
  const pick = (options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options }).format(d);
  return `${pick({ weekday: 'short' })} ${pick({ day: 'numeric', month: 'short', year: 'numeric' })}, ${pick({ hour: '2-digit', minute: '2-digit' })} UTC`;
}
