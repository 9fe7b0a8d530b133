import { describe, expect, it } from 'vitest';
import { asked, BUTTON, ON_ISSUE } from '../deciding-room.ts';

describe('rejecting', () => {
  it('decides alone, and keeps the reason', () => {
    const room = asked();
    expect(room.say('ivan', '/arch reject the fix lands today', ON_ISSUE(room))).toMatchObject({ verdict: 'done', text: 'Your rejection decides #12: ci-e2e-s390x on linux/s390x is not muted by this.' });
    expect(room.proposal).toMatchObject({ state: 'rejected', votes: [{ kind: 'reject', by: 'ivan', reason: 'the fix lands today', edition: 1 }] });
  });

  it('names its proposal or not, and a reason may begin with the number of something else', () => {
    expect(asked().say('ivan', '/arch reject #12 no').outcome?.proposals?.[0]?.proposal.votes).toMatchObject([{ reason: 'no' }]);
    const room = asked();
    expect(room.say('ivan', '/arch reject #7 fixes it', ON_ISSUE(room)).outcome?.proposals?.[0]?.proposal.votes).toMatchObject([{ reason: '#7 fixes it' }]);
    expect(asked().say('ivan', '/arch reject #7 fixes it').verdict).toBe('mistake');
  });

  it('needs a reason', () => {
    const room = asked();
    for (const line of ['/arch reject', '/arch reject #12', '/arch reject \u200B', '/arch reject #12 \u202E\u2800']) expect(room.say('ivan', line, ON_ISSUE(room)).text).toContain('A rejection needs a reason, which those who proposed it read. Nothing was changed.');
    expect(room.proposal.state).toBe('open');
  });

  it('is for release leads', () => {
    const room = asked();
    expect(room.say('porter', '/arch reject no', BUTTON(room)).verdict).toBe('refused');
    expect(room.proposal.votes).toEqual([]);
  });

  it('that was said before the last approval takes back what that brought about', () => {
    const room = asked();
    const before = room.now;
    room.say('ivan', '/arch approve', ON_ISSUE(room));
    room.say('maria', '/arch approve', ON_ISSUE(room));
    expect(room.muted).toEqual(['ci-e2e-s390x']);
    expect(room.say('anna', '/arch reject not now', BUTTON(room), before).verdict).toBe('done');
    expect([room.proposal.state, room.muted]).toEqual(['rejected', []]);
  });
});
