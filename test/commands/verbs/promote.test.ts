import { describe, expect, it } from 'vitest';
import { Room, roomProject } from '../deciding-room.ts';
import { evaluated, result } from '../ladder-given.ts';

function room(over: Parameters<typeof evaluated>[0] = {}): Room {
  const here = new Room();
  here.ladder = evaluated(over);
  return here;
}
const READY = { ahead: [result('time-at-step', { step: 3 }), result('sign-off', { step: 3 })] };

describe('/arch promote', () => {
  it('asks the release leads to move the platform one step up, with the evidence', () => {
    const here = room(READY);
    const answer = here.say('olga', '/arch promote s390x solid for a month');
    expect(answer.verdict).toBe('done');
    expect(here.proposal.matter).toMatchObject({ kind: 'step', platform: 'linux/s390x', from: 2, to: 3, asked: 'solid for a month', because: ['time-at-step', 'sign-off'], before: { name: 'test' }, after: { name: 'release', release: 'on' } });
    expect(here.proposal).toMatchObject({ deciders: ['@demo/release-team'], quorum: 2, objectors: ['@porter', '@demo/s390x-owners'] });
    expect(answer.text).toContain('Move linux/s390x from test (2) to release (3)? 2 approvals of demo/release-team by');
    expect(answer.text).toContain('3 of 3 criteria met. 94% of 312 runs passed.');
  });

  it('says first what is missing, where something is', () => {
    const answer = room().say('olga', '/arch promote linux/s390x');
    expect(answer.text).toContain('1 of 3 criteria for release (3) is not met: move linux/s390x from test (2) to release (3) all the same?');
    expect(answer.text).toContain('2 of 3 criteria met; sign-off is unmet: No sign-off by conformance is on record.');
  });

  it('is for owners of that platform, release leads and the release-signal team', () => {
    for (const login of ['porter', 'paula', 'ivan', 'sina']) expect([login, room().say(login, '/arch promote s390x').verdict]).toEqual([login, 'done']);
    const stranger = room().say('nobody', '/arch promote s390x');
    expect(stranger.verdict).toBe('refused');
    expect(stranger.text).toContain('owners of linux/s390x, release leads (demo/release-team) or the release-signal team (demo/signal)');
  });

  it('changes nothing where there is no evidence, no step above, no leads, or a question about its step already', () => {
    const blind = new Room();
    expect(blind.say('olga', '/arch promote s390x').text).toBe('linux/s390x has not been evaluated on its ladder yet, which happens daily, so there is no evidence to decide by. Try again after that. Nothing was changed.');
    expect(room({ step: 3, next: null }).say('olga', '/arch promote s390x').text).toBe('linux/s390x stands on step 2 in the configuration, and was last evaluated on step 3. Try again after the next evaluation. Nothing was changed.');
    expect(room({ next: null }).say('olga', '/arch promote s390x').text).toBe('linux/s390x stands on test (2), the highest step of demo-steps. Nothing was changed.');
    const twice = room();
    twice.say('olga', '/arch promote s390x');
    twice.issue(12);
    expect(twice.say('sina', '/arch demote s390x').text).toMatch(/^A step of linux\/s390x is to be decided already, in #12: to move linux\/s390x from test \(2\) to release \(3\)\. Say what you know there; \/arch withdraw step-linux-s390x-\w+ takes it back\. Nothing was changed\.$/);
    expect(twice.proposals).toHaveLength(1);
    const leaderless = room();
    leaderless.project = roomProject({ releases: [] });
    expect(leaderless.say('olga', '/arch promote s390x').text).toBe('A change of step is for release leads to decide, and none are declared: see release.leads in config/demo.yml. Nothing was changed.');
  });

  it('is decided like every proposal, and over where the platform stands elsewhere by then', () => {
    const here = room(READY);
    here.say('olga', '/arch promote s390x');
    here.issue(12);
    here.say('ivan', '/arch approve #12');
    expect(here.say('maria', '/arch approve #12').text).toContain('so it is approved');
    const late = room(READY);
    late.say('olga', '/arch promote s390x');
    late.project = { ...late.project, platforms: late.project.platforms.map((p) => ({ ...p, step: 3 })) };
    expect(late.say('ivan', `/arch approve ${late.proposal.id}`).text).toContain('linux/s390x stands on release (3) already');
  });
});
