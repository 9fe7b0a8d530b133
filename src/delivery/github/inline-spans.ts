import MarkdownIt, { type MarkdownIt as Parser, type Token } from 'markdown-it';

/** A stretch of a paragraph's source that is no plain text, `to` exclusive. */
export interface InlineSpan {
  readonly rule: 'backticks' | 'html_inline' | 'link' | 'image' | 'autolink' | 'math';
  readonly from: number;
  readonly to: number;
}

/** What makes text something else; emphasis and entities do not. */
const RECORDED = ['backticks', 'html_inline', 'link', 'image', 'autolink'] as const;

/**
 * A parser that tells where in the source its inline rules matched: its tokens hold the text as it is shown, but a command
 * is taken as it was written.
 */
function recordingParser(): Parser {
  const md = new MarkdownIt({ html: true });
  md.core.ruler.enableOnly(['block']);
  for (const rule of RECORDED) {
    md.inline.ruler.enableOnly([rule]);
    const [match] = md.inline.ruler.getRules('');
    if (match === undefined) throw new Error(`markdown-it has no inline rule ${rule}`);
    md.inline.ruler.at(rule, (state, silent) => {
      const from = state.pos;
      const before = state.tokens.length;
      const matched = match(state, silent);
      // A backquote without its other half matches too, as text.
      if (state.tokens.length > before) (state.env as { spans: InlineSpan[] }).spans.push({ rule, from, to: state.pos });
      return matched;
    });
  }
  md.inline.ruler.push('math', (state, silent) => {
    const from = state.pos;
    const end = state.src.startsWith('$$', from) ? state.src.indexOf('$$', from + 2) : -1;
    if (end < 0) return false;
    state.pos = end + 2;
    if (!silent) (state.env as { spans: InlineSpan[] }).spans.push({ rule: 'math', from, to: state.pos });
    return true;
  });
  md.inline.ruler.enableOnly(['text', 'newline', 'escape', ...RECORDED, 'math']);
  return md;
}

const parser = recordingParser();

/** The blocks of a Markdown text, as GitHub divides it (tables included); their inline content is not taken apart. */
export const blockTokens = (markdown: string): readonly Token[] => parser.parse(markdown, {});

/** Where a paragraph's text is code, HTML, a link, an image or GitHub's `$$ formula $$`; in order, links with what is inside them. */
export function inlineSpans(paragraph: string): readonly InlineSpan[] {
  const env: { spans: InlineSpan[] } = { spans: [] };
  parser.inline.parse(paragraph, parser, env, []);
  return env.spans.sort((a, b) => a.from - b.from);
}
