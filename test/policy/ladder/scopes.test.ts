import { describe, expect, it } from 'vitest';
import { heldAt } from '../../../src/domain/asked.ts';
import type { CriterionUse, Ladder, Step } from '../../../src/domain/ladder.ts';
import type { PlatformEvidence, PlatformFacts, ProjectFacts } from '../../../src/domain/evidence.ts';
import { isJobIn, scopeWords } from '../../../src/domain/scope.ts';
import { evaluate, type PlatformEvaluation } from '../../../src/policy/ladder/evaluate.ts';
import { replay } from '../../../src/policy/ladder/replay.ts';
import { DAY, S390X, dayIn, evidence, factsOf, job, ladderOf, nothingOf, on, project, ran, use } from './given.ts';

type Given = readonly [hold: readonly CriterionUse[], scope?: Partial<Pick<Step, 'components' | 'branches'>>];

/** A ladder whose steps are about what is given beside what they ask for. */
function scoped(...steps: readonly Given[]): Ladder {
  const plain = ladderOf(steps.map(([hold]) => hold));
  return { ...plain, steps: plain.steps.map((s, i) => ({ ...s, ...steps[i - 1]?.[1] })) };
}

const RATE = (share: number): CriterionUse => use('pass-rate', { share });
const CLIENT = { components: ['client'] } as const;
const SERVER = { components: ['server'] } as const;

const green = ran(job(S390X, 'kubectl', { components: ['client'] }), { days: [0, 99] });
const red = ran(job(S390X, 'apiserver', { components: ['server'] }), { days: [0, 99], outcome: (_, n) => n % 2 === 0 ? 'fail' : 'pass' });
const both: PlatformEvidence = { ...nothingOf(S390X), jobs: [green, red] };

function standing(ladder: Ladder, record = both, facts: Partial<PlatformFacts> = {}, more: Partial<ProjectFacts> = {}): PlatformEvaluation {
  const [found] = evaluate(evidence([record]), ladder, project([factsOf(S390X, { step: 1, ...facts })], more), on(100));
  if (found === undefined) throw new Error('not evaluated');
  return found;
}
const told = ({ criteria }: PlatformEvaluation): string[] => criteria.map((c) => `${c.verdict}: ${c.because}`);

describe('a step that is about certain components', () => {
  it('looks at the jobs of those alone, and says so', () => {
    expect(told(standing(scoped([[RATE(0.75)], CLIENT])))).toEqual(['met: For client: kubectl passed 100% of 20 runs over 20 days.']);
    expect(told(standing(scoped([[RATE(0.75)], SERVER])))).toEqual(['unmet: For server: apiserver passed 50% of 20 runs over 20 days; 75% is needed.']);
    expect(standing(scoped([[RATE(0.75)]])).criteria[0]).toMatchObject({ verdict: 'unmet', because: 'apiserver passed 50% of 20 runs over 20 days; 75% is needed.' });
  });

  it('takes a job that does not say what it tests as one that tests everything', () => {
    const unsaid = ran(job(S390X, 'e2e'), { days: [0, 99], outcome: () => 'fail' });
    expect(standing(scoped([[RATE(0.75)], CLIENT]), { ...both, jobs: [green, unsaid] }).criteria[0]?.verdict).toBe('unmet');
  });

  it('finds suites and boards among those jobs alone', () => {
    const asked = [use('suites-present', { suites: ['kubectl', 'apiserver'] }), use('on-board', { board: 'informing', suites: ['apiserver'] })];
    const boarded = { ...both, jobs: [green, { ...red, job: { ...red.job, board: 'blocking' as const } }] };
    expect(told(standing(scoped([asked, CLIENT]), boarded))).toEqual([
      'unmet: For client: apiserver has no job on this platform.', 'unmet: For client: apiserver has no job on the informing board.',
    ]);
  });

  it('asks people and groups of the platform as a whole', () => {
    expect(told(standing(scoped([[use('owners-declared', { count: 2 })], CLIENT])))).toEqual(['met: 2 owners: olga and pia.']);
  });

  it('asks for the artifacts of its components, where the criterion does not say whose', () => {
    const record: PlatformEvidence = { ...both, attestations: [
      { at: on(1), kind: 'artifacts', component: 'client', expected: 3, missing: [], link: null }, { at: on(1), kind: 'artifacts', component: 'server', expected: 9, missing: ['kubelet'], link: null },
    ] };
    expect(standing(scoped([[use('artifacts-complete')], CLIENT]), record).criteria[0]?.verdict).toBe('met');
    expect(standing(scoped([[use('artifacts-complete')], SERVER]), record).criteria[0]?.verdict).toBe('unmet');
  });

  it('is passed over, up and down, by a platform of which none of them is built', () => {
    const ladder = scoped([[RATE(0.1)]], [[RATE(0.9)], SERVER], [[RATE(0.2)]]);
    const client = { ...both, jobs: [green] };
    const at = (step: number, components: readonly string[]) => standing(ladder, client, { step, components });
    expect([at(1, ['client']).next, at(1, ['client', 'server']).next, at(1, []).next]).toEqual([3, 2, 2]);
    expect([at(3, ['client']).below, at(3, ['server']).below]).toEqual([1, 2]);
    expect(at(3, ['client']).criteria.map((c) => c.step)).toEqual([3]);
  });

  it('asks such a platform for none of the suites that the step asks for', () => {
    const ladder = scoped([[]], [[use('suites-present', { suites: ['apiserver'] })], SERVER], [[RATE(0.9)]]);
    expect(told(standing(ladder, { ...both, jobs: [green] }, { step: 3, components: ['client'] }))).toEqual(['met: kubectl passed 100% of 20 runs over 20 days.']);
    expect(told(standing(ladder, { ...both, jobs: [green] }, { step: 3, components: ['client', 'server'] }))).toEqual(['unmet: For server: apiserver has no job on this platform.', 'unknown: There is no job to judge by.']);
  });

  it('leads one such platform from the step below it to the step above it, and back', () => {
    const ladder = scoped([[use('owners-declared')]], [[RATE(0.9)], SERVER], [[RATE(0.8)]]);
    const turns = { ...nothingOf(S390X), jobs: [ran(job(S390X, 'kubectl'), { days: [0, 199], outcome: (d) => d >= 60 ? 'fail' : 'pass' })] };
    const { changes } = replay(evidence([turns]), ladder, project([factsOf(S390X, { step: 1, components: ['client'] })]), { from: on(0), to: on(200), approveAfter: 7 * DAY });
    expect(changes.map((c) => `${Math.floor(dayIn(c.at))}: ${c.from} > ${c.to}`)).toEqual(['25: 1 > 3', expect.stringMatching(/: 3 > 1$/)]);
  });
});

describe('a step that is about certain branches', () => {
  const old = ran(job(S390X, 'e2e', { name: 'e2e-1.36', branch: 'release-1.36' }), { days: [0, 99], outcome: () => 'fail' });
  const main = ran(job(S390X, 'e2e', { name: 'e2e' }), { days: [0, 99] });
  const record = { ...nothingOf(S390X), jobs: [old, main] };
  const verdict = (branches: readonly string[], mainBranch?: string) => standing(scoped([[RATE(0.75)], { branches }]), record, {}, { mainBranch }).criteria[0]?.verdict;

  it('looks at the jobs of those alone', () => {
    expect([verdict(['release-*']), verdict(['release-1.36']), verdict(['release-1.3']), verdict([])]).toEqual(['unmet', 'unmet', 'unknown', 'unmet']);
    expect(standing(scoped([[RATE(0.75)], { branches: ['release-*'], components: ['node', 'server'] }]), record).criteria[0]?.because).toMatch(/^For node and server on release-\*: e2e-1\.36 passed 0%/);
  });

  it('takes a job without a branch for one of the main branch, called as the current release says', () => {
    expect([verdict(['trunk'], 'trunk'), verdict(['master'], 'trunk'), verdict(['master']), verdict(['main'])]).toEqual(['met', 'unknown', 'met', 'met']);
  });
});

describe('what is asked for at a step', () => {
  const asked = (ladder: Ladder, step: number): string[] => heldAt(ladder, step).map((u) => `${String(u.params['share'])} ${scopeWords(u.scope)}`.trim());

  it('takes the place of what was asked below of nothing else', () => {
    expect(asked(scoped([[RATE(0.5)], CLIENT], [[RATE(0.9)], CLIENT]), 2)).toEqual(['0.9 client']);
    expect(asked(scoped([[RATE(0.5)], CLIENT], [[RATE(0.6)], SERVER], [[RATE(0.9)]]), 3)).toEqual(['0.9']);
    expect(asked(scoped([[RATE(0.5)], CLIENT], [[RATE(0.9)], { components: ['client', 'server'] }]), 2)).toEqual(['0.9 client and server']);
  });

  it('stands beside what was asked of something else', () => {
    expect(asked(scoped([[RATE(0.5)]], [[RATE(0.9)], SERVER]), 2)).toEqual(['0.5', '0.9 server']);
    expect(asked(scoped([[RATE(0.5)], CLIENT], [[RATE(0.9)], SERVER]), 2)).toEqual(['0.5 client', '0.9 server']);
    expect(asked(scoped([[RATE(0.5)], { branches: ['main'] }], [[RATE(0.9)], { branches: ['release-*'] }]), 2)).toEqual(['0.5 main', '0.9 release-*']);
  });

  it('leaves out the suites that another use names only where that is about as much', () => {
    const named = use('pass-rate', { share: 0.2, suites: ['apiserver'] });
    const record = { ...both, jobs: [red] };
    expect(standing(scoped([[named], SERVER], [[RATE(0.75)]]), record, { step: 2 }).criteria.map((c) => [c.verdict, c.step])).toEqual([['met', 1], ['unmet', 2]]);
    expect(standing(scoped([[named]], [[RATE(0.75)]]), record, { step: 2 }).criteria.map((c) => [c.verdict, c.step])).toEqual([['met', 1], ['unknown', 2]]);
  });
});

it('knows a job\'s place by all that it tests', () => {
  const of = (components: readonly string[], branch: string | null = null) => ({ components, branch });
  const scope = { components: ['server', 'node'], branches: ['release-*', 'main'] };
  expect([of(['node']), of([]), of(['client']), of(['client', 'server']), of([], 'Release-1.2'), of([], 'feature')].map((j) => isJobIn(scope, j, 'main'))).toEqual([true, true, false, true, true, false]);
});
