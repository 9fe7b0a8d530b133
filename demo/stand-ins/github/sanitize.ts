import { withEmoji } from '../common/emoji.ts';
import { escapeHtml } from '../common/html.ts';

const TAGS = new Set(['a', 'b', 'blockquote', 'br', 'code', 'dd', 'del', 'details', 'div', 'dl', 'dt', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i', 'input', 'ins', 'kbd', 'li', 'ol', 'p', 'pre', 's', 'samp', 'span', 'strong', 'sub', 'summary', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'tt', 'ul', 'var']);
const VOID = new Set(['br', 'hr', 'input']);
const SILENT = new Set(['a', 'code', 'pre', 'kbd', 'samp', 'tt']);
/** Elements whose content goes with them. */
const DROPPED = /<(script|style|iframe|object|embed|textarea|title|svg|math)\b[\s\S]*?(?:<\/\1\s*>|$)/gi;
const TOKEN = /<!--[\s\S]*?(?:-->|$)|<\/?([a-z][a-z0-9-]*)((?:\s+[^<>]*?)?)\s*\/?>/gi;

export interface LinkRules {
  /** Where `#12` leads. */
  readonly issue: (number: number) => string;
  /** Where a commit leads. */
  readonly commit: (sha: string) => string;
}

/**
 * Makes rendered HTML safe for a page, as GitHub's filter does: only harmless tags and attributes, balanced, no
 * comments; `@mentions`, `#numbers`, commits and emoji become what a reader of GitHub sees.
 */
export function sanitize(rendered: string, rules: LinkRules): string {
  const source = rendered.replaceAll(DROPPED, '');
  const open: string[] = [];
  let out = '';
  let at = 0;
  for (const token of source.matchAll(TOKEN)) {
    out += text(source.slice(at, token.index), open, rules);
    at = token.index + token[0].length;
    out += tag(token[0], token[1]?.toLowerCase(), token[2] ?? '', open);
  }
  out += text(source.slice(at), open, rules);
  return out + open.reverse().map((name) => `</${name}>`).join('');
}

function tag(whole: string, name: string | undefined, attributes: string, open: string[]): string {
  if (name === undefined || !TAGS.has(name)) return '';
  if (!whole.startsWith('</')) {
    if (!VOID.has(name)) open.push(name);
    return `<${name}${kept(name, attributes)}>`;
  }
  const depth = open.lastIndexOf(name);
  if (depth < 0) return '';
  return open.splice(depth).reverse().map((n) => `</${n}>`).join('');
}

function kept(name: string, attributes: string): string {
  let out = '';
  for (const m of attributes.matchAll(/([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/gi)) {
    const key = (m[1] ?? '').toLowerCase();
    const value = m[2] ?? m[3] ?? m[4] ?? '';
    if (name === 'a' && key === 'href' && /^(?:https?:|mailto:|#|\/)/i.test(value)) out += ` href="${quoted(value)}"`;
    if (name === 'details' && key === 'open') out += ' open';
    if (name === 'input' && ['checked', 'disabled'].includes(key)) out += ` ${key}`;
    if (key === 'align' && /^(?:left|right|center)$/.test(value)) out += ` style="text-align:${value}"`;
    if (key === 'style' && /^text-align:(?:left|right|center)$/.test(value)) out += ` style="${value}"`;
    if (name === 'li' && key === 'class' && value === 'task') out += ' class="task"';
    if (name === 'code' && key === 'class' && /^language-[\w-]+$/.test(value)) out += ` class="${value}"`;
  }
  return name === 'input' ? ` type="checkbox" disabled${out.includes('checked') ? ' checked' : ''}` : out;
}

const quoted = (value: string): string => escapeHtml(value.replaceAll('&amp;', '&'));

function text(raw: string, open: readonly string[], rules: LinkRules): string {
  const safe = raw.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  if (open.some((name) => SILENT.has(name))) return safe;
  return withEmoji(safe)
    .replaceAll(/(?<!\w)@([a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}(?:\/[a-z\d][\w-]*)?)(?!\w|\.\w|\/)/gi, '<strong class="mention">@$1</strong>')
    .replaceAll(/(?<![\w&/])#(\d{1,9})\b(?!;)/g, (whole, n: string) => `<a href="${escapeHtml(rules.issue(Number(n)))}">${whole}</a>`)
    .replaceAll(/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{40}\b/g, (sha) => `<a href="${escapeHtml(rules.commit(sha))}"><code>${sha.slice(0, 7)}</code></a>`);
}
