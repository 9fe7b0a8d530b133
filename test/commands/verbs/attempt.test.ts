import { describe, expect, it } from 'vitest';
import { ack } from '../../../src/commands/verbs/ack.ts';
import { attempt } from '../../../src/commands/verbs/attempt.ts';
import { MOST_TRIES } from '../../../src/policy/fixes.ts';
import { kinds } from '../../policy/story.ts';
import { Case } from '../../policy/conflict-given.ts';
import { ConflictRoom, ELSEWHERE, SLACK } from '../conflict-room.ts';
import { Desk } from '../incident-desk.ts';
import { someIncident } from '../line-given.ts';

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

describe('/arch attempt against what is in a blocker\'s way', () => {
  const texts = (here: ConflictRoom): readonly string[] => here.given.conflict.tries.map((t) => t.text);
  const incident = (over = {}) => someIncident({ id: 'i1', platform: 'linux/ppc64le', issue: { repo: 'demo/demo', number: 7, url: 'https://github.com/demo/demo/issues/7' }, ...over });
  const both = (): ConflictRoom => Object.assign(new ConflictRoom(), { incidents: [incident()] });

  it('is recorded with the blocker where it is written there, whatever it begins with', () => {
    const here = both();
    expect(here.say('paula', '/arch attempt ppc64le emulation, same failure').text).toBe('What you tried is recorded with linux/ppc64le and #25243: release leads who decide can see it.');
    expect(here.say('paula', '/arch attempt linux/ppc64le https://github.com/demo/demo/pull/31').text).toContain('(2 tries so far)');
    expect(texts(here)).toEqual(['ppc64le emulation, same failure', 'https://github.com/demo/demo/pull/31']);
    expect(here.given.conflict.tries[1]?.url).toBe('https://github.com/demo/demo/pull/31');
    expect(here.incidents[0]?.tries).toEqual([]);
    expect(here.given.look().conflict.stage).toBe('fixing');
  });

  it('is recorded with both where the platform is named elsewhere, or on the incident, and says so', () => {
    for (const [line, place] of [['/arch attempt ppc64le gcc 15', SLACK], ['/arch attempt linux/ppc64le gcc 15', ELSEWHERE], ['/arch attempt gcc 15', { ...ELSEWHERE, incident: 'i1' }], ['/arch attempt gcc 15', { ...SLACK, platform: 'linux/ppc64le' as const }]] as const) {
      const here = both();
      const answer = here.say('porter', line, place);
      expect(answer.text).toContain('What you tried is recorded with linux/ppc64le.');
      expect(answer.text).toMatch(/What you tried is recorded with linux\/ppc64le and #25243: release leads who decide can see it\.$/);
      expect([line, texts(here), here.incidents[0]?.tries.map((t) => t.text)]).toEqual([line, ['gcc 15'], ['gcc 15']]);
    }
  });

  it('is not recorded with the blocker where what is broken is broken everywhere', () => {
    const here = Object.assign(new ConflictRoom(), { incidents: [incident({ scope: 'everywhere' })] });
    expect(here.say('porter', '/arch attempt gcc 15', { ...ELSEWHERE, incident: 'i1' }).verdict).toBe('done');
    expect(texts(here)).toEqual([]);
  });

  it('needs no incident, and says what is not clear', () => {
    const here = new ConflictRoom();
    expect(here.say('porter', '/arch attempt ppc64le gcc 15', SLACK).verdict).toBe('done');
    const unclear = here.say('porter', '/arch attempt gcc 15', SLACK);
    expect([unclear.verdict, unclear.text]).toEqual(['mistake', expect.stringContaining('It is not clear what it was tried against, so name the platform')]);
    expect(unclear.text).toContain('For example: /arch attempt linux/ppc64le gcc 15');
    expect(here.say('porter', '/arch attempt s390x gcc 15', SLACK).text).toContain('linux/s390x has no open incident');
  });

  it('goes on being recorded while the platform is off, on its reactivation issue and on its proposal', () => {
    const here = new ConflictRoom(new Case().turnOff()).filed();
    expect(here.say('porter', '/arch attempt binutils 2.45', here.onWayBack).text).toContain('whoever brings it back can see it');
    const asked = new ConflictRoom(new Case().look().giveUp('porter').look()).proposed();
    expect(asked.say('porter', '/arch attempt binutils 2.45', asked.onProposal).verdict).toBe('done');
    expect(asked.given.look().proposal().matter).toMatchObject({ case: { tries: [{ text: 'binutils 2.45' }] } });
  });

  it('is for owners and the release-signal team', () => {
    expect(new ConflictRoom().say('sina', '/arch attempt x').verdict).toBe('done');
    expect(new ConflictRoom().say('ivan', '/arch attempt x').verdict).toBe('refused');
  });
});
