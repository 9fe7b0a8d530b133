/** A piece of an HCL text. `text`: of a string, with its quotes. */
export interface Token {
  readonly kind: 'word' | 'string' | 'here' | 'mark' | 'line';
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const MARKS = /^(?:\.\.\.|=>|==|!=|<=|>=|&&|\|\||[[\]{}()=:,.?*/%+<>!&|-])/;

/**
 * An HCL text as tokens without comments; or the offset of what is none. Rules: HCL's syntax-agnostic
 * specification, "Lexical Elements" and "Template Expressions".
 */
export function tokensOf(text: string): { readonly tokens: readonly Token[] } | { readonly odd: number } {
  const tokens: Token[] = [];
  const rest = (at: number): string => text.slice(at, at + 400);
  for (let at = 0; at < text.length;) {
    const start = at;
    const c = text[at] ?? '';
    const push = (kind: Token['kind'], end: number): void => { tokens.push({ kind, start, end, text: text.slice(start, end) }); at = end; };
    if (/[ \t\r]/.test(c)) { at++; continue; }
    if (c === '\n') { push('line', at + 1); continue; }
    if (c === '#' || text.startsWith('//', at)) { const end = text.indexOf('\n', at); at = end < 0 ? text.length : end; continue; }
    if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2);
      if (end < 0) return { odd: at };
      at = end + 2;
      continue;
    }
    if (c === '"') {
      const end = stringEnd(text, at, 0);
      if (end === null) return { odd: at };
      push('string', end);
      continue;
    }
    const here = /^<<(-?)([\p{L}_][\p{L}\p{N}_-]*)[ \t]*\r?\n/u.exec(rest(at));
    if (here) {
      const close = new RegExp(`^[ \\t]*${here[2]}[ \\t]*\\r?$`, 'm');
      const body = at + here[0].length;
      const found = close.exec(text.slice(body));
      if (!found) return { odd: at };
      push('here', body + found.index + found[0].replace(/\r$/, '').length);
      continue;
    }
    const word = /^[\p{L}\p{N}_][\p{L}\p{N}_-]*/u.exec(rest(at))?.[0];
    const mark = word === undefined ? MARKS.exec(rest(at))?.[0] : undefined;
    if (word === undefined && mark === undefined) return { odd: at };
    push(word === undefined ? 'mark' : 'word', at + (word ?? mark ?? '').length);
  }
  return { tokens };
}

/** Strings in templates in strings; people write two. */
const MOST_NESTED = 50;

/** The offset behind a string's closing quote; null: it has none. Templates in it may hold strings of their own. */
function stringEnd(text: string, open: number, depth: number): number | null {
  if (depth > MOST_NESTED) return null;
  for (let at = open + 1; at < text.length;) {
    const c = text[at];
    if (c === '"') return at + 1;
    if (c === '\n') return null;
    if (c === '\\') { at += 2; continue; }
    if (text.startsWith('$${', at) || text.startsWith('%%{', at)) { at += 3; continue; }
    if (text.startsWith('${', at) || text.startsWith('%{', at)) {
      const end = templateEnd(text, at + 2, depth);
      if (end === null) return null;
      at = end;
      continue;
    }
    at++;
  }
  return null;
}

function templateEnd(text: string, from: number, depth: number): number | null {
  let open = 1;
  for (let at = from; at < text.length;) {
    const c = text[at];
    if (c === '"') {
      const end = stringEnd(text, at, depth + 1);
      if (end === null) return null;
      at = end;
      continue;
    }
    if (c === '{') open++;
    if (c === '}' && --open === 0) return at + 1;
    at++;
  }
  return null;
}

/** A string's text without quotes; null: it holds a template or an escape. */
export const literal = (token: Token): string | null => token.kind === 'string' && !/\\|\$\{|%\{/.test(token.text) ? token.text.slice(1, -1) : null;
