import { describe, expect, it } from 'vitest';
import { Room } from '../deciding-room.ts';
import { evaluated, LADDER } from '../ladder-given.ts';

function room(): Room {
  const here = new Room();
  here.ladder = evaluated();
  here.teams = { ...here.teams, '@demo/conformance': ['carla'], '@Other/Team': ['otto'] };
  return here;
}

describe('/arch sign-off', () => {
  it('is recorded for a member of the group, a bare name being a team of the project\'s own organisation', () => {
    const here = room();
    const answer = here.say('carla', '/arch sign-off Conformance s390x');
    expect(answer.outcome?.events).toMatchObject([{ kind: 'sign-off', project: 'demo', platform: 'linux/s390x', group: 'conformance', by: 'carla', url: null }]);
    expect(answer.outcome?.events?.[0]?.id).toMatch(/^sign-off-linux-s390x-\w+$/);
    expect(answer.text).toBe('Recorded: conformance signs off on linux/s390x, by carla. The next evaluation counts it; /arch explain linux/s390x shows what else is asked.');
    expect(here.say('otto', '/arch sign-off @other/team s390x').outcome?.events).toMatchObject([{ group: '@Other/Team', by: 'otto' }]);
  });

  it('is for nobody else, release leads included', () => {
    for (const login of ['ivan', 'otto', 'porter']) expect(room().say(login, '/arch sign-off conformance s390x').text).toContain('demo/conformance');
    expect(room().say('ivan', '/arch sign-off conformance s390x').verdict).toBe('refused');
    expect(room().say('ivan', '/arch sign-off conformance s390x').outcome).toBeNull();
  });

  it('is a mistake for a group that nobody asks, and while the ladder is not known', () => {
    expect(room().say('carla', '/arch sign-off conformence s390x').text).toContain('did you mean "conformance"?');
    expect(room().say('carla', '/arch sign-off s390x').text).toContain('it asks conformance and other/team');
    expect(room().say('carla', '/arch sign-off conformance').text).toContain('The platform is missing here');
    expect(new Room().say('carla', '/arch sign-off conformance s390x').text).toContain('The ladder of demo has not been evaluated yet');
    const asksNobody = room();
    asksNobody.ladder = { ...evaluated(), ladder: { ...LADDER, steps: LADDER.steps.slice(0, 3) } };
    expect(asksNobody.say('carla', '/arch sign-off conformance s390x').text).toContain('No step of demo-steps asks for a sign-off');
  });
});
