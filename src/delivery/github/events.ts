import { z } from 'zod';

/** The events that are used; every other is acknowledged and dropped. */
const EVENTS = [
  'issues.closed', 'issues.reopened', 'issues.assigned', 'issues.unassigned', 'issues.deleted', 'issues.transferred', 'issues.locked', 'issues.edited',
  'issues.opened', 'issues.labeled', 'issues.unlabeled', 'issues.milestoned', 'issues.demilestoned',
  'issue_comment.created', 'issue_comment.edited',
  'pull_request.closed', 'pull_request.opened', 'pull_request.synchronize', 'pull_request.reopened', 'pull_request.edited',
  'pull_request.labeled', 'pull_request.unlabeled', 'pull_request.milestoned', 'pull_request.demilestoned',
  'check_run.completed', 'check_suite.completed', 'status',
  'push', 'check_run.rerequested', 'check_suite.rerequested',
  'repository.archived', 'repository.unarchived', 'repository.edited', 'repository.renamed', 'repository.transferred',
  'installation.created', 'installation.deleted', 'installation.suspend', 'installation.unsuspend', 'installation.new_permissions_accepted',
  'installation_repositories.added', 'installation_repositories.removed', 'installation_target.renamed',
] as const;
export type GitHubEventName = (typeof EVENTS)[number];

/** Whether an event (`issues.closed`) is used. */
export const isUsed = (name: string): name is GitHubEventName => (EVENTS as readonly string[]).includes(name);

/** An event reduced to the fields that are used: what the inbox keeps, and the schema to read it back. */
export const githubEvent = z.object({
  event: z.enum(EVENTS),
  /** For the events of an installation, the first of the repositories that it names; `owner/*` and 0 where it is about all of an owner's. */
  repo: z.object({ fullName: z.string(), id: z.number() }),
  /** All repositories that an installation's event names. */
  repos: z.array(z.string()).optional(),
  /** What a renamed or transferred repository was called before; `owner/*` of an owner who is called differently now. */
  repoWas: z.string().optional(),
  issue: z.object({
    number: z.number(), state: z.string(), labels: z.array(z.string()), authorLogin: z.string().nullable(), url: z.string(),
    isPull: z.boolean().optional(),
  }).optional(),
  /** Who did it: the sender, never the issue's author. */
  actor: z.object({ login: z.string(), type: z.string(), /** One that is not read like people: what it does is known, and is nobody's word. */ bot: z.literal(true).optional() }),
  assignee: z.string().optional(),
  /** The label that was put on or taken off. */
  label: z.string().optional(),
  /** The title of the milestone that it was put into or taken out of. */
  milestone: z.string().optional(),
  /** `before`: its text before an edit. */
  comment: z.object({ id: z.number(), url: z.string(), body: z.string(), before: z.string().optional(), authorLogin: z.string().nullable().optional() }).optional(),
  pull: z.object({ number: z.number(), url: z.string(), merged: z.boolean(), mergedAt: z.number().nullable(), /** The commit at its head. */ sha: z.string().optional(), /** The branch that it was merged into, unless that is the default one. */ into: z.string().optional() }).optional(),
  /** A check that has ended, or is asked for again: of a commit, for pull requests where they are named (those from forks are not); else, of one that is asked for, on the default branch. */
  check: z.object({ sha: z.string(), pulls: z.array(z.number()) }).optional(),
  /** When it happened, epoch milliseconds. */
  at: z.number(),
  transferredTo: z.object({ repo: z.string(), number: z.number() }).optional(),
});
export type GitHubEvent = z.output<typeof githubEvent>;

/** Reads a stored event back; throws where it was written by a version that this one does not understand. */
export const parseGitHubEvent = (stored: unknown): GitHubEvent => githubEvent.parse(stored);
