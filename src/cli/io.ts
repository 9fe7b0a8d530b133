import type { Logger } from 'pino';
import type { Env } from '../env.ts';

/** What a verb of the command line may use of the outside. */
export interface Io {
  /** The environment, checked. Throws EnvError. */
  env(): Env;
  /** Epoch milliseconds. */
  now(): number;
  readonly log: Logger;
  /** Writes to standard output, ending the line. */
  out(text: string): void;
}

/** A verb's answer no: a sentence for standard error and an exit code. */
export class Refusal extends Error {
  readonly code: number;
  constructor(message: string, code = 1) {
    super(message);
    this.code = code;
  }
}

/** Text from outside on a terminal: without control characters, escapes and bidirectional overrides. */
export const plain = (text: string): string =>
  text.replace(/\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, '');

/**
 * Whatever is printed, so that nothing in it steers the terminal: control characters but line ends and tabs, and what turns
 * the reading direction, are written out as JSON would.
 */
export const printable = (text: string): string =>
  text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Rows as aligned columns, one line each: a line end in a text from outside must not look like another row. */
export function columns(given: readonly (readonly string[])[]): string {
  const rows = given.map((r) => r.map((cell) => cell.replace(/[\t-\r\u0085\u2028\u2029]+/g, ' ')));
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((r) => (r[i] ?? '').length))) ?? [];
  return rows.map((r) => r.map((cell, i) => i === r.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd()).join('\n');
}

/** That a list was cut, so that nobody takes it for all there is. */
export const thereIsMore = (limit: number): string => `There are more than these ${limit.toLocaleString('en-US')}: --limit shows them.`;
