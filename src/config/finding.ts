/** A mistake or a doubt in a configuration file, with the place to mend it. */
export interface Finding {
  /** The file as its reader named it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters of the line. */
  readonly column: number;
  /** Where in the configuration: `platforms.linux/s390x.jobs[0].source`; `(file)` for the file as a whole. */
  readonly path: string;
  /** What was found, what is expected, what to do. */
  readonly message: string;
}

/** Keys and list indexes from the file's top. */
export type Path = readonly (string | number)[];

/**
 * A mistake before its place in the text is known. `at`: the value, the key that stands before it, or the mapping
 * that should hold it (something missing).
 */
export interface Problem {
  readonly path: Path;
  readonly at: 'value' | 'key' | 'parent';
  readonly message: string;
}

/** What would end the line, steer a terminal or turn the reading direction: messages repeat what stands in files that others write. */
const STEERS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** One printable line per finding: `file:line:col: path: message`. */
export const formatFinding = (finding: Finding): string =>
  `${finding.file}:${finding.line}:${finding.column}: ${finding.path}: ${finding.message}`.replace(STEERS, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A path as a person writes it: `platforms.linux/s390x.jobs[0].source`. */
export function pathText(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[^\s.[\]":]+$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text === '' ? '(file)' : text;
}

/** A finding about the file as a whole, or about its reading. */
export const fileFinding = (file: string, message: string, line = 1, column = 1): Finding => ({ file, line, column, path: '(file)', message });

/** In the order of the file; several at one place keep theirs. */
export const inOrder = (findings: readonly Finding[]): Finding[] => findings.toSorted((a, b) => a.line - b.line || a.column - b.column);

/** A value as a message shows it: short, on one line, with its kind. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`;
  if (typeof value === 'boolean') return `\`${value}\``;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return 'a mapping';
}

/** Text in quotes, on one line, shortened. */
export const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text);
