import { describe, expect, it } from 'vitest';
import { endsAt, OBJECTION_EXTENDS } from '../../../src/domain/proposal.ts';
import { asked, BUTTON, ON_ISSUE } from '../deciding-room.ts';

describe('objecting', () => {
  it('is for owners of the platform, is kept with its reason, and gives the leads more time', () => {
    const room = asked();
    const end = endsAt(room.proposal);
    expect(room.say('paula', '/arch object we are mending it', ON_ISSUE(room))).toMatchObject({ verdict: 'done', text: 'Your objection to #12 is shown to the release leads, who now have until Fri 20 Nov 20:01 UTC.' });
    expect(endsAt(room.proposal)).toBe(end + OBJECTION_EXTENDS);
    expect(room.proposal).toMatchObject({ state: 'open', votes: [{ kind: 'object', by: 'paula', reason: 'we are mending it' }] });
  });

  it('counts once for each, and adds time once', () => {
    const room = asked();
    room.say('paula', '/arch object we are mending it', ON_ISSUE(room));
    expect(room.say('paula', '/arch object really', BUTTON(room)).verdict).toBe('answered');
    expect(room.say('porter', '/arch object me too', ON_ISSUE(room)).text).toContain('is shown to the release leads, who have until Fri 20 Nov 20:01 UTC.');
  });

  it('is refused to others, leads included, with who may', () => {
    const room = asked();
    expect(room.say('ivan', '/arch object no', ON_ISSUE(room)).text).toContain('Only owners of linux/s390x (porter and demo/s390x-owners) may use /arch object here.');
    room.project = { ...room.project, platforms: room.project.platforms.map((p) => ({ ...p, owners: [] })) };
    expect(room.say('porter', '/arch object no', ON_ISSUE(room)).text).toContain('Only owners of linux/s390x (nobody is declared) may');
    expect(room.proposal.votes).toEqual([]);
  });

  it('needs a reason, and an undecided proposal', () => {
    const room = asked();
    expect(room.say('porter', '/arch object', ON_ISSUE(room)).text).toContain('An objection needs a reason');
    room.say('ivan', '/arch reject no', ON_ISSUE(room));
    expect(room.say('porter', '/arch object too late', ON_ISSUE(room))).toMatchObject({ verdict: 'refused', text: expect.stringContaining('That was before you said this. Nothing was changed.') as string });
  });
});
