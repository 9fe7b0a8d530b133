import { z } from 'zod';

/** The events that are used; every other is acknowledged and dropped. */
const EVENTS = [
  'issues.closed', 'issues.reopened', 'issues.assigned', 'issues.unassigned', 'issues.deleted', 'issues.transferred', 'issues.locked', 'issues.edited',
  'issue_comment.created',
  'repository.archived', 'repository.unarchived', 'repository.renamed', 'repository.transferred',
  'installation.created', 'installation.deleted', 'installation.suspend', 'installation.unsuspend', 'installation.new_permissions_accepted',
  'installation_repositories.added', 'installation_repositories.removed',
] as const;
export type GitHubEventName = (typeof EVENTS)[number];

/** 64 KiB: GitHub's own limit on a comment. */
const LONGEST_COMMENT = 65_536;

/** An event reduced to the fields that are used: what the inbox keeps, and the schema to read it back. */
export const githubEvent = z.object({
  event: z.enum(EVENTS),
  /** For the events of an installation, the first of the repositories that it names. */
  repo: z.object({ fullName: z.string(), id: z.number() }),
  /** All repositories that an installation's event names. */
  repos: z.array(z.string()).optional(),
  issue: z.object({ number: z.number(), state: z.string(), labels: z.array(z.string()), authorLogin: z.string().nullable(), url: z.string() }).optional(),
  /** Who did it: the sender, never the issue's author. */
  actor: z.object({ login: z.string(), type: z.string() }),
  assignee: z.string().optional(),
  comment: z.object({ id: z.number(), url: z.string(), body: z.string() }).optional(),
  /** When it happened, epoch milliseconds. */
  at: z.number(),
  transferredTo: z.object({ repo: z.string(), number: z.number() }).optional(),
});
export type GitHubEvent = z.output<typeof githubEvent>;

/** Reads a stored event back; throws where it was written by a version that this one does not understand. */
export const parseGitHubEvent = (stored: unknown): GitHubEvent => githubEvent.parse(stored);

const named = z.object({ full_name: z.string(), id: z.number() });
/** The fields of GitHub's payloads that are read. */
const payload = z.object({
  action: z.string().optional(),
  sender: z.object({ login: z.string(), type: z.string() }),
  repository: z.object({ full_name: z.string(), id: z.number(), updated_at: z.string().nullish() }).optional(),
  issue: z.object({
    number: z.number(),
    state: z.string().nullish().transform((s) => s ?? 'open'),
    labels: z.array(z.union([z.string(), z.object({ name: z.string() })])).nullish(),
    user: z.object({ login: z.string() }).nullish(),
    html_url: z.string().nullish(),
    updated_at: z.string().nullish(),
    closed_at: z.string().nullish(),
  }).optional(),
  assignee: z.object({ login: z.string() }).nullish(),
  comment: z.object({ id: z.number(), html_url: z.string().nullish(), body: z.string().nullish(), created_at: z.string().nullish() }).optional(),
  changes: z.object({ new_issue: z.object({ number: z.number() }).nullish(), new_repository: z.object({ full_name: z.string() }).nullish() }).nullish(),
  repositories: z.array(named).optional(),
  repositories_added: z.array(named).optional(),
  repositories_removed: z.array(named).optional(),
});
type Payload = z.output<typeof payload>;

/** What to do with a delivery: hand it on, or acknowledge and forget it, with the reason. */
export type Reduced = { readonly use: true; readonly event: GitHubEvent } | { readonly use: false; readonly why: 'unused' | 'bot' | 'unreadable' };

const isUsed = (name: string): name is GitHubEventName => (EVENTS as readonly string[]).includes(name);

/** Reduces a verified delivery. `name`: GitHub's event header (`issues`). Bots are dropped at the door: they start nothing. */
export function reduce(name: string, body: unknown, now: number): Reduced {
  const action = z.object({ action: z.string() }).safeParse(body);
  const event = `${name}.${action.success ? action.data.action : ''}`;
  if (!isUsed(event)) return { use: false, why: 'unused' };
  const parsed = payload.safeParse(body);
  if (!parsed.success) return { use: false, why: 'unreadable' };
  const { data } = parsed;
  const needsIssue = name === 'issues' || name === 'issue_comment';
  if ((needsIssue && !(data.issue && data.repository)) || (name === 'issue_comment' && !data.comment)) return { use: false, why: 'unreadable' };
  if (data.sender.type === 'Bot') return { use: false, why: 'bot' };
  const repos = [...data.repositories ?? [], ...data.repositories_added ?? [], ...data.repositories_removed ?? []];
  const repo = data.repository ?? repos[0];
  if (!repo) return { use: false, why: 'unused' };
  const named = repos.length > 0 ? { repos: repos.map((r) => r.full_name) } : {};
  return { use: true, event: { event, repo: { fullName: repo.full_name, id: repo.id }, ...named, ...fields(data), at: timeOf(event, data, now) } };
}

function fields(data: Payload): Omit<GitHubEvent, 'event' | 'at' | 'repo' | 'repos'> {
  const { sender, issue, assignee, comment, changes } = data;
  return {
    actor: { login: sender.login, type: sender.type },
    ...(issue ? { issue: {
      number: issue.number, state: issue.state, authorLogin: issue.user?.login ?? null, url: issue.html_url ?? '',
      labels: (issue.labels ?? []).map((l) => typeof l === 'string' ? l : l.name),
    } } : {}),
    ...(assignee ? { assignee: assignee.login } : {}),
    ...(comment ? { comment: { id: comment.id, url: comment.html_url ?? '', body: (comment.body ?? '').slice(0, LONGEST_COMMENT) } } : {}),
    ...(changes?.new_issue && changes.new_repository ? { transferredTo: { repo: changes.new_repository.full_name, number: changes.new_issue.number } } : {}),
  };
}

/** When it happened, by GitHub's clock; by ours where the payload does not say. */
function timeOf(event: GitHubEventName, { issue, comment, repository }: Payload, now: number): number {
  const said = event === 'issue_comment.created' ? comment?.created_at : event === 'issues.closed' ? issue?.closed_at ?? issue?.updated_at : issue?.updated_at ?? repository?.updated_at;
  const at = Date.parse(said ?? '');
  return Number.isNaN(at) ? now : at;
}
