import { describe, expect, it } from 'vitest';
import { DAYS, Room } from '../deciding-room.ts';
import { evaluated, result } from '../ladder-given.ts';

function room(): Room {
  const here = new Room();
  here.ladder = evaluated();
  return here;
}

describe('/arch exception', () => {
  it('is recorded with its end and its reason', () => {
    const here = room();
    const before = here.now;
    const answer = here.say('ivan', '/arch exception s390x pass-rate 30d the lab is moving');
    expect(answer.outcome?.events).toMatchObject([{ kind: 'exception', platform: 'linux/s390x', criterion: 'pass-rate', until: here.now + 30 * DAYS, at: before, reason: 'the lab is moving', by: 'ivan' }]);
    expect(answer.text).toMatch(/^Recorded: pass-rate counts as met on linux\/s390x until .* UTC, and is shown as excepted\. As last evaluated it is met: 94% of 312 runs passed\. It ends by itself then\.$/);
  });

  it('counts from when it was said, where that arrives late', () => {
    const here = room();
    const said = here.now;
    here.wait(2 * DAYS);
    expect(here.say('ivan', '/arch exception s390x pass-rate 30d the lab is moving', {}, said).outcome?.events).toMatchObject([{ until: said + 30 * DAYS }]);
    const late = here.say('ivan', '/arch exception s390x pass-rate 1d the lab is moving', {}, said);
    expect([late.outcome, late.text]).toEqual([null, expect.stringContaining('was over before this arrived')]);
  });

  it('shortens no other, and says which of them counts', () => {
    const here = room();
    here.ladder = evaluated({ criteria: [result('pass-rate', { verdict: 'unmet', because: '60% passed', exceptedUntil: here.now + 200 * DAYS })] });
    expect(here.say('ivan', '/arch exception s390x pass-rate 30d the lab is moving').text).toMatch(/counts as met on linux\/s390x until \w+ \d+ Jun \d+ .* UTC, as an exception stands already that ends later than this one \(until .* Dec .*\), and is shown as excepted/);
  });

  it('is for release leads alone', () => {
    for (const login of ['olga', 'porter', 'nobody']) {
      const answer = room().say(login, '/arch exception s390x pass-rate 30d because');
      expect([login, answer.verdict, answer.outcome]).toEqual([login, 'refused', null]);
      expect(answer.text).toContain('release leads (demo/release-team)');
    }
  });

  it('needs a criterion that the ladder asks for, an end to come, and a reason', () => {
    const told = (line: string): string => room().say('ivan', line).text;
    expect(told('/arch exception s390x pass-rat 30d because')).toContain('did you mean "pass-rate"?');
    expect(told('/arch exception s390x parity 30d because')).toContain('No step of demo-steps asks for "parity"; it asks for pass-rate, time-at-step and sign-off');
    expect(told('/arch exception s390x')).toContain('A criterion is missing here');
    expect(told('/arch exception s390x pass-rate')).toContain('Until when is missing here');
    expect(told('/arch exception s390x pass-rate 2020-01-01 because')).toContain('Wed 1 Jan 2020 00:00 UTC is in the past');
    expect(told('/arch exception s390x pass-rate 30d')).toContain('An exception needs a reason');
  });

  it('does not lose the time of a day in the reason', () => {
    for (const time of ['14:00', '9:30', '14:00Z', '14:00:00', '14:00+02:00']) expect(room().say('ivan', `/arch exception s390x pass-rate 2026-12-24 ${time} the lab is moving`)).toMatchObject({ verdict: 'mistake', text: expect.stringMatching(/day and its time are one word, such as 2026-12-24T(?:14:00|09:30)Z/) as string });
    expect(room().say('ivan', '/arch exception s390x pass-rate 2026-12-24 14 disks are on order').outcome?.events).toMatchObject([{ reason: '14 disks are on order' }]);
    expect(room().say('ivan', '/arch mute ci-e2e-s390x 2026-12-24 14:00 the lab is moving').text).toContain('2026-12-24T14:00Z');
  });

  it('takes any criterion that there is while the ladder is not known', () => {
    expect(new Room().say('ivan', '/arch exception s390x parity 30d because').outcome?.events).toMatchObject([{ criterion: 'parity' }]);
  });
});
