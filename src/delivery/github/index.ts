import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ActionResult } from '../../domain/action.ts';
import type { PlatformId } from '../../domain/platform.ts';
import { createClients } from './clients.ts';
import { comment } from './comment.ts';
import { ensureIssue } from './ensure-issue.ts';
import type { Attempt, Desk, Executor, GitHubAction, GitHubActionKind } from './executor.ts';
import { createHandles, type Handles } from './handles.ts';
import { createIdentity } from './identity.ts';
import { createIssues } from './issues.ts';
import { createLabels } from './labels.ts';
import { createMarkers } from './marker.ts';
import { createApp, type AppOptions } from './octokit.ts';
import { preview, type Preview } from './preview.ts';
import { createReadiness, type Readiness } from './ready.ts';
import type { Subject } from './render/telling.ts';
import { setIssueState } from './set-issue-state.ts';
import { createWebhooks, type WebhookOptions } from './webhooks.ts';

export type { Attempt, GitHubAction } from './executor.ts';
export type { HandleState, Membership } from './handles.ts';
export { githubEvent, parseGitHubEvent, type GitHubEvent, type GitHubEventName } from './listen.ts';
export type { Preview } from './preview.ts';
export type { Readiness } from './ready.ts';
export type { Subject } from './render/telling.ts';
export { WEBHOOK_PATH, type GitHubDelivery } from './webhooks.ts';

export interface GitHubOptions extends AppOptions, Pick<WebhookOptions, 'onDelivery'> {
  /** The first key signs markers, every one verifies. */
  readonly markerKeys: readonly string[];
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** GitHub as the rest of the program sees it. Nothing is sent before one of its functions is called. */
export interface GitHub {
  /** Makes an action true on GitHub, or finds that it is. Failures are data; only bugs throw. */
  readonly execute: (action: GitHubAction, subject: Subject, attempt: Attempt) => Promise<ActionResult>;
  /** Whether a token can be obtained for every one of these repositories (`owner/name`). */
  readonly ready: (repos: readonly string[]) => Promise<Readiness>;
  /** Fetches ahead what the first breakage in a repository would have to ask for: its id, and its labels, made where they are missing. */
  readonly prepare: (repo: string, platforms: readonly PlatformId[]) => Promise<{ readonly ok: boolean; readonly reason: string | null }>;
  /** Whether a handle can be mentioned in a repository's texts. */
  readonly checkHandle: Handles['check'];
  /** Whether a login is a handle, or an active member of its team. */
  readonly isMember: Handles['isMember'];
  /** Answers `POST /github/webhooks`; bodies are to be limited before. */
  readonly middleware: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  /** What an action would write, with every mention made inert; sends nothing. */
  readonly preview: (action: GitHubAction, subject: Subject) => Preview;
}

const EXECUTORS: { readonly [K in GitHubActionKind]: Executor<K> } = {
  'ensure-issue': ensureIssue,
  comment,
  'set-issue-state': setIssueState,
};

/** Makes the program's one Probot and everything that speaks through it. Throws on an empty webhook secret or marker key. */
export function createGitHub(options: GitHubOptions): GitHub {
  const { appId, apiUrl, now, onDelivery } = options;
  const log = options.log.child({ edge: 'github' });
  const markers = createMarkers(options.markerKeys);
  const app = createApp({ ...options, log });
  const clients = createClients(app, now);
  const identity = createIdentity(clients, appId, now);
  const handles = createHandles(clients);
  const desk: Desk = { clients, issues: createIssues(clients), labels: createLabels(clients), identity, markers, looks: new Map(), log };
  return {
    execute: (action, subject, attempt) => run(desk, action, subject, attempt),
    ready: createReadiness(clients, identity, { appId, apiUrl }, now),
    prepare: async (repo, platforms) => {
      const repository = await clients.repository(repo);
      const answer = repository.ok ? await desk.labels.prepare(repo, platforms) : repository;
      return answer.ok ? { ok: true, reason: null } : { ok: false, reason: answer.failure.reason };
    },
    checkHandle: handles.check,
    isMember: handles.isMember,
    middleware: createWebhooks({ probot: app.probot, clients, log, now, onDelivery }),
    preview,
  };
}

/** The executor of the action's kind, which the compiler knows to take it. */
function run<K extends GitHubActionKind>(desk: Desk, action: Extract<GitHubAction, { kind: K }>, subject: Subject, attempt: Attempt): Promise<ActionResult> {
  const kind: K = action.kind;
  return EXECUTORS[kind](desk, action, subject, attempt);
}
