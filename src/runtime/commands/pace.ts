import { createHash } from 'node:crypto';
import { FLOOD, slowedReply } from '../../commands/replies.ts';
import type { PlannedAction } from '../../domain/action.ts';
import type { AuditEntry } from '../../domain/notice.ts';
import type { Runtime } from '../context.ts';
import { answerTo } from './answer.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Between two comments of somebody who is slowed down (ms). */
const STEP = MINUTE / FLOOD;

/** Whose comments wait, and when the next one that comes has its turn (epoch ms). */
const queues = new WeakMap<Runtime['store'], Map<string, number>>();
const QUEUES_KEPT = 1_000;

/** Whose comments were let through within the last minute, by their sources, and when (epoch ms): the audit knows of them only once they were run. */
const letThrough = new WeakMap<Runtime['store'], Map<string, Map<string, number>>>();

/** A comment whose commands have to wait. */
export interface Wait {
  readonly until: number;
  /** Said the first time within the hour; null: it was said. */
  readonly word: { readonly action: PlannedAction; readonly audit: AuditEntry } | null;
}

/** Where something was said, and by whom. */
export interface Said {
  /** As the audit names them. */
  readonly actor: string;
  readonly project: string;
  readonly repo: string;
  readonly number: number;
  readonly source: string;
  /** It has waited before: its turn has come unless too many were run meanwhile. */
  readonly waited: boolean;
}

/**
 * Whether a comment has to wait: somebody's commands beyond `FLOOD` within a minute are run one after the other, so that nobody
 * takes GitHub's limits and the inbox for themselves. Null: it does not. Nobody else's wait for them, on the same issue neither.
 */
export async function paceOf(rt: Runtime, { actor, project, repo, number, source, waited }: Said): Promise<Wait | null> {
  const now = rt.now();
  const queue = queues.get(rt.store) ?? new Map<string, number>();
  queues.set(rt.store, queue);
  if (queue.size > QUEUES_KEPT) for (const [who, turn] of queue) if (turn <= now) queue.delete(who);
  const lately = (await rt.store.auditBy(actor, now - MINUTE, 3 * FLOOD)).filter((a) => a.entity.startsWith('command:') && a.what !== 'slowed');
  // Read and written without a pause in between: two comments never get the same turn.
  const turn = queue.get(actor) ?? 0;
  const queued = !waited && turn > now;
  const through = underWay(rt, actor, lately);
  const oldest = [...lately.map((a) => a.at), ...[...through].flatMap(([other, at]) => other === source ? [] : [at])].sort((a, b) => b - a)[FLOOD - 1];
  if (oldest === undefined && !queued) {
    through.set(source, now);
    return null;
  }
  const free = Math.max(oldest === undefined ? 0 : oldest + MINUTE, now + 1);
  // Whose turn had come a little early keeps it.
  const until = waited ? free : Math.max(turn, free);
  if (!waited) queue.set(actor, until + STEP);
  return { until, word: queued ? null : await wordOf(rt, { actor, project, repo, number }) };
}

/** What of somebody's comments was let through and is not in the audit yet: on other issues they are run at the same time. */
function underWay({ store, now }: Runtime, actor: string, lately: readonly Pick<AuditEntry, 'entity'>[]): Map<string, number> {
  const all = letThrough.get(store) ?? new Map<string, Map<string, number>>();
  letThrough.set(store, all);
  const own = all.get(actor) ?? new Map<string, number>();
  if (all.size > QUEUES_KEPT) for (const [who, through] of all) if ([...through.values()].every((at) => at <= now() - MINUTE)) all.delete(who);
  all.set(actor, own);
  const run = new Set(lately.map((a) => a.entity.split(':')[1]));
  for (const [source, at] of own) if (run.has(source) || at <= now() - MINUTE) own.delete(source);
  return own;
}

async function wordOf(rt: Runtime, { actor, project, repo, number }: Omit<Said, 'waited' | 'source'>): Promise<Wait['word']> {
  const now = rt.now();
  if ((await rt.store.auditBy(actor, now - HOUR, 1_000)).some((a) => a.what === 'slowed')) return null;
  // The same on every server that comes to it at the same time.
  const source = `slow-${createHash('sha256').update(actor).digest('hex').slice(0, 12)}-${Math.floor(now / HOUR)}`;
  return {
    action: answerTo({ surface: 'github', repo, number }, slowedReply(), { source, project, since: now }),
    audit: { at: now, project, entity: `command:${source}`, what: 'slowed', actor, evidence: { within: MINUTE, most: FLOOD } },
  };
}
