import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Board } from '../../src/domain/job.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import type { Project } from '../../src/domain/project.ts';
import type { BoardDue } from '../../src/policy/ladder/boards.ts';
import { withVote } from '../../src/policy/proposals.ts';
import { proposeBoards } from '../../src/runtime/board-proposals.ts';
import { makeJob } from '../policy/story.ts';
import { DAY, HOUR, stage, type Stage } from './fixtures.ts';

let on: Stage;
beforeEach(async () => { on = await stage(); });
afterEach(() => on.store.close());

const job = (name: string, board: Board) => ({ ...makeJob({ platform: 'linux/s390x', name }), board });
const due = (name: string, from: Board = 'informing'): BoardDue =>
  ({ platform: 'linux/s390x', job: job(name, from).key, from, to: from === 'informing' ? 'blocking' : 'informing', because: ['pass-rate'], evidence: [], days: 14 });

async function evaluated(dues: readonly BoardDue[], leads: Project['releases'][number]['leads'] = ['@olga', '@petra']): Promise<readonly Proposal[]> {
  const release = { name: 'v1', branch: 'master', leads, ciSignal: [], quorum: 1, date: null, freeze: null, milestone: null, proposalExpires: 3 * DAY };
  const jobs = ['a', 'b', 'c', 'd', 'e'].map((name) => job(name, dues.find((d) => d.job === job(name, 'informing').key)?.from ?? 'informing'));
  const project = { ...on.tracked.project, releases: [release], platforms: on.tracked.project.platforms.map((p) => p.id === 'linux/s390x' ? { ...p, jobs } : p) };
  await proposeBoards(on.rt, project, dues);
  return on.store.proposals('demo', 0);
}
const short = (all: readonly Proposal[]): string[] => all.map(({ matter, state }) => matter.kind === 'board' ? `${matter.jobName} ${matter.to} ${state}` : matter.kind);

it('asks the leads once about a job, in its own name', async () => {
  for (let i = 0; i < 2; i++) await evaluated([due('a')]);
  expect(await evaluated([due('a')])).toMatchObject([{ state: 'open', proposer: { by: 'archsignal' }, deciders: ['@olga', '@petra'], matter: { kind: 'board', jobName: 'a', from: 'informing', to: 'blocking', days: 14 } }]);
});

it('asks about three at a time at most, about what is to leave the blocking board first', async () => {
  expect(short(await evaluated([due('a'), due('b'), due('c'), due('d'), due('e', 'blocking')])).sort()).toEqual(['a blocking open', 'b blocking open', 'e informing open']);
});

it('takes back what the numbers do not call for any more, and asks again only after 90 days', async () => {
  await evaluated([due('a')]);
  on.clock.now += DAY;
  expect(await evaluated([])).toMatchObject([{ state: 'invalid', because: 'the numbers of a on linux/s390x do not call for it any more' }]);
  on.clock.now += 89 * DAY;
  expect(await evaluated([due('a')])).toHaveLength(1);
  on.clock.now += 3 * DAY;
  expect(short(await evaluated([due('a')]))).toEqual(['a blocking invalid', 'a blocking open']);
});

it('leaves a job alone for 90 days after a no, and after a yes in the other direction too', async () => {
  for (const [name, kind] of [['a', 'reject'], ['b', 'approve']] as const) {
    const [open] = (await evaluated([due(name)])).filter((p) => p.state === 'open');
    if (!open) throw new Error('nothing was proposed');
    const { change } = withVote(open, { kind, by: 'olga', surface: 'github', at: on.clock.now + HOUR, edition: 1, reason: 'no' }, { now: on.clock.now + HOUR, evidence: {} });
    if (!change) throw new Error('nothing changed');
    await on.store.commit({ at: on.clock.now, proposals: [change] });
  }
  on.clock.now += 80 * DAY;
  expect(short(await evaluated([due('a'), due('b', 'blocking')]))).toEqual(['a blocking rejected', 'b blocking approved']);
});

it('asks nothing that nobody could decide, and nothing about a job that stands elsewhere', async () => {
  expect(await evaluated([due('a')], [])).toEqual([]);
  expect(await evaluated([due('z')])).toEqual([]);
});
