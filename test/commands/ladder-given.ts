import type { Evaluated } from '../../src/commands/verb.ts';
import type { CriterionName, CriterionResult, Ladder, Step } from '../../src/domain/ladder.ts';
import type { PlatformEvaluation } from '../../src/policy/ladder/evaluate.ts';

const step = (of: Pick<Step, 'step' | 'name'> & Partial<Step>): Step => ({ grants: [], build: 'off', release: 'off', components: [], hold: [], enter: [], ...of });

/** Three steps above off; the highest asks a group. */
export const LADDER: Ladder = {
  name: 'demo-steps', source: null,
  steps: [
    step({ step: 0, name: 'off' }), step({ step: 1, name: 'build', grants: ['Anybody can build it.'] }),
    step({ step: 2, name: 'test', grants: ['It may be built by default.'], build: 'on', hold: [{ criterion: 'pass-rate', params: { share: 0.75 } }] }),
    step({ step: 3, name: 'release', grants: ['It ships with the release.'], build: 'on', release: 'on', hold: [{ criterion: 'sign-off', params: { group: 'conformance', within: null } }, { criterion: 'sign-off', params: { group: '@Other/Team', within: null } }], enter: [{ criterion: 'time-at-step', params: {} }] }),
  ],
  promotion: { days: 14 }, demotion: { warnAfter: 14, proposeAfter: 28, heldInFreeze: true, faster: {} }, unknownAfter: 14, adoptionCycles: 2,
};

export const result = (criterion: CriterionName, over: Partial<CriterionResult> = {}): CriterionResult =>
  ({ criterion, step: 2, verdict: 'met', because: `All is well with ${criterion}.`, links: [], exceptedUntil: null, ...over });

/** linux/s390x on the step test (2): all that it takes holds, and one thing is missing for the next. */
export const evaluation = (over: Partial<PlatformEvaluation> = {}): PlatformEvaluation => ({
  platform: 'linux/s390x', step: 2, next: 3, since: null, criteria: [result('pass-rate', { because: '94% of 312 runs passed.' })],
  ahead: [result('time-at-step', { step: 3 }), result('sign-off', { step: 3, verdict: 'unmet', because: 'No sign-off by conformance is on record.' })],
  proposal: null, warnings: [], demotions: 0, ...over,
});

export const evaluated = (over: Partial<PlatformEvaluation> = {}): Evaluated => ({ ladder: LADDER, platforms: [evaluation(over)] });
