import { z } from 'zod';
import { isUsed, type GitHubEvent, type GitHubEventName } from './events.ts';
import { accountType, authorship, type Account, type Authorship } from './identity.ts';
import { checkFields, checkOf, concernsConfiguration, pushFields } from './listen-configuration.ts';
import { checkEnded, endsCheck, statusFields } from './listen-checks.ts';

export { githubEvent, parseGitHubEvent, type GitHubEvent, type GitHubEventName } from './events.ts';

/** 64 KiB: GitHub's own limit on a comment. */
const LONGEST_COMMENT = 65_536;

const account = z.object({ login: z.string() });
const sender = account.extend({ type: z.string().nullish() }).transform((of) => ({ login: of.login, type: accountType(of) }));
const labels = z.array(z.union([z.string(), z.object({ name: z.string().nullish() }).transform((l) => l.name ?? '')])).nullish().transform((l) => (l ?? []).filter((name) => name !== ''));
const named = z.object({ full_name: z.string(), id: z.number() });
const from = z.object({ from: z.string().nullish() }).nullish();

const issue = z.object({
  number: z.number(),
  state: z.string().nullish().transform((s) => s ?? 'open'),
  labels,
  user: account.nullish(),
  html_url: z.string().nullish(),
  updated_at: z.string().nullish(),
  closed_at: z.string().nullish(),
  pull_request: z.unknown().optional(),
});

const changes = z.object({
  body: from,
  new_issue: z.object({ number: z.number() }).nullish(),
  new_repository: z.object({ full_name: z.string() }).nullish(),
  /** `repository.renamed`. */
  repository: z.object({ name: from }).nullish(),
  /** `repository.transferred`. */
  owner: z.object({ from: z.object({ user: account.nullish(), organization: account.nullish() }).nullish() }).nullish(),
  /** `installation_target.renamed`. */
  login: from,
  /** `pull_request.edited`, `repository.edited`. */
  base: z.unknown().optional(),
  default_branch: z.unknown().optional(),
});

/** The fields of GitHub's payloads that are read. */
const payload = z.object({
  sender: sender.nullish(),
  repository: z.object({ full_name: z.string(), id: z.number(), updated_at: z.string().nullish(), default_branch: z.string().nullish() }).optional(),
  issue: issue.optional(),
  assignee: account.nullish(),
  label: z.object({ name: z.string() }).nullish(),
  milestone: z.object({ title: z.string() }).nullish(),
  comment: authorship.extend({ id: z.number(), html_url: z.string().nullish(), body: z.string().nullish(), created_at: z.string().nullish(), updated_at: z.string().nullish() }).optional(),
  pull_request: z.object({ number: z.number(), html_url: z.string().nullish(), head: z.object({ sha: z.string() }).nullish(), base: z.object({ ref: z.string() }).nullish(), merged: z.boolean().nullish(), merged_at: z.string().nullish(), closed_at: z.string().nullish(), updated_at: z.string().nullish() }).optional(),
  changes: changes.nullish(),
  ...pushFields,
  ...checkFields,
  ...statusFields,
  account: account.nullish(),
  repositories: z.array(named).nullish(),
  repositories_added: z.array(named).nullish(),
  repositories_removed: z.array(named).nullish(),
});
type Payload = z.output<typeof payload>;

const whose = { sender: true, repository: true } as const;
const onIssue = { ...whose, issue: true, changes: true, label: true, milestone: true } as const;
const onCheck = payload.pick({ ...whose, check_run: true, check_suite: true });

/** By the name of the event, what it tells; those that come all day read nothing else. */
const TELLS: Readonly<Record<string, z.ZodType<Payload>>> = {
  issues: payload.pick({ ...onIssue, assignee: true }), issue_comment: payload.pick({ ...onIssue, comment: true }), pull_request: payload.pick({ ...onIssue, pull_request: true }),
  push: payload.pick({ ...whose, ref: true, forced: true, deleted: true, commits: true }), check_run: onCheck, check_suite: onCheck, status: payload.pick({ ...whose, sha: true, state: true, updated_at: true }),
};

/** Who is let in. */
export interface Door {
  /** Bots that are read like people, of every repository or by its name; logins in lower case, with or without `[bot]`. */
  readonly bots: readonly string[] | ((repo: string) => readonly string[]);
  /** Whether a comment is one of ours, as far as it says so itself. */
  readonly isOurs: (comment: Authorship & { readonly body: string }, repository: number) => boolean;
}

/** What to do with a delivery: hand it on, or acknowledge and forget it, with the reason. */
export type Reduced = { readonly use: true; readonly event: GitHubEvent } | { readonly use: false; readonly why: 'unused' | 'bot' | 'ours' | 'unreadable' };

/** What people say and do; the rest are facts, whoever brought them about: a merge queue is a bot as well. */
const isPersonal = (event: GitHubEventName): boolean => event.startsWith('issues.') || event.startsWith('issue_comment.');

/** What counts whoever did it: what a bot closes has to be opened again, and what it labels may block a release. */
const FACTS: ReadonlySet<GitHubEventName> = new Set(['issues.opened', 'issues.closed', 'issues.reopened', 'issues.labeled', 'issues.unlabeled', 'issues.milestoned', 'issues.demilestoned']);

/** Reduces a verified delivery. `name`: GitHub's event header (`issues`). Bots are dropped at the door unless what they did is a fact whoever did it, and so is what we wrote: neither starts anything. */
export function reduce(name: string, body: unknown, now: number, door: Door): Reduced {
  const event = name === 'push' || name === 'status' ? name : `${name}.${actionOf(body)}`;
  if (!isUsed(event)) return { use: false, why: 'unused' };
  const parsed = (TELLS[name] ?? payload).safeParse(body);
  if (!parsed.success || lacks(name, parsed.data)) return { use: false, why: 'unreadable' };
  const { data } = parsed;
  if (!concernsConfiguration(event, data) || (name === 'status' && data.state === 'pending')) return { use: false, why: 'unused' };
  const stranger = isPersonal(event) ? kindOfStranger(data, door) : null;
  if (stranger !== null && !(stranger === 'bot' && FACTS.has(event))) return { use: false, why: stranger };
  const repos = [...data.repositories ?? [], ...data.repositories_added ?? [], ...data.repositories_removed ?? []];
  const repo = data.repository ?? repos[0] ?? (data.account ? { full_name: `${data.account.login}/*`, id: 0 } : null);
  if (!repo || (event === 'installation_target.renamed' && !data.account)) return { use: false, why: 'unused' };
  const named = repos.length > 0 ? { repos: repos.map((r) => r.full_name) } : {};
  return { use: true, event: { event, repo: { fullName: repo.full_name, id: repo.id }, ...named, ...before(repo.full_name, data), ...fields(data, stranger === 'bot'), ...checkEnded(event, data), at: timeOf(event, data, now) } };
}

const acted = z.object({ action: z.string() });

/** Empty where the body names none. */
function actionOf(body: unknown): string {
  const read = acted.safeParse(body);
  return read.success ? read.data.action : '';
}

/** Whether something is missing that the event is nothing without. */
function lacks(name: string, { sender, repository, issue, comment, pull_request: pull, sha }: Payload): boolean {
  // Of facts GitHub need not say who brought them about (of pushes, and of pull requests that are edited).
  if (!sender && (name === 'issues' || name === 'issue_comment')) return true;
  if (name === 'push' || name.startsWith('check_')) return !repository;
  if (name === 'status') return !repository || !sha;
  if (name === 'pull_request') return !repository || !pull;
  return (name === 'issues' || name === 'issue_comment') && (!issue || !repository || (name === 'issue_comment' && !comment));
}

/**
 * Whether it is a bot that is not read like people in the repository, or no account of a person's at all: what an import
 * says of somebody (a `Mannequin`) goes by their name, and is not their word.
 */
export function isStrangeBot(account: Account, bots: Door['bots'], repo: string): boolean {
  const read = typeof bots === 'function' ? bots(repo) : bots;
  const name = account.login.toLowerCase();
  return accountType(account) !== 'User' && !read.includes(name) && !read.includes(name.replace(/\[bot\]$/, ''));
}

function kindOfStranger({ sender, comment, repository }: Payload, { bots, isOurs }: Door): 'bot' | 'ours' | null {
  if (sender && isStrangeBot(sender, bots, repository?.full_name ?? '')) return 'bot';
  return comment && isOurs({ ...comment, body: comment.body ?? '' }, repository?.id ?? 0) ? 'ours' : null;
}

/** What a repository, or all of an owner's, was called before. */
function before(fullName: string, { changes }: Payload): { repoWas?: string } {
  const [owner = '', name = ''] = fullName.split('/');
  const formerName = changes?.repository?.name?.from;
  if (formerName) return { repoWas: `${owner}/${formerName}` };
  const formerOwner = changes?.owner?.from?.organization?.login ?? changes?.owner?.from?.user?.login ?? changes?.login?.from;
  return formerOwner ? { repoWas: `${formerOwner}/${name}` } : {};
}

/** `bot`: it was a bot that is not read like people. */
function fields(data: Payload, bot: boolean): Omit<GitHubEvent, 'event' | 'at' | 'repo' | 'repos' | 'repoWas'> {
  const { sender, issue, assignee, label, milestone, comment, pull_request: pull, changes } = data;
  const edited = changes?.body?.from;
  return {
    actor: sender ? { login: sender.login, type: sender.type, ...(bot ? { bot } : {}) } : { login: 'ghost', type: 'User' },
    ...(issue ? { issue: {
      number: issue.number, state: issue.state, authorLogin: issue.user?.login ?? null, url: issue.html_url ?? '', isPull: Boolean(issue.pull_request),
      labels: issue.labels,
    } } : {}),
    ...(assignee ? { assignee: assignee.login } : {}),
    ...(label ? { label: label.name } : {}),
    ...(milestone ? { milestone: milestone.title } : {}),
    ...(comment ? { comment: {
      id: comment.id, url: comment.html_url ?? '', body: (comment.body ?? '').slice(0, LONGEST_COMMENT), authorLogin: comment.user?.login ?? null,
      ...(edited === undefined || edited === null ? {} : { before: edited.slice(0, LONGEST_COMMENT) }),
    } } : {}),
    ...(pull ? { pull: pullIn(pull, data.repository?.default_branch) } : {}),
    ...checkOf(data),
    ...(changes?.new_issue && changes.new_repository ? { transferredTo: { repo: changes.new_repository.full_name, number: changes.new_issue.number } } : {}),
  };
}

function pullIn({ number, html_url: url, merged: said, merged_at: at, head, base }: NonNullable<Payload['pull_request']>, main: string | null | undefined): NonNullable<GitHubEvent['pull']> {
  const merged = said ?? Boolean(at);
  const into = merged && base && main && base.ref !== main ? { into: base.ref } : {};
  return { number, url: url ?? '', merged, mergedAt: time(at), ...(head ? { sha: head.sha } : {}), ...into };
}

function time(said: string | null | undefined): number | null {
  const at = Date.parse(said ?? '');
  return Number.isNaN(at) ? null : at;
}

/** When it happened, by GitHub's clock; by ours where the payload does not say. */
function timeOf(event: GitHubEventName, { issue, comment, pull_request: pull, repository, check_run: run, check_suite: suite, updated_at: updated }: Payload, now: number): number {
  const said = {
    'issue_comment.created': comment?.created_at, 'issue_comment.edited': comment?.updated_at,
    'check_run.completed': run?.completed_at ?? null, 'check_suite.completed': suite?.updated_at ?? null, status: updated ?? null,
    'issues.closed': issue?.closed_at, 'pull_request.closed': pull?.merged_at ?? pull?.closed_at,
  }[event as string] ?? issue?.updated_at ?? pull?.updated_at ?? (endsCheck(event) ? null : repository?.updated_at);
  return time(said) ?? now;
}
