import type { Fix, Incident, PullRef, Try } from '../domain/incident.ts';
import type { PullNow } from '../domain/pull.ts';
import { Act, type ActContext } from './acts.ts';
import type { Board } from './board.ts';
import type { Draft } from './draft.ts';
import type { Change } from './world.ts';

/** What was tried against an incident, and the pull requests that are to mend it. */

/** As many of each are kept with one incident. */
export const MOST_TRIES = 50;
export const MOST_FIXES = 20;

/** Characters that are kept of what somebody tried. */
const LONGEST_TRY = 500;

/** The first address in a text; null where there is none. Brackets and the sentence's end are no part of it. */
export function addressIn(text: string): string | null {
  const found = /https?:\/\/[^\s<>"'`|\\^{}]+/i.exec(text)?.[0].replace(/[.,;:!?)\]*_~]+$/, '') ?? '';
  return URL.canParse(found) ? found : null;
}

/** Adds what somebody tried, once for each `source`. They have the incident then, unless somebody has it already. */
export function addTry(incident: Incident, { text, source }: Pick<Try, 'text' | 'source'>, context: ActContext): Change | null {
  if (incident.state === 'closed' || incident.tries.length >= MOST_TRIES || incident.tries.some((t) => t.source === source)) return null;
  const act = new Act(incident, context).answered();
  const said = { by: context.by, text: capped(text.trim()), url: addressIn(text) };
  act.draft.show({ tries: [...incident.tries, { ...said, source, at: act.at }] });
  return act.tell({ kind: 'attempted', ...said }).takenIfFree().change();
}

/** Cut between characters, also where one is two units long. */
const capped = (text: string): string => text.length <= LONGEST_TRY ? text : `${text.slice(0, LONGEST_TRY - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;

export const isSamePull = (a: Pick<PullRef, 'repo' | 'number'>, b: Pick<PullRef, 'repo' | 'number'>): boolean =>
  a.number === b.number && a.repo.toLowerCase() === b.repo.toLowerCase();

/**
 * Records a pull request as the fix, once; it is watched from now on. They have the incident then, unless somebody has it
 * already. What cannot be read is taken for open.
 */
export function announceFix(incident: Incident, pull: PullNow, context: ActContext): Change | null {
  if (incident.state === 'closed' || pull.state === 'missing' || incident.fixes.length >= MOST_FIXES || incident.fixes.some((f) => isSamePull(f, pull))) return null;
  const act = new Act(incident, context).answered();
  const { repo, number, url } = pull;
  const state = pull.state === 'unknown' ? 'open' : pull.state;
  const fix: Fix = { repo, number, url, by: context.by, at: act.at, state, mergedAt: state === 'merged' ? pull.mergedAt ?? context.now : null, failed: false };
  act.draft.show({ fixes: [...incident.fixes, fix] });
  return act.tell({ kind: 'fix-announced', by: context.by, fix: { repo, number, url } }).takenIfFree().change();
}

/** What the present state of a pull request means for an incident that names it as its fix; null: nothing new. */
export function onPull(incident: Incident, pull: PullNow, context: Pick<ActContext, 'project' | 'now' | 'evidence'>): Change | null {
  const known = incident.fixes.find((f) => isSamePull(f, pull));
  if (known === undefined || incident.state === 'closed' || known.state === 'merged' || known.state === pull.state) return null;
  if (pull.state === 'missing' || pull.state === 'unknown') return null;
  const act = new Act(incident, { ...context, by: known.by, actor: 'archsignal' });
  const next: Fix = { ...known, state: pull.state, mergedAt: pull.state === 'merged' ? pull.mergedAt ?? context.now : null };
  act.draft.show({ fixes: incident.fixes.map((f) => f === known ? next : f) });
  if (next.state !== 'open') act.tell({ kind: next.state === 'merged' ? 'fix-merged' : 'fix-closed', by: known.by, fix: refOf(known) });
  return act.change();
}

const refOf = ({ repo, number, url }: PullRef): PullRef => ({ repo, number, url });

/** Says once of each merged fix that a job failed in a run that began after the merge. */
export function sayWhatDidNotHelp(draft: Draft, { world, layout }: Board): void {
  if (draft.incident.state !== 'open') return;
  for (const fix of draft.incident.fixes) {
    const { mergedAt } = fix;
    if (mergedAt === null || fix.failed) continue;
    const failing = draft.standing.filter((row) => {
      const j = layout.byKey.get(row.key);
      // The newest finished run is the last of the streak.
      return row.state === 'failing' && j !== undefined && j.health !== 'unknown' && j.state !== null && j.state.streak !== null && (j.state.lastRun ?? 0) > mergedAt;
    });
    if (failing.length === 0) continue;
    draft.show({ fixes: draft.incident.fixes.map((f) => f === fix ? { ...f, failed: true } : f) });
    draft.tell(world.now, { kind: 'fix-failed', by: fix.by, fix: refOf(fix) }, [], 'archsignal', { mergedAt, runs: failing.map((row) => ({ job: row.key, lastRun: row.lastRun, url: row.streak?.lastUrl ?? null })) });
  }
}
