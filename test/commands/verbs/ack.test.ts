import { describe, expect, it } from 'vitest';
import { ack } from '../../../src/commands/verbs/ack.ts';
import { unack } from '../../../src/commands/verbs/unack.ts';
import { HOUR, kinds } from '../../policy/story.ts';
import { AMD64, broken, Desk, PPC, S390X } from '../incident-desk.ts';

describe('/arch ack', () => {
  it('on an issue takes its incident, says what follows and how to give it back', () => {
    const desk = new Desk();
    expect(desk.says(ack, '/arch ack')).toBe('You have linux/s390x (e2e and unit failing since Tue 17 Nov 10:00 UTC). Nobody is reminded. Give it back with /arch unack.');
    expect(desk.live()).toMatchObject({ acknowledged: { by: 'olga' }, remindAt: null, escalateAt: null });
  });

  it('names the issue and the platform where it is said elsewhere', () => {
    const desk = new Desk();
    expect(desk.says(ack, '/arch ack s390x', { slack: true })).toBe('You have linux/s390x (#7: e2e and unit failing since Tue 17 Nov 10:00 UTC). Nobody is reminded. Give it back with /arch unack linux/s390x.');
    expect(desk.live().facts.at(-1)).toMatchObject({ kind: 'acknowledged', by: 'olga' });
  });

  it('says it again to who has it, and changes nothing', () => {
    const desk = new Desk();
    desk.says(ack, '/arch ack');
    const { revision } = desk.live();
    const again = desk.outcome(ack, '/arch ack linux/s390x', { slack: true });
    expect(again.verdict).toBe('answered');
    expect(desk.live().revision).toBe(revision);
    expect(desk.says(ack, '/arch ack')).toContain('You have linux/s390x already, since Tue 17 Nov 12:00 UTC.');
  });

  it('takes it over from somebody, and says from whom', () => {
    const desk = new Desk();
    desk.says(ack, '/arch ack');
    expect(desk.says(ack, '/arch ack', { by: 'petra' })).toMatch(/^You have linux\/s390x \(.*\) now; olga had it\. Nobody is reminded\./);
    expect(desk.live()).toMatchObject({ acknowledged: { by: 'petra' }, firstAcknowledged: { by: 'olga' } });
  });

  it('that arrives late does not undo what was said since', () => {
    const desk = new Desk();
    const early = desk.story.now + HOUR;
    desk.story.wait(2 * HOUR);
    desk.says(ack, '/arch ack', { by: 'petra' });
    const late = desk.outcome(ack, '/arch ack', { at: early });
    expect(late.verdict).toBe('answered');
    expect(desk.live()).toMatchObject({ acknowledged: { by: 'petra' }, firstAcknowledged: { by: 'olga', at: early } });
  });

  it('that was said before the incident opened is not about it, but for what is said on it', () => {
    const desk = new Desk();
    const before = desk.live().openedAt - 2 * HOUR;
    const late = desk.outcome(ack, '/arch ack linux/s390x', { at: before, slack: true });
    expect([late.verdict, late.incidents]).toEqual(['refused', []]);
    expect(desk.says(ack, '/arch ack s390x', { at: before, slack: true })).toBe('This arrived late: it was said on Tue 17 Nov 10:00 UTC, before linux/s390x (#7: e2e and unit failing since Tue 17 Nov 10:00 UTC) was opened on Tue 17 Nov 12:00 UTC. So it is not taken to be about it, and nothing was changed; say it again if you mean it.');
    expect(desk.outcome(ack, '/arch ack', { at: before }).verdict).toBe('done');
  });

  it('is refused where somebody silenced the breakage, with the way back', () => {
    const desk = new Desk(broken().act({ kind: 'closed', by: 'petra' }));
    const { verdict } = desk.outcome(ack, '/arch ack');
    expect(verdict).toBe('refused');
    expect(desk.says(ack, '/arch ack')).toBe('linux/s390x is silenced: petra closed its issue, so nobody is asked while it goes on. Reopen the issue to have it followed again. Nothing was changed.');
    expect(desk.live()).toMatchObject({ state: 'dismissed', acknowledged: null });
  });

  it('takes every incident of the platform that is named', () => {
    const story = broken();
    story.incidents.push({ ...story.live(), id: 'silent', kind: 'stale', facts: [], issue: null });
    const desk = new Desk(story);
    const { verdict, incidents } = desk.outcome(ack, '/arch ack linux/s390x', { slack: true });
    expect(verdict).toBe('done');
    expect(incidents?.map((c) => c.incident.acknowledged?.by)).toEqual(['olga', 'olga']);
    expect(desk.says(unack, '/arch unack linux/s390x', { slack: true }).match(/You gave back/g)).toHaveLength(2);
  });

  it('does what makes sense and says so of the rest', () => {
    const story = broken();
    story.incidents.push({ ...story.live(), id: 'silent', kind: 'stale', state: 'dismissed', facts: [], issue: null });
    const { verdict, incidents } = new Desk(story).outcome(ack, '/arch ack linux/s390x', { slack: true });
    expect([verdict, incidents?.length]).toEqual(['done', 1]);
  });

  it('points at what it does not understand', () => {
    const desk = new Desk();
    expect(desk.mistake(ack, '/arch ack s390')).toContain('did you mean linux/s390x?');
    expect(desk.mistake(ack, '/arch ack linux/s390x now')).toContain('Nothing is expected after the platform, and here stands "now"');
    expect(desk.mistake(ack, '/arch ack linux/ppc64le')).toContain('has no open incident; open now: linux/s390x (#7)');
    expect(desk.mistake(ack, '/arch ack', { on: null })).toContain('open now: linux/s390x (#7)');
  });

  it('records who decided on what evidence', () => {
    const desk = new Desk();
    const { incidents } = desk.outcome(ack, '/arch ack', { slack: true, on: desk.live(), source: 's9:1' });
    expect(incidents?.[0]?.audit).toEqual([expect.objectContaining({ what: 'acknowledged', actor: 'slack:olga', evidence: { delivery: 's1', source: 's9:1', url: null } })]);
  });
});

describe('who may', () => {
  it('are the owners of the platform, those on call for it, and the release-signal team of any release', () => {
    const desk = new Desk();
    expect(desk.needs(ack, '/arch ack')).toEqual({
      allowed: ['@demo/s390x-owners', '@demo/signal'], allowedAs: 'owners of linux/s390x (`demo/s390x-owners`) or the release-signal team (`demo/signal`)',
    });
    const { project } = desk.story;
    desk.story.project = {
      ...project, releases: [{ name: 'old', branch: 'old', leads: ['@demo/leads'], ciSignal: ['@demo/old-signal'], quorum: 1, date: null, freeze: null, milestone: null, proposalExpires: HOUR }],
      platforms: project.platforms.map((p) => ({ ...p, onCall: { people: ['@ann', '@Demo/S390X-owners'], every: HOUR, from: 0 } })),
    };
    expect(desk.needs(ack, '/arch ack').allowed).toEqual(['@demo/s390x-owners', '@ann', '@demo/old-signal', '@demo/signal']);
  });

  it('are the owners of every platform that breaks, where it breaks everywhere', () => {
    const desk = new Desk(broken().hours({ [AMD64]: 'PFFF', [PPC]: 'PFFF', [S390X]: 'F' }));
    expect(desk.needs(ack, '/arch ack linux/amd64', { slack: true }).allowed).toEqual(['@demo/amd64-owners', '@demo/ppc64le-owners', '@demo/signal']);
    expect(desk.says(ack, '/arch ack linux/amd64', { slack: true })).toMatch(/^You have the breakage everywhere \(e2e failing since .*\)\./);
  });

  it('are the release-signal team alone where no owner is declared', () => {
    const desk = new Desk();
    desk.story.project = { ...desk.story.project, platforms: desk.story.project.platforms.map((p) => ({ ...p, owners: [] })) };
    expect(desk.needs(ack, '/arch ack')).toEqual({ allowed: ['@demo/signal'], allowedAs: 'the release-signal team (`demo/signal`)' });
  });
});

describe('/arch unack', () => {
  it('gives it back, and says when who is asked', () => {
    const desk = new Desk();
    desk.says(ack, '/arch ack');
    expect(desk.says(unack, '/arch unack')).toBe('You gave back linux/s390x (e2e and unit failing since Tue 17 Nov 10:00 UTC). If nobody takes it, there is a reminder on Wed 18 Nov 12:00 UTC, and demo/leads is asked on Fri 20 Nov 12:00 UTC. Take it again with /arch ack.');
    desk.story.wait(24 * HOUR);
    expect(kinds(desk.live())).toEqual(['opened', 'acknowledged', 'unacknowledged', 'reminded']);
  });

  it('promises no reminder that was given already', () => {
    const desk = new Desk(broken().wait(25 * HOUR));
    desk.says(ack, '/arch ack');
    expect(desk.says(unack, '/arch unack')).toContain('If nobody takes it, demo/leads is asked on');
    desk.story.wait(72 * HOUR);
    desk.says(ack, '/arch ack');
    expect(desk.says(unack, '/arch unack')).toContain('Nobody is reminded of it again.');
  });

  it('takes it from somebody else, by name', () => {
    const desk = new Desk();
    desk.says(ack, '/arch ack');
    expect(desk.says(unack, '/arch unack', { by: 'petra' })).toMatch(/^Nobody has linux\/s390x now; olga had it\./);
    expect(desk.live().acknowledged).toBeNull();
  });

  it('has nothing to give back where nobody has it', () => {
    const desk = new Desk();
    expect(desk.outcome(unack, '/arch unack').verdict).toBe('answered');
    expect(desk.says(unack, '/arch unack')).toBe('Nobody has linux/s390x, so nothing was changed. Take it with /arch ack.');
    expect(kinds(desk.live())).toEqual(['opened']);
  });
});
