import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../src/commands/grammar.ts';
import type { Conflict } from '../../../src/domain/conflict.ts';
import { BLOCKER, Case, found, projectOf, T } from '../../policy/conflict-given.ts';
import { HOUR } from '../../policy/story.ts';
import { onGitHub, saidBy } from '../line-given.ts';
import { ConflictRoom, SLACK } from '../conflict-room.ts';

describe('/arch give-up', () => {
  it('brings the proposal now, with the owner\'s reason', () => {
    const here = new ConflictRoom();
    expect(here.say('porter', '/arch give-up the linker has to be fixed upstream first')).toMatchObject({ verdict: 'done', text: 'Recorded for linux/ppc64le and #25243. Release leads are asked now to turn the linux/ppc64le build off for v1.37, in an issue of its own, which shows your reason. If it turns green all the same, that ends it.' });
    expect(here.given.look().conflict).toMatchObject({ stage: 'deciding', gaveUp: { by: 'porter', reason: 'the linker has to be fixed upstream first' } });
  });

  it('is for owners of the platform alone, and for the release-signal team where it has none', () => {
    for (const login of ['ivan', 'sina']) expect([login, new ConflictRoom().say(login, '/arch give-up x').verdict]).toEqual([login, 'refused']);
    expect(new ConflictRoom().say('ivan', '/arch give-up x').text).toContain('Only owners of linux/ppc64le (porter and demo/power) may use /arch give-up here.');
    const orphan = new ConflictRoom(new Case(projectOf({}, { owners: [] })));
    expect(orphan.say('sina', '/arch give-up x').verdict).toBe('done');
  });

  it('is said once, and not when it is decided on already', () => {
    const here = new ConflictRoom();
    here.say('porter', '/arch give-up');
    expect(here.say('paula', '/arch give-up too').text).toBe('porter has said so already, on Tue 17 Nov 08:00 UTC, so release leads are asked.');
    here.given.look();
    expect(here.say('paula', '/arch give-up').text).toMatch(/^The owners' time is over: linux\/ppc64le is in the way of #25243 since .* Nothing was changed\.$/);
  });

  it('is about the conflict of the blocker, of the proposal, of the platform that is named, or the only one', () => {
    for (const [line, place] of [['/arch give-up no way', undefined], ['/arch give-up linux/ppc64le no way', SLACK], ['/arch give-up ppc64le #25243 no way', SLACK], ['/arch give-up no way', SLACK]] as const) {
      const here = new ConflictRoom();
      expect([line, here.say('porter', line, place).verdict, here.given.conflict.gaveUp?.reason]).toEqual([line, 'done', 'no way']);
    }
    const here = new ConflictRoom(null);
    expect(here.say('porter', '/arch give-up', SLACK).text).toContain('No platform of demo stands in the way of a release blocker');
    expect(here.say('porter', '/arch give-up s390x', SLACK).text).toContain('linux/s390x stands in the way of no release blocker');
    const over = new ConflictRoom(new Case().look({ platform: 'green' }));
    expect(over.say('porter', '/arch give-up').text).toContain('linux/ppc64le (#25243) is over');
  });

  it('where several are open, is about the one that is named, and says which there are', () => {
    const first = new Case();
    const second = new Case(projectOf(), { blocker: { ...BLOCKER, number: 31, url: 'https://github.com/demo/demo/pull/31' } });
    const third = new Case(projectOf(), { found: found('linux/s390x') });
    const scene = { ...new ConflictRoom(first).scene, conflicts: [first.conflict, second.conflict, third.conflict] };
    const slack = onGitHub({ surface: 'slack', issue: null });
    const meant = (line: string, place = slack): unknown => {
      const parsed = parseCommand(line, scene, saidBy('porter', place));
      if (!parsed.ok) return parsed.mistake.message;
      const { conflict, reason } = parsed.args as { conflict: Conflict; reason: string };
      return [conflict.id, reason];
    };
    const which = '3 conflicts are open, so say which by its platform and the blocker\'s number: linux/ppc64le (#25243), linux/ppc64le (#31) and linux/s390x (#25243)';
    expect(meant('/arch give-up no way')).toBe(which);
    expect(meant('/arch give-up ppc64le no way')).toBe('2 conflicts are open, so say which by its platform and the blocker\'s number: linux/ppc64le (#25243) and linux/ppc64le (#31)');
    expect(meant('/arch give-up ppc64le #31 no way')).toEqual([second.conflict.id, 'no way']);
    expect(meant('/arch give-up #31: no way')).toEqual([second.conflict.id, 'no way']);
    expect(meant('/arch give-up s390x #4 is the upstream issue')).toEqual([third.conflict.id, '#4 is the upstream issue']);
    expect(meant('/arch give-up no way', onGitHub({ issue: { repo: 'Demo/demo', number: 31 } }))).toEqual([second.conflict.id, 'no way']);
    expect(meant('/arch give-up no way', onGitHub({ issue: { repo: 'demo/other', number: 31 } }))).toBe(which);
    expect(meant('/arch give-up linux/s390x no way', onGitHub({ issue: { repo: 'demo/demo', number: 25243 } }))).toEqual([third.conflict.id, 'no way']);
    expect(meant('/arch give-up no way', { ...slack, platform: 'linux/s390x' })).toEqual([third.conflict.id, 'no way']);
  });

  it('that was said before the conflict is not about it', () => {
    const here = new ConflictRoom();
    expect(here.say('porter', '/arch give-up', undefined, T - HOUR).text).toMatch(/^This arrived late: it was said on Tue 17 Nov 07:00 UTC, before .* Say it again if you mean it\. Nothing was changed\.$/);
  });
});

describe('/arch no-time', () => {
  it('takes two release leads, and shows their reasons', () => {
    const here = new ConflictRoom();
    expect(here.say('ivan', '/arch no-time we cut tonight').text).toBe('Recorded for linux/ppc64le and #25243: 1 of 2. The proposal comes at once when one more release lead writes /arch no-time <reason>. Otherwise the owners have until Wed 18 Nov 08:00 UTC.');
    expect(here.given.look().conflict.stage).toBe('fixing');
    expect(here.say('ivan', '/arch no-time again').text).toContain('You have said so already');
    expect(here.say('maria', '/arch no-time ppc64le the last blocker', SLACK).text).toBe('Recorded for linux/ppc64le and #25243: 2 of 2. The proposal comes now, in an issue of its own. What you said is no approval of it.');
    expect(here.given.look().conflict).toMatchObject({ stage: 'deciding', skips: [{ by: 'ivan', reason: 'we cut tonight' }, { by: 'maria', reason: 'the last blocker' }] });
    expect(here.say('anna', '/arch no-time x').text).toMatch(/^The owners' time is over already/);
  });

  it('needs a reason, and somebody who leads the release and did not write the blocker', () => {
    expect(new ConflictRoom().say('ivan', '/arch no-time').text).toContain('A reason is missing, which the owners read');
    expect(new ConflictRoom().say('porter', '/arch no-time now').text).toContain('Only release leads of v1.37 (ivan, maria, anna and smarter)');
    expect(new ConflictRoom().say('smarter', '/arch no-time now').text).toBe('You wrote #25243, so your word does not shorten the time that the owners of linux/ppc64le have. Two other release leads can. Nothing was changed.');
  });
});
