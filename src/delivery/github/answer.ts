import { z } from 'zod';
import { failureOf, type Failure } from './failure.ts';

/** What GitHub said to one request; a failure is data. */
export type Answer<T> =
  | { readonly ok: true; readonly data: T; readonly headers: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly failure: Failure };

/** An answer of which nothing is read but that it is GitHub's: JSON, or nothing at all. A page to sign in at comes with status 200, too, and has done nothing. */
export const anyJson = z.unknown().refine((data) => typeof data === 'string' ? isJsonText(data) : data instanceof ArrayBuffer ? data.byteLength === 0 : true);

/** Of an answer that does not say what it is Octokit hands on the text. */
function isJsonText(text: string): boolean {
  if (text.trim() === '') return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export type Params = Readonly<Record<string, unknown>>;

/** The one thing that is asked of an Octokit. */
export interface Requester {
  request(route: string, params?: Record<string, unknown>): Promise<{ status: number; headers: object; data: unknown; url?: string }>;
}

/** Whether redirects are followed: on reads of a repository, which may have been renamed; never on what is about an issue. */
export type Redirects = 'follow' | 'manual';

interface Redirected { readonly status: number; readonly headers: { readonly location?: unknown }; readonly url?: string }

/**
 * A redirect to a place in the same API is GitHub's word for what has moved. Any other is somebody's between here and
 * GitHub (a page to sign in at), and says nothing about what was asked for.
 */
function redirected({ status, headers, url = '' }: Redirected, route: string): Failure {
  const to = typeof headers.location === 'string' ? URL.parse(headers.location, url) : null;
  if (to === null || (to.host === URL.parse(url)?.host && /\/repos(itories)?\//.test(to.pathname))) {
    return { kind: 'moved', status, after: null, reason: `GitHub answered ${status} to ${route}: what was asked for has moved.` };
  }
  return { kind: 'garbage', status, after: null, location: to.href, reason: `${route} was answered with a redirect (${status}) to ${to.host}, which is not GitHub's way: check what stands between here and GitHub.` };
}

/**
 * What an answer holds. Octokit reads JSON only where the answer calls itself `application/json`: where it calls itself nothing, or
 * JSON of another name (`application/vnd.github+json`), the text or the bytes are handed on.
 */
function contentOf({ headers, data }: { readonly headers: object; readonly data: unknown }): unknown {
  const type = (headers as Readonly<Record<string, unknown>>)['content-type'];
  const unread = typeof data === 'string' || data instanceof ArrayBuffer;
  if (!unread || (typeof type === 'string' && !/json/i.test(type))) return data;
  try {
    return JSON.parse(typeof data === 'string' ? data : Buffer.from(data).toString()) as unknown;
  } catch {
    return data;
  }
}

/** Sends one request and reads only the fields that the schema names. Never throws. */
export async function send<T>(octokit: Requester, route: string, params: Params, schema: z.ZodType<T>, now: () => number, redirect: Redirects = 'manual'): Promise<Answer<T>> {
  let response;
  try {
    response = await octokit.request(route, { ...params, request: { redirect } });
  } catch (error) {
    return { ok: false, failure: failureOf(error, now()) };
  }
  const { status } = response;
  if (status >= 300) return { ok: false, failure: redirected(response, route) };
  const parsed = schema.safeParse(contentOf(response));
  if (!parsed.success) return { ok: false, failure: { kind: 'garbage', status, after: null, reason: `GitHub answered ${status} to ${route} with something else than was asked for.` } };
  return { ok: true, data: parsed.data, headers: response.headers as Record<string, unknown> };
}
