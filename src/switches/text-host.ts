import { lineStart, statementStart } from './listing.ts';
import { scanShell } from './shell-scan.ts';
import { wordsIn } from './word-list.ts';

/** What kind of file holds a text list, by its name. */
export interface Host {
  readonly kind: 'yaml' | 'json' | 'toml' | 'hcl' | 'text';
  /** How far a value without quotes reaches: to the next blank, or to the end of its line. */
  readonly values: 'word' | 'line';
  readonly shell: boolean;
  /** What begins a comment; null: not known. */
  readonly leader: '#' | '//' | null;
}

/** A value in a text, and the start of the statement that it is in. */
export interface Spot {
  readonly from: number;
  readonly to: number;
  readonly head: number;
  /** It adds to a list that begins elsewhere. */
  readonly mayBeEmpty?: boolean;
}

/** The kind of a file by its name, and of a script without an ending by its first line. */
export function hostOf(file: string, text: string): Host {
  const name = (file.split('/').at(-1) ?? '').toLowerCase();
  const ending = name.split('.').at(-1) ?? '';
  const host = (kind: Host['kind'], leader: Host['leader'], values: Host['values'] = 'word', shell = false): Host => ({ kind, leader, values, shell });
  if (ending === 'yml' || ending === 'yaml') return host('yaml', '#');
  if (ending === 'json') return host('json', null);
  if (ending === 'toml') return host('toml', '#');
  if (ending === 'hcl' || ending === 'tf') return host('hcl', '#');
  if (/^(?:gnu)?makefile(?:\.|$)|\.mk$|\.mak$/.test(name)) return host('text', '#', 'line');
  if (/^(?:\.env(?:\..*)?|.*\.(?:env|properties|conf|cfg|ini))$/.test(name)) return host('text', '#', 'line');
  if (/^(?:ba|z|k|da)?sh$|^bats$/.test(ending) || (!name.includes('.') && /^#!.*\b(?:ba|z|k|da)?sh\b/.test(text.slice(0, 100)))) return host('text', '#', 'word', true);
  if (/^(?:docker|container)file(?:\.|$)|\.(?:dockerfile|py|rb|pl|bzl|bazel|star)$|^(?:tiltfile|earthfile|justfile|build|workspace)$/.test(name) || (!name.includes('.') && text.startsWith('#!'))) return host('text', '#');
  if (/\.(?:[cm]?[jt]s|go|groovy|gradle|kts?|jsonnet|cue)$|^jenkinsfile/.test(name)) return host('text', '//');
  return host('text', null);
}

const LEAD = String.raw`^([ \t]*(?:(?:export|readonly|local|declare|typeset|override|private|env|arg|set|const|let|var|val|def|final|static)[ \t]+(?:-\w+[ \t]+)*)*`;

/** Where a variable is set to a text: `NAME=…`, `NAME ?= …`, `NAME := …`, `ARG NAME=…`, `NAME="${NAME:-…}"`. */
export function assignmentsIn(text: string, name: string, host: Host): Spot[] {
  const start = new RegExp(`${LEAD}${name.replace(/[.-]/g, '\\$&')}[ \\t]*)(\\+=|\\?=|:{0,3}=|!=)[ \\t]*`, 'gim');
  const set = [...text.matchAll(start)].flatMap((match): Spot[] => {
    // The pattern leaves letter case aside for the words before the name alone.
    if (!match[1]?.trimEnd().endsWith(name) || match[2] === '!=') return [];
    const value = valueAt(text, match.index + match[0].length, host);
    return value === null ? [] : [{ ...value, head: statementStart(text, match.index), mayBeEmpty: match[2] === '+=' }];
  });
  return host.shell ? [...set, ...defaultsIn(text, name, host).filter(({ from }) => set.every((spot) => spot.from !== from))] : set;
}

/** Lists that a script's code falls back on where a variable is not set: `: "${NAME:=…}"`, `for p in ${NAME:-…}`. */
function defaultsIn(text: string, name: string, host: Host): Spot[] {
  const tokens = scanShell(text)?.tokens ?? [];
  return [...text.matchAll(new RegExp(`\\$\\{${name.replace(/[.-]/g, '\\$&')}:?[-=]`, 'g'))].flatMap((match) => {
    const value = valueAt(text, match.index, host);
    const isCode = value !== null && tokens.some((token) => token.at <= value.from && value.to <= token.at + token.text.length);
    return isCode && wordsIn(text, value.from, value.to).entries.some((e) => e.builds.length > 0) ? [{ ...value, head: statementStart(text, match.index) }] : [];
  });
}

/** A value from an offset on, inside its quotes and, where it is a default (`${NAME:-…}`), inside that. */
function valueAt(text: string, at: number, { values, shell }: Pick<Host, 'values' | 'shell'>): { readonly from: number; readonly to: number } | null {
  const [all, quote = '', fallback, inner = ''] = /^(["']?)(?:(\$\{\w+:?[-=])(["']?))?/.exec(text.slice(at, at + 200)) ?? [''];
  const from = at + all.length;
  const closer = inner !== '' ? inner : fallback !== undefined ? '}' : quote;
  if (closer !== '') {
    const end = text.indexOf(closer, from);
    // Only a shell's quotes run over several lines.
    const whole = text.slice(from, Math.max(from, end)).replace(/\\\r?\n/g, '');
    return end < 0 || whole.includes('`') || (!shell && whole.includes('\n')) ? null : { from, to: end };
  }
  const value = (values === 'line' ? /^(?:\\\r?\n|(?![ \t]+#)[^\n\r])*/ : /^(?:\$\{\{[^}]*\}\}|\$\([^)\n]*\)|[^\s"'`;&|<>)])*/).exec(text.slice(from))?.[0] ?? '';
  return { from, to: from + value.trimEnd().length };
}

/** What stands behind a word: `--platform=…`, `--platform …`, `platforms=…`; comment lines aside. */
export function flagsIn(text: string, word: string, flag: boolean): Spot[] {
  const start = new RegExp(`(?<![\\w-])${word.replace(/[.*+?^$()[\]{}|\\]/g, '\\$&')}${flag ? '(?:=|[ \\t]+)' : '='}`, 'g');
  return [...text.matchAll(start)].flatMap((match) => {
    const line = text.slice(lineStart(text, match.index), match.index);
    if (/^[ \t]*(?:#|\/\/)/.test(line)) return [];
    const value = valueAt(text, match.index + match[0].length, { values: 'word', shell: false });
    return value === null || value.to <= value.from ? [] : [{ ...value, head: statementStart(text, match.index) }];
  });
}

/** What a file of text says with something in a value's place: a script's code, or all lines that are no comments. */
export function textMeaning(text: string, { from, to }: Spot, { shell, leader }: Host): (by: string) => string {
  const script = shell ? scanShell(text) : null;
  if (script) {
    return (by) => JSON.stringify(script.tokens.map(({ at, text: token }) => {
      const end = at + token.length;
      return at <= from && to <= end ? [text.slice(at, from), by, text.slice(to, end)] : token;
    }).filter((token, i) => token !== '\n' || i > 0));
  }
  return (by) => JSON.stringify([text.slice(0, from), by, text.slice(to)].map((part, i) => i === 1 || leader === null ? part
    : part.split('\n').filter((line, n) => (i === 2 && n === 0) || !line.trimStart().startsWith(leader)).join('\n')));
}
