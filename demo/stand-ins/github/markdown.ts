import { escapeHtml, trusted, type Html } from '../common/html.ts';
import { sanitize, type LinkRules } from './sanitize.ts';

interface Renderer { render(markdown: string): string }
type RendererClass = new (options: { html: boolean; linkify: boolean; breaks: boolean }) => Renderer;

let loading: Promise<Renderer | null> | undefined;

/** The Markdown library is for these pages only; where it is not installed they show the text as it is. */
async function load(): Promise<Renderer | null> {
  const name = 'markdown-it';
  try {
    const { default: MarkdownIt } = await import(name) as { default: RendererClass };
    return new MarkdownIt({ html: true, linkify: true, breaks: true });
  } catch {
    return null;
  }
}

/** A text of an issue as GitHub shows it, roughly. Line breaks count, as in GitHub's issues and comments. */
export async function renderMarkdown(markdown: string, rules: LinkRules): Promise<Html> {
  const renderer = await (loading ??= load());
  if (!renderer) return trusted(`<pre class="source">${escapeHtml(markdown)}</pre>`);
  const rendered = renderer.render(markdown).replaceAll(/<li>(\s*<p>)?\[( |x)\] /gi, (_all, p: string | undefined, mark: string) => `<li class="task">${p ?? ''}<input type="checkbox" disabled${mark === ' ' ? '' : ' checked'}> `);
  return trusted(sanitize(rendered, rules));
}
