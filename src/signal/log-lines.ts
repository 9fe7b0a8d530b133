import type { LogLine } from '../domain/signature.ts';

/** A log's text is hostile: endless lines, null bytes, colours. Here it becomes lines that can be looked at cheaply. */

/** Characters of a log that are read, from its end. */
export const MOST_TEXT = 2 ** 20;
/** Characters of a line that are read: half of them from its beginning, half from its end. */
export const LONGEST_LINE = 2_000;
const EXCERPT = 240;

/** A line as it is searched. */
export interface Searched { readonly line: number; readonly text: string }

/** Colours and cursor movements; the counts are bounded, so a run of escapes is read once. */
const ESCAPES = /\u001b(?:\[[0-9;:?<=>]{0,32}[ -/]{0,4}[@-~]|[()#][0-9A-Za-z]|[=>78cDEHMNOZ])/g;
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** The lines of a log's tail. `first`: the number of its first line in the whole log, from 1. Empty lines are left out. */
export function logLines(text: string, first = 1): Searched[] {
  const from = Math.max(0, text.length - MOST_TEXT);
  let number = first;
  for (let i = text.indexOf('\n'); i >= 0 && i < from; i = text.indexOf('\n', i + 1)) number++;
  const lines: Searched[] = [];
  for (const raw of text.slice(from).split('\n')) {
    const clean = cleaned(raw);
    if (clean !== '') lines.push({ line: number, text: clean });
    number++;
  }
  return lines;
}

function cleaned(raw: string): string {
  const half = LONGEST_LINE / 2;
  const short = raw.length <= LONGEST_LINE ? raw : `${raw.slice(0, half)} … ${raw.slice(-half)}`;
  return short.replace(ESCAPES, '').replace(CONTROLS, ' ').trim();
}

/** The line shortened to what stands around `at`. */
export function excerptOf({ line, text }: Searched, at = 0): LogLine {
  if (text.length <= EXCERPT) return { line, excerpt: whole(text) };
  const from = Math.max(0, Math.min(at - EXCERPT / 3, text.length - EXCERPT));
  const to = from + EXCERPT;
  return { line, excerpt: whole(`${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`) };
}

/** Without halves of characters that are two units long. */
const whole = (text: string): string => text.toWellFormed().replaceAll('\ufffd', '');
