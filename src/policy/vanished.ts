import type { JobNow } from '../signal/job-health.ts';
import type { Board } from './board.ts';
import { evidenceOf, newDraft } from './draft.ts';
import { NO_DEADLINES } from './due.ts';
import { downUntil, muteOf } from './quiet.ts';
import { factJob, rowOf } from './rows.ts';
import type { World } from './world.ts';

/** Its source answers well and has not had it for as long as would make it stale: gone for good, not a hiccup, and not planned. */
const vanished = ({ job, state }: JobNow, { quiets, now }: World): boolean =>
  state?.problem?.kind === 'missing' && now - state.problem.since > job.thresholds.staleAfter
  && muteOf(quiets, job.key, now) === null && downUntil(quiets, job.platform, now) === null;

/** Keeps the one incident that tells the people who can mend the configuration which tracked jobs are gone (behaviour 13). */
export function configurationIncident(board: Board): void {
  const { world, layout: { byKey, missing } } = board;
  const gone = missing.filter((j) => vanished(j, world));
  const draft = board.drafts.find((d) => d.incident.kind === 'configuration');
  const known = new Set(draft?.standing.map((r) => r.key) ?? []);
  const fresh = gone.filter((j) => !known.has(j.job.key)).map((j) => rowOf(j, 'missing', world.now));
  if (!draft) {
    if (fresh.length > 0) board.drafts.push(newDraft(world, world.project.reference, 'configuration', 'here', fresh, null));
    return;
  }
  const back = draft.standing.filter((r) => {
    const j = byKey.get(r.key);
    // What has not been read says nothing; what is no longer tracked is mended too.
    return !j || (j.state !== null && j.state.problem === null);
  });
  if (back.length === 0 && fresh.length === 0) return;
  draft.show({
    jobs: [...draft.incident.jobs.map((r) => back.includes(r) ? { ...r, left: world.now, state: byKey.has(r.key) ? 'recovered' as const : 'untracked' as const } : r), ...fresh],
  });
  const names = (rows: typeof fresh) => rows.map((r) => factJob(r, byKey.get(r.key)));
  if (draft.standing.length === 0) {
    draft.show({ state: 'closed', closedAt: world.now, closedBy: 'recovery', ...NO_DEADLINES, stillFailingAt: null, snooze: null });
    draft.tell(world.now, { kind: 'recovered' }, [], 'archsignal', evidenceOf(back));
    return;
  }
  if (back.length > 0) draft.tell(world.now, { kind: 'left', why: 'untracked', jobs: names(back) }, [], 'archsignal', evidenceOf(back));
  if (fresh.length > 0) draft.tell(world.now, { kind: 'joined', jobs: names(fresh) }, [], 'archsignal', evidenceOf(fresh));
}
