import { failure } from './failure.ts';
import type { Failure } from './failure.ts';
import type { Sink } from './wire.ts';
import { storable } from './text.ts';

/** A text in place of JSON is read this far, to tell what it is. */
const TEXT_LIMIT = 4096;

/**
 * Collects a body that should be JSON, unparsed. What does not begin like JSON is refused at its first bytes: a web
 * page, a text that says that something was not found, anything else.
 */
export function jsonSink(where: string): Sink<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  let looksRight = false;
  const refuseText = (): Failure => notJson(where, Buffer.concat(chunks).subarray(0, TEXT_LIMIT).toString());
  return {
    write(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      if (looksRight) return null;
      const start = Buffer.concat(chunks).subarray(0, TEXT_LIMIT).toString().trimStart();
      looksRight = start.startsWith('{') || start.startsWith('[');
      return !looksRight && size >= TEXT_LIMIT ? refuseText() : null;
    },
    end: () => (looksRight ? { ok: true, value: Buffer.concat(chunks, size) } : refuseText()),
  };
}

/** The failure for a text that is no JSON, told by what it says. */
export function notJson(where: string, text: string): Failure {
  const clean = text.trim();
  if (clean === '') return failure('not-json', `${where} answered with nothing`);
  if (clean.startsWith('<')) return failure('not-json', `${where} answered with a web page instead of JSON`);
  const line = storable(clean.split('\n', 1)[0] ?? '', 120);
  return failure(/\bnot found\b/i.test(line) ? 'not-found' : 'not-json', `${where} answered with a text instead of JSON: ${JSON.stringify(line)}`);
}

/** The parsed body, or why it is none. */
export function parseJson(where: string, body: Buffer): { readonly ok: true; readonly value: unknown } | Failure {
  let text = '';
  try {
    text = body.toString().replace(/^\uFEFF/, '');
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
