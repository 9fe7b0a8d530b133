import { json, type Answer } from '../common/answer.ts';
import { fields, type Call } from '../common/call.ts';
import { inRepo, type Api, type Context } from './context.ts';
import { invalid, notFound, refusal } from './errors.ts';
import { paged, pagedUnder } from './paging.ts';
import type { Annotation, CheckRun } from './state.ts';

const CONCLUSIONS = ['success', 'failure', 'neutral', 'cancelled', 'skipped', 'timed_out', 'action_required'];
const LEVELS = ['notice', 'warning', 'failure'];
/** In one request; more are added by further ones. */
const MOST_ANNOTATIONS = 50;
const LONGEST_SUMMARY = 65_535;

/** Check runs of the App. */
export function checkRoutes(api: Api, context: Context): void {
  const { shapes, state, now } = context.world;
  const one = '/repos/:owner/:repo/check-runs/:id';
  api.on('POST', '/repos/:owner/:repo/check-runs', inRepo(context, 'checks', 'write', (repo, _params, call) => {
    const { name, head_sha: sha, external_id: externalId } = fields(call);
    if (typeof name !== 'string' || name === '') return invalid({ resource: 'CheckRun', code: 'missing_field', field: 'name' });
    if (typeof sha !== 'string' || !repo.git.commits.has(sha)) return refusal(422, `No commit found for SHA: ${String(sha)}`);
    const run: CheckRun = { id: state.id(), name, headSha: sha, externalId: typeof externalId === 'string' ? externalId : '', status: 'queued', conclusion: null, title: null, summary: null, annotations: [], at: now() };
    const wrong = change(run, call);
    if (wrong) return wrong;
    repo.checkRuns.push(run);
    return json(shapes.checkRun(repo, run), 201);
  }));
  api.on('PATCH', one, inRepo(context, 'checks', 'write', (repo, params, call) => {
    const run = repo.checkRuns.find((r) => r.id === Number(params['id']));
    return run ? change(run, call) ?? json(shapes.checkRun(repo, run)) : notFound();
  }));
  api.on('GET', one, inRepo(context, 'checks', 'read', (repo, params) => {
    const run = repo.checkRuns.find((r) => r.id === Number(params['id']));
    return run ? json(shapes.checkRun(repo, run)) : notFound();
  }));
  api.on('GET', `${one}/annotations`, inRepo(context, 'checks', 'read', (repo, params, call) => {
    const run = repo.checkRuns.find((r) => r.id === Number(params['id']));
    return run ? paged(call, run.annotations, (a) => ({ path: a.path, start_line: a.line, end_line: a.line, annotation_level: a.level, title: a.title, message: a.message })) : notFound();
  }));
  api.on('GET', '/repos/:owner/:repo/commits/:ref/check-runs', inRepo(context, 'checks', 'read', (repo, params, call) => {
    const commit = repo.git.at(params['ref'] ?? '');
    if (!commit) return refusal(422, `No commit found for SHA: ${params['ref']}`);
    const name = call.query.get('check_name');
    const all = repo.checkRuns.filter((r) => r.headSha === commit.sha && (name === null || r.name === name)).reverse();
    // Without `filter=all` only the newest of each name is shown.
    const shown = call.query.get('filter') === 'all' ? all : all.filter((r, i) => all.findIndex((o) => o.name === r.name) === i);
    return pagedUnder('check_runs', call, shown, (r) => shapes.checkRun(repo, r));
  }));
}

/** Writes what a request says into a run; annotations are added to those that are there. */
function change(run: CheckRun, call: Call): Answer | null {
  const { status, conclusion, output } = fields(call);
  const { title, summary, annotations } = (typeof output === 'object' && output !== null ? output : {}) as Record<string, unknown>;
  if (conclusion !== undefined && !(typeof conclusion === 'string' && CONCLUSIONS.includes(conclusion))) return invalid({ resource: 'CheckRun', code: 'invalid', field: 'conclusion' });
  if (output !== undefined && (typeof title !== 'string' || typeof summary !== 'string')) return invalid({ resource: 'CheckRun', code: 'missing_field', field: 'output' });
  if (typeof summary === 'string' && summary.length > LONGEST_SUMMARY) return invalid({ resource: 'CheckRun', code: 'custom', field: 'output.summary', message: 'is too long' });
  const added = annotationsOf(annotations);
  if (added === null) return invalid({ resource: 'CheckRun', code: 'invalid', field: 'annotations' });
  if (typeof title === 'string') run.title = title;
  if (typeof summary === 'string') run.summary = summary;
  if (typeof conclusion === 'string') Object.assign(run, { conclusion, status: 'completed' });
  else if (typeof status === 'string') run.status = status;
  run.annotations.push(...added);
  return null;
}

/** Null: GitHub would refuse them. */
function annotationsOf(given: unknown): Annotation[] | null {
  if (given === undefined) return [];
  if (!Array.isArray(given) || given.length > MOST_ANNOTATIONS) return null;
  const all = (given as Record<string, unknown>[]).map(({ path, start_line: line, end_line: end, annotation_level: level, title = '', message }): Annotation | null => {
    if (typeof path !== 'string' || typeof level !== 'string' || !LEVELS.includes(level) || typeof message !== 'string' || message === '') return null;
    if (typeof title !== 'string' || title.length > 255 || !Number.isInteger(line) || Number(line) < 1 || Number(end) < Number(line)) return null;
    return { path, line: Number(line), level, title, message };
  });
  return all.includes(null) ? null : all.filter((a) => a !== null);
}
