import type { Answer } from '../common/answer.ts';
import type { Call } from '../common/call.ts';
import { ranged } from '../common/ranged.ts';
import { inRepo, type Api, type Context } from './context.ts';
import { notFound } from './errors.ts';
import type { State } from './state.ts';

const PLACE = '/_job-logs/';

/** Logs of jobs of GitHub Actions: a redirect to a store, which wants no token. The id of a job is that of its check run. */
export function jobLogRoutes(api: Api, context: Context): void {
  api.on('GET', '/repos/:owner/:repo/actions/jobs/:id/logs', inRepo(context, 'actions', 'read', (repo, params) => {
    const run = repo.checkRuns.find((r) => r.id === Number(params['id']));
    if (!run?.reported || run.reported.log === null || run.conclusion === null) return notFound();
    return { status: 302, headers: { location: `${context.world.shapes.site}${PLACE}${run.id}?sig=0123abcd` }, body: '' };
  }));
}

/** The store; null: the request is for something else. It refuses requests that carry a token beside the signature, as Azure does. */
export function storedLog(state: State, call: Call): Answer | null {
  if (call.method !== 'GET' || !call.path.startsWith(PLACE)) return null;
  if (call.headers.authorization !== undefined || call.query.get('sig') === null) return { status: 403, headers: { 'content-type': 'application/xml' }, body: '<Error><Code>AuthenticationFailed</Code></Error>' };
  const id = Number(call.path.slice(PLACE.length));
  const log = [...state.repos.values()].flatMap((r) => r.checkRuns).find((r) => r.id === id)?.reported?.log;
  return log === undefined || log === null ? { status: 404, body: '' } : ranged(call, log, { suffix: false });
}
