import { describe, expect, it } from 'vitest';
import type { Platform, Project } from '../../src/domain/project.ts';
import { acknowledge, unacknowledge } from '../../src/policy/acts.ts';
import { anySignal } from '../../src/policy/world.ts';
import { DAY, HOUR, kinds, START, Story } from './story.ts';

const S390X = 'linux/s390x e2e';
const AMD64 = 'linux/amd64 e2e';
const patient = { thresholds: { staleAfter: 300 * DAY } };
const story = (s390x: Partial<Platform>, over: Partial<Project> = {}): Story => {
  const s = new Story([{ platform: 'linux/amd64', name: 'e2e', ...patient }, { platform: 'linux/s390x', name: 'e2e', ...patient }], over);
  s.project = { ...s.project, platforms: s.project.platforms.map((p) => p.id === 'linux/s390x' ? { ...p, ...s390x } : p) };
  return s;
};
const breaks = (s: Story): Story => s.hours({ [AMD64]: 'PPPP', [S390X]: 'PFFF' });
const hours = { from: 9 * 60, to: 18 * 60, zone: 'Europe/Berlin' };
const at = (text: string): number => Date.parse(text);
const facts = (s: Story) => s.live().facts.map((f) => [f.kind, f.asks]);

describe('a platform that is turned off for a release blocker', () => {
  it('goes on being watched, and nobody is asked, reminded or escalated to', () => {
    const s = story({});
    s.advisory.add('linux/s390x');
    breaks(s);
    expect(facts(s)).toEqual([['opened', []]]);
    expect(s.live()).toMatchObject({ remindAt: null, escalateAt: null });
    expect(kinds(s.hours({ [AMD64]: 'PP', [S390X]: 'PP' }).incidents[0] ?? s.live())).toContain('recovered');
  });

  it('is reminded of no more where that happens while it is broken', () => {
    const s = breaks(story({}));
    s.advisory.add('linux/s390x');
    s.now += 100 * HOUR;
    expect(kinds(s.decide().live())).toEqual(['opened']);
    expect(s.live()).toMatchObject({ remindAt: null, escalateAt: null });
  });

  it('is asked about like any other where everything is broken', () => {
    const s = story({});
    s.advisory.add('linux/s390x');
    s.hours({ [AMD64]: 'PFFF', [S390X]: 'PFFF' });
    expect(s.incidents.flatMap((i) => i.facts.flatMap((f) => f.asks)).length).toBeGreaterThan(0);
  });
});

describe('owners with working hours', () => {
  it('are reminded within them, never earlier than configured', () => {
    const s = story({ hours });
    s.now = at('2026-11-18T15:00:00Z');
    breaks(s);
    expect(s.live()).toMatchObject({ openedAt: at('2026-11-18T19:00:00Z'), remindAt: at('2026-11-20T08:00:00Z'), escalateAt: at('2026-11-23T08:00:00Z') });
    s.now = at('2026-11-20T07:59:59Z');
    expect(kinds(s.decide().live())).toEqual(['opened']);
    s.now = at('2026-11-20T08:00:00Z');
    expect(kinds(s.decide().live())).toEqual(['opened', 'reminded']);
  });

  it('have time to answer a reminder that the weekend held up', () => {
    const s = story({ hours });
    s.now = at('2026-11-20T05:00:00Z');
    breaks(s);
    // 24 h later is a Saturday, 72 h later a Monday's morning.
    expect(s.live()).toMatchObject({ remindAt: at('2026-11-23T08:00:00Z'), escalateAt: at('2026-11-23T10:00:00Z') });
  });

  it('are asked within them again after they gave it back', () => {
    const s = story({ hours });
    s.now = at('2026-11-17T08:00:00Z');
    breaks(s);
    s.does('olga', acknowledge);
    s.now = at('2026-11-20T10:00:00Z');
    s.does('olga', unacknowledge);
    expect(s.live()).toMatchObject({ remindAt: at('2026-11-23T08:00:00Z'), escalateAt: at('2026-11-23T10:00:00Z') });
  });

  it('do not delay what breaks everywhere', () => {
    const s = story({ hours });
    s.project = { ...s.project, platforms: s.project.platforms.map((p) => ({ ...p, hours })) };
    s.now = at('2026-11-20T05:00:00Z');
    s.hours({ [AMD64]: 'PFFF', [S390X]: 'PFFF' });
    expect(s.live()).toMatchObject({ scope: 'everywhere', remindAt: s.now + 24 * HOUR, escalateAt: s.now + 72 * HOUR });
  });

  it('are waited for after a downtime that ended in the night', () => {
    const s = story({ hours });
    s.now = at('2026-11-17T08:00:00Z');
    breaks(s).quiet({ platform: 'linux/s390x' }, 48 * HOUR + 10 * HOUR);
    s.wait(30 * HOUR);
    expect(s.live().remindAt).toBe(at('2026-11-20T08:00:00Z'));
  });
});

describe('people who take turns', () => {
  const onCall = { people: ['@ann', '@ben'] as const, every: DAY, from: START - DAY };

  it('are asked one by one: the first ask goes to whose turn it is, the reminder to the owners and whose turn it is then', () => {
    const s = breaks(story({ onCall })).wait(25 * HOUR);
    s.now = s.live().escalateAt!;
    s.decide();
    expect(facts(s)).toEqual([['opened', ['@ben']], ['reminded', ['@demo/s390x-owners', '@ann']], ['escalated', ['@demo/leads']]]);
  });

  it('are asked anew when it breaks again', () => {
    const s = breaks(story({ onCall })).hours({ [AMD64]: 'PP', [S390X]: 'PP' }).hours({ [AMD64]: 'P'.repeat(20), [S390X]: `${'.'.repeat(17)}FFF` });
    expect(facts(s).at(-1)).toEqual(['reopened', ['@ann']]);
  });

  it('are passed over where GitHub cannot mention them, and before the first turn', () => {
    const unknown = story({ onCall });
    unknown.unmentionable.add('@ben');
    expect(facts(breaks(unknown))).toEqual([['opened', ['@demo/s390x-owners']]]);
    expect(facts(breaks(story({ onCall: { ...onCall, from: START + DAY } })))).toEqual([['opened', ['@demo/s390x-owners']]]);
  });

  it('are named once where they are owners too', () => {
    const s = breaks(story({ onCall, owners: ['@Ann', '@ben'] })).wait(25 * HOUR);
    expect(facts(s)).toEqual([['opened', ['@ben']], ['reminded', ['@Ann', '@ben']]]);
  });

  it('stand in for owners where none is declared', () => {
    expect(facts(breaks(story({ onCall, owners: [] })))).toEqual([['opened', ['@ben']]]);
  });

  it('are not asked about what breaks everywhere', () => {
    const s = story({ onCall });
    s.project = { ...s.project, platforms: s.project.platforms.map((p) => ({ ...p, onCall })) };
    s.hours({ [AMD64]: 'PFFF', [S390X]: 'PFFF' });
    expect(facts(s)).toEqual([['opened', ['@demo/signal']]]);
  });
});

describe('the release-signal team of any release', () => {
  it('are each named once, and whom escalation goes to where there are none', () => {
    const release = (name: string, ciSignal: readonly `@${string}`[]) => ({ name, branch: name, leads: [], ciSignal, quorum: 1, date: null, freeze: null, milestone: null, proposalExpires: DAY });
    const { project } = story({}, { releases: [release('a', ['@demo/signal']), release('b', ['@Demo/Signal', '@demo/old'])] });
    expect(anySignal(project)).toEqual(['@demo/signal', '@demo/old']);
    expect(anySignal({ ...project, releases: [], releaseSignal: [] })).toEqual(['@demo/leads']);
  });
});
