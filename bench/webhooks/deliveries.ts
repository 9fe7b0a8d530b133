/**
 * What is sent: GitHub's own example payloads (`@octokit/webhooks-examples`, 7 to 25 KB each), told of a repository that is
 * tracked, each delivery with ids, numbers and commits of its own.
 */
import { createRequire } from 'node:module';

/** One delivery: its id, GitHub's name of the event, and the JSON text that is signed. */
export interface Sent {
  readonly id: string;
  readonly event: string;
  readonly body: string;
  /** The issue on which it says a command; null: it says none. */
  readonly commandOn: number | null;
}

/**
 * `busy`: what a busy repository tells all day, one in a hundred to be kept. `kept`: pull requests that are closed, each kept in the
 * inbox. `ours`: what people do to one issue, that of an open incident, which is handled one after the other. `commands`: a comment
 * with a command by somebody else each time, on another issue each time. `mixed`: a hundred of `busy` to one command and one of
 * `ours`. `plain`: a comment without a command.
 */
export type MixName = 'busy' | 'kept' | 'ours' | 'commands' | 'mixed' | 'plain';

/** Where it all happens. */
export interface Place {
  readonly repo: string;
  readonly repository: number;
  readonly installation: number;
  /** The issue of the open incident. */
  readonly incident: number;
  /** Open issues that are nobody's: numbers up to this one, the first after the incident's. */
  readonly lastIssue: number;
}

/** People who comment: each so seldom that none is slowed down. */
const PEOPLE = 400;

interface Kind {
  readonly event: string;
  readonly action?: string;
  readonly share: number;
  readonly change?: (payload: Payload) => void;
}
type Loose = Record<string, unknown>;
/** What of a payload is told anew. */
interface Payload extends Loose {
  action?: string; ref?: string; sha?: string; installation?: unknown;
  repository: Loose & { owner: Loose }; sender: Loose;
  issue?: Loose; pull_request?: Loose; comment?: Loose; check_run?: Loose; check_suite?: Loose;
}

const EXAMPLES = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly { readonly name: string; readonly examples: readonly Payload[] }[];

/** Out of a hundred deliveries of a repository with some hundred checks on each commit. */
const BUSY: readonly Kind[] = [
  { event: 'check_run', action: 'created', share: 20 },
  { event: 'check_run', action: 'completed', share: 22 },
  { event: 'check_suite', action: 'completed', share: 8 },
  { event: 'status', share: 15 },
  { event: 'push', share: 6, change: (p) => { p.ref = 'refs/heads/#SHA#'; } },
  { event: 'issue_comment', action: 'created', share: 16 },
  { event: 'issue_comment', action: 'edited', share: 2 },
  { event: 'issues', action: 'labeled', share: 5 },
  { event: 'issues', action: 'assigned', share: 1 },
  { event: 'issues', action: 'opened', share: 1 },
  { event: 'pull_request', action: 'labeled', share: 3 },
  { event: 'pull_request', action: 'closed', share: 1 },
];
const PLAIN: readonly Kind[] = [{ event: 'issue_comment', action: 'created', share: 1 }];
const KEPT: readonly Kind[] = [{ event: 'pull_request', action: 'closed', share: 1 }];
const OURS: readonly Kind[] = [{ event: 'issues', action: 'labeled', share: 1, change: (p) => { Object.assign(p.issue ?? {}, { number: '#OURS#', labels: [{ name: 'archsignal' }, { name: 'question' }] }); } }];
const COMMAND: readonly Kind[] = [{ event: 'issue_comment', action: 'created', share: 1, change: (p) => {
  Object.assign(p.comment ?? {}, { body: 'Let me see where this stands.\n\n/arch status linux/s390x\n' });
  Object.assign(p.sender, { login: 'dev-#WHO#' });
  Object.assign(p.issue ?? {}, { number: '#ISSUE#' });
} }];

const MIXES: Readonly<Record<MixName, readonly Kind[]>> = {
  busy: BUSY, kept: KEPT, plain: PLAIN, ours: OURS, commands: COMMAND,
  mixed: [...BUSY, ...[...OURS, ...COMMAND]],
};

/** Makes deliveries of one mix, the n-th always the same. */
export function deliveriesOf(mix: MixName, place: Place): (run: string, n: number) => Sent {
  const cycle = spread(MIXES[mix].flatMap((kind) => {
    const texts = textsOf(kind, place);
    return Array.from({ length: kind.share }, (_, i) => ({ kind, text: texts[i % texts.length] ?? '' }));
  }));
  return (run, n) => {
    const { kind, text } = cycle[n % cycle.length] ?? raise(`nothing in ${mix}`);
    return { id: `${run}-${n}`, event: kind.event, body: filled(text, n, place), commandOn: COMMAND.includes(kind) ? issueOf(n, place) : null };
  };
}

/** In an order that keeps no kind together. */
function spread<T>(list: readonly T[]): T[] {
  const step = [7, 11, 13, 17].find((p) => list.length % p !== 0) ?? 1;
  return list.map((_, i) => list[i * step % list.length] as T);
}

function textsOf({ event, action, change }: Kind, place: Place): string[] {
  const found = EXAMPLES.find((e) => e.name === event)?.examples.filter((e) => action === undefined || e.action === action) ?? [];
  if (found.length === 0) raise(`no example of ${event}.${action}`);
  return found.map((example) => {
    const payload = structuredClone(example);
    const { repository, sender, issue, pull_request: pull, comment } = payload;
    const [owner = '', name = ''] = place.repo.split('/');
    Object.assign(repository, { id: place.repository, full_name: place.repo, name, default_branch: 'main' });
    Object.assign(repository.owner, { login: owner });
    Object.assign(sender, { type: 'User' });
    payload.installation = { id: place.installation };
    if (issue) Object.assign(issue, { number: '#NUMBER#', labels: [{ name: 'kind/bug' }] });
    if (pull) Object.assign(pull, { number: '#NUMBER#' });
    if (comment) Object.assign(comment, { id: '#ID#' });
    for (const check of [payload.check_run, payload.check_suite]) if (check) Object.assign(check, { id: '#ID#', head_sha: '#SHA#' });
    if (payload.sha !== undefined) payload.sha = '#SHA#';
    change?.(payload);
    return JSON.stringify(payload);
  });
}

const issueOf = (n: number, place: Place): number => place.incident + 1 + n % (place.lastIssue - place.incident);

function filled(text: string, n: number, place: Place): string {
  const sha = n.toString(16).padStart(8, '0').repeat(5);
  return text.replaceAll('"#ID#"', String(3_000_000_000 + n)).replaceAll('"#NUMBER#"', String(1_000_000 + n)).replaceAll('"#OURS#"', String(place.incident))
    .replaceAll('"#ISSUE#"', String(issueOf(n, place))).replaceAll('#SHA#', sha).replaceAll('#WHO#', String(n % PEOPLE));
}

const raise = (message: string): never => { throw new Error(message); };
