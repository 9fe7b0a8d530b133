import type { ActionResult, OutboxRow } from '../domain/action.ts';
import type { Evidence, ProjectFacts } from '../domain/evidence.ts';
import type { Project } from '../domain/project.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { StepWarning } from '../domain/step-warning.ts';
import type { Evaluated } from '../commands/verb.ts';
import type { GitHubEvent } from '../delivery/github/listen.ts';
import { reconcileStepWarning, withWarningReceipt } from '../policy/reconcile-step-warning.ts';
import { dismissWarning, endUntracked, noteFollowing, resumeWarning, tendWarning, warningId, type WarningChange } from '../policy/step-warnings.ts';
import type { HeldDelivery, Settlement } from '../store/store.ts';
import { isBusy } from './busy.ts';
import { isTurned } from './issue-now.ts';
import { forgetBotClosings, undoBotClosing } from './bot-closings.ts';
import { fileAnew } from './lost-issues.ts';
import { commitBundle, warningDesk } from './commit.ts';
import type { Runtime } from './context.ts';
import type { Tracked } from './tracked.ts';

/** Proposals that were decided longer ago than this are nothing that a warning has to tell (ms). */
const LATELY = 90 * 86_400_000;

/** Decisions that somebody else overtook are made again on what is stored then, this often at most. */
const TRIES = 8;

/** Who closed an issue whose closing was seen only afterwards: the webhook that named them was lost. */
const SOMEBODY = 'somebody';

/** What an evaluation rests on that warnings tell of. */
export interface Judged {
  readonly evaluated: Evaluated;
  readonly facts: Pick<ProjectFacts, 'freezes' | 'releases'>;
  readonly evidence: Evidence;
}

/** Brings the public warnings of a project in line with an evaluation. Whoever does it a second time changes nothing. */
export async function tendWarnings(rt: Runtime, project: Project, { evaluated, facts, evidence }: Judged): Promise<void> {
  const proposals = await rt.store.proposals(project.name, rt.now() - LATELY);
  const standing = Map.groupBy(await rt.store.stepWarnings(project.name), (w) => w.platform);
  const unmentionable = rt.unmentionable.get(project.name) ?? new Set<string>();
  for (const evaluation of evaluated.platforms) {
    const { platform } = evaluation;
    const own = standing.get(platform) ?? [];
    if (own.length === 0 && evaluation.warnings.length === 0) continue;
    const same = await rt.store.stepWarning(warningId(project, evaluation));
    const downtimes = evidence.platforms.find((p) => p.platform === platform)?.downtimes ?? [];
    const changes = tendWarning(evaluation, own, same, { project, ladder: evaluated.ladder, now: rt.now(), unmentionable, proposals, ahead: { ...facts, downtimes } });
    // Overtaken: the next evaluation looks again.
    if (changes.length > 0) await commitBundle(rt, { stepWarnings: changes });
  }
  // One whose issue was filed meanwhile found no warning to tell of it.
  for (const proposal of await rt.store.proposals(project.name, rt.now())) if (proposal.issue !== null) await noteProposal(rt, proposal);
  const tracked = new Set(evaluated.platforms.map((e) => e.platform));
  for (const warning of [...standing.values()].flat()) if (!tracked.has(warning.platform)) await commitBundle(rt, { stepWarnings: [endUntracked(warning, rt.now())] });
}

/** Tells the warning that led to a proposal where the proposal is, and what has become of it. */
export async function noteProposal(rt: Runtime, proposal: Proposal): Promise<void> {
  if (proposal.matter.kind !== 'step') return;
  const { platform } = proposal.matter;
  for (let i = 0; i < TRIES; i++) {
    const changes = (await rt.store.stepWarnings(proposal.project)).filter((w) => w.platform === platform).map((w) => noteFollowing(w, proposal)).filter((c) => c !== null);
    if (changes.length === 0 || await commitBundle(rt, { stepWarnings: changes }) === 'committed') return;
  }
}

/** Writes how a warning's row ended, with the receipt on the warning and the rows that can be planned now. False: try again on what is stored then. */
export async function settleWarning(rt: Runtime, row: OutboxRow, result: ActionResult, settled: Settlement, after: (row: OutboxRow) => OutboxRow): Promise<boolean> {
  const warning = await rt.store.stepWarning(row.entity.slice('step-warning:'.length));
  if (warning === null) return await rt.store.commit({ at: rt.now(), settled }) === 'committed';
  const rows = (await rt.store.entityActions(row.entity)).map((r) => r.key === row.key ? after(r) : r);
  const mine = rows.find((r) => r.key === row.key);
  if (mine && mine.attempts !== row.attempts) return true;
  const updated = result.ok ? withWarningReceipt(warning, row.action, result.receipt) : null;
  const found = result.ok ? await foundClosed(rt, updated ?? warning, row, result) : null;
  // Both changes are one version, written on the one that was loaded.
  const next = found === null ? updated : { ...found.warning, revision: warning.revision + 1 };
  return await rt.store.commit({
    at: rt.now(), settled, audit: found?.audit ?? [],
    stepWarnings: next === null ? [] : [{ expected: warning.revision, warning: next }],
    actions: reconcileStepWarning(next ?? warning, rows, warningDesk(rt, warning)),
  }) === 'committed';
}

/** The issue was brought up to date and found closed: somebody has closed it, and nobody told. A bot's closing is left to the regular look. */
async function foundClosed(rt: Runtime, warning: StepWarning, { action }: OutboxRow, { receipt }: Extract<ActionResult, { ok: true }>): Promise<WarningChange | null> {
  if (action.kind !== 'ensure-document' || action.state !== 'kept' || receipt.kind !== 'document' || receipt.state !== 'closed') return null;
  const now = await rt.github?.issueNow(receipt.repo, receipt.number);
  const known = now !== undefined && 'locked' in now ? now : null;
  return known?.closedByBot ? null : dismissWarning(warning, known?.closedBy ?? SOMEBODY, { now: rt.now(), evidence: { seen: 'when it was brought up to date' } });
}

/** What somebody did by hand to a warning's issue. False: the event is about something else. */
export async function handleWarningAct(rt: Runtime, held: HeldDelivery, event: GitHubEvent, repo: string): Promise<boolean> {
  const { issue, actor } = event;
  if (!issue || (event.event !== 'issues.closed' && event.event !== 'issues.reopened')) return false;
  for (let i = 0; i < TRIES; i++) {
    const warning = await rt.store.stepWarningByIssue(repo, issue.number);
    if (warning === null || warning.issue?.number !== issue.number) return false;
    const act = event.event === 'issues.closed' ? dismissWarning : resumeWarning;
    const change = await isTurned(rt, event) ? null : act(warning, actor.login, { now: rt.now(), evidence: { delivery: held.id, url: issue.url } });
    const delivery = { id: held.id, attempts: held.attempts };
    const result = await commitBundle(rt, { stepWarnings: change === null ? [] : [change], delivery });
    // Without a change only a lost lease can be in the way: somebody else has the delivery now.
    if (result === 'committed' || change === null) return true;
  }
  throw new Error('the warning kept changing while the delivery was handled');
}

/** Looks at the issues of warnings for what the webhooks did not tell. */
export async function lookAtWarnings(rt: Runtime, { project }: Tracked): Promise<void> {
  if (rt.github === null || rt.mode !== 'live') return;
  const byBots: StepWarning[] = [];
  for (const warning of await rt.store.stepWarnings(project.name)) {
    const { issue, filedTurn, turn } = warning;
    if (issue === null || issue.number <= 0 || filedTurn < turn || await isBusy(rt, `step-warning:${warning.id}`)) continue;
    const now = await rt.github.issueNow(issue.repo, issue.number);
    if (now.state === 'missing' && warning.state === 'open') await fileAnew(rt, `step-warning:${warning.id}`, issue.number);
    if (!('locked' in now)) continue;
    const occasion = { now: rt.now(), evidence: { seen: 'with a regular look', issue: now } };
    if (now.state === 'closed' && now.closedByBot) {
      await undoBotClosing(rt, warning, now);
      byBots.push(warning);
      continue;
    }
    const change = now.state === 'closed' ? dismissWarning(warning, now.closedBy ?? SOMEBODY, occasion) : resumeWarning(warning, SOMEBODY, occasion);
    // Overtaken by a webhook after all: it has told more than this look could.
    if (change !== null) await commitBundle(rt, { stepWarnings: [change] });
  }
  await forgetBotClosings(rt, project.name, 'step-warning', byBots);
}
