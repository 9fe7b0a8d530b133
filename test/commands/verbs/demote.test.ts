import { describe, expect, it } from 'vitest';
import { Room, roomProject } from '../deciding-room.ts';
import { evaluated, result } from '../ladder-given.ts';

function room(over: Parameters<typeof evaluated>[0] = {}): Room {
  const here = new Room();
  here.ladder = evaluated(over);
  return here;
}

describe('/arch demote', () => {
  it('asks the release leads to move the platform one step down, with what does not hold', () => {
    const here = room({ criteria: [result('owners-declared'), result('pass-rate', { verdict: 'unmet', because: '40% of 20 runs passed; 75% is needed.' })] });
    const answer = here.say('olga', '/arch demote linux/s390x nobody answers');
    expect(here.proposal.matter).toMatchObject({ from: 2, to: 1, because: ['pass-rate'], asked: 'nobody answers' });
    expect(answer.text).toContain('Move linux/s390x from test (2) to build (1)?');
    expect(answer.text).toContain('1 of 2 criteria met; pass-rate is unmet: 40% of 20 runs passed; 75% is needed.');
  });

  it('does not hold against it what a documented exception covers, and tells that apart from what is met', () => {
    const here = room({ criteria: [result('owners-declared'), result('pass-rate', { verdict: 'unmet', exceptedUntil: Date.UTC(2026, 11, 31) }), result('run-cadence', { verdict: 'unmet', because: 'No run for 3 d.' })] });
    const { text } = here.say('olga', '/arch demote s390x');
    expect(text).toContain('1 of 3 criteria met, 1 excepted; run-cadence is unmet: No run for 3 d.');
    expect(text).not.toContain('Also not met');
  });

  it('says first that everything holds, where it does', () => {
    const here = room();
    expect(here.say('olga', '/arch demote s390x').text).toContain('Every criterion of test (2) is met: move linux/s390x from test (2) to build (1) all the same?');
    expect(here.proposal.matter).toMatchObject({ because: [] });
  });

  it('does not say that everything holds where most of it is excepted, as it is while the ladder is new', () => {
    const excepted = { verdict: 'unmet', exceptedUntil: Date.UTC(2027, 6, 23), because: 'There is no job to judge by.' } as const;
    const { text } = room({ criteria: [result('owners-declared', { because: '3 owners.' }), result('pass-rate', excepted), result('suites-present', excepted)] }).say('olga', '/arch demote s390x');
    expect(text).toContain('Every criterion of test (2) is met or excepted: move linux/s390x from test (2) to build (1) all the same?');
    expect(text).toContain('Evidence: 1 of 3 criteria met, 2 excepted. 3 owners.');
    expect(text).not.toContain('no job to judge by');
  });

  it('is for owners too, who can also object to it, and not for others', () => {
    expect(room().say('porter', '/arch demote s390x').verdict).toBe('done');
    expect(room().say('nobody', '/arch demote s390x').verdict).toBe('refused');
    const here = room();
    here.say('olga', '/arch demote s390x');
    expect(here.say('porter', `/arch object ${here.proposal.id} the lab is being mended`).verdict).toBe('done');
  });

  it('ends at the lowest step', () => {
    const here = room({ step: 0, next: 1, criteria: [] });
    here.project = roomProject();
    here.project = { ...here.project, platforms: here.project.platforms.map((p) => ({ ...p, step: 0 })) };
    expect(here.say('olga', '/arch demote s390x').text).toBe('linux/s390x stands on off (0), the lowest step of demo-steps. Nothing was changed.');
  });
});
