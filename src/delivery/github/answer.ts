import type { z } from 'zod';
import { failureOf, type Failure } from './failure.ts';

/** What GitHub said to one request; a failure is data. */
export type Answer<T> =
  | { readonly ok: true; readonly data: T; readonly headers: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly failure: Failure };

export type Params = Readonly<Record<string, unknown>>;

/** The one thing that is asked of an Octokit. */
export interface Requester {
  request(route: string, params?: Record<string, unknown>): Promise<{ status: number; headers: object; data: unknown }>;
}

/** Whether redirects are followed: on reads of a repository, which may have been renamed; never on what is about an issue. */
export type Redirects = 'follow' | 'manual';

/** Sends one request and reads only the fields that the schema names. Never throws. */
export async function send<T>(octokit: Requester, route: string, params: Params, schema: z.ZodType<T>, now: () => number, redirect: Redirects = 'manual'): Promise<Answer<T>> {
  let response;
  try {
    response = await octokit.request(route, { ...params, request: { redirect } });
  } catch (error) {
    return { ok: false, failure: failureOf(error, now()) };
  }
  const { status } = response;
  if (status >= 300) return { ok: false, failure: { kind: 'moved', status, after: null, reason: `GitHub answered ${status} to ${route}: what was asked for has moved.` } };
  const parsed = schema.safeParse(response.data);
  if (!parsed.success) return { ok: false, failure: { kind: 'garbage', status, after: null, reason: `GitHub answered ${status} to ${route} with something else than was asked for.` } };
  return { ok: true, data: parsed.data, headers: response.headers as Record<string, unknown> };
}
