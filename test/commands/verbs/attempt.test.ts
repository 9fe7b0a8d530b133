import { describe, expect, it } from 'vitest';
import { ack } from '../../../src/commands/verbs/ack.ts';
import { attempt } from '../../../src/commands/verbs/attempt.ts';
import { MOST_TRIES } from '../../../src/policy/fixes.ts';
import { kinds } from '../../policy/story.ts';
import { Desk } from '../incident-desk.ts';

describe('/arch attempt', () => {
  it('records what was tried, and gives it to who tried', () => {
    const desk = new Desk();
    expect(desk.says(attempt, '/arch attempt amd64 emulation, see https://ci.example/42')).toBe('What you tried is recorded with linux/s390x. You have it now, as nobody had; give it back with /arch unack.');
    expect(desk.live()).toMatchObject({ acknowledged: { by: 'olga' }, tries: [{ text: 'amd64 emulation, see https://ci.example/42', url: 'https://ci.example/42' }] });
  });

  it('leaves it with who has it', () => {
    const desk = new Desk();
    desk.says(ack, '/arch ack', { by: 'petra' });
    desk.says(attempt, '/arch attempt one');
    expect(desk.says(attempt, '/arch attempt two')).toBe('What you tried is recorded with linux/s390x (2 tries so far).');
    expect(desk.live().acknowledged?.by).toBe('petra');
  });

  it('records nothing twice when it is delivered twice', () => {
    const desk = new Desk();
    desk.says(attempt, '/arch attempt one', { source: 'c1:1' });
    expect(desk.outcome(attempt, '/arch attempt one', { source: 'c1:1' }).verdict).toBe('answered');
    expect(kinds(desk.live())).toEqual(['opened', 'attempted', 'acknowledged']);
  });

  it('keeps so many, and says so', () => {
    const desk = new Desk();
    for (let i = 0; i < MOST_TRIES; i++) desk.says(attempt, '/arch attempt again');
    expect(desk.outcome(attempt, '/arch attempt again').verdict).toBe('refused');
    expect(desk.says(attempt, '/arch attempt again')).toContain('write it as a comment');
  });

  it('needs to be told what', () => {
    const desk = new Desk();
    expect(desk.mistake(attempt, '/arch attempt')).toContain('What was tried is missing');
    expect(desk.mistake(attempt, '/arch attempt linux/s390x', { slack: true })).toContain('What was tried is missing');
  });
});
