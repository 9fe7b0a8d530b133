import { describe, expect, it } from 'vitest';
import { BY_PROGRAM } from '../../../src/domain/proposal.ts';
import { INVALID_GROUND } from '../deciding-cases.ts';
import { asked, ON_ISSUE, Room } from '../deciding-room.ts';
import { evaluated } from '../ladder-given.ts';

describe('withdrawing', () => {
  it('is for whoever proposed it, from anywhere, and for the leads', () => {
    const room = asked();
    room.teams = { ...room.teams, '@demo/signal': [] };
    expect(room.say('Olga', `/arch withdraw ${room.proposal.id}`)).toMatchObject({ verdict: 'done', text: '#12 is taken back: ci-e2e-s390x on linux/s390x is not muted by this.' });
    expect(room.proposal.state).toBe('withdrawn');
    const other = asked();
    expect(other.say('ivan', '/arch withdraw', ON_ISSUE(other)).verdict).toBe('done');
  });

  it('of what the program proposed is for the leads, and nobody is sent to the program', () => {
    const room = asked();
    room.proposals = [{ ...room.proposal, proposer: { ...room.proposal.proposer, by: BY_PROGRAM } }];
    expect(room.say('sina', '/arch withdraw', ON_ISSUE(room)).text).toContain('Only release leads (demo/release-team) may use /arch withdraw here.');
    expect(room.say('ivan', '/arch withdraw', ON_ISSUE(room)).verdict).toBe('done');
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
    expect(room.say('olga', '/arch withdraw', ON_ISSUE(room))).toMatchObject({ verdict: 'refused', text: expect.stringMatching(/^Approved: .*That was before you said this\. Nothing was changed\. \S/) as string });
    expect(room.muted).toEqual(['ci-e2e-s390x']);
  });

  it('of an approved step says where that has come, and how it is dropped or undone', () => {
    const room = new Room();
    room.ladder = evaluated();
    expect(room.say('paula', '/arch promote linux/s390x').verdict).toBe('done');
    room.issue(12);
    for (const lead of ['ivan', 'maria']) expect(room.say(lead, '/arch approve', ON_ISSUE(room)).verdict).toBe('done');
    const carried = (state: 'open' | 'closed' | 'merged'): void => {
      room.proposals = [{ ...room.proposal, revision: room.proposal.revision + 1, pull: { repo: 'demo/demo', number: 15, url: 'https://github.example/demo/demo/pull/15', state, by: state === 'open' ? null : 'ivan', at: null } }];
    };
    const said = (): string => room.say('paula', '/arch withdraw', ON_ISSUE(room)).text;
    carried('open');
    expect(said()).toMatch(/^Approved: linux\/s390x moves .*It waits for demo\/demo#15\..* Nothing was changed\. Closing the pull request drops it\. Once it is merged, \/arch demote linux\/s390x <reason> proposes the way back\.$/);
    carried('merged');
    expect(said()).toMatch(/^Approved and done: .*Merged as demo\/demo#15 by ivan\..* Nothing was changed\. \/arch demote linux\/s390x <reason> proposes the way back\.$/);
    carried('closed');
    expect(said()).toMatch(/^Approved, and dropped: .* Nothing was changed\. It can be proposed again with \/arch promote linux\/s390x <reason>\.$/);
    expect(room.proposal.state).toBe('approved');
    // On the pull request itself nothing else can be meant, whatever is open besides.
    room.say('olga', '/arch mute ci-e2e-s390x 14d the lab is moving');
    const onPull = room.say('ivan', '/arch withdraw', { issue: { repo: 'Demo/demo', number: 15 } });
    expect([onPull.verdict, onPull.text]).toEqual(['refused', expect.stringMatching(/^Approved, and dropped: linux\/s390x/)]);
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
