import type { Incident, IncidentJob } from '../domain/incident.ts';
import { boardOf, type Board } from './board.ts';
import { evidenceOf, type Draft } from './draft.ts';
import { deadlines } from './deadlines.ts';
import { foldFlood, updateFloods } from './flood.ts';
import { placeBroken } from './placing.ts';
import { configurationIncident } from './vanished.ts';
import { factJob, recovered, refreshed, surroundings } from './rows.ts';
import type { Change, World } from './world.ts';

export { boardOf } from './board.ts';

/**
 * What should change about a project's incidents, by the facts as they are now. Level-triggered: asked twice about the
 * same world it answers nothing the second time, and what a crash kept from being written is decided again.
 */
export function decideIncidents(world: World): Change[] {
  const board = boardOf(world);
  for (const draft of board.drafts) if (draft.incident.kind === 'breakage' || draft.incident.kind === 'stale') updateRows(draft, board);
  placeBroken(board);
  for (const draft of board.drafts) if (draft.incident.kind === 'breakage' || draft.incident.kind === 'stale') finish(draft, board);
  configurationIncident(board);
  foldFlood(board);
  updateFloods(board);
  for (const draft of board.drafts) deadlines(draft, world);
  return board.drafts.map((d) => d.change()).filter((c) => c !== null);
}

/** Brings an incident's rows up to date and tells who left. */
function updateRows(draft: Draft, board: Board): void {
  const { world, layout: { byKey } } = board;
  const left: { row: IncidentJob; why: 'recovered' | 'untracked' }[] = [];
  const jobs = draft.incident.jobs.map((row) => {
    if (row.left !== null) return row;
    const j = byKey.get(row.key);
    if (!j) {
      left.push({ row, why: 'untracked' });
      return { ...row, state: 'untracked' as const, left: world.now };
    }
    const fresh = refreshed(row, j);
    if (!recovered(fresh, j)) return fresh;
    const flake = fresh.flake || (j.state?.passes?.sameCommitAsFailure ?? false);
    left.push({ row: fresh, why: 'recovered' });
    return { ...fresh, state: 'recovered' as const, left: world.now, flake, fixedAt: j.state?.passes?.firstCommit ?? null };
  });
  if (jobs.every((row, i) => row === draft.incident.jobs[i])) return;
  draft.set({ jobs });
  if (left.length === 0 || draft.standing.length === 0) return;
  for (const why of ['recovered', 'untracked'] as const) {
    const rows = left.filter((l) => l.why === why).map((l) => l.row);
    if (rows.length === 0) continue;
    draft.tell(world.now, { kind: 'left', why, jobs: rows.map((r) => factJob(r, byKey.get(r.key))) }, [], 'archsignal', evidenceOf(rows));
  }
}

/** Closes an incident that no job stands in any more, and freshens what stands around one that changed. */
function finish(draft: Draft, board: Board): void {
  const changed = draft.incident !== draft.base;
  if (!changed) return;
  const rows = draft.standing;
  if (rows.length > 0) {
    const around = surroundings(draft.incident.platform, rows, board);
    draft.set({ surroundings: around });
    return;
  }
  if (draft.incident.state === 'closed') return;
  close(draft, board);
}

function close(draft: Draft, { world, layout: { byKey } }: Board): void {
  const dismissed = draft.incident.state === 'dismissed';
  const lastOut = draft.incident.jobs.filter((r) => r.left === world.now);
  const closedBy: Incident['closedBy'] = dismissed ? 'person' : reasonOf(lastOut);
  draft.show({ state: 'closed', closedAt: world.now, closedBy, remindAt: null, escalateAt: null, stillFailingAt: null });
  if (dismissed) return;
  const fact = closedBy === 'recovery' ? { kind: 'recovered' as const } : {
    kind: 'left' as const, why: closedBy === 'untracked' ? 'untracked' as const : 'moved' as const,
    jobs: lastOut.map((r) => factJob(r, byKey.get(r.key))),
  };
  draft.tell(world.now, fact, [], 'archsignal', evidenceOf(lastOut));
}

/** Recovery, if any of the last rows recovered; else where they went. */
const reasonOf = (lastOut: readonly IncidentJob[]): Incident['closedBy'] =>
  lastOut.some((r) => r.state === 'recovered') ? 'recovery' : lastOut.some((r) => r.state === 'moved') ? 'moved' : 'untracked';
