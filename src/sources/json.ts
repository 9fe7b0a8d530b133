import { failure } from './failure.ts';
import type { Failure } from './failure.ts';
import type { Sink } from './wire.ts';
import { storable } from './text.ts';

/** A text in place of JSON is read this far, to tell what it is. */
const TEXT_LIMIT = 4096;

/** A body in the pieces in which it came. */
export type Body = readonly Buffer[];

/**
 * Collects a body that should be JSON, unparsed. What does not begin like JSON is refused at its first bytes: a web
 * page, a text that says that something was not found, anything else.
 */
export function jsonSink(where: string): Sink<Body> {
  const pieces: Buffer[] = [];
  let size = 0;
  let looksRight = false;
  return {
    write(piece) {
      pieces.push(piece);
      size += piece.length;
      if (looksRight) return null;
      const start = beginning(pieces);
      looksRight = /^\s*[{[]/.test(start);
      return !looksRight && size >= TEXT_LIMIT ? notJson(where, start) : null;
    },
    end: () => (looksRight ? { ok: true, value: pieces } : notJson(where, beginning(pieces))),
  };
}

const beginning = (body: Body): string => textOf([...firstOf(body, TEXT_LIMIT)]);

function* firstOf(body: Body, size: number): Generator<Buffer> {
  let left = size;
  for (const piece of body) {
    if (left <= 0) return;
    yield piece.subarray(0, left);
    left -= piece.length;
  }
}

/** The body as text; a character may lie across two pieces. */
const textOf = (body: Body): string => (body.length === 1 ? body[0]?.toString() ?? '' : Buffer.concat(body).toString());

/** The failure for a text that is no JSON, told by what it says. */
export function notJson(where: string, text: string): Failure {
  const clean = text.trim();
  if (clean === '') return failure('not-json', `${where} answered with nothing`);
  if (clean.startsWith('<')) return failure('not-json', `${where} answered with a web page instead of JSON`);
  const line = storable(clean.split('\n', 1)[0] ?? '', 120);
  return failure(/\bnot found\b/i.test(line) ? 'not-found' : 'not-json', `${where} answered with a text instead of JSON: ${JSON.stringify(line)}`);
}

/** The parsed body, or why it is none. */
export function parseJson(where: string, body: Body): { readonly ok: true; readonly value: unknown } | Failure {
  let text = '';
  try {
    text = textOf(body).replace(/^\uFEFF/, '');
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch (error) {
    return endedEarly(text, error)
      ? failure('truncated', `the answer of ${where} breaks off in the middle`)
      : failure('not-json', `the answer of ${where} is broken JSON`);
  }
}

/** True where the parser stopped at the end of the text. */
function endedEarly(text: string, error: unknown): boolean {
  const message = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(message);
  return /end of JSON|Unterminated/i.test(message) || (position !== null && Number(position[1]) >= text.length);
}
