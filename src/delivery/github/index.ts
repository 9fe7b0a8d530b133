import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ActionResult, Editor } from '../../domain/action.ts';
import type { Checker } from '../../domain/configuration.ts';
import type { PlatformId } from '../../domain/platform.ts';
import type { Switcher } from '../../domain/switcher.ts';
import { Denials, heeding, type Denial } from './denied.ts';
import { createClients, type Clients } from './clients.ts';
import { ClockWatch } from './clock-apart.ts';
import { closePullRequest } from './close-pull-request.ts';
import { comment } from './comment.ts';
import { createConfigurationFiles, type ConfigurationFiles } from './configuration-files.ts';
import { ensureCheckRun } from './ensure-check-run.ts';
import { ensureDocument } from './ensure-document.ts';
import { ensureIssue } from './ensure-issue.ts';
import { ensurePullRequest } from './ensure-pull-request.ts';
import { ensureSwitchPull } from './ensure-switch-pull.ts';
import { permanent } from './errors.ts';
import type { Attempt, Desk, Executor, GitHubAction, GitHubActionKind, SubjectOf } from './executor.ts';
import { createFileHistory, type FileHistory } from './file-history.ts';
import { createGitData } from './git-data.ts';
import { createHandles, type Handles } from './handles.ts';
import { createIdentity, isOursBy } from './identity.ts';
import { createIssues } from './issues.ts';
import { createLabels } from './labels.ts';
import { createLookups, type Lookups } from './lookups.ts';
import { createMarkers } from './marker.ts';
import { createApp, type AppOptions } from './octokit.ts';
import { postComment } from './post-comment.ts';
import { preview, type Preview } from './preview.ts';
import { createPulls } from './pulls.ts';
import { react } from './react.ts';
import { createReadiness, type Readiness } from './ready.ts';
import { createReleaseBlockers, type ReleaseBlockers } from './release-blockers.ts';
import { redeliverMissed, type Redelivered } from './redeliver.ts';
import type { Subject } from './render/telling.ts';
import { setIssueState } from './set-issue-state.ts';
import { createSwitches, type Switches } from './switches.ts';
import { unassign } from './unassign.ts';
import { createWebhooks, type WebhookOptions } from './webhooks.ts';

export type { Attempt, GitHubAction } from './executor.ts';
export type { ConfigurationFiles, Installed } from './configuration-files.ts';
export type { FileHistory } from './file-history.ts';
export type { HandleState } from './handles.ts';
export type { IssueNow } from './lookups.ts';
export type { Redelivered } from './redeliver.ts';
export { githubEvent, parseGitHubEvent, type GitHubEvent, type GitHubEventName } from './listen.ts';
export type { Preview } from './preview.ts';
export type { Readiness } from './ready.ts';
export type { ReleaseBlockers } from './release-blockers.ts';
export type { Switches } from './switches.ts';
export type { JobLog } from './job-log.ts';
export type { Subject } from './render/telling.ts';
export { WEBHOOK_PATH, type GitHubDelivery } from './webhooks.ts';

export interface GitHubOptions extends AppOptions, Pick<WebhookOptions, 'onDelivery'> {
  /** The first key signs markers, every one verifies. */
  readonly markerKeys: readonly string[];
  /** How files are edited. */
  readonly editor: Editor;
  /** How build switches are read and turned. */
  readonly switcher: Switcher;
  /** How configurations are checked; absent: they are not. */
  readonly checker?: Checker;
  /** Bots whose words count like people's, everywhere or by the repository; logins in lower case, with or without `[bot]`. */
  readonly bots: WebhookOptions['door']['bots'];
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** GitHub as the rest of the program sees it. Nothing is sent before one of its functions is called. */
export interface GitHub {
  /** Makes an action true on GitHub, or finds that it is. Failures are data; only bugs throw. */
  readonly execute: (action: GitHubAction, subject: Subject | null, attempt: Attempt) => Promise<ActionResult>;
  /** Whether a token can be obtained for every one of these repositories (`owner/name`). */
  readonly ready: (repos: readonly string[]) => Promise<Readiness>;
  /** Fetches ahead what the first breakage in a repository would have to ask for: its id, and its labels, made where they are missing. */
  readonly prepare: (repo: string, platforms: readonly PlatformId[]) => Promise<{ readonly ok: boolean; readonly reason: string | null }>;
  /** Whether a handle can be mentioned in a repository's texts. */
  readonly checkHandle: Handles['check'];
  /** Who is in a team; null where it cannot be read, or is none. */
  readonly teamMembers: Handles['members'];
  /** Whether a login is a handle, or an active member of its team. */
  readonly isMember: Handles['isMember'];
  /** The same for several people and several handles, within one deadline. */
  readonly areMembers: Handles['areMembers'];
  readonly pull: Lookups['pull'];
  readonly issueNow: Lookups['issueNow'];
  readonly repositoryOf: Lookups['repositoryOf'];
  /** Configuration files in repositories. */
  readonly configurationFiles: ConfigurationFiles;
  /** How files came to be as they are. */
  readonly fileHistory: FileHistory;
  /** Release blockers with their checks and logs. */
  readonly releaseBlockers: ReleaseBlockers;
  /** Build switches as they stand, and what could be made of them. */
  readonly switches: Switches;
  /** GitHub's limit that is in force for a repository; null: none that was met. */
  readonly limited: Clients['limited'];
  /** Permissions that the App lacks, as far as they were missed. */
  readonly denied: readonly Denial[];
  /** That the clock is far from GitHub's, in a sentence or two; null: it is not known to be. */
  readonly clockProblem: string | null;
  /** Asks GitHub again for webhooks that did not arrive since (epoch ms). */
  readonly redeliverMissed: (since: number) => Promise<Redelivered>;
  /** Answers `POST /github/webhooks`; bodies are to be limited before. */
  readonly middleware: (req: IncomingMessage, res: ServerResponse) => Promise<void>;
  /** What an action would write, with every mention made inert; sends nothing. */
  readonly preview: (action: GitHubAction, subject: Subject | null) => Preview;
}

const EXECUTORS: { readonly [K in GitHubActionKind]: Executor<K> } = {
  'ensure-issue': ensureIssue,
  comment,
  'set-issue-state': setIssueState,
  unassign,
  react,
  'post-comment': postComment,
  'ensure-document': ensureDocument,
  'ensure-pull-request': ensurePullRequest,
  'close-pull-request': closePullRequest,
  'ensure-check-run': ensureCheckRun,
  'ensure-switch-pull': ensureSwitchPull,
};

/** Makes the program's one Probot and everything that speaks through it. Throws on an empty webhook secret or marker key. */
export function createGitHub(options: GitHubOptions): GitHub {
  const { appId, apiUrl, now, onDelivery } = options;
  const log = options.log.child({ edge: 'github' });
  const markers = createMarkers(options.markerKeys);
  const watch = new ClockWatch((problem) => { log.warn(problem); });
  const app = createApp({ ...options, log, onDate: (date) => { watch.learn(date, now()); } });
  const denials = new Denials(now, ({ repo, permission, reason }) => { log.warn({ repo, permission }, reason); });
  const clients = heeding(createClients(app, now), denials);
  const identity = createIdentity(clients, appId, now);
  const handles = createHandles(clients);
  const pulls = createPulls(clients);
  const configurationFiles = createConfigurationFiles(clients, pulls);
  const desk: Desk = { clients, issues: createIssues(clients), labels: createLabels(clients), pulls, configurationFiles, checker: options.checker ?? null, identity, markers, editor: options.editor, switcher: options.switcher, git: createGitData(clients), looks: new Map(), log };
  return {
    execute: (action, subject, attempt) => run(desk, action, subject, attempt),
    ready: createReadiness(clients, identity, { appId, apiUrl }, now),
    prepare: async (repo, platforms) => {
      const repository = await clients.repository(repo);
      const answer = repository.ok ? await desk.labels.prepare(repo, platforms) : repository;
      return answer.ok ? { ok: true, reason: null } : { ok: false, reason: answer.failure.reason };
    },
    checkHandle: handles.check,
    teamMembers: handles.members,
    isMember: handles.isMember,
    areMembers: handles.areMembers,
    ...createLookups(clients, options.bots, identity),
    limited: (repo) => clients.limited(repo),
    configurationFiles,
    fileHistory: createFileHistory(clients),
    releaseBlockers: createReleaseBlockers(clients),
    switches: createSwitches(clients, options.switcher, now),
    redeliverMissed: (since) => redeliverMissed(clients, since),
    get denied() { return denials.now; },
    get clockProblem() { return watch.problem; },
    middleware: createWebhooks({ secret: options.webhookSecret, clients: { ...clients, forget: (repo) => { denials.forget(repo); return clients.forget(repo); } }, identity, door: { bots: options.bots, isOurs: isOursBy(appId, markers) }, log, now, onDelivery }),
    preview,
  };
}

/** The executor of the action's kind, which the compiler knows to take it. */
function run<K extends GitHubActionKind>(desk: Desk, action: Extract<GitHubAction, { kind: K }>, subject: Subject | null, attempt: Attempt): Promise<ActionResult> {
  const kind: K = action.kind;
  if ('incident' in action && subject === null) return Promise.resolve(permanent('The incident of this row is not at hand.'));
  return EXECUTORS[kind](desk, action, subject as SubjectOf<K>, attempt);
}
