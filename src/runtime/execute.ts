import type { Action, ActionResult, OutboxRow, Receipt } from '../domain/action.ts';
import type { Runtime } from './context.ts';
import type { SlackAction, Subject } from './ports.ts';
import { mayBeMadeAlready } from './second-look.ts';
import { withoutSecrets } from './secrets.ts';

const SLACK: ReadonlySet<Action['kind']> = new Set<SlackAction['kind']>(['ensure-message', 'reply', 'notice', 'ensure-card', 'card-reply', 'whisper', 'show-home']);

const isSlack = (action: Action): action is SlackAction => SLACK.has(action.kind);

/**
 * Makes one row true outside, by the edge that it belongs to; in shadow mode tells the shadow channel what would have
 * been written. A bug in an edge is a failure of that row and of nothing else.
 */
export async function execute(rt: Runtime, row: OutboxRow, subject: Subject | null, look: boolean): Promise<ActionResult> {
  const result = await executed(rt, row, subject, look);
  // A reason repeats what somebody answered, and is kept and shown: a proxy may have answered with what it was sent.
  return result.ok ? result : { ...result, reason: withoutSecrets(result.reason) };
}

async function executed(rt: Runtime, row: OutboxRow, subject: Subject | null, begun: boolean): Promise<ActionResult> {
  try {
    const restored = await mayBeMadeAlready(rt, row);
    const look = begun || restored;
    if (rt.mode === 'shadow') return await executeInShadow(rt, row, subject, look);
    const { action } = row;
    // It may come back: a file that was taken away by mistake is put back.
    if (subject === null && 'incident' in action && !rt.projects.has(row.project)) return untracked(row.project);
    if (isSlack(action)) return rt.slack ? await rt.slack.execute(action, subject, { look, restored }) : absent('Slack');
    if (subject === null && 'incident' in action) return gone('the incident of this row is not stored');
    return rt.github ? await rt.github.execute(action, subject, { look, restored }) : absent('GitHub');
  } catch (error) {
    rt.log.error({ err: error, row: row.key }, 'an executor failed unexpectedly; the row is tried again');
    return { ok: false, retry: true, reason: error instanceof Error ? error.message : String(error), after: null, scope: 'row' };
  }
}

const gone = (reason: string): ActionResult => ({ ok: false, retry: false, reason, lost: null });

/** How long a row of a project waits that is not tracked any more (ms). */
const UNTRACKED = 900_000;

const untracked = (project: string): ActionResult => ({ ok: false, retry: true, reason: `the project ${project} is not tracked any more`, after: UNTRACKED, scope: 'row' });

/** The edge is not configured in this process: another start may have it. */
const absent = (name: string): ActionResult => ({ ok: false, retry: true, reason: `${name} is not configured in this process`, after: 15_000, scope: 'destination' });

async function executeInShadow(rt: Runtime, row: OutboxRow, subject: Subject | null, look: boolean): Promise<ActionResult> {
  if (!rt.slack || rt.shadowChannel === null) return absent('Slack (shadow mode needs it)');
  // That a comment was seen is told by its answer.
  if (row.action.kind === 'react') return { ok: true, receipt: { kind: 'done' } };
  // Of most pull requests there would be nothing to tell, and only a lookup says of which.
  if (row.action.kind === 'ensure-check-run' && row.action.pull !== null) return { ok: true, receipt: { kind: 'done' } };
  const told = await rt.slack.shadow(rt.shadowChannel, row.key, shadowText(rt, row, subject), { look });
  return told.ok ? { ok: true, receipt: shadowReceipt(rt, row, subject) } : told;
}

function shadowText(rt: Runtime, row: OutboxRow, given: Subject | null): string {
  const { action } = row;
  // The shadow's issue has number 0: no text should name it.
  const subject = given?.incident.issue?.number === 0 ? { ...given, incident: { ...given.incident, issue: null } } : given;
  if (action.kind === 'whisper' && action.secret) return `Would ${row.summary}, with what nobody else may read.`;
  if (isSlack(action)) return `Would ${row.summary}:\n${rt.slack?.preview(action, subject).text ?? ''}`;
  const preview = rt.github ? rt.github.preview(action, subject) : null;
  if (!preview) return `Would ${row.summary}.`;
  // An edit calls nobody again, though its text names them.
  const edit = action.kind === 'ensure-issue' && given?.incident.issue?.number === 0;
  const asks = preview.asks.length > 0 && !edit ? ` and ping ${preview.asks.map((a) => `\`${a.replace(/^@/, '')}\``).join(', ')}` : ', pinging nobody';
  return `Would ${row.summary}${asks}:\n*${preview.title}*\n${preview.body}`;
}

/** A receipt as if it had been done, so that the story goes on; issue 0 is no issue. */
function shadowReceipt(rt: Runtime, row: OutboxRow, subject: Subject | null): Receipt {
  const { action } = row;
  switch (action.kind) {
    case 'ensure-issue': return {
      kind: 'issue', repo: subject?.incident.repo ?? '', number: 0, url: '', state: 'open', shown: action.shown,
      facts: subject?.incident.facts.at(-1)?.n ?? 0, comments: 0,
    };
    case 'comment': return { kind: 'comment', url: '' };
    case 'set-issue-state': return { kind: 'issue-state', state: action.state };
    case 'ensure-message': return { kind: 'message', channel: action.channel, ts: '0', shown: action.shown, issue: action.issue };
    case 'reply': return { kind: 'reply', ts: '0' };
    case 'notice': return { kind: 'notice', channel: action.channel, ts: '0' };
    case 'post-comment': return { kind: 'comment', url: '' };
    case 'ensure-document': return { kind: 'document', repo: action.repo, number: 0, url: '', state: action.state === 'kept' ? 'open' : action.state, shown: action.shown };
    case 'ensure-card': return { kind: 'card', channel: action.channel, ts: '0', shown: action.shown };
    case 'ensure-switch-pull':
    case 'ensure-pull-request': return { kind: 'pull-request', repo: action.repo, number: 0, url: '' };
    case 'close-pull-request': case 'react': case 'unassign': case 'card-reply': case 'whisper': case 'show-home': case 'ensure-check-run': return { kind: 'done' };
    default: return action satisfies never;
  }
}
