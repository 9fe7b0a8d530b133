import { BY_PROGRAM, type Proposal } from '../domain/proposal.ts';
import type { IssueRef } from '../domain/incident.ts';
import type { Evaluated } from '../commands/verb.ts';
import type { PlatformEvaluation } from '../policy/ladder/evaluate.ts';
import { invalidate, newEdition, outOfReach, propose } from '../policy/proposals.ts';
import { RESPITE, stepMatter, withRecordNow } from '../policy/step-matter.ts';
import { releaseFor, type ProposalChange } from '../policy/world.ts';
import type { Project } from '../domain/project.ts';
import { commitBundle } from './commit.ts';
import type { Runtime } from './context.ts';

/**
 * Brings the program's own proposals in line with an evaluation: what it calls for is proposed, one proposal for each
 * platform at a time, and what it calls for no longer is taken back. Nothing is proposed that a freeze would hold.
 */
export async function proposeSteps(rt: Runtime, project: Project, evaluated: Evaluated): Promise<void> {
  const proposals = await rt.store.proposals(project.name, rt.now() - RESPITE);
  const warnings = await rt.store.stepWarnings(project.name);
  for (const evaluation of evaluated.platforms) {
    const own = proposals.filter(({ matter }) => matter.kind === 'step' && matter.platform === evaluation.platform);
    const open = own.filter((p) => p.state === 'open');
    const changes = [
      ...open.map((p) => p.proposer.by === BY_PROGRAM ? takenBack(rt, p, evaluation) : toldNow(rt, p, evaluation, evaluated)),
      isHeldBack(open, evaluation) ? null : proposed(rt, project, evaluated, evaluation, own, warnings.find((w) => w.platform === evaluation.platform)?.issue ?? null),
    ];
    // Overtaken: the next evaluation looks again.
    for (const change of changes) if (change !== null) await commitBundle(rt, { proposals: [change] });
  }
}

function proposed(rt: Runtime, project: Project, { ladder }: Evaluated, evaluation: PlatformEvaluation, earlier: readonly Proposal[], warned: IssueRef | null): ProposalChange | null {
  const { proposal: due } = evaluation;
  const release = releaseFor(project, null);
  if (due === null || due.heldUntil !== null || release === null || release.leads.length === 0) return null;
  if (earlier.some(({ matter }) => matter.kind === 'step' && matter.to === due.to)) return null;
  const matter = stepMatter(evaluation, ladder, { to: due.to, asked: null, project, warned: due.kind === 'demote' ? warned : null });
  if (matter === null) return null;
  const now = rt.now();
  const change = propose(matter, { project, release, by: BY_PROGRAM, surface: 'github', at: now, now, evidence: { because: due.because }, taken: new Set(earlier.map((p) => p.id)) });
  return outOfReach(change.proposal) === null ? change : null;
}

/**
 * Whether what is open has to be decided first. What people ask for does not keep a demotion waiting, or owners could ask for
 * a promotion again and again: it is put beside theirs, and what is carried out first leaves the other without its step.
 */
const isHeldBack = (open: readonly Proposal[], { proposal: due }: PlatformEvaluation): boolean =>
  open.some(({ proposer, matter }) => proposer.by === BY_PROGRAM || due?.kind !== 'demote' || (matter.kind === 'step' && matter.to < matter.from));

/** What people asked for stands whatever the record calls for, and those who decide are told where that is the opposite. */
function toldNow(rt: Runtime, open: Proposal, evaluation: PlatformEvaluation, { ladder }: Evaluated): ProposalChange | null {
  if (open.matter.kind !== 'step' || evaluation.step !== open.matter.from) return null;
  return newEdition(open, withRecordNow(open.matter, evaluation, ladder), { now: rt.now(), evidence: { seen: 'with an evaluation' } });
}

function takenBack(rt: Runtime, open: Proposal, { proposal: due, platform }: PlatformEvaluation): ProposalChange | null {
  const { matter } = open;
  if (matter.kind !== 'step' || due?.to === matter.to) return null;
  return invalidate(open, `the record of ${platform} does not call for it any more`, { now: rt.now(), evidence: { seen: 'with an evaluation' } });
}
