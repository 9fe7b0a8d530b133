import { describe, expect, it } from 'vitest';
import { INVALID_GROUND } from '../deciding-cases.ts';
import { asked, ON_ISSUE } from '../deciding-room.ts';

describe('withdrawing', () => {
  it('is for whoever proposed it, from anywhere, and for the leads', () => {
    const room = asked();
    room.teams = { ...room.teams, '@demo/signal': [] };
    expect(room.say('Olga', `/arch withdraw ${room.proposal.id}`)).toMatchObject({ verdict: 'done', text: '#12 is taken back: ci-e2e-s390x on linux/s390x is not muted by this.' });
    expect(room.proposal.state).toBe('withdrawn');
    const other = asked();
    expect(other.say('ivan', '/arch withdraw', ON_ISSUE(other)).verdict).toBe('done');
  });

  it('is refused to others', () => {
    const room = asked();
    expect(room.say('sina', '/arch withdraw', ON_ISSUE(room)).text).toContain('Only olga, who proposed it, or release leads (demo/release-team) may use /arch withdraw here.');
    expect(room.proposal.state).toBe('open');
  });

  it('takes nothing back that is approved: what follows from that is ended in its own way', () => {
    const room = asked();
    room.say('ivan', '/arch approve', ON_ISSUE(room));
    room.say('maria', '/arch approve', ON_ISSUE(room));
    expect(room.say('olga', '/arch withdraw', ON_ISSUE(room)).verdict).toBe('refused');
    expect(room.muted).toEqual(['ci-e2e-s390x']);
  });

  it('works though its ground is gone, and makes room for another', () => {
    const room = asked();
    const project = room.project;
    room.project = INVALID_GROUND(project);
    expect(room.say('olga', '/arch withdraw', ON_ISSUE(room)).verdict).toBe('done');
    room.project = project;
    expect(room.say('olga', '/arch mute ci-e2e-s390x 3d once more').verdict).toBe('done');
    expect(room.proposals.map((p) => p.state)).toEqual(['withdrawn', 'open']);
  });
});
