import { json, type Answer } from '../common/answer.ts';

const DOCS = 'https://docs.github.com/rest';

/** An answer as GitHub gives it where something is wrong. */
export const refusal = (status: number, message: string, more: Record<string, unknown> = {}): Answer =>
  json({ message, ...more, documentation_url: DOCS, status: String(status) }, status);

export const notFound = (): Answer => refusal(404, 'Not Found');

export interface FieldError { readonly resource: string; readonly field: string; readonly code: string; readonly message?: string; readonly value?: unknown }

/** 422 with the fields that were wrong. */
export const invalid = (...errors: FieldError[]): Answer => refusal(422, 'Validation Failed', { errors });

/** GitHub's limit for issue bodies and comments, in characters. */
export const MAX_BODY = 65_536;
export const MAX_TITLE = 256;
