import { describe, expect, it } from 'vitest';
import type { PullNow } from '../../src/domain/pull.ts';
import type { ActContext } from '../../src/policy/acts.ts';
import { addressIn, addTry, announceFix, MOST_TRIES, onPull } from '../../src/policy/fixes.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { asks, DAY, HOUR, kinds, Story } from './story.ts';

const S390X = 'linux/s390x e2e';
const AMD64 = 'linux/amd64 e2e';
const broken = () => new Story([{ platform: 'linux/amd64', name: 'e2e' }, { platform: 'linux/s390x', name: 'e2e' }]).hours({ [AMD64]: 'PPPP', [S390X]: 'PFFF' }).issue();
const pull = (state: PullNow['state'], over: Partial<PullNow> = {}): PullNow => ({ repo: 'demo/demo', number: 12, url: 'https://github.example/demo/demo/pull/12', state, mergedAt: null, ...over });
const fix = (p: PullNow) => (i: Incident, c: ActContext) => announceFix(i, p, c);
const seen = (p: PullNow) => (i: Incident, c: ActContext) => onPull(i, p, c);
const attempt = (text: string, source = 'c1:1') => (i: Incident, c: ActContext) => addTry(i, { text, source }, c);

describe('a fix', () => {
  it('is recorded once, and whoever names it has the incident', () => {
    const story = broken();
    story.does('olga', fix(pull('open')));
    expect(story.live()).toMatchObject({ acknowledged: { by: 'olga' }, firstAcknowledged: { by: 'olga' }, remindAt: null, fixes: [{ number: 12, by: 'olga', state: 'open', failed: false }] });
    expect(kinds(story.live())).toEqual(['opened', 'fix-announced', 'acknowledged']);
    expect(story.does('petra', fix(pull('open', { repo: 'Demo/Demo' })))).toBeNull();
    story.does('petra', fix(pull('open', { number: 13 })));
    expect(story.live()).toMatchObject({ acknowledged: { by: 'olga' }, fixes: { length: 2 } });
  });

  it('is watched: merged is said, and once that it did not help', () => {
    const story = broken();
    story.does('olga', fix(pull('open')));
    story.hours({ [AMD64]: 'P', [S390X]: 'F' });
    const merged = pull('merged', { mergedAt: story.now + HOUR / 2 });
    story.now += HOUR / 2;
    story.does('archsignal', seen(merged));
    expect(story.live().facts.at(-1)).toMatchObject({ kind: 'fix-merged', by: 'olga', fix: { number: 12 }, asks: [] });
    expect(story.does('archsignal', seen(merged))).toBeNull();
    story.wait(HOUR / 4);
    expect(kinds(story.live())).not.toContain('fix-failed');
    story.hours({ [AMD64]: 'PPP', [S390X]: 'FFF' });
    expect(kinds(story.live()).filter((k) => k === 'fix-failed')).toEqual(['fix-failed']);
    expect(story.live().fixes[0]?.failed).toBe(true);
    expect(asks(story.live())).toEqual(['@demo/s390x-owners']);
  });

  it('that helped is followed by nothing but the recovery', () => {
    const story = broken();
    story.does('olga', fix(pull('merged', { mergedAt: story.now })));
    story.hours({ [AMD64]: 'PP', [S390X]: 'PP' });
    expect(kinds(story.incidents[0]!)).toEqual(['opened', 'fix-announced', 'acknowledged', 'recovered']);
    expect(onPull(story.incidents[0]!, pull('closed'), { project: story.project, now: story.now, evidence: null })).toBeNull();
  });

  it('that did not hold is told when it breaks again', () => {
    const story = broken();
    story.does('olga', fix(pull('merged', { mergedAt: story.now })));
    story.hours({ [AMD64]: 'PP', [S390X]: 'PP' }).hours({ [AMD64]: 'PPP', [S390X]: 'FFF' });
    expect(kinds(story.live()).slice(-2)).toEqual(['reopened', 'fix-failed']);
  });

  it('is not said to have failed by a run that began before its merge, nor by what a downtime shows', () => {
    const story = broken();
    story.does('olga', fix(pull('merged', { mergedAt: story.now + HOUR })));
    story.hours({ [AMD64]: 'P', [S390X]: 'F' });
    expect(kinds(story.live())).not.toContain('fix-failed');
    story.quiet({ platform: 'linux/s390x' }, 10 * HOUR).hours({ [AMD64]: 'P', [S390X]: 'F' });
    expect(kinds(story.live())).not.toContain('fix-failed');
  });

  it('that is closed is said, and one that is opened again is watched again', () => {
    const story = broken();
    story.does('olga', fix(pull('unknown')));
    expect(story.live().fixes[0]?.state).toBe('open');
    story.does('archsignal', seen(pull('closed')));
    expect(story.live().facts.at(-1)).toMatchObject({ kind: 'fix-closed', by: 'olga' });
    story.does('archsignal', seen(pull('open')));
    expect(story.live().fixes[0]?.state).toBe('open');
    story.does('archsignal', seen(pull('merged')));
    expect(story.live().fixes[0]).toMatchObject({ state: 'merged', mergedAt: story.now });
    expect(story.does('archsignal', seen(pull('closed')))).toBeNull();
  });

  it('is left as it is where the pull request cannot be read, and others say nothing', () => {
    const story = broken();
    story.does('olga', fix(pull('open')));
    for (const other of [pull('unknown'), pull('missing'), pull('merged', { number: 13 }), pull('merged', { repo: 'demo/other' })]) expect(story.does('archsignal', seen(other))).toBeNull();
  });

  it('that does not exist is none', () => {
    expect(broken().does('olga', fix(pull('missing')))).toBeNull();
  });

  it('of a silenced breakage is kept, and nobody gets it', () => {
    const story = broken().act({ kind: 'closed', by: 'olga' });
    story.does('petra', fix(pull('open')));
    expect(story.live()).toMatchObject({ fixes: { length: 1 }, acknowledged: null, firstAcknowledged: { by: 'petra' } });
    story.does('archsignal', seen(pull('merged', { mergedAt: story.now })));
    story.hours({ [AMD64]: 'P', [S390X]: 'F' });
    expect(kinds(story.live())).not.toContain('fix-failed');
  });
});

describe('what was tried', () => {
  it('is kept once for each place in which it was said, with its first address', () => {
    const story = broken();
    story.does('olga', attempt(' rebuilt with gcc 15, see (https://ci.example/42). '));
    expect(story.live().tries).toEqual([{ source: 'c1:1', by: 'olga', at: story.now, text: 'rebuilt with gcc 15, see (https://ci.example/42).', url: 'https://ci.example/42' }]);
    expect(story.does('olga', attempt('again'))).toBeNull();
    story.does('petra', attempt('more memory', 'c2:1'));
    expect(kinds(story.live())).toEqual(['opened', 'attempted', 'acknowledged', 'attempted']);
    expect(story.live().acknowledged?.by).toBe('olga');
  });

  it('is cut at 500 characters, between characters', () => {
    const story = broken();
    story.does('olga', attempt(`${'x'.repeat(498)}\u{1F600}${'y'.repeat(100)}`));
    const { text } = story.live().tries[0]!;
    expect(text.length).toBeLessThanOrEqual(500);
    expect(text).toBe(`${'x'.repeat(498)}…`);
  });

  it('does not grow without end', () => {
    const story = broken();
    for (let i = 0; i < MOST_TRIES; i++) story.does('olga', attempt('x', `c${i}`));
    expect(story.does('olga', attempt('x', 'last'))).toBeNull();
    expect(story.live().tries.length).toBe(MOST_TRIES);
  });

  it.each([
    ['see https://a.example/x?y=1#z', 'https://a.example/x?y=1#z'], ['<https://a.example/x>', 'https://a.example/x'], ['[x](https://a.example/x).', 'https://a.example/x'],
    ['**https://a.example/x**', 'https://a.example/x'], ['javascript:alert(1)', null], ['http://', null], ['nothing', null],
  ])('finds in %j the address %j', (text, url) => {
    expect(addressIn(text)).toBe(url);
  });

  it('is no news to an incident that is over', () => {
    const story = broken().hours({ [AMD64]: 'PP', [S390X]: 'PP' });
    expect(story.does('olga', attempt('x'), { incident: story.incidents[0]! })).toBeNull();
    expect(story.does('olga', fix(pull('open')), { incident: story.incidents[0]! })).toBeNull();
    expect(story.now).toBeLessThan(story.incidents[0]!.openedAt + DAY);
  });
});
