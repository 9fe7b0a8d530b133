import { expect, it } from 'vitest';
import { plainText } from '../../../src/domain/text.ts';
import { mergedChangeText, stepChangeText, type Announced } from '../../../src/policy/ladder/announce.ts';
import { LADDER, result } from '../../commands/ladder-given.ts';
import { proposed } from '../proposals-given.ts';
import { makeJob, makeProject } from '../story.ts';

const PROJECT = makeProject([makeJob({ platform: 'linux/s390x', name: 'e2e' })], {
  switches: [{ file: 'release.yml', repo: null, at: 'platforms', format: 'yaml-list', controls: 'release', components: ['server'], branches: [] }],
});

const change = (over: Partial<Announced> = {}): string =>
  plainText(stepChangeText({ platform: 'linux/s390x', from: 2, to: 3, before: [result('pass-rate')], after: [result('pass-rate')], proposal: null, change: null, history: null, project: PROJECT, ...over }, LADDER));

it('tells of a change that nobody proposed where the file\'s history is, or that nothing is on record', () => {
  const text = stepChangeText({ platform: 'linux/s390x', from: 2, to: 3, before: [], after: [], proposal: null, change: null, history: 'https://github.example/octo/kube/commits/HEAD/.github/archsignal.yml', project: PROJECT }, LADDER);
  expect(plainText(text)).toContain('The configuration was changed without a proposal; the file\'s history tells who changed it, and why.');
  expect(JSON.stringify(text)).toContain('"link":"https://github.example/octo/kube/commits/HEAD/.github/archsignal.yml"');
  expect(change()).toContain('The configuration was changed without a proposal, so who decided it is not on record here.');
});

it('says what the evidence contradicts, exceptions aside', () => {
  const unmet = result('pass-rate', { verdict: 'unmet', because: '40% of 20 runs passed; 75% is needed.' });
  expect(change({ after: [unmet, result('sign-off')] })).toContain('The evidence says otherwise: release (3) asks for pass-rate, which is unmet.');
  expect(change({ after: [{ ...unmet, exceptedUntil: 1 }] })).not.toContain('otherwise');
  expect(change({ from: 3, to: 2 })).toContain('The evidence says otherwise: all that release (3) asks for is met (pass-rate).');
  expect(change({ from: 3, to: 2 })).toContain('All that test (2) asks for holds.');
});

const commit = { sha: 'abcdef1234567890', url: 'https://github.example/octo/kube/commit/abcdef1', author: 'olga' };
const pull = { number: 12, url: 'https://github.example/octo/kube/pull/12', author: 'olga', mergedBy: 'ivan' };

it('tells of a step down what the step above asked for, and whether the one below holds', () => {
  const unmet = result('pass-rate', { verdict: 'unmet', because: '40% of 20 runs passed; 90% is needed.' });
  const down = change({ from: 3, to: 2, before: [unmet, result('sign-off')], after: [result('pass-rate')] });
  expect(down).toContain('Evidence: 1 of 2 criteria of release (3) hold. The others:\n\n- pass-rate is unmet: 40% of 20 runs passed; 90% is needed.\n\nAll that test (2) asks for holds.');
  expect(down).not.toContain('otherwise');
  expect(change({ from: 3, to: 2, before: [unmet], after: [unmet, result('owners-declared', { verdict: 'unknown' })] })).toContain('test (2) asks for pass-rate and owners-declared, which do not hold either.');
  expect(change({ from: 1, to: 0, before: [unmet], after: [] })).toContain('Nothing is asked of it at off (0).');
});

it('names who pushed or merged what nobody had proposed, and the way back', () => {
  expect(change({ change: { repo: 'octo/kube', commit, pull: null } })).toContain('Written by olga in abcdef1, pushed without a pull request and without a proposal. /arch demote linux/s390x <reason> proposes the way back.');
  expect(change({ change: { repo: 'octo/kube', commit: { ...commit, author: null }, pull: null } })).toContain('Written by somebody whom GitHub knows no account of in abcdef1');
  expect(change({ change: { repo: 'octo/kube', commit, pull } })).toContain('Changed by olga in octo/kube#12, merged by ivan, without a proposal.');
  expect(change({ change: { repo: 'octo/kube', commit, pull: { ...pull, mergedBy: 'olga' } } })).toContain('Changed by olga in octo/kube#12, merged by the same, without a proposal.');
  expect(change({ from: 3, to: 2 })).toContain('/arch promote linux/s390x <reason> proposes the way back.');
});

it('says below a merged pull request what it came to, for every platform that it moved', () => {
  const announced: Announced = { platform: 'linux/s390x', from: 2, to: 3, before: [], after: [result('pass-rate', { verdict: 'unmet', because: '40% of 20 runs passed; 75% is needed.' })], proposal: null, change: { repo: 'octo/kube', commit, pull }, history: null, project: PROJECT };
  const text = plainText(mergedChangeText([announced, { ...announced, platform: 'linux/arm64', from: 3, to: 2 }], LADDER));
  expect(text).toContain('linux/s390x moves from test (2) to release (3) with this pull request.');
  expect(text).toContain('The evidence says otherwise: release (3) asks for pass-rate, which is unmet.');
  expect(text).toContain('linux/arm64 moves from release (3) to test (2) with this pull request.');
  expect(text).toContain('no approval is on record. /arch explain linux/s390x shows how it stands; /arch demote linux/s390x <reason> proposes the way back. /arch explain linux/arm64');
  expect(text).not.toContain('@');
});

it('is told in short where it is one of many: what moves, what speaks against it, who did it, and where the evidence is', () => {
  const unmet = result('pass-rate', { verdict: 'unmet', because: '40% of 20 runs passed; 75% is needed.' });
  const brief = (over: Partial<Announced>): string => plainText(stepChangeText({ platform: 'linux/s390x', from: 2, to: 3, before: [], after: [unmet], proposal: null, change: { repo: 'octo/kube', commit, pull }, history: null, project: PROJECT, ...over }, LADDER, true));
  expect(brief({}).split('\n\n')).toEqual([
    'linux/s390x moves from test (2) to release (3). It ships with the release.', 'The evidence says otherwise: release (3) asks for pass-rate, which is unmet.',
    'Changed by olga in octo/kube#12, merged by ivan, without a proposal. /arch demote linux/s390x <reason> proposes the way back. /arch explain linux/s390x shows the evidence.',
  ]);
  expect(brief({ after: [] }).split('\n\n')).toHaveLength(2);
});

it('lists what goes with a change that nobody proposed, and not with one whose proposal has listed it', () => {
  const given = 'What goes with it, where it is not done yet:\n\n- Turn linux/s390x on in release.yml, platforms (release: server).';
  expect(change()).toContain(given);
  expect(change({ proposal: proposed() })).not.toContain('What goes with it');
});
