import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/domain/action.ts';
import { BY_PROGRAM, type Proposal } from '../../src/domain/proposal.ts';
import { plainText } from '../../src/domain/text.ts';
import type { PlatformEvaluation } from '../../src/policy/ladder/evaluate.ts';
import { stillHolds, sameMatter } from '../../src/policy/proposal-kinds.ts';
import { newEdition, propose, withVote } from '../../src/policy/proposals.ts';
import { proposalBody, proposalCard, proposalTitle } from '../../src/policy/proposal-words.ts';
import { proposalRowWanted, reconcileProposal } from '../../src/policy/reconcile-proposal.ts';
import { stepBelow, stepMatter, type StepMatter } from '../../src/policy/step-matter.ts';
import { switchesChanged } from '../../src/policy/step-words.ts';
import { evaluation, LADDER, result } from '../commands/ladder-given.ts';
import { project, proposing, says } from './proposals-given.ts';
import { HOUR, START } from './story.ts';

const POOR = result('pass-rate', { verdict: 'unmet', because: '40% of 20 runs passed; 75% is needed.', links: [{ words: 'ci-e2e', link: 'https://ci.example' }] });

function matterOf(to: number, asked: string | null, over: Partial<PlatformEvaluation> = {}): StepMatter {
  const matter = stepMatter(evaluation(over), LADDER, { to, asked });
  if (matter === null) throw new Error(`no step ${to}`);
  return matter;
}
const READY = { ahead: [result('time-at-step', { step: 3, because: '120 days at step 2.' })] };
const up = (asked: string | null = null, over: Partial<PlatformEvaluation> = READY): Proposal => propose(matterOf(3, asked, over), proposing({ by: asked === null ? BY_PROGRAM : 'olga' })).proposal;
const down = (asked: string | null = null): Proposal => propose(matterOf(1, asked, { criteria: [result('owners-declared', { because: '3 owners.' }), POOR] }), proposing({ by: asked === null ? BY_PROGRAM : 'olga' })).proposal;

const filed = (proposal: Proposal): Proposal => ({ ...proposal, issue: { repo: 'demo/demo', number: 12, url: 'https://github.example/demo/demo/issues/12' } });
const approved = (proposal: Proposal): Proposal => ['ivan', 'maria'].reduce((p, by) => withVote(p, says(by, 'approve', 1), { now: START + HOUR, evidence: {} }).proposal, proposal);
const pullsOf = (proposal: Proposal): Extract<Action, { kind: 'ensure-pull-request' }>[] =>
  reconcileProposal(proposal, [], { now: START, channels: [] }).map((a) => a.action).filter((a) => a.kind === 'ensure-pull-request');

describe('what is proposed of a step', () => {
  it('names both steps, what they mean, and the evidence with what is missing first', () => {
    expect(matterOf(1, null, { criteria: [result('owners-declared'), POOR] })).toMatchObject({ from: 2, to: 1, because: ['pass-rate'], before: { name: 'test', build: 'on' }, after: { name: 'build', grants: ['Anybody can build it.'] }, evidence: [{ criterion: 'pass-rate' }, { criterion: 'owners-declared' }] });
    expect(matterOf(3, null, READY)).toMatchObject({ because: ['time-at-step'], evidence: [{ criterion: 'time-at-step' }, { criterion: 'pass-rate' }] });
    expect(matterOf(3, null, { ...READY, proposal: { kind: 'promote', to: 3, because: ['sign-off'], heldUntil: null } }).because).toEqual(['sign-off']);
  });

  it('is nothing for a step that the ladder has not, or that it stands on', () => {
    expect([stepMatter(evaluation(), LADDER, { to: 9, asked: null }), stepMatter(evaluation(), LADDER, { to: 2, asked: null })]).toEqual([null, null]);
    expect([3, 1, 0].map((step) => stepBelow(LADDER, { step }))).toEqual([2, 0, null]);
  });

  it('is one proposal for the same step, whatever its evidence, and approvals hold while that changes', () => {
    expect(sameMatter(matterOf(3, null), matterOf(3, 'please', READY))).toBe(true);
    expect(sameMatter(matterOf(3, null), matterOf(1, null))).toBe(false);
    const one = withVote(up(), says('ivan', 'approve', 1), { now: START + HOUR, evidence: {} }).proposal;
    expect(newEdition(one, matterOf(3, null), { now: START + HOUR, evidence: {} })?.proposal).toMatchObject({ edition: 1, shown: one.shown + 1 });
  });

  it('holds as long as the platform is tracked and stands where it stood', () => {
    const at = (step: number): ReturnType<typeof project> => ({ ...project(), platforms: project().platforms.map((p) => ({ ...p, step })) });
    const facts = (step: number): { project: ReturnType<typeof project>; now: number } => ({ project: at(step), now: START });
    expect([2, 3, 0].map((step) => stillHolds(up(), facts(step)))).toEqual([null, 'linux/s390x stands on release (3) already', 'linux/s390x stands on step 0 by now, and not on test (2)']);
    expect(stillHolds(up(), { project: { ...project(), platforms: [] }, now: START })).toBe('linux/s390x is not tracked any more');
  });
});

describe('the words of a change of step', () => {
  it('ask the decision, say what the step grants, and give the evidence as a table', () => {
    const text = plainText(proposalBody(down(), true));
    expect(text.split('\n')[0]).toBe('@demo/release-team, Move linux/s390x from test (2) to build (1)? archsignal proposes it. /arch explain linux/s390x shows how it stands now.');
    expect(text).toContain('- If yes: a pull request edits its step: in the configuration, and nothing changes before it is merged. Then it stands on build (1). Anybody can build it.');
    expect(text).toContain('it stays on test (2), and nothing changes.');
    expect(text).toContain('Evidence: 1 of 2 criteria met; pass-rate is unmet: 40% of 20 runs passed; 75% is needed.\n\ncriterion | step | verdict | because\npass-rate | test (2) | unmet | 40% of 20 runs passed; 75% is needed. ci-e2e\nowners-declared | test (2) | met | 3 owners.');
    expect(text).toContain('Once it is merged, /arch promote linux/s390x <reason> proposes the way back.');
  });

  it('ask no program to withdraw, and discount no approval of it', () => {
    const text = plainText(proposalBody(up(), true));
    expect(text).not.toContain('An approval by archsignal');
    expect(text).toContain('It withdraws itself when the evidence turns.');
    expect(plainText(proposalBody(up('it is time'), true))).toContain('olga can take it back with /arch withdraw.');
  });

  it('say first what is missing where a person asks all the same, and only there', () => {
    expect(proposalTitle(up('it is time', {}))).toBe('1 of 3 criteria for release (3) is not met: move linux/s390x from test (2) to release (3) all the same?');
    expect(proposalTitle(up('it is time'))).toBe('Move linux/s390x from test (2) to release (3)?');
    expect(proposalTitle(up(null, {}))).toBe('Move linux/s390x from test (2) to release (3)?');
    expect(proposalTitle(down('nobody answers'))).toBe('Move linux/s390x from test (2) to build (1)?');
  });

  it('name every step, and what a step is about where that is not all', () => {
    const about = { ...LADDER, steps: LADDER.steps.map((s) => s.step === 3 ? { ...s, components: ['server'], branches: ['release-*'] } : s) };
    const matter = stepMatter(evaluation({ ahead: [result('sign-off', { step: 3 })], criteria: [result('owners-declared', { step: 1 }), result('parity', { step: 7 })] }), about, { to: 3, asked: null });
    if (matter === null) throw new Error('no step 3');
    const text = plainText(proposalBody(propose(matter, proposing()).proposal, true));
    expect(text).toContain('owners-declared | build (1) | met');
    expect(text).toContain('parity | step 7 | met');
    expect(text).toContain('Then it stands on release (3). For server on release-* only: It ships with the release.');
    expect(switchesChanged(matter)).toBe('For server on release-* only: Its builds may stay on by default; its binaries and images may ship with the release.');
  });

  it('say why it is proposed sooner than usual, where something else than the days called for it', () => {
    const hurry = [{ name: 'owners-unresponsive', warnAfter: 7, proposeAfter: 14, because: 'nobody has acknowledged any of the last 2 breakages' }] as const;
    const soon = (sooner: readonly ['owners-unresponsive'] | readonly []): string => plainText(proposalBody(propose(matterOf(1, null, { criteria: [POOR], hurry, proposal: { kind: 'demote', to: 1, because: ['pass-rate'], heldUntil: null, sooner } }), proposing()).proposal, true));
    expect(soon(['owners-unresponsive'])).toContain('It is proposed sooner than usual, as the ladder says: nobody has acknowledged any of the last 2 breakages.');
    expect(soon([])).not.toContain('sooner');
  });

  it('give the evidence on one line in Slack', () => {
    const { text } = proposalCard(up());
    expect(text.some((b) => b.kind === 'table')).toBe(false);
    expect(plainText(text)).toContain('Evidence: 2 of 2 criteria met. 94% of 312 runs passed.');
  });

  it('say what changes for builds and artifacts', () => {
    expect([[3, 2], [1, 0], [0, 1]].map(([to = 0, from = 0]) => switchesChanged(matterOf(to, null, { step: from })))).toEqual([
      'Its builds may stay on by default; its binaries and images may ship with the release.',
      'Its builds stay off by default; nothing is added to the release.', 'Its builds stay off by default; nothing is added to the release.',
    ]);
    expect(switchesChanged(matterOf(2, null, { step: 1 }))).toBe('Its builds may be on by default from then on; nothing is added to the release.');
    expect(switchesChanged(matterOf(2, null, { step: 3 }))).toBe('Its builds may stay on by default; nothing of it is to ship with the release any more.');
    expect(switchesChanged(matterOf(1, null))).toBe('Its builds are to be off by default; nothing is added to the release.');
  });
});

describe('an approved change of step', () => {
  it('is a pull request that edits that step, once the issue is filed, with who decided and the evidence', () => {
    expect(pullsOf(approved(up()))).toEqual([]);
    expect(pullsOf(filed(up()))).toEqual([]);
    const [pull] = pullsOf(filed(approved(up('it is time', {}))));
    const { id } = up('it is time', {});
    expect(pull).toMatchObject({
      repo: 'demo/demo', branch: `archsignal/step/${id}`, title: 'Move linux/s390x from test (2) to release (3)', labels: ['archsignal', 'arch/linux-s390x'],
      edit: { kind: 'step', project: 'demo', platform: 'linux/s390x', from: 2, to: 3 }, tell: { surface: 'github', repo: 'demo/demo', number: 12 },
    });
    const body = plainText(pull?.body ?? []);
    expect(body).toContain('Decided by ivan and maria in demo/demo#12; proposed by olga: “it is time”.');
    expect(body).toContain('- Builds and artifacts: Its builds may stay on by default; its binaries and images may ship with the release.');
    expect(body).toContain('sign-off | release (3) | unmet | No sign-off by conformance is on record.');
    expect(JSON.stringify(pull?.body)).not.toContain('"mention"');
  });

  it('is planned once, and wanted no more where an earlier word revokes the approval', () => {
    const proposal = filed(approved(up()));
    const [row] = reconcileProposal(proposal, [], { now: START, channels: [] }).filter((a) => a.action.kind === 'ensure-pull-request');
    if (!row) throw new Error('no row');
    const stored = { ...row, state: 'pending' as const, receipt: null, attempts: 0, createdAt: START };
    expect(reconcileProposal(proposal, [stored], { now: START, channels: [] }).map((a) => a.action.kind)).not.toContain('ensure-pull-request');
    expect([proposalRowWanted(row.action, proposal, 0), proposalRowWanted(row.action, { ...proposal, state: 'rejected' }, 1)]).toEqual([true, false]);
  });
});
