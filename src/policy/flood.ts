import type { Board } from './board.ts';
import { newDraft, tellOpened, type Draft } from './draft.ts';
import { NO_DEADLINES } from './due.ts';
import { factJob } from './rows.ts';

/** The incidents of one decision that are new. */
const newOnes = (board: Board): Draft[] => board.drafts.filter((d) => d.base === null && d.incident.state === 'open');

/** What an incident is called in a flood's list. */
const titleOf = (draft: Draft): string => draft.standing.map((r) => r.name).join(', ');

/**
 * Opens what is new: each incident by itself; or, when one decision would open more than the project's cap, one summary
 * in place of them all (behaviour 14). The incidents are followed all the same.
 */
export function foldFlood(board: Board): void {
  const { world } = board;
  const fresh = newOnes(board);
  const limit = world.project.signal.cap;
  if (fresh.length > limit) summarise(board, fresh);
  for (const draft of newOnes(board)) if (draft.incident.facts.length === 0) tellOpened(draft, world);
}

/** Puts new incidents into the flood that is under way, or into a new one. */
function summarise(board: Board, fresh: readonly Draft[]): void {
  const { world } = board;
  const standing = board.drafts.find((d) => d.incident.kind === 'flood' && d.incident.state === 'open');
  const flood = standing ?? newDraft(world, world.project.reference, 'flood', 'everywhere', [], null);
  const listed = fresh.map((d) => ({ id: d.incident.id, platform: d.incident.platform, title: titleOf(d), over: false }));
  flood.show({ summarises: [...flood.incident.summarises, ...listed] });
  for (const d of fresh) d.set({ summarisedBy: flood.incident.id, ...NO_DEADLINES });
  if (!standing) board.drafts.push(flood);
  else flood.tell(world.now, { kind: 'joined', jobs: fresh.flatMap((d) => d.standing).map((r) => factJob(r, undefined)) }, [], 'archsignal', listed);
}

/** Ticks off what is over in a flood's list, and closes it with the last. */
export function updateFloods(board: Board): void {
  const { world } = board;
  const state = new Map([...world.incidents.map((i) => [i.id, i.state] as const), ...board.drafts.map((d) => [d.incident.id, d.incident.state] as const)]);
  for (const flood of board.drafts) {
    if (flood.incident.kind !== 'flood' || flood.incident.state === 'closed' || flood.base === null) continue;
    const summarises = flood.incident.summarises.map((s) => s.over || (state.get(s.id) ?? 'closed') !== 'closed' ? s : { ...s, over: true });
    if (summarises.every((s, i) => s === flood.incident.summarises[i])) continue;
    flood.show({ summarises });
    if (!summarises.every((s) => s.over)) continue;
    const silent = flood.incident.state === 'dismissed';
    flood.show({ state: 'closed', closedAt: world.now, closedBy: silent ? 'person' : 'recovery', ...NO_DEADLINES, stillFailingAt: null, snooze: null });
    if (!silent) flood.tell(world.now, { kind: 'recovered' }, [], 'archsignal', summarises.map((s) => s.id));
  }
}
