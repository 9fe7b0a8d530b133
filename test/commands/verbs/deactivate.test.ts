import { describe, expect, it } from 'vitest';
import { Case } from '../../policy/conflict-given.ts';
import { blockerFound, ConflictRoom, SLACK } from '../conflict-room.ts';

describe('/arch deactivate', () => {
  it('opens a conflict, and says that nothing is turned off before the owners had their time', () => {
    const here = new ConflictRoom(null);
    const answer = here.say('ivan', '/arch deactivate linux/ppc64le the release cannot wait');
    expect(answer.verdict).toBe('done');
    expect(answer.text).toMatch(/^Nothing is turned off yet\. linux\/ppc64le is to be fixed first if it can be; without a fix the proposal to turn it off comes on Wed 18 Nov 08:00 UTC by itself\./);
    expect(answer.text).toContain('Two release leads write /arch no-time <reason>.');
    expect(here.given.conflict).toMatchObject({ stage: 'fixing', gaveUp: null, skips: [], openedBy: { by: 'ivan', reason: 'the release cannot wait' } });
  });

  it('skips nobody\'s time where the conflict is open, and says who can', () => {
    const here = new ConflictRoom();
    expect(here.say('ivan', '/arch deactivate')).toMatchObject({ verdict: 'answered', text: expect.stringContaining('two release leads who see no time for it write /arch no-time linux/ppc64le <reason>') as string });
    expect(here.given.changes).toHaveLength(1);
    expect(here.say('ivan', '/arch deactivate ppc64le', SLACK).verdict).toBe('answered');
  });

  it('says since when it is off, where it is', () => {
    const here = new ConflictRoom(new Case().turnOff()).filed();
    expect(here.say('ivan', '/arch deactivate ppc64le', SLACK).text).toContain('linux/ppc64le is off on master since Wed 18 Nov 09:00 UTC, on account of #25243 (way back: #77)');
  });

  it('needs a blocker, and one that blocks', () => {
    const here = new ConflictRoom(null);
    expect(here.say('ivan', '/arch deactivate ppc64le', SLACK).verdict).toBe('mistake');
    here.blocker = blockerFound({ labels: [] });
    expect(here.say('ivan', '/arch deactivate ppc64le').text).toContain('it carries no label release-blocker');
  });
});
