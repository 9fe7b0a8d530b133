import type { OutboxRow } from '../domain/action.ts';
import type { Warning, WarningRow } from '../domain/notice.ts';
import { counted, moment } from '../domain/time.ts';
import type { Runtime } from './context.ts';
import type { Tracked } from './tracked.ts';
import { clear, raise } from './warnings.ts';

/** What has not gone out for this long (ms), though it was tried, is told of. */
const LONG = 15 * 60_000;
/** Rows that are looked at. */
const MOST = 500;

const prefix = (project: string): string => `waits:${project};`;

/**
 * Tells, once for each destination, that what is to be written there has been tried in vain for long, and that it gets through
 * again. What waits for GitHub's limit is told of as that (`limits.ts`). `standing`: the project's warnings.
 */
export async function tellOfWaiting(rt: Runtime, { project }: Tracked, standing: readonly WarningRow[]): Promise<void> {
  if (rt.mode === 'dry') return;
  const rows = (await Promise.all((['pending', 'leased'] as const).map((state) => rt.store.listActions({ state, limit: MOST })))).flat();
  const stuck = Map.groupBy(rows.filter((r) => r.project === project.name && isStuck(r, rt.now())), (r) => r.destination);
  const known = new Set(standing.map((w) => w.key));
  const warnings = [...stuck].map(([destination, waiting]): Warning => ({
    // That Slack takes nothing cannot be told there.
    key: `${prefix(project.name)}${destination}`, project: project.name, urgency: destination.startsWith('slack:') ? 'log' : 'now', text: sentence(waiting, rt.now()),
  }));
  await raise(rt, warnings.filter((w) => !known.has(w.key)));
  const over = standing.some((w) => w.key.startsWith(prefix(project.name)) && !warnings.some((now) => now.key === w.key));
  if (over) await clear(rt, project.name, prefix(project.name), warnings.map((w) => w.key));
}

const isStuck = ({ attempts, createdAt, lastError }: OutboxRow, now: number): boolean =>
  attempts > 1 && lastError !== null && now - createdAt >= LONG && !/\blimit\b/i.test(lastError);

function sentence(waiting: readonly OutboxRow[], now: number): string {
  const [oldest] = waiting.toSorted((a, b) => a.createdAt - b.createdAt);
  if (!oldest) return '';
  const others = waiting.length > 1 ? `, and ${counted(waiting.length - 1, 'other write')} with it` : '';
  return `Archsignal has tried in vain since ${moment(oldest.createdAt, now)} to ${oldest.summary}${others}: ${oldest.lastError ?? ''} It goes on trying, and makes all of it good as soon as it gets through.`;
}
