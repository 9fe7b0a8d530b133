import { createReadStream } from 'node:fs';

/** Longer than any line of a history by far; a file without line breaks is not one. */
const LONGEST = 1 << 20;

/** Where a line stands. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly number: number;
}

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/**
 * The lines of a UTF-8 file that hold something, in portions, read as a stream: files may be larger than memory. `\n` and
 * `\r\n` end a line, the last needs no end; a byte order mark is no part of the first. Rejects where the file cannot be read.
 */
export async function* linesOf(file: string): AsyncGenerator<readonly Line[]> {
  let number = 0;
  let rest = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 18 }) as AsyncIterable<string>) {
    const parts = (number === 0 && rest === '' ? chunk.replace(/^\uFEFF/, '') : chunk).split('\n');
    parts[0] = rest + parts[0];
    rest = parts.pop() ?? '';
    // What is kept over from here is named as it is: JSON cannot be that long and good.
    if (rest.length > LONGEST) { yield [...numbered(parts, number), { number: number + parts.length + 1, text: rest.slice(0, 100) }]; return; }
    yield numbered(parts, number);
    number += parts.length;
  }
  yield numbered([rest], number);
}

function numbered(texts: readonly string[], before: number): Line[] {
  const lines: Line[] = [];
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] ?? '';
    if (text !== '' && text.trim() !== '') lines.push({ number: before + i + 1, text });
  }
  return lines;
}
