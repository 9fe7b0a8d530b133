import type { Incident, IncidentJob, LeftBecause } from '../domain/incident.ts';
import type { JobKey } from '../domain/job.ts';
import { boardOf, type Board } from './board.ts';
import { evidenceOf, type Draft } from './draft.ts';
import { deadlines } from './deadlines.ts';
import { NO_DEADLINES } from './due.ts';
import { sayWhatDidNotHelp } from './fixes.ts';
import { foldFlood, updateFloods } from './flood.ts';
import { placeBroken } from './placing.ts';
import { muteOf } from './quiet.ts';
import { factJob, recovered, refreshed, surroundings } from './rows.ts';
import { configurationIncident } from './vanished.ts';
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
  for (const draft of board.drafts) {
    sayWhatDidNotHelp(draft, board);
    deadlines(draft, world);
  }
  return board.drafts.map((d) => d.change()).filter((c) => c !== null);
}

/** Brings an incident's rows up to date and tells who left. */
function updateRows(draft: Draft, board: Board): void {
  const { world, layout: { byKey } } = board;
  const left: { row: IncidentJob; why: LeftBecause }[] = [];
  const jobs = draft.incident.jobs.map((row) => {
    if (row.left !== null) return row;
    const next = rowNow(row, board);
    if (next.left !== null) left.push({ row: next, why: next.state as LeftBecause });
    return next;
  });
  if (jobs.every((row, i) => row === draft.incident.jobs[i])) return;
  draft.set({ jobs });
  if (left.length === 0 || draft.standing.length === 0) return;
  for (const [why, those] of Map.groupBy(left, (l) => l.why)) {
    const rows = those.map((l) => l.row);
    draft.tell(world.now, { kind: 'left', why, jobs: rows.map((r) => factJob(r, byKey.get(r.key))) }, [], 'archsignal', evidenceOf(rows));
  }
}

/** A standing row by what is known now; one that leaves says why. */
function rowNow(row: IncidentJob, { world, layout: { byKey } }: Board): IncidentJob {
  const j = byKey.get(row.key);
  if (!j) return { ...row, state: 'untracked', left: world.now };
  const fresh = refreshed(row, j);
  if (recovered(fresh, j)) {
    const flake = fresh.flake || (j.state?.passes?.sameCommitAsFailure ?? false);
    return { ...fresh, state: 'recovered', left: world.now, flake, fixedAt: j.state?.passes?.firstCommit ?? null };
  }
  return muteOf(world.quiets, row.key, world.now) === null ? fresh : { ...fresh, state: 'muted', left: world.now };
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
  const why = reasonOf(lastOut);
  const closedBy: Incident['closedBy'] = dismissed ? 'person' : why === 'recovered' ? 'recovery' : why;
  draft.show({ state: 'closed', closedAt: world.now, closedBy, ...NO_DEADLINES, stillFailingAt: null, snooze: null });
  if (dismissed) return;
  const told = toldAt(draft, world.now);
  const untold = Map.groupBy(lastOut.filter((r) => !told.has(r.key)), (r) => r.state as LeftBecause);
  // That it is over as a whole is true only where none of them went elsewhere.
  const whole = why === 'recovered' && told.size === 0 && untold.size === 1;
  for (const [because, rows] of untold) {
    draft.tell(world.now, whole ? { kind: 'recovered' } : { kind: 'left', why: because, jobs: rows.map((r) => factJob(r, byKey.get(r.key))) }, [], 'archsignal', evidenceOf(rows));
  }
}

/** Jobs whose leaving is told of already, at this very moment. */
function toldAt({ base, incident }: Draft, now: number): ReadonlySet<JobKey> {
  const before = base?.facts.at(-1)?.n ?? 0;
  return new Set(incident.facts.flatMap((f) => f.n > before && f.at === now && f.kind === 'left' ? f.jobs.map((j) => j.key) : []));
}

/** Recovery, if any of the last rows recovered; else where they went. */
const reasonOf = (lastOut: readonly IncidentJob[]): LeftBecause =>
  (['recovered', 'moved', 'muted'] as const).find((why) => lastOut.some((r) => r.state === why)) ?? 'untracked';
