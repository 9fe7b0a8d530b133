import type { Incident, IncidentJob, IncidentKind } from '../domain/incident.ts';
import type { JobKey } from '../domain/job.ts';
import type { PlatformId } from '../domain/platform.ts';
import { attribute, failsAfterReference, staleEverywhere } from '../signal/attribution.ts';
import type { JobNow } from '../signal/job-health.ts';
import { suiteTally } from '../signal/peers.ts';
import type { Board } from './board.ts';
import { Draft, evidenceOf, newDraft } from './draft.ts';
import { deadlinesFor, NO_DEADLINES } from './due.ts';
import { factJob, rowOf, surroundings } from './rows.ts';
import { goneOn } from './tracked-again.ts';
import { askedFor, releaseSignal, slotOf, type World } from './world.ts';

type Kind = Extract<IncidentKind, 'breakage' | 'stale'>;

interface Arrival {
  readonly j: JobNow;
  readonly kind: Kind;
  /** The slot's platform: the reference's when it breaks everywhere. */
  readonly platform: PlatformId;
}

/** Puts every broken job that no live incident holds into the incident it belongs to, and moves those that are misplaced. */
export function placeBroken(board: Board): void {
  const { world, layout: { reference, ports } } = board;
  moveMisplaced(board);
  const arrivals = notHeld(board).map((j) => arrivalOf(j, reference, ports, world)).filter((a) => a !== null);
  for (const group of Map.groupBy(arrivals, (a) => slotOf(a.platform, a.kind)).values()) admit(board, group);
  for (const draft of board.drafts) settleScope(draft, board);
}

/** The slots in which a new incident may open: the caller looks up their last closed incident first. */
export function slotsToOpen(board: Board): { platform: PlatformId; kind: Kind }[] {
  const slots = new Map<string, { platform: PlatformId; kind: Kind }>();
  for (const j of notHeld(board)) {
    const kind: Kind = j.health === 'stale' ? 'stale' : 'breakage';
    for (const platform of [j.job.platform, board.world.project.reference]) slots.set(slotOf(platform, kind), { platform, kind });
  }
  return [...slots.values()];
}

/**
 * Broken jobs that no incident holds. A failing job is held by a breakage; a stale one by either kind: that it is broken
 * is known already.
 */
function notHeld({ layout, drafts }: Board): readonly JobNow[] {
  const held = (kind: Kind): Set<JobKey> => new Set(drafts.filter((d) => d.incident.kind === kind).flatMap((d) => d.standing.map((r) => r.key)));
  const [failing, stale] = [held('breakage'), held('stale')];
  return layout.broken.filter((j) => !failing.has(j.job.key) && !(j.health === 'stale' && stale.has(j.job.key)));
}

function arrivalOf(j: JobNow, reference: readonly JobNow[], ports: readonly JobNow[], world: World): Arrival | null {
  const own = j.job.platform;
  const ref = world.project.reference;
  if (j.health === 'stale') {
    const shared = own !== ref && staleEverywhere(j, reference);
    return { j, kind: 'stale', platform: shared ? ref : own };
  }
  const where = attribute(j, reference, ports, own === ref);
  if (where === 'wait') return null;
  return { j, kind: 'breakage', platform: where === 'everywhere' ? ref : own };
}

/** Joins the slot's open incident, reopens the one that just closed, or opens a new one. */
function admit(board: Board, group: readonly Arrival[]): void {
  const { world } = board;
  const [first] = group;
  if (!first) return;
  const { platform, kind } = first;
  const rows = group.map((a) => rowOf(a.j, kind === 'stale' ? 'stale' : 'failing', world.now));
  leaveStale(board, rows);
  const open = board.drafts.find((d) => d.incident.state === 'open' && d.incident.kind === kind && d.incident.platform === platform);
  if (open) return join(open, rows, world);
  const dismissed = board.drafts.find((d) => d.incident.state === 'dismissed' && d.incident.kind === kind && d.incident.platform === platform);
  if (dismissed && group.every((a) => a.j.job.platform !== platform)) return joinSilently(dismissed, rows);
  const last = world.lastClosed.get(slotOf(platform, kind)) ?? null;
  const fresh = rows.filter((r) => !(r.neverGreen && toldNeverGreen(last, r.key)));
  if (fresh.length === 0) return;
  if (last && reopens(last, world)) return reopen(board, last, fresh);
  const back = last === null ? null : goneOn(last, fresh, world);
  if (back !== null) board.drafts.push(back.draft);
  const rest = back?.rest ?? fresh;
  if (rest.length === 0) return;
  if (back?.draft.incident.state === 'open') return join(back.draft, rest, world);
  board.drafts.push(newDraft(world, platform, kind, 'here', rest, dismissed?.incident ?? last));
}

/** A job that fails now has left its silence behind: the stale incident's row moves. */
function leaveStale(board: Board, rows: readonly IncidentJob[]): void {
  const failing = new Set(rows.filter((r) => r.state === 'failing').map((r) => r.key));
  for (const draft of board.drafts) {
    if (draft.incident.kind !== 'stale' || !draft.standing.some((r) => failing.has(r.key))) continue;
    moveOut(draft, (r) => failing.has(r.key), board);
  }
}

/**
 * Asks nobody again, except where everything so far was a job that never passed: that was told as no breakage, and this
 * is one (behaviour 7).
 */
function join(draft: Draft, rows: readonly IncidentJob[], world: World): void {
  const keys = new Set(rows.map((r) => r.key));
  const first = draft.standing.every((r) => r.neverGreen) && !rows.every((r) => r.neverGreen) && draft.incident.acknowledged === null;
  const summarised = draft.incident.summarisedBy !== null;
  // What was said of jobs that never passed is no answer to this.
  const anew = first ? { ...(summarised ? NO_DEADLINES : deadlinesFor(draft.incident, rows, world)), snooze: null, classified: null } : {};
  draft.show({ jobs: [...draft.incident.jobs.filter((r) => !keys.has(r.key)), ...rows], ...anew });
  const asks = first && !summarised ? askedFor(world, draft.incident, 'first') : [];
  draft.tell(world.now, { kind: 'joined', jobs: rows.map((r) => factJob(r, undefined)) }, asks, 'archsignal', evidenceOf(rows));
}

/** A port joins a breakage of the reference platform whose issue a person closed: known, and silenced by them. */
function joinSilently(draft: Draft, rows: readonly IncidentJob[]): void {
  const keys = new Set(rows.map((r) => r.key));
  draft.set({ jobs: [...draft.incident.jobs.filter((r) => !keys.has(r.key)), ...rows] });
}

/** Told once and forgotten by its configuration since: a never-green job is no new breakage when it is configured again. */
const toldNeverGreen = (last: Incident | null, key: JobKey): boolean =>
  last?.closedBy === 'untracked' && last.jobs.some((r) => r.key === key && r.neverGreen);

/** Closed by itself, a short while ago: the same incident goes on (behaviour 17). */
const reopens = (last: Incident, world: World): boolean =>
  last.closedBy === 'recovery' && last.summarisedBy === null && world.now - (last.closedAt ?? 0) < world.project.signal.reopenWithin;

/**
 * Opens an incident that had closed once more; the jobs that had recovered then are not what it is about now, and what
 * people said of them is no answer to it.
 */
function reopen(board: Board, last: Incident, rows: readonly IncidentJob[]): void {
  const { world } = board;
  const draft = new Draft(last, last);
  draft.show({
    state: 'open', closedAt: null, closedBy: null, acknowledged: null, snooze: null, classified: null,
    jobs: rows, ...deadlinesFor(last, rows, world),
  });
  draft.tell(world.now, { kind: 'reopened' }, askedFor(world, last, 'first'), 'archsignal', evidenceOf(rows));
  board.drafts.push(draft);
}

/**
 * Takes rows out that stand in the wrong incident, so that they are placed anew: a port's breakage that the reference
 * platform fails too by now, and a port that goes on failing after the reference is well again.
 */
function moveMisplaced(board: Board): void {
  const { world: { project }, layout: { byKey, reference } } = board;
  for (const draft of board.drafts) {
    if (draft.incident.kind !== 'breakage' || draft.incident.state !== 'open') continue;
    moveOut(draft, (row) => {
      const j = byKey.get(row.key);
      if (!j || j.health !== 'failing' || row.platform === project.reference) return false;
      if (draft.incident.platform === project.reference) return failsAfterReference(j, reference);
      return suiteTally(reference, row.suite, j.job.branch).failing > 0 && attribute(j, reference, [], false) === 'everywhere';
    }, board);
  }
}

function moveOut(draft: Draft, leaves: (row: IncidentJob) => boolean, board: Board): void {
  const { now } = board.world;
  const out = draft.standing.filter(leaves);
  if (out.length === 0) return;
  draft.show({ jobs: draft.incident.jobs.map((r) => out.includes(r) ? { ...r, state: 'moved' as const, left: now } : r) });
  if (draft.standing.length === 0) return;
  draft.tell(now, { kind: 'left', why: 'moved', jobs: out.map((r) => factJob(r, board.layout.byKey.get(r.key))) }, [], 'archsignal', evidenceOf(out));
}

/** Says `everywhere` of an incident of the reference platform once ports fail with it; it is not taken back. */
function settleScope(draft: Draft, board: Board): void {
  const { incident } = draft;
  const { world, layout: { byKey, reference, ports } } = board;
  if (incident.platform !== world.project.reference || incident.scope === 'everywhere' || incident.state === 'closed') return;
  if (incident.kind !== 'breakage' && incident.kind !== 'stale') return;
  const shared = draft.standing.some((r) => {
    const j = byKey.get(r.key);
    return r.platform !== incident.platform || (incident.kind === 'breakage' && j !== undefined && j.health !== 'unknown' && attribute(j, reference, ports, true) === 'everywhere');
  });
  if (!shared) return;
  draft.show({ scope: 'everywhere' });
  if (draft.base === null) return draft.set(deadlinesFor(draft.incident, draft.standing, world));
  const asked = new Set(incident.facts.flatMap((f) => f.asks));
  const asks = incident.state === 'open' ? releaseSignal(world.project).filter((h) => !asked.has(h)) : [];
  draft.show({ surroundings: surroundings(incident.platform, draft.standing, board) });
  draft.tell(world.now, { kind: 'now-everywhere' }, asks, 'archsignal', evidenceOf(draft.standing));
}
