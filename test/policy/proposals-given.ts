import type { Matter, Proposal, Vote } from '../../src/domain/proposal.ts';
import type { Handle, Project, Release } from '../../src/domain/project.ts';
import { effectsOf } from '../../src/policy/proposal-kinds.ts';
import { propose, withVote, type Proposing } from '../../src/policy/proposals.ts';
import type { Quiet } from '../../src/domain/quiet.ts';
import { HOUR, makeJob, makeProject, START } from './story.ts';

/** Olga proposes to mute a release-blocking job; Ivan, Maria and others of the release team decide; Porter owns the platform. */

export const JOB = { ...makeJob({ platform: 'linux/s390x', name: 'ci-e2e-s390x', suite: 'e2e' }), board: 'blocking' as const };
export const END = START + 72 * HOUR;
export const UNTIL = START + 14 * 24 * HOUR;

export const release = (over: Partial<Release> = {}): Release => ({
  name: 'v1.37', branch: 'master', leads: ['@demo/release-team'], ciSignal: ['@demo/signal'], quorum: 2, date: null, freeze: null, milestone: null, proposalExpires: 72 * HOUR, ...over,
});

export const project = (over: Partial<Project> = {}): Project =>
  makeProject([JOB], { releases: [release()], ...over }, { 'linux/s390x': ['@porter', '@demo/s390x-owners'] });

export const matter = (over: Partial<Extract<Matter, { kind: 'mute' }>> = {}): Extract<Matter, { kind: 'mute' }> =>
  ({ kind: 'mute', platform: 'linux/s390x', job: JOB.key, jobName: JOB.name, until: UNTIL, reason: 'the lab is moving', ...over });

export const proposing = (over: Partial<Proposing> = {}): Proposing => ({
  project: project(), release: release(), by: 'olga', surface: 'github', at: START, now: START, taken: new Set(), evidence: { delivery: 'd1' }, ...over,
});

/** A proposal that nobody has said anything about yet; `leads` decide, `quorum` of them. */
export const proposed = (over: Partial<Proposing> & { leads?: readonly Handle[] } = {}): Proposal => {
  const { leads, ...rest } = over;
  return propose(matter(), proposing({ ...leads === undefined ? {} : { release: release({ leads }) }, ...rest })).proposal;
};

/** What somebody says, `hours` after the proposal was made. */
export const says = (by: string, kind: Vote['kind'], hours: number, over: Partial<Vote> = {}): Vote =>
  ({ kind, by, surface: 'github', at: START + hours * HOUR, edition: 1, reason: kind === 'approve' ? null : 'because', ...over });

/** Says one vote after the other, as they arrive; with everything that the decision brings about. */
export class Table {
  proposal: Proposal;
  quiets: Quiet[] = [];
  constructor(proposal: Proposal) { this.proposal = proposal; }

  hear(vote: Vote, now = Math.max(vote.at, START), left: ReadonlySet<string> = new Set()): ReturnType<typeof withVote> {
    const result = withVote(this.proposal, vote, { now, evidence: { delivery: `${vote.by}-${vote.at}` }, left });
    this.turn(result.proposal, now);
    return result;
  }

  turn(proposal: Proposal, now: number): void {
    for (const { expected, quiet } of effectsOf(proposal, this.proposal, this.quiets.filter((q) => q.ended === null && q.to > now), now).quiets) {
      const stored = this.quiets.find((q) => q.id === quiet.id);
      if ((stored?.revision ?? null) !== expected) throw new Error(`revision ${expected} of ${quiet.id}, stored ${stored?.revision}`);
      this.quiets = [...this.quiets.filter((q) => q.id !== quiet.id), quiet];
    }
    this.proposal = proposal;
  }

  get muted(): boolean { return this.quiets.some((q) => q.ended === null); }
}
