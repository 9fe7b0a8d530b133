import { withEmoji } from '../common/emoji.ts';
import { escapeHtml, trusted, type Html } from '../common/html.ts';
import type { SlackState } from './state.ts';

/** Slack's markup as HTML: what a reader of Slack would see. Text comes with `&amp;`, `&lt;` and `&gt;` escaped, as Slack wants it. */
export function renderMrkdwn(text: string, state: SlackState): Html {
  // Code is put aside first, and back at the end: it may stand inside bold or a quote, and nothing in it is markup.
  const codes: string[] = [];
  const held = text.replaceAll(/[\ue000\ue001]/g, '').replaceAll(/```[\s\S]*?```|`[^`\n]+`/g, (piece) => `\ue000${codes.push(code(piece)) - 1}\ue001`);
  return trusted(prose(held, state).replaceAll(/\ue000(\d+)\ue001/g, (_, n: string) => codes[Number(n)] ?? ''));
}

/** Plain text with emoji. */
export const renderPlain = (text: string): Html => trusted(escapeHtml(withEmoji(text)));

/** Undoes Slack's escapes, then escapes for HTML, so that `&amp;lt;` shows as `&lt;`. */
const shown = (text: string): string => escapeHtml(text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'));

function code(piece: string): string {
  const block = piece.startsWith('```');
  const inner = shown(piece.slice(block ? 3 : 1, block ? -3 : -1));
  return block ? `<pre>${inner.replace(/^\n/, '')}</pre>` : `<code>${inner}</code>`;
}

function prose(text: string, state: SlackState): string {
  const pieces = text.split(/(<[^<>\n]+>)/g);
  const html = pieces.map((piece, i) => (i % 2 === 1 ? link(piece.slice(1, -1), state) : shown(withEmoji(piece)))).join('');
  return quotes(html
    .replaceAll(/(^|[\s(>~_])\*([^*\n]+)\*(?=$|[\s.,;:!?)<~_])/gm, '$1<b>$2</b>')
    .replaceAll(/(^|[\s(>])_([^_\n]+)_(?=$|[\s.,;:!?)<])/gm, '$1<i>$2</i>')
    .replaceAll(/(^|[\s(>])~([^~\n]+)~(?=$|[\s.,;:!?)<])/gm, '$1<s>$2</s>'));
}

/** Lines that begin with `>` (which arrives as an entity or bare). */
function quotes(html: string): string {
  return html.split('\n').map((line) => line.replace(/^&gt; ?(.*)$/, '<blockquote>$1</blockquote>')).join('\n').replaceAll(/<\/blockquote>\n<blockquote>/g, '<br>').replaceAll(/\n(?=<blockquote>)|(?<=<\/blockquote>)\n/g, '');
}

function link(inner: string, state: SlackState): string {
  const [target = '', label] = inner.split('|', 2);
  if (target.startsWith('@')) return ping(`@${state.users.get(target.slice(1))?.name ?? label ?? target.slice(1)}`);
  if (target.startsWith('!subteam^')) return ping(label ?? `@${target.slice(9)}`);
  if (target.startsWith('!date^')) return shown(label ?? '');
  if (target.startsWith('!')) return ping(`@${target.slice(1)}`);
  if (target.startsWith('#')) return `<span class="ref">#${shown(label ?? state.channels.get(target.slice(1))?.name ?? target.slice(1))}</span>`;
  if (/^(?:https?:|mailto:)/.test(target)) return `<a href="${shown(target)}">${shown(withEmoji(label ?? target))}</a>`;
  return shown(`<${inner}>`);
}

const ping = (name: string): string => `<span class="ping">${shown(name)}</span>`;
