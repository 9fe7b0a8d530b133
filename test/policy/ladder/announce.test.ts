import { expect, it } from 'vitest';
import { plainText } from '../../../src/domain/text.ts';
import { stepChangeText, type Announced } from '../../../src/policy/ladder/announce.ts';
import { LADDER, result } from '../../commands/ladder-given.ts';

const change = (over: Partial<Announced> = {}): string =>
  plainText(stepChangeText({ platform: 'linux/s390x', from: 2, to: 3, before: [result('pass-rate')], after: [result('pass-rate')], proposal: null, history: null, ...over }, LADDER));

it('tells of a change that nobody proposed where the file\'s history is, or that nothing is on record', () => {
  const text = stepChangeText({ platform: 'linux/s390x', from: 2, to: 3, before: [], after: [], proposal: null, history: 'https://github.example/octo/kube/commits/HEAD/.github/archsignal.yml' }, LADDER);
  expect(plainText(text)).toContain('The configuration was changed without a proposal; the file\'s history tells who changed it, and why.');
  expect(JSON.stringify(text)).toContain('"link":"https://github.example/octo/kube/commits/HEAD/.github/archsignal.yml"');
  expect(change()).toContain('The configuration was changed without a proposal, so who decided it is not on record here.');
});

it('says what the evidence contradicts, exceptions aside', () => {
  const unmet = result('pass-rate', { verdict: 'unmet', because: '40% of 20 runs passed; 75% is needed.' });
  expect(change({ after: [unmet, result('sign-off')] })).toContain('The evidence says otherwise: release (3) asks for pass-rate, which is unmet.');
  expect(change({ after: [{ ...unmet, exceptedUntil: 1 }] })).not.toContain('otherwise');
  expect(change({ from: 3, to: 2 })).toContain('The evidence says otherwise: all that release (3) asks for is met (pass-rate).');
});
