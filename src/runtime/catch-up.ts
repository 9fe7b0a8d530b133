import { standingJobs, type Incident } from '../domain/incident.ts';
import type { ProposalPull } from '../domain/proposal.ts';
import type { PullNow } from '../domain/pull.ts';
import { loseIssue, onIssueAct, type IssueAct } from '../policy/people.ts';
import type { Change } from '../policy/world.ts';
import { lookAtProposals, warnOfBot } from './bot-closings.ts';
import { isBusy } from './busy.ts';
import { commitChange } from './commit.ts';
import type { Runtime } from './context.ts';
import { isSlotTaken, tellPull } from './issue-acts.ts';
import { CARRIED_WITHIN } from './proposals.ts';
import type { IssueNow } from './ports.ts';
import { lookAtWarnings } from './step-warnings.ts';
import type { Tracked } from './tracked.ts';

/** How often lost webhooks are asked for again and open issues are looked at (ms): behaviour 29. */
export const CATCH_UP_EVERY = 600_000;

/** How soon they are asked for again where that could not be done (ms). */
export const CATCH_UP_AGAIN = 5_000;

/** How soon they are asked for again once the store is back (ms): GitHub waits for an answer, and gives up on some only then. */
export const CATCH_UP_REFUSED = 30_000;

/** One replica at a time asks (ms). */
const TURN = 4_000;

/** How far back lost webhooks are asked for at most (ms): GitHub keeps them for three days. */
const LONGEST = 3 * 86_400_000;

/** A little more than the time since the last look (ms): clocks differ, and a delivery takes its time to fail. */
const MARGIN = 900_000;

/** Open issues of a project that one look reads. */
const MOST = 200;

/** Who did what was seen only afterwards, where GitHub does not say who it was: the webhook that named them was lost. */
const SOMEBODY = 'somebody';

const LAST = 'redelivered-at';

/** Asks GitHub for webhooks that did not arrive. False: another replica is at it. */
export async function askForLostWebhooks(rt: Runtime): Promise<boolean> {
  if (rt.github === null || rt.mode === 'dry') return true;
  const now = rt.now();
  if (!(await rt.store.lease('catch-up', rt.owner, now, TURN)).held) return false;
  const last = Number(await rt.store.meta(LAST) ?? 0);
  // By a clock that was set back since, nobody knows when the last look was.
  const since = last === 0 ? now - MARGIN : last > now ? now - LONGEST : Math.max(now - LONGEST, last - MARGIN);
  const { asked, problem } = await rt.github.redeliverMissed(since);
  if (problem !== null) {
    rt.log.warn({ reason: problem }, 'lost webhooks cannot be asked for again');
    return true;
  }
  await rt.store.setMeta(LAST, String(now));
  if (asked > 0) rt.log.info({ asked, since }, 'asked GitHub for webhooks that did not arrive');
  return true;
}

/** Looks at the issues and pull requests of what is open, for what the webhooks did not tell. */
export async function lookAtOpen(rt: Runtime, tracked: Tracked): Promise<void> {
  const { github } = rt;
  if (github === null || rt.mode !== 'live') return;
  const incidents = await rt.store.incidents(tracked.project.name, Number.MAX_SAFE_INTEGER);
  for (const incident of incidents.filter((i) => i.issue !== null && i.issue.number > 0).slice(0, MOST)) {
    const { issue } = incident;
    if (issue === null || await isBusy(rt, `incident:${incident.id}`)) continue;
    const change = await missed(rt, tracked, incident, await github.issueNow(issue.repo, issue.number));
    // Overtaken by a webhook after all: it has told more than this look could.
    if (change) await commitChange(rt, change);
  }
  await lookAtWarnings(rt, tracked);
  await lookAtProposals(rt, tracked);
  const pulls = new Map(incidents.flatMap((i) => i.fixes.filter((f) => f.state === 'open').map((f) => [`${f.repo}#${f.number}`.toLowerCase(), { ...f, discreet: true }] as const)));
  for (const { repo, number, discreet } of [...pulls.values(), ...(await pullsCarrying(rt, tracked)).map((p) => ({ ...p, discreet: false }))]) {
    const via = tracked.project.repo;
    const pull: PullNow = await github.pull(repo, number, { deadline: 10_000, via, discreet });
    if (pull.state === 'merged' || pull.state === 'closed' || pull.state === 'open') await tellPull(rt, pull, { seen: 'with a regular look' }, { by: pull.mergedBy ?? null, via });
  }
}

/** The pull requests that carry approvals out, as long as they are not merged, be it in vain: one that was closed may be opened again. */
const pullsCarrying = async (rt: Runtime, { project }: Tracked): Promise<readonly ProposalPull[]> =>
  (await rt.store.proposals(project.name, rt.now() - CARRIED_WITHIN)).flatMap(({ pull }) => pull && pull.number > 0 && pull.state !== 'merged' && !pull.inVain ? [pull] : []);

async function missed(rt: Runtime, tracked: Tracked, incident: Incident, now: IssueNow): Promise<Change | null> {
  const { project } = tracked;
  const context = { project, now: rt.now(), evidence: { seen: 'with a regular look', issue: now } };
  if (!('locked' in now)) return now.state === 'missing' ? loseIssue(incident, 'gone', { ...context, actor: 'archsignal' }) : null;
  const act = actSeen(incident, now);
  if (act === null || (now.closedByUs && !isSeenAgain(tracked, incident))) return null;
  await warnOfBot(rt, incident, act);
  return onIssueAct(incident, act, { ...context, slotTaken: act.kind === 'reopened' && await isSlotTaken(rt, incident) });
}

/** Incidents whose issue an earlier look of this process found closed by our own App. */
const closedByUs = new WeakMap<Tracked, Set<string>>();

/**
 * Whether an earlier look found the same, and its jobs were read. An issue that we closed ourselves while the store has the incident open is one that
 * was over in a time that a restored backup does not remember: what is recorded says nothing of how it is now, and what is read first may be that it is over.
 */
function isSeenAgain(tracked: Tracked, incident: Incident): boolean {
  const seen = closedByUs.get(tracked) ?? new Set();
  const before = seen.has(incident.id);
  closedByUs.set(tracked, seen.add(incident.id));
  return before && standingJobs(incident).every(({ key }) => tracked.readAt.has(tracked.jobsByKey.get(key)?.source ?? ''));
}

/** The one act that explains how the issue differs from what is recorded; null: it does not. */
function actSeen(incident: Incident, now: Extract<IssueNow, { locked: boolean }>): IssueAct | null {
  if (incident.state === 'open' && now.state === 'closed') return { kind: now.closedByBot ? 'closed-by-bot' : 'closed', by: now.closedBy ?? SOMEBODY, ...now.closedByUs ? { own: true } : {} };
  if (incident.state === 'dismissed' && now.state === 'open') return { kind: 'reopened', by: SOMEBODY };
  const [assignee] = now.assignees;
  return incident.state === 'open' && incident.acknowledged === null && incident.firstAcknowledged === null && assignee !== undefined
    ? { kind: 'assigned', by: assignee, assignee } : null;
}
