import type { Action, OutboxRow } from '../domain/action.ts';
import { isOpenConflict } from '../domain/conflict.ts';
import type { Runtime } from './context.ts';
import { channelWarning } from './start-warnings.ts';
import { clear } from './warnings.ts';

/** How often it is looked for what Slack refused (ms); the first wait of a row that was given up. */
export const SLACK_AGAIN = 600_000;

/** How long after it was planned (ms) a row is no longer tried again by itself: a week. */
const LONGEST = 7 * 86_400_000;

/** Rows that one look reads. */
const MOST = 1_000;

/** What shows, or belongs to, something that lasts. An answer to somebody, or a page that they opened, is of its moment. */
const LASTING: ReadonlySet<Action['kind']> = new Set<Action['kind']>(['ensure-message', 'reply', 'ensure-card', 'card-reply', 'notice']);

/**
 * What Slack refused is tried again, because nobody tells when the bot was invited to a channel, or given its rights: after
 * ten minutes, then with waits that double, for a week. `all`: whatever its wait, as a start may come with another token.
 * Only what still stands is: of a breakage that is over nobody hears for the first time.
 */
export async function tryAgainInSlack(rt: Runtime, all: boolean): Promise<void> {
  if (rt.slack === null || rt.mode === 'dry') return;
  const now = rt.now();
  const rows = (await rt.store.listActions({ state: 'dead', to: 'slack:', limit: MOST })).reverse();
  let revived = 0;
  for (const row of rows) {
    if (!LASTING.has(row.action.kind) || row.updatedAt - row.createdAt > LONGEST || !(all || isDue(row, now)) || !await stands(rt, row)) continue;
    if (await rt.store.reviveAction(row.key, now)) revived++;
  }
  if (revived === 0) return;
  rt.log.info({ rows: revived }, 'what Slack refused is tried again');
  rt.wake();
}

const isDue = ({ createdAt, updatedAt }: OutboxRow, now: number): boolean => now - updatedAt >= Math.max(SLACK_AGAIN, updatedAt - createdAt);

/** Whether what the row tells of goes on. */
async function stands(rt: Runtime, row: OutboxRow): Promise<boolean> {
  const { store } = rt;
  const at = row.entity.indexOf(':');
  const [kind, id] = [row.entity.slice(0, at), row.entity.slice(at + 1)];
  switch (kind) {
    case 'incident': return (await store.incident(id))?.state === 'open';
    case 'proposal': return (await store.proposal(id))?.state === 'open';
    case 'step-warning': return (await store.stepWarning(id))?.state === 'open';
    case 'conflict': {
      const conflict = await store.conflict(id);
      return conflict !== null && isOpenConflict(conflict);
    }
    case 'warning': return row.key.endsWith(':raised') && (await store.warnings(row.project)).some((w) => w.key === id && w.clearedAt === null);
    // A change of step, a report: said once.
    default: return true;
  }
}

/** Channels that could not be posted to are looked at again; of one that can be nobody is warned any more. */
export async function lookAtChannels(rt: Runtime): Promise<void> {
  if (rt.slack?.check === undefined || rt.mode !== 'live') return;
  for (const name of rt.projects.keys()) {
    const prefix = channelWarning(name, '');
    const warned = (await rt.store.warnings(name)).filter((w) => w.key.startsWith(prefix)).map((w) => w.key.slice(prefix.length));
    if (warned.length === 0) continue;
    const checks = await rt.slack.check(warned);
    await clear(rt, name, prefix, checks.filter((c) => !c.ok).map((c) => channelWarning(name, c.channel)));
  }
}
