import type { CheckRun, Repo, User } from './state.ts';
import type { World } from './world.ts';

/** A check run as a CI system reports it. */
export interface RunReport {
  readonly name: string;
  /** Null: it has not ended. */
  readonly conclusion: string | null;
  /** GitHub Actions unless said otherwise. */
  readonly app?: { readonly id: number; readonly slug: string };
  /** A job of GitHub Actions leads to its own page. */
  readonly detailsUrl?: string;
  /** Null: there is none. */
  readonly log?: string | null;
}

export interface StatusReport { readonly context: string; readonly state: 'error' | 'failure' | 'pending' | 'success'; readonly targetUrl?: string; readonly description?: string }

export const ACTIONS = { id: 15_368, slug: 'github-actions' } as const;

/** What CI systems say of the commits of a repository, and what it asks of them. Each resolves when the webhooks that it caused were answered. */
export class Reports {
  readonly #world: World;
  readonly #repo: Repo;

  constructor(world: World, repo: Repo) {
    this.#world = world;
    this.#repo = repo;
  }

  /** A further run of a check on a commit or branch. */
  async run(ref: string, { name, conclusion, app = ACTIONS, detailsUrl, log = null }: RunReport): Promise<CheckRun> {
    const { state, now } = this.#world;
    const id = state.id();
    const run: CheckRun = {
      id, name, headSha: this.#sha(ref), externalId: '', status: conclusion === null ? 'in_progress' : 'completed', conclusion, title: null, summary: null, annotations: [], at: now(),
      reported: { app, detailsUrl: detailsUrl ?? `${this.#world.shapes.site}/${this.#repo.owner}/${this.#repo.name}/actions/runs/${id + 1}/job/${id}`, log, endedAt: conclusion === null ? null : now() },
    };
    this.#repo.checkRuns.push(run);
    await this.#tell('check_run', conclusion === null ? 'created' : 'completed', { check_run: this.#world.shapes.checkRun(this.#repo, run) }, state.user(`${app.slug}[bot]`));
    return run;
  }

  /** Ends a run that has not ended. */
  async end(run: CheckRun, conclusion: string, log: string | null = run.reported?.log ?? null): Promise<void> {
    Object.assign(run, { conclusion, status: 'completed' });
    if (run.reported) Object.assign(run.reported, { log, endedAt: this.#world.now() });
    await this.#tell('check_run', 'completed', { check_run: this.#world.shapes.checkRun(this.#repo, run) }, this.#world.state.user(`${run.reported?.app.slug ?? 'ci'}[bot]`));
  }

  /** A commit status, as Prow reports. */
  async status(ref: string, { context, state: said, targetUrl = '', description = '' }: StatusReport): Promise<void> {
    const { state, now } = this.#world;
    const by = state.user('k8s-ci-robot');
    const status = { id: state.id(), sha: this.#sha(ref), context, state: said, targetUrl: targetUrl === '' ? null : targetUrl, description, at: now(), by };
    this.#repo.statuses.push(status);
    const branches = [...this.#repo.git.branches].filter(([, sha]) => sha === status.sha).map(([name, sha]) => ({ name, commit: { sha } }));
    const at = new Date(status.at).toISOString();
    await this.#tell('status', null, { id: status.id, sha: status.sha, name: `${this.#repo.owner}/${this.#repo.name}`, context, state: said, target_url: status.targetUrl, description, branches, created_at: at, updated_at: at }, by);
  }

  /** Protects a branch; `null`: it requires no checks. A name with a number: only that App may report it. */
  protect(branch: string, checks: readonly (string | { readonly name: string; readonly app: number })[] | null): void {
    this.#repo.protection.set(branch, { checks: checks === null ? null : checks.map((c) => typeof c === 'string' ? { name: c, app: null } : c) });
  }

  /** Puts rules of rulesets on a branch, in GitHub's own words. */
  rules(branch: string, rules: readonly Record<string, unknown>[]): void { this.#repo.rules.set(branch, rules); }

  #sha(ref: string): string {
    const commit = this.#repo.git.at(ref);
    if (!commit) throw new Error(`There is no ${ref} in ${this.#repo.owner}/${this.#repo.name}.`);
    return commit.sha;
  }

  async #tell(event: string, action: string | null, about: Record<string, unknown>, by: User): Promise<void> {
    const { shapes, state, hooks } = this.#world;
    if (!this.#repo.installed) return;
    await hooks.send(event, {
      ...(action !== null && { action }), ...about, repository: shapes.repo(this.#repo), organization: shapes.org(state.user(this.#repo.owner)), sender: shapes.user(by),
      installation: { id: state.installationOf(this.#repo.owner) },
    });
  }
}
