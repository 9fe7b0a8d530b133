/**
 * Readers for values whose shape has not been checked, so that a mistake in one place does not hide those in others:
 * what is not of the kind asked for is taken as absent (the schema has reported it).
 */

export type Mapping = Readonly<Record<string, unknown>>;

export const isMapping = (value: unknown): value is Mapping => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value's own entries; none where it is no mapping. */
export const entries = (value: unknown): readonly (readonly [string, unknown])[] => isMapping(value) ? Object.entries(value) : [];

/** An own entry of a mapping, or undefined. */
export const get = (value: unknown, key: string): unknown => isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;

export const list = (value: unknown): readonly unknown[] => Array.isArray(value) ? value : [];

/** The text, or null where it is none. */
export const text = (value: unknown): string | null => typeof value === 'string' ? value : null;
