import { z } from 'zod';

/** A value's type without `readonly`, which parsed documents do not have. */
export type Writable<T> = T extends string | number | boolean | null | undefined ? T
  : T extends readonly (infer U)[] ? Writable<U>[]
    : { -readonly [K in keyof T]: Writable<T[K]> };

/** The schema itself; does not compile unless it takes every value of the domain's type and gives nothing else. */
export const of = <T>() => <S extends z.ZodType<T>>(schema: Writable<T> extends z.input<S> ? S : never): S => schema;

/** Documents keep fields that a newer version has added, so that an older one does not lose them when it writes back. */
export const doc = z.looseObject;
export const text = z.string();
export const textOrNull = z.string().nullable();
export const number = z.number();
export const numberOrNull = z.number().nullable();
