import { z } from 'zod';
import type { Look } from '../../domain/blocker-look.ts';
import { isNoLog } from '../../domain/media-type.ts';
import type { Clients } from './clients.ts';
import { unread } from './look.ts';

/** Where the log of a job of GitHub Actions is to be had for a minute, without our token; or the log itself, where GitHub sends it at once. */
export type JobLog = { readonly kind: 'at'; readonly url: string } | { readonly kind: 'text'; readonly text: string };

type Asking = Pick<Clients, 'inRepo'>;

/** A redirect is what is asked for here, and no failure that another try mends. */
export const redirectsKept = (clients: Asking): Asking => ({
  inRepo: async (repo, route, params, schema) => {
    const answer = await clients.inRepo(repo, route, params, schema);
    const to = !answer.ok && answer.failure.status === 302 ? answer.failure.location : undefined;
    return to === undefined ? answer : { ok: true, data: { location: to } as never, headers: {} };
  },
});

const redirect = z.object({ location: z.string() });

/** `asking` keeps redirects. */
export async function jobLog(asking: Asking, repo: string, job: number): Promise<Look<JobLog>> {
  const answer = await asking.inRepo(repo, 'GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs', { job_id: job }, z.unknown());
  if (!answer.ok) return unread(answer.failure);
  const place = redirect.safeParse(answer.data);
  if (place.success) return { ok: true, value: { kind: 'at', url: place.data.location } };
  if (typeof answer.data === 'string' && !isNoLog(answer.headers['content-type'])) return { ok: true, value: { kind: 'text', text: answer.data } };
  return { ok: false, why: `GitHub answered to the log of job ${job} of ${repo} with something else than a log.`, after: null, lasting: false };
}
