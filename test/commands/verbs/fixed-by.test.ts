import { describe, expect, it } from 'vitest';
import { fixedBy } from '../../../src/commands/verbs/fixed-by.ts';
import type { PullNow } from '../../../src/domain/pull.ts';
import { MOST_FIXES } from '../../../src/policy/fixes.ts';
import { HOUR, kinds } from '../../policy/story.ts';
import { mistake, say } from '../asking.ts';
import { Desk } from '../incident-desk.ts';

const pull = (state: PullNow['state'], over: Partial<PullNow> = {}) => ({ found: { pull: { repo: 'demo/demo', number: 12, url: 'https://github.example/demo/demo/pull/12', state, mergedAt: null, ...over } } });

describe('/arch fixed-by', () => {
  it.each([
    ['#12', 'demo/demo', 12], ['12', 'demo/demo', 12], ['octo/toolchain#34', 'octo/toolchain', 34], ['`#12`', 'demo/demo', 12], ['#12.', 'demo/demo', 12],
    ['https://github.com/octo/toolchain/pull/34', 'octo/toolchain', 34], ['https://www.github.com/octo/toolchain/pull/34/files#diff-1', 'octo/toolchain', 34],
    ['<https://github.com/octo/toolchain/pull/34>', 'octo/toolchain', 34], ['http://GitHub.com/octo/t.c/pull/34?x=1', 'octo/t.c', 34],
  ])('reads %s', (word, repo, number) => {
    expect(new Desk().needs(fixedBy, `/arch fixed-by ${word}`)).toMatchObject({ pull: { repo, number }, allowed: ['@demo/s390x-owners', '@demo/signal'] });
  });

  it.each(['it', '#0', '#', 'octo/toolchain', 'octo/toolchain/12', 'https://github.com/octo/toolchain/issues/34', 'https://github.com/octo/pull/34', '#9999999999', `#${'1'.repeat(5_000)}`])('does not read %s', (word) => {
    expect(new Desk().mistake(fixedBy, `/arch fixed-by ${word}`)).toContain('is no pull request; write #123, owner/repo#123 or its address');
  });

  it.each([
    ['https://gitlab.example/octo/toolchain/pull/34', 'gitlab.example'], ['https://github.com.evil.example/octo/toolchain/pull/34', 'github.com.evil.example'],
    ['https://github.com@evil.example/octo/toolchain/pull/34', 'evil.example'], ['https://github.com:8443/octo/toolchain/pull/34', 'github.com:8443'],
  ])('does not take %s for one of this GitHub', (address, host) => {
    expect(new Desk().mistake(fixedBy, `/arch fixed-by ${address}`)).toContain(`Pull requests are followed on github.com alone, and this address leads to ${host}; /arch attempt <link> records any link.`);
  });

  it('takes addresses of the GitHub that the project is on, and of no other', () => {
    const { scene } = new Desk();
    for (const web of ['https://ghe.example:8443', 'https://proxy.example/github/']) {
      const here = { ...scene, web };
      expect(say(fixedBy, `/arch fixed-by linux/s390x ${web.replace(/\/$/, '')}/octo/toolchain/pull/34/files`, here).needs.pull).toEqual({ repo: 'octo/toolchain', number: 34 });
      expect(mistake(fixedBy, '/arch fixed-by linux/s390x https://github.com/octo/toolchain/pull/34', here)).toContain('this address leads to github.com');
    }
    const unread = say(fixedBy, '/arch fixed-by linux/s390x #3', { ...scene, web: 'https://ghe.example' }, new Desk().spoken({})).outcome.incidents?.[0]?.incident.fixes;
    expect(unread).toMatchObject([{ url: 'https://ghe.example/demo/demo/pull/3' }]);
  });

  it('says that the pull request is missing, where it is', () => {
    expect(new Desk().mistake(fixedBy, '/arch fixed-by')).toContain('The pull request is missing');
    expect(new Desk().mistake(fixedBy, '/arch fixed-by linux/s390x')).toContain('The pull request is missing');
  });

  it('records it once, and gives the incident to who names it', () => {
    const desk = new Desk();
    expect(desk.says(fixedBy, '/arch fixed-by #12', pull('open'))).toBe('demo/demo#12 is recorded as the fix of linux/s390x. If a run that began after its merge fails, one comment says so. You have it now, as nobody had; give it back with /arch unack.');
    expect(desk.outcome(fixedBy, '/arch fixed-by linux/s390x #12', { ...pull('open'), slack: true }).verdict).toBe('answered');
    expect(kinds(desk.live())).toEqual(['opened', 'fix-announced', 'acknowledged']);
  });

  it('says since when it is merged, that it is closed, or that it could not be read', () => {
    const desk = new Desk();
    expect(desk.says(fixedBy, '/arch fixed-by #1', pull('merged', { number: 1, mergedAt: desk.story.now - HOUR }))).toContain('It was merged on Tue 17 Nov 11:00 UTC; if a run that began after that fails');
    expect(desk.says(fixedBy, '/arch fixed-by #2', pull('closed', { number: 2 }))).toContain('It is closed and was not merged');
    expect(desk.says(fixedBy, '/arch fixed-by #3')).toContain('Whether it is merged could not be read just now; it is looked at again.');
    expect(desk.live().fixes.map((f) => [f.number, f.state, f.url])).toEqual([
      [1, 'merged', 'https://github.example/demo/demo/pull/12'], [2, 'closed', 'https://github.example/demo/demo/pull/12'], [3, 'open', 'https://github.com/demo/demo/pull/3'],
    ]);
  });

  it('refuses what does not exist, and changes nothing', () => {
    const desk = new Desk();
    const { verdict } = desk.outcome(fixedBy, '/arch fixed-by #12', pull('missing'));
    expect(verdict).toBe('refused');
    expect(desk.says(fixedBy, '/arch fixed-by #12', pull('missing'))).toBe('There is no pull request demo/demo#12, or this App may not read it. Nothing was changed.');
    expect(kinds(desk.live())).toEqual(['opened']);
  });

  it('keeps so many, and says so', () => {
    const desk = new Desk();
    for (let i = 1; i <= MOST_FIXES; i++) desk.says(fixedBy, `/arch fixed-by #${i}`);
    expect(desk.outcome(fixedBy, '/arch fixed-by #999').verdict).toBe('refused');
  });
});
