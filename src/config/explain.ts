import { z } from 'zod';
import { quote, show } from './finding.ts';
import type { Path, Problem } from './finding.ts';
import { expectation, written } from './scalars.ts';
import { didYouMean } from '../domain/suggest.ts';

/** A mapping with more keys than this is not listed. */
const MOST_LISTED = 8;

type Schema = z.core.$ZodType;
type Issue = z.core.$ZodIssue;

/** The parts of a schema's definition that lead from one schema to the next. */
interface Definition {
  readonly type: string;
  readonly innerType?: Schema;
  readonly in?: Schema;
  readonly element?: Schema;
  readonly keyType?: Schema;
  readonly valueType?: Schema;
  readonly shape?: Readonly<Record<string, Schema>>;
  readonly options?: readonly Schema[];
  readonly entries?: Readonly<Record<string, unknown>>;
}

/** What a place in the file should hold. */
interface Described {
  readonly expected: string;
  readonly example: string | number | undefined;
  /** Keys that a mapping here may have. */
  readonly keys: readonly string[];
}

/** The validator's issues as sentences for the person who edits the file; one per place, in no order. */
export function explain(issues: readonly Issue[], schema: Schema): Problem[] {
  const seen = new Set<string>();
  return issues.flatMap((issue) => explainIssue(issue, schema, [])).filter((problem) => {
    const place = JSON.stringify(problem.path);
    const repeated = seen.has(place);
    seen.add(place);
    return !repeated;
  });
}

function explainIssue(issue: Issue, schema: Schema, base: Path): Problem[] {
  const path: Path = [...base, ...issue.path.map((part) => typeof part === 'number' ? part : String(part))];
  const here = (message: string): Problem[] => [{ path, at: 'value', message }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownKeys(issue.keys, describe(schema, path).keys, path);
    case 'invalid_key':
      return [{ path, at: 'key', message: issue.issues[0]?.message ?? `expected another key; found ${show(issue.input)}` }];
    case 'invalid_union':
      return explainUnion(issue, schema, path);
    case 'invalid_value':
      return mismatch(issue, schema, path, typeof issue.input === 'string' ? didYouMean(issue.input, issue.values.map(String)) : '');
    case 'too_small':
    case 'too_big':
      return here(bounds(issue, describe(schema, path)));
    // These carry sentences of our own (see scalars.ts).
    case 'invalid_format':
    case 'custom':
      return here(issue.message);
    case 'invalid_type':
    case 'not_multiple_of':
    case 'invalid_element':
      return mismatch(issue, schema, path, typeof issue.input === 'string' && describe(schema, path).expected.startsWith('a list') ? '; put it in [brackets]' : '');
    default:
      return issue satisfies never;
  }
}

const MERGE = 'keys are not merged here (<<), as YAML 1.2 knows nothing of it; write them out, or repeat a whole value with an alias (*name)';

function unknownKeys(found: readonly string[], known: readonly string[], path: Path): Problem[] {
  const others = known.length > 0 && known.length <= MOST_LISTED ? `; known here are ${known.join(', ')}` : '';
  return found.map((key) => ({ path: [...path, key], at: 'key', message: key === '<<' ? MERGE : `unknown key${didYouMean(key, known) || others}` }));
}

/** Something of another kind, or nothing at all. */
function mismatch(issue: Issue, schema: Schema, path: Path, hint: string): Problem[] {
  const { expected, example } = describe(schema, path);
  if (issue.input === undefined) {
    const last = path.at(-1);
    const shown = example === undefined ? '' : `, such as \`${typeof last === 'string' ? `${last}: ` : ''}${written(example)}\``;
    return [{ path, at: 'parent', message: `missing; expected ${expected}${shown}` }];
  }
  return [{ path, at: 'value', message: expectation(expected, example, show(issue.input)) + (hint || otherwise(issue.input, schemaAt(schema, path))) }];
}

/** What the value lacks where it is a number or a word in place of the other. */
function otherwise(input: unknown, schema: Schema | null): string {
  const fits = (value: unknown): boolean => schema !== null && z.safeParse(schema, value).success;
  if (typeof input === 'string') return /^\d+$/.test(input) && fits(Number(input)) ? '; write it without quotes' : '';
  if (typeof input !== 'number' && typeof input !== 'boolean') return '';
  if (fits(String(input))) return `; put it in quotes: "${input}"`;
  return typeof input === 'number' && ['s', 'm', 'h', 'd'].some((unit) => fits(`${input}${unit}`)) ? '; a unit is missing: s, m, h or d' : '';
}

function bounds(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, { expected, example }: Described): string {
  if (issue.origin === 'array') return issue.code === 'too_small' ? `expected ${expected} with at least one entry; found an empty list` : `expected at most ${issue.maximum} entries`;
  if (issue.origin === 'string') return expectation(expected, example, quote(String(issue.input)));
  const [word, bound] = issue.code === 'too_small' ? ['at least', String(issue.minimum)] : ['at most', String(issue.maximum)];
  return `expected ${expected}${expected.includes(bound) ? '' : `, ${word} ${bound}`}; found ${show(issue.input)}`;
}

/** Of the forms that a value may have, the one that it most looks like is explained. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion, schema: Schema, path: Path): Problem[] {
  const branch = issue.errors.findIndex((errors) => !errors.some((error) => error.code === 'invalid_type' && error.path.length === 0));
  const meant = definitionAt(schema, path)?.options?.[branch];
  if (branch < 0 || meant === undefined) return mismatch(issue, schema, path, '');
  return (issue.errors[branch] ?? []).flatMap((error) => explainIssue(error, meant, []).map((problem) => ({ ...problem, path: [...path, ...problem.path] })));
}

/** Unwraps defaults, options and transformations; `visit` sees every layer from outside. */
function unwrap(schema: Schema, visit: (layer: Schema) => void = () => undefined): Schema {
  let layer = schema;
  for (;;) {
    visit(layer);
    const { innerType, in: input } = definitionOf(layer);
    const next = innerType ?? input;
    if (next === undefined) return layer;
    layer = next;
  }
}

const definitionOf = (schema: Schema): Definition => schema._zod.def;

function schemaAt(schema: Schema, path: Path): Schema | null {
  let current = schema;
  for (const part of path) {
    const { shape, element, valueType, options } = definitionOf(unwrap(current));
    const branch = options?.map((option) => schemaAt(option, [part])).find((found) => found !== null);
    const next = element ?? valueType ?? (shape !== undefined && Object.hasOwn(shape, part) ? shape[part] : undefined) ?? branch;
    if (next === undefined) return null;
    current = next;
  }
  return current;
}

function definitionAt(schema: Schema, path: Path): Definition | null {
  const found = schemaAt(schema, path);
  return found === null ? null : definitionOf(unwrap(found));
}

function describe(schema: Schema, path: Path): Described {
  const found = schemaAt(schema, path);
  let expected: string | undefined;
  let example: string | number | undefined;
  if (found !== null) {
    unwrap(found, (layer) => {
      const about = z.globalRegistry.get(layer);
      if (expected === undefined && typeof about?.expected === 'string') {
        expected = about.expected;
        example = (about.examples as readonly (string | number)[] | undefined)?.[0];
      }
    });
  }
  const definition = found === null ? null : definitionOf(unwrap(found));
  const keys = definition?.shape ?? definition?.options?.map((option) => definitionOf(unwrap(option)).shape).find((shape) => shape !== undefined) ?? wordsOf(definition?.keyType);
  return { expected: expected ?? 'something else', example, keys: Object.keys(keys) };
}

/** The keys that a mapping by certain words may have. */
const wordsOf = (keys: Schema | undefined): Readonly<Record<string, unknown>> => keys === undefined ? {} : definitionOf(unwrap(keys)).entries ?? {};
