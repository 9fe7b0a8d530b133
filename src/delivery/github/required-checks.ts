import { z } from 'zod';
import type { RequiredChecks } from '../../domain/blocker-look.ts';
import type { Answer } from './answer.ts';
import type { Clients } from './clients.ts';
import type { Failure } from './failure.ts';
import { everyPage, PER_PAGE } from './pages.ts';

type Asking = Pick<Clients, 'inRepo'>;

/** Hundreds of rules of one branch. */
const PAGES = 5;

const required = z.object({
  contexts: z.array(z.string()).nullish(),
  checks: z.array(z.object({ context: z.string(), app_id: z.number().nullish() })).nullish(),
});
const branch = z.object({ protected: z.boolean().nullish(), protection: z.object({ enabled: z.boolean().nullish(), required_status_checks: required.nullish() }).nullish() });
const rule = z.union([
  z.object({ type: z.literal('required_status_checks'), parameters: z.object({ required_status_checks: z.array(z.object({ context: z.string(), integration_id: z.number().nullish() })) }) }),
  z.object({ type: z.literal('merge_queue') }),
  z.object({ type: z.literal('workflows'), parameters: z.object({ workflows: z.array(z.object({ path: z.string() })) }).nullish() }),
  // A rule of a kind that is looked for, and cannot be read, is no rule of another kind.
  z.object({ type: z.string().refine((t) => t !== 'required_status_checks') }).transform(() => null),
]);
const rules = z.array(rule);

/** A check, and the App that alone may report it; null: anybody may. */
interface Wanted { readonly name: string; readonly app: number | null }

interface Told { readonly ok: true; readonly wanted: readonly Wanted[]; readonly mergeQueue: boolean; readonly problems: readonly string[] }

/** What one place says. `failure`: it could not be read. */
type Place = Told | { readonly ok: false; readonly failure: Failure };

/**
 * The checks that block a merge into the branch. A merge queue waits for the same ones. Both places have to be read: a check
 * that is not known to be required would be taken for one that is not.
 */
export async function requiredChecks(asking: Asking, repo: string, name: string): Promise<RequiredChecks> {
  const places = await Promise.all([protection(asking, repo, name), rulesets(asking, repo, name)]);
  const wanted = places.flatMap((p) => p.ok ? p.wanted : []);
  const apps = new Map(wanted.filter((w) => w.app !== null && !wanted.some((o) => o.name === w.name && o.app !== w.app)).map((w) => [w.name, w.app ?? 0]));
  return {
    names: places.every((p) => p.ok) ? [...new Set(wanted.map((w) => w.name))] : null,
    apps, mergeQueue: places.some((p) => p.ok && p.mergeQueue),
    problems: places.flatMap((p) => p.ok ? p.problems : [`Which checks block a merge into ${name} is not known. ${p.failure.reason}`]),
  };
}

const nothing: Told = { ok: true, wanted: [], mergeQueue: false, problems: [] };

/**
 * Branch protection. The branch itself shows what it requires to whoever may read the code; its settings, which an App
 * mostly may not read, are asked only where it does not.
 */
async function protection(asking: Asking, repo: string, name: string): Promise<Place> {
  const shown = await asking.inRepo(repo, 'GET /repos/{owner}/{repo}/branches/{branch}', { branch: name }, branch, 'follow');
  if (shown.ok && shown.data.protected === false) return nothing;
  const summary = shown.ok ? shown.data.protection : null;
  if (summary?.required_status_checks) return { ...nothing, wanted: wantedBy(summary.required_status_checks) };
  if (summary?.enabled === false) return nothing;
  const settings: Answer<z.output<typeof required>> = await asking.inRepo(repo, 'GET /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks', { branch: name }, required);
  if (settings.ok) return { ...nothing, wanted: wantedBy(settings.data) };
  // "Branch not protected", "Required status checks not enabled"; a branch that cannot be seen says the same.
  if (settings.failure.kind === 'missing') return shown.ok ? nothing : { ok: false, failure: shown.failure };
  return { ok: false, failure: settings.failure };
}

/** -1: any App. */
function wantedBy({ checks, contexts }: z.output<typeof required>): Wanted[] {
  const named = (checks ?? []).map((c): Wanted => ({ name: c.context, app: c.app_id === null || c.app_id === undefined || c.app_id < 0 ? null : c.app_id }));
  return [...named, ...(contexts ?? []).filter((c) => !named.some((n) => n.name === c)).map((c): Wanted => ({ name: c, app: null }))];
}

/** Rulesets of the repository and its organisation, which everybody may read. */
async function rulesets(asking: Asking, repo: string, name: string): Promise<Place> {
  const all = await everyPage(PAGES, `rules of ${name}`, (page) => asking.inRepo(repo, 'GET /repos/{owner}/{repo}/rules/branches/{branch}', { branch: name, per_page: PER_PAGE, page }, rules));
  // An older GitHub Enterprise has none.
  if (!all.ok) return all.failure.kind === 'missing' ? nothing : { ok: false, failure: all.failure };
  const found = all.data.filter((r) => r !== null);
  return {
    ok: true, mergeQueue: found.some((r) => r.type === 'merge_queue'),
    wanted: found.flatMap((r) => r.type === 'required_status_checks' ? r.parameters.required_status_checks.map((c) => ({ name: c.context, app: c.integration_id ?? null })) : []),
    problems: found.flatMap((r) => r.type === 'workflows' ? (r.parameters?.workflows ?? []).map((w) => `A ruleset of ${name} requires the workflow ${w.path}; GitHub does not say what its checks are called, so they are not looked at.`) : []),
  };
}
