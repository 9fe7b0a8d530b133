import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * How long each property is tried. In the suite a few hundred times, half a second at most; `FUZZ_SECONDS=600 npx vitest run test/fuzz`
 * goes on for that long with each. A failure prints its seed; `FUZZ_SEED` begins with it again.
 */
const seconds = Number(process.env['FUZZ_SECONDS'] ?? '');
const seed = Number(process.env['FUZZ_SEED'] ?? '');
const given = seconds > 0 ? { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: seconds * 1_000 } : { numRuns: 300, interruptAfterTimeLimit: 500 };
const parameters = { ...given, ...Number.isInteger(seed) && seed !== 0 ? { seed } : {}, markInterruptAsFailure: false };

/** How long one property may take in a test (ms). */
export const PATIENCE = seconds > 0 ? seconds * 1_000 + 60_000 : 30_000;

/** Holds the property to whatever the arbitrary gives, as often as there is time. */
export const holds = <T>(of: fc.Arbitrary<T>, check: (value: T) => void): void => { fc.assert(fc.property(of, (value) => { check(value); }), parameters); };

/** The same for what is asked asynchronously. */
export const holdsLater = <T>(of: fc.Arbitrary<T>, check: (value: T) => Promise<void>): Promise<void> => fc.assert(fc.asyncProperty(of, check), parameters);

/** A file of the project. */
export const fileOf = (path: string): string => readFileSync(resolve(import.meta.dirname, '../..', path), 'utf8');

/** What breaks parsers: marks of every syntax that is read, halves of characters, what steers terminals, numbers at their ends. */
export const PIECES: readonly string[] = [
  '\n', '\r\n', '\r', '\u2028', '  ', '\t', '- ', ': ', '[', ']', '{', '}', '(', ')', '#', '//', '/*', '*/', '<<EOF', 'EOF', '${', '$(', '`', '```', '"', "'", '\\', '|', '>', '&a ', '*a', '!x ', '---\n', '? ', ',', '=', '~',
  'null', 'true', '0', '-1', '1e999', '.nan', '99999999999999999999', '\u0000', '\u001b[2J', '\u009b', '\uFEFF', '\uD800', '\uDC00', '\u202e', '\u2066', '\u200b', 'é', '😀', '__proto__', 'constructor', 'toString', '<<: *a',
  '<!-- ', ' -->', '<!channel>', '<@U1>', '@torvalds', '&lt;', '&#64;', 'linux/s390x', 'linux/amd64', '/arch ack', 'archsignal', '\nfixes #1',
];

export const piece = fc.constantFrom(...PIECES);

/** Any text: any 16-bit units, pieces of syntax, or both. */
export const anyText = fc.oneof(
  fc.array(fc.nat({ max: 0xffff }), { maxLength: 60 }).map((codes) => String.fromCharCode(...codes)), fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')),
  fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 40 }).map((parts) => parts.join('')),
);

/** A good text with some of it cut out, doubled or replaced. */
export const damaged = (texts: readonly string[]): fc.Arbitrary<string> => {
  const edit = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat({ max: 30 }), fc.oneof(piece, fc.constant(''), fc.string({ maxLength: 12 })));
  return fc.tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 6 })).map(([whole, edits]) => edits.reduce((text, [where, length, insert]) => {
    const at = Math.floor(where * text.length);
    return text.slice(0, at) + insert + text.slice(at + length);
  }, whole));
};

/** A good value with something else, or nothing, in the place of one of its parts. */
export const bent = (values: readonly unknown[]): fc.Arbitrary<unknown> => {
  const other = fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 2 }), anyText, fc.constantFrom(-1, 1e308, 2 ** 53, [], {}, { length: 5 }));
  return fc.tuple(fc.constantFrom(...values), fc.array(fc.tuple(fc.nat(), other), { minLength: 1, maxLength: 4 })).map(([value, changes]) =>
    changes.reduce<unknown>((now, [which, by]) => {
      const paths = [...pathsOf(now, 300)];
      return put(now, paths[which % paths.length] ?? [], by);
    }, value));
};

/** Ways to the parts of a value, itself first; so many at most. */
function* pathsOf(value: unknown, most: number, path: readonly string[] = []): Generator<readonly string[]> {
  yield path;
  if (typeof value !== 'object' || value === null || path.length > 12) return;
  for (const key of Object.keys(value).slice(0, most)) yield* pathsOf((value as Record<string, unknown>)[key], most, [...path, key]);
}

function put(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((v: unknown, i) => String(i) === key ? put(v, rest, by) : v);
  return typeof value === 'object' && value !== null ? { ...value, [key]: put((value as Record<string, unknown>)[key], rest, by) } : value;
}
