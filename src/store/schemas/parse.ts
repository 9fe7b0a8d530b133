import type { z } from 'zod';

/** A document read back, or why it cannot be. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Parses JSON text and holds it against a schema. Never throws. */
export function parseDocument<T>(schema: z.ZodType<T>, json: string): Parsed<T> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { ok: false, problem: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, problem: issue === undefined ? 'it does not fit' : `${issue.path.join('.') || 'document'}: ${issue.message}` };
}

/** Documents of each schema that are remembered as they were read, and how long one and all of them may be (characters); as values they take several times that. */
const KEPT = 1_000;
const LONGEST_KEPT = 50_000;
const TEXT_KEPT = 2_000_000;

/** `length`: of all texts together. */
interface Kept {
  readonly values: Map<string, unknown>;
  length: number;
}

const kept = new WeakMap<z.ZodType, Kept>();

/**
 * The same for documents that are read again and again while they stay the same, like the rows of an incident with each of
 * its changes: the same text is the same value, which nobody may change.
 */
export function parseAgain<T>(schema: z.ZodType<T>, json: string): Parsed<T> {
  const known = kept.get(schema) ?? { values: new Map<string, unknown>(), length: 0 };
  kept.set(schema, known);
  const { values } = known;
  // What was used last goes to the end; what was not used for longest stands first.
  const found = values.get(json) as T | undefined;
  if (found !== undefined) {
    values.delete(json);
    values.set(json, found);
    return { ok: true, value: found };
  }
  const parsed = parseDocument(schema, json);
  if (!parsed.ok || json.length > LONGEST_KEPT) return parsed;
  values.set(json, parsed.value);
  known.length += json.length;
  for (const oldest of values.keys()) {
    if (values.size <= KEPT && known.length <= TEXT_KEPT) break;
    values.delete(oldest);
    known.length -= oldest.length;
  }
  return parsed;
}
