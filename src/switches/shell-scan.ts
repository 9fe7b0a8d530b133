/** A word of a shell script. `literal`: what it says with its quotes off; null: the shell works it out. */
export interface Word {
  readonly start: number;
  readonly end: number;
  readonly literal: string | null;
}

/** `NAME=( … )` in a script. */
export interface ArrayAssignment {
  readonly name: string;
  /** `+=`: adds to an array. */
  readonly adds: boolean;
  /** Offset of the name, behind the opening bracket, and of the closing one. */
  readonly start: number;
  readonly from: number;
  readonly to: number;
  readonly words: readonly Word[];
}

/** What a script holds. `tokens`: its code without comments and blanks; the words of arrays stand apart, by their offsets. */
export interface Script {
  readonly arrays: readonly ArrayAssignment[];
  readonly tokens: readonly { readonly at: number; readonly text: string }[];
}

const BLANK = /[ \t\r]/;
/** Quotes and expansions in each other; people write four or five. */
const MOST_NESTED = 100;
const OPERATOR = /[;&|()<>]/;

/**
 * Reads a Bash script as far as it takes to know what is code, quote, comment or here-document, and which arrays it
 * assigns. Null where a quote or a bracket is never closed. Rules: Bash's manual, 3.1 "Shell Syntax" and 6.7 "Arrays".
 */
export function scanShell(text: string): Script | null {
  const scanner = new Scanner(text);
  return scanner.script() ? { arrays: scanner.arrays, tokens: scanner.tokens } : null;
}

class Scanner {
  readonly arrays: ArrayAssignment[] = [];
  readonly tokens: { at: number; text: string }[] = [];
  private readonly text: string;
  private at = 0;
  private depth = 0;
  private readonly pending: { readonly word: string; readonly tabs: boolean }[] = [];

  constructor(text: string) { this.text = text; }

  script(): boolean {
    while (this.at < this.text.length) if (!this.step()) return false;
    return true;
  }

  private peek(word: string): boolean { return this.text.startsWith(word, this.at); }
  private char(): string { return this.text[this.at] ?? ''; }
  private token(at: number): void { this.tokens.push({ at, text: this.text.slice(at, this.at) }); }

  private step(): boolean {
    const start = this.at;
    const c = this.char();
    if (BLANK.test(c)) { this.at++; return true; }
    if (this.peek('\\\n') || this.peek('\\\r\n')) { this.at += this.peek('\\\n') ? 2 : 3; return true; }
    if (c === '\n') return this.newLine();
    if (c === '#') { this.skipComment(); return true; }
    if (this.peek('((')) return this.arithmetic(start, 2) && (this.token(start), true);
    if (this.peek('<<<')) { this.at += 3; this.token(start); return true; }
    if (this.peek('<<')) return this.hereDocument(start);
    if (OPERATOR.test(c)) { this.at++; this.token(start); return true; }
    const assigned = /^([A-Za-z_]\w*)(\+?)=\(/.exec(this.text.slice(start, start + 200));
    if (assigned) return this.array(start, assigned[1] ?? '', assigned[2] === '+', assigned[0].length);
    return this.word() && (this.token(start), true);
  }

  /** A line's end; several say no more than one, a here-document's own among them. */
  private newLine(): boolean {
    const end = (at: number): void => { if (this.tokens.at(-1)?.text !== '\n') this.tokens.push({ at, text: '\n' }); };
    end(this.at++);
    for (const { word, tabs } of this.pending.splice(0)) {
      const from = this.at;
      for (let over = false; !over && this.at < this.text.length;) {
        const end = this.text.indexOf('\n', this.at);
        const line = this.text.slice(this.at, end < 0 ? this.text.length : end).replace(/\r$/, '');
        this.at = end < 0 ? this.text.length : end + 1;
        over = (tabs ? line.replace(/^\t+/, '') : line) === word;
      }
      this.token(from);
      end(this.at - 1);
    }
    return true;
  }

  private skipComment(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  private hereDocument(start: number): boolean {
    const tabs = this.text[start + 2] === '-';
    this.at += tabs ? 3 : 2;
    while (this.char() === ' ' || this.char() === '\t') this.at++;
    const from = this.at;
    if (!this.word()) return false;
    const word = this.text.slice(from, this.at).replace(/\\(.)|["']/g, '$1');
    if (word !== '') this.pending.push({ word, tabs });
    this.token(start);
    return true;
  }

  private array(start: number, name: string, adds: boolean, length: number): boolean {
    this.at = start + length;
    this.token(start);
    const words: Word[] = [];
    const from = this.at;
    for (;;) {
      const c = this.char();
      if (c === '') return false;
      if (c === ')') break;
      if (BLANK.test(c) || c === '\n') { this.at++; continue; }
      if (this.peek('\\\n') || this.peek('\\\r\n')) { this.at += 2; continue; }
      if (c === '#') { this.skipComment(); continue; }
      const at = this.at;
      if (OPERATOR.test(c) && !this.peek('<(') && !this.peek('>(')) return false;
      if (!this.word()) return false;
      this.token(at);
      words.push({ start: at, end: this.at, literal: literalOf(this.text.slice(at, this.at)) });
    }
    const to = this.at++;
    this.tokens.push({ at: to, text: ')' });
    this.arrays.push({ name, adds, start, from, to, words });
    return true;
  }

  /** Runs to the end of a word; at least one character. */
  private word(): boolean {
    const start = this.at;
    while (this.at < this.text.length) {
      const c = this.char();
      if (this.peek('<(') || this.peek('>(')) { if (this.at !== start) break; this.at += 2; if (!this.commands()) return false; continue; }
      if (BLANK.test(c) || c === '\n' || OPERATOR.test(c)) break;
      if (!this.part(c)) return false;
    }
    if (this.at === start) this.at++;
    return true;
  }

  /** One character of a word, or a quote or expansion in it. */
  private part(c: string): boolean {
    if (this.depth > MOST_NESTED) return false;
    this.depth++;
    const whole = this.inner(c);
    this.depth--;
    return whole;
  }

  private inner(c: string): boolean {
    if (c === '\\') { this.at += 2; return true; }
    if (c === "'") return this.until("'");
    if (c === '"') return this.doubleQuote();
    if (c === '`') return this.backTicks();
    if (c === '$') return this.expansion();
    if (/[@?*+!]/.test(c) && this.text[this.at + 1] === '(') { this.at += 2; return this.commands(); }
    this.at++;
    return true;
  }

  private until(quote: string): boolean {
    const end = this.text.indexOf(quote, this.at + 1);
    this.at = end + 1;
    return end >= 0;
  }

  private doubleQuote(): boolean {
    for (this.at++; this.at < this.text.length;) {
      const c = this.char();
      if (c === '"') { this.at++; return true; }
      if (c === '\\') this.at += 2;
      else if (c === '`') { if (!this.backTicks()) return false; }
      else if (c === '$') { if (!this.expansion(true)) return false; }
      else this.at++;
    }
    return false;
  }

  private backTicks(): boolean {
    for (this.at++; this.at < this.text.length; this.at++) {
      if (this.char() === '\\') this.at++;
      else if (this.char() === '`') { this.at++; return true; }
    }
    return false;
  }

  private expansion(quoted = false): boolean {
    if (this.peek('$((')) return this.arithmetic(this.at, 3);
    if (this.peek('$(')) { this.at += 2; return this.commands(); }
    if (this.peek('${')) { this.at += 2; return this.parameter(quoted); }
    if (!quoted && this.peek("$'")) {
      for (this.at += 2; this.at < this.text.length; this.at++) {
        if (this.char() === '\\') this.at++;
        else if (this.char() === "'") { this.at++; return true; }
      }
      return false;
    }
    this.at++;
    if (/[#?$!@*-]/.test(this.char())) this.at++;
    return true;
  }

  /** Behind `${`: to the closing brace. */
  private parameter(quoted: boolean): boolean {
    while (this.at < this.text.length) {
      const c = this.char();
      if (c === '}') { this.at++; return true; }
      if (c === "'" && quoted) this.at++;
      else if (!this.part(c)) return false;
    }
    return false;
  }

  /** Behind `((` or `$((`: to `))`; where it is no arithmetic after all, as commands. */
  private arithmetic(start: number, length: number): boolean {
    let depth = 2;
    this.at = start + length;
    for (; this.at < this.text.length && depth > 0; this.at++) {
      if (this.char() === '(') depth++;
      else if (this.char() === ')') depth--;
    }
    return depth === 0;
  }

  /** Behind `$(`: to the closing bracket; a `)` behind a pattern of `case` is none. */
  private commands(): boolean {
    let depth = 1;
    let cases = 0;
    while (this.at < this.text.length) {
      const c = this.char();
      if (c === ')' && (depth > 1 || cases === 0)) { this.at++; if (--depth === 0) return true; continue; }
      if (c === '(') depth++;
      if (c === '#' && /[\s;&|()]/.test(this.text[this.at - 1] ?? ' ')) { this.skipComment(); continue; }
      if (c === '\n' && this.pending.length > 0) { this.skipDocuments(); continue; }
      if (this.peek('<<') && !this.peek('<<<')) { const kept = this.tokens.length; if (!this.hereDocument(this.at)) return false; this.tokens.length = kept; continue; }
      if (this.peek('<<<')) { this.at += 3; continue; }
      const keyword = /^(case|esac)(?![\w-])/.exec(this.text.slice(this.at, this.at + 6))?.[1];
      if (keyword !== undefined && /[\s;&|(]/.test(this.text[this.at - 1] ?? ' ')) { cases = Math.max(0, cases + (keyword === 'case' ? 1 : -1)); this.at += 4; continue; }
      if (BLANK.test(c) || c === '\n' || OPERATOR.test(c)) this.at++;
      else if (!this.part(c)) return false;
    }
    return false;
  }

  private skipDocuments(): void {
    const kept = this.tokens.length;
    this.newLine();
    this.tokens.length = kept;
  }
}

/** A word with its quotes off, where the shell takes it as it stands: without expansions, globs and braces. */
function literalOf(raw: string): string | null {
  let said = '';
  for (let i = 0; i < raw.length;) {
    const part = /^(?:'([^']*)'|"((?:[^"\\$`]|\\.)*)"|\\([^\n])|([^'"\\$`*?{}~<>()]+))/.exec(raw.slice(i));
    if (!part) return null;
    said += part[1] ?? part[2]?.replace(/\\([$`"\\])/g, '$1') ?? part[3] ?? part[4] ?? '';
    i += part[0].length;
  }
  return said;
}
