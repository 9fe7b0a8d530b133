import type { GitHubEvent } from '../delivery/github/listen.ts';
import type { OutboxRow } from '../domain/action.ts';
import type { HeldDelivery } from '../store/store.ts';
import type { Runtime } from './context.ts';

/** Times that another issue is filed by itself for one proposal, warning or deactivation: whoever deletes all of them means it. */
const MOST_FILED = 3;

/** Says of a row's key which issue was lost. */
const LOST = ':lost-';

/**
 * The issue of something that stands was deleted, moved away or made a discussion of: its text is written once more, which
 * files another issue that calls nobody (`ensure-document.ts`), rather than with the next news, as people are led to nothing until then.
 */
export async function fileAnew(rt: Runtime, entity: string, number: number): Promise<void> {
  const rows = await rt.store.entityActions(entity);
  const last = rows.findLast((r) => r.action.kind === 'ensure-document');
  if (last?.action.kind !== 'ensure-document' || last.action.state === 'closed' || isUnderWay(last)) return;
  const key = `${last.key}${LOST}${number}`;
  if (rows.filter((r) => r.key.includes(LOST)).length >= MOST_FILED || rows.some((r) => r.key.endsWith(`${LOST}${number}`))) return;
  const action = { ...last.action, issue: number };
  await rt.store.commit({ at: rt.now(), record: rt.mode === 'dry', actions: [{ ...last, key, action, family: null, summary: `file another issue in ${action.repo} in place of #${number}, which is gone` }] });
  rt.wake();
}

const isUnderWay = ({ state }: OutboxRow): boolean => state === 'pending' || state === 'leased';

/** Somebody deleted the issue of a proposal, a warning or a deactivation, or moved it away. False: the event is about something else. */
export async function handleLostIssue(rt: Runtime, held: HeldDelivery, event: GitHubEvent, repo: string): Promise<boolean> {
  if ((event.event !== 'issues.deleted' && event.event !== 'issues.transferred') || !event.issue) return false;
  const entity = await entityAt(rt, repo, event.issue.number);
  if (entity === null) return false;
  await fileAnew(rt, entity, event.issue.number);
  await rt.store.commit({ at: rt.now(), delivery: { id: held.id, attempts: held.attempts } });
  return true;
}

/** What has this issue for its own now; null: nothing, or an incident, which has rules of its own. */
async function entityAt({ store }: Runtime, repo: string, number: number): Promise<string | null> {
  const proposal = await store.proposalByIssue(repo, number);
  if (proposal?.issue?.number === number) return `proposal:${proposal.id}`;
  const warning = await store.stepWarningByIssue(repo, number);
  if (warning?.issue?.number === number && warning.state === 'open') return `step-warning:${warning.id}`;
  const conflict = await store.conflictByIssue(repo, number);
  return conflict?.reactivation?.number === number ? `conflict:${conflict.id}` : null;
}
