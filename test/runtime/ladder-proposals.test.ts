import { afterEach, expect, it } from 'vitest';
import type { Ladder } from '../../src/domain/ladder.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import type { Project } from '../../src/domain/project.ts';
import type { PlatformEvaluation } from '../../src/policy/ladder/evaluate.ts';
import { proposeSteps } from '../../src/runtime/ladder-proposals.ts';
import { DAY, stage, type Stage } from './fixtures.ts';

let on: Stage;
afterEach(() => on.store.close());

const LADDER: Ladder = {
  name: 'two', source: null, promotion: { days: 14 }, demotion: { warnAfter: 14, proposeAfter: 28, heldInFreeze: true, faster: {} }, unknownAfter: 14, adoptionCycles: 2,
  steps: [1, 2, 3].map((step) => ({ step, name: `s${step}`, grants: [`It is at ${step}.`], build: 'on', release: 'off', components: [], hold: [], enter: [] })),
};
const DUE: NonNullable<PlatformEvaluation['proposal']> = { kind: 'promote', to: 3, because: ['pass-rate'], heldUntil: null };

async function evaluated(proposal: PlatformEvaluation['proposal'], leads: Project['releases'][number]['leads'] = ['@olga', '@petra']): Promise<void> {
  const release = { name: 'v1', branch: 'master', leads, ciSignal: [], quorum: 1, date: null, freeze: null, milestone: null, proposalExpires: 3 * DAY };
  const platform: PlatformEvaluation = { platform: 'linux/s390x', step: 2, next: 3, since: null, criteria: [], ahead: [], proposal, warnings: [], demotions: 0 };
  await proposeSteps(on.rt, { ...on.tracked.project, releases: [release] }, { ladder: LADDER, platforms: [platform] });
}
const proposals = (): Promise<Proposal[]> => on.store.proposals('demo', 0);

it('proposes what the record calls for once, in its own name', async () => {
  on = await stage();
  for (let i = 0; i < 2; i++) await evaluated(DUE);
  expect(await proposals()).toMatchObject([{ state: 'open', proposer: { by: 'archsignal' }, deciders: ['@olga', '@petra'], matter: { kind: 'step', from: 2, to: 3, asked: null, because: ['pass-rate'] } }]);
});

it('takes its proposal back when the record does not call for it any more, and leaves it alone for a while', async () => {
  on = await stage();
  await evaluated(DUE);
  on.clock.now += DAY;
  await evaluated(null);
  expect(await proposals()).toMatchObject([{ state: 'invalid', because: 'the record of linux/s390x does not call for it any more' }]);
  await evaluated(DUE);
  expect(await proposals()).toHaveLength(1);
  on.clock.now += 40 * DAY;
  await evaluated(DUE);
  expect(await proposals()).toHaveLength(2);
});

it('proposes nothing that a freeze would hold, or that nobody could decide', async () => {
  on = await stage();
  await evaluated({ ...DUE, kind: 'demote', to: 1, heldUntil: on.clock.now + DAY });
  await evaluated(DUE, []);
  expect(await proposals()).toEqual([]);
});
