import { globMatches } from './glob.ts';
import type { Job } from './job.ts';
import type { Step } from './ladder.ts';
import { listed } from './time.ts';

/** What of a platform a step is about (policy.md: "steps may be scoped per component"). Empty: all components, all branches. */
export interface Scope {
  /** `client`, `node`, `server`, or a project's own. */
  readonly components: readonly string[];
  /** Names of branches, `*` standing for any text. */
  readonly branches: readonly string[];
}

export const scopeOf = ({ components, branches = [] }: Pick<Step, 'components' | 'branches'>): Scope => ({ components, branches });

/** All of a platform. */
export const isWhole = ({ components, branches }: Scope): boolean => components.length + branches.length === 0;

/** Whether any of these components is one of a platform's; none named means all, on either side. */
export const areBuilt = (components: readonly string[], built: readonly string[]): boolean =>
  components.length === 0 || built.length === 0 || components.some((component) => built.includes(component));

const contains = (wide: readonly string[], narrow: readonly string[]): boolean =>
  wide.length === 0 || (narrow.length > 0 && narrow.every((one) => wide.includes(one)));

/** Whether whatever one scope is about, the other one is, too. */
export const covers = (wide: Scope, narrow: Scope): boolean => contains(wide.components, narrow.components) && contains(wide.branches, narrow.branches);

const meet = (a: readonly string[], b: readonly string[]): boolean => a.length === 0 || b.length === 0 || a.some((one) => b.includes(one));

/** Whether the two may be about the same jobs. */
export const overlap = (a: Scope, b: Scope): boolean => meet(a.components, b.components) && meet(a.branches, b.branches);

/** What a main branch is called where no release says. */
const MAIN = ['main', 'master'] as const;

/** Whether a branch is one of those named; null: the main one, called as `main` says. */
export function isOneOf(branch: string | null, branches: readonly string[], main: string | undefined): boolean {
  const names = branch === null ? main === undefined ? MAIN : [main] : [branch];
  return branches.length === 0 || branches.some((pattern) => names.some((name) => globMatches(pattern, name)));
}

/** Whether a job is about what the scope is about: a job without components tests all that is built. */
export const isJobIn = (scope: Scope, job: Pick<Job, 'components' | 'branch'>, main: string | undefined): boolean =>
  areBuilt(scope.components, job.components ?? []) && isOneOf(job.branch, scope.branches, main);

/** `server and node`, `release-*`, `server on release-*`; empty: all of it. */
export function scopeWords({ components, branches }: Scope): string {
  const on = branches.length === 0 ? '' : `${components.length === 0 ? '' : 'on '}${listed(branches, 6)}`;
  return [listed(components, 6), on].filter((part) => part !== '').join(' ');
}
