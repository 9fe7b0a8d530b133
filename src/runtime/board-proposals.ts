import { BY_PROGRAM, type Matter, type Proposal } from '../domain/proposal.ts';
import type { Project } from '../domain/project.ts';
import type { BoardDue } from '../policy/ladder/boards.ts';
import { invalidate, outOfReach, propose } from '../policy/proposals.ts';
import { releaseFor, type ProposalChange } from '../policy/world.ts';
import { commitBundle } from './commit.ts';
import type { Runtime } from './context.ts';

/** A job's board that was decided on, or that nobody decided on, is not proposed again for this long (ms). */
const RESPITE = 90 * 86_400_000;

/** Boards that are to be decided at once: leads who are asked about everything look at nothing. */
const MOST_OPEN = 3;

/**
 * Brings the program's proposals about boards in line with what the numbers call for: one at a time for each job and few in
 * all, those first that take a job off the blocking board; what is called for no longer is taken back.
 */
export async function proposeBoards(rt: Runtime, project: Project, due: readonly BoardDue[]): Promise<void> {
  const earlier = (await rt.store.proposals(project.name, rt.now() - RESPITE)).filter((p) => p.matter.kind === 'board');
  const changes = earlier.filter((p) => p.state === 'open').map((p) => takenBack(rt, p, due)).filter((c) => c !== null);
  let open = earlier.filter((p) => p.state === 'open').length - changes.length;
  for (const one of due.toSorted((a, b) => Number(a.to === 'blocking') - Number(b.to === 'blocking') || (a.job < b.job ? -1 : 1))) {
    const change = open < MOST_OPEN ? proposed(rt, project, one, earlier) : null;
    if (change === null) continue;
    open++;
    changes.push(change);
  }
  // Overtaken: the next evaluation looks again.
  for (const change of changes) await commitBundle(rt, { proposals: [change] });
}

const isOf = ({ matter }: Proposal, { job, to }: BoardDue): boolean => matter.kind === 'board' && matter.job === job && matter.to === to;

function proposed(rt: Runtime, project: Project, due: BoardDue, earlier: readonly Proposal[]): ProposalChange | null {
  const job = project.platforms.flatMap((p) => p.jobs).find((j) => j.key === due.job);
  const release = job === undefined ? null : releaseFor(project, job.branch);
  // What was just moved is left alone in both directions.
  if (!job || job.board !== due.from || release === null || release.leads.length === 0) return null;
  if (earlier.some((p) => isOf(p, due) || (p.matter.kind === 'board' && p.matter.job === due.job && (p.state === 'open' || p.state === 'approved')))) return null;
  const { platform, from, to, because, evidence, days } = due;
  const matter: Matter = { kind: 'board', platform, job: job.key, jobName: job.name, branch: job.branch, from, to, because, evidence, days };
  const now = rt.now();
  const change = propose(matter, { project, release, by: BY_PROGRAM, surface: 'github', at: now, now, evidence: { because }, taken: new Set(earlier.map((p) => p.id)) });
  return outOfReach(change.proposal) === null ? change : null;
}

function takenBack(rt: Runtime, proposal: Proposal, due: readonly BoardDue[]): ProposalChange | null {
  if (proposal.matter.kind !== 'board' || due.some((d) => isOf(proposal, d))) return null;
  const { jobName, platform } = proposal.matter;
  return invalidate(proposal, `the numbers of ${jobName} on ${platform} do not call for it any more`, { now: rt.now(), evidence: { seen: 'with an evaluation' } });
}
