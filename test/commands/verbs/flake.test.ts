import { describe, expect, it } from 'vitest';
import { flake } from '../../../src/commands/verbs/flake.ts';
import { infra } from '../../../src/commands/verbs/infra.ts';
import { HOUR, kinds } from '../../policy/story.ts';
import { broken, Desk } from '../incident-desk.ts';

describe('/arch flake', () => {
  it('records the flake with its test, and reminds nobody', () => {
    const desk = new Desk();
    expect(desk.says(flake, '/arch flake TestEtcd/amd64 restart')).toBe('linux/s390x (e2e and unit failing since Tue 17 Nov 10:00 UTC) is recorded as a flake: TestEtcd/amd64 restart. Nobody is reminded. It closes by itself when it is green again. Take that back with /arch flake off.');
    expect(desk.live().classified).toMatchObject({ as: 'flake', by: 'olga', note: 'TestEtcd/amd64 restart' });
    desk.story.wait(100 * HOUR);
    expect(kinds(desk.live())).toEqual(['opened', 'classified']);
  });

  it('is said once; another test, or infra, replaces it', () => {
    const desk = new Desk();
    desk.says(flake, '/arch flake TestA');
    expect(desk.outcome(flake, '/arch flake', { by: 'petra' }).verdict).toBe('answered');
    desk.says(flake, '/arch flake TestB', { by: 'petra' });
    expect(desk.live().classified).toMatchObject({ by: 'petra', note: 'TestB' });
    expect(desk.says(infra, '/arch infra the runners lost their network.')).toContain('is recorded as a failure of the infrastructure (before: a flake, said by petra): the runners lost their network. It does not count against the platform');
  });

  it('is taken back with `off`', () => {
    const desk = new Desk();
    desk.says(flake, '/arch flake');
    expect(desk.says(infra, '/arch infra off')).toBe('linux/s390x is not recorded as a failure of the infrastructure, so nothing was changed.');
    expect(desk.says(flake, '/arch flake OFF')).toContain('is not recorded as a flake any more. If nobody takes it, there is a reminder on');
    expect(desk.live().classified).toBeNull();
    desk.says(flake, '/arch flake linux/s390x off by one', { slack: true });
    expect(desk.live().classified?.note).toBe('off by one');
  });

  it('takes a word of the text for no platform, where it is said on an incident', () => {
    const desk = new Desk();
    desk.says(infra, '/arch infra s390x machines were moved');
    expect(desk.live().classified?.note).toBe('s390x machines were moved');
    desk.says(infra, '/arch infra linux/ppc64le was moved too', { by: 'petra' });
    expect(desk.live().classified?.note).toBe('linux/ppc64le was moved too');
    desk.says(infra, '/arch infra linux/s390x again', { by: 'petra' });
    expect(desk.live().classified?.note).toBe('again');
    expect(desk.mistake(infra, '/arch infra the runners', { slack: true })).toContain('open now: linux/s390x (#7)');
  });

  it('is recorded of what somebody silenced, too', () => {
    const desk = new Desk(broken().act({ kind: 'closed', by: 'petra' }));
    expect(desk.outcome(flake, '/arch flake').verdict).toBe('done');
    expect(desk.live()).toMatchObject({ state: 'dismissed', classified: { as: 'flake' } });
  });

  it('that arrives late does not undo what was said since', () => {
    const desk = new Desk();
    desk.story.wait(2 * HOUR);
    desk.says(infra, '/arch infra');
    expect(desk.outcome(flake, '/arch flake', { at: desk.story.now - HOUR, by: 'petra' }).verdict).toBe('answered');
    expect(desk.outcome(infra, '/arch infra off', { at: desk.story.now - HOUR, by: 'petra' }).verdict).toBe('answered');
    expect(desk.live().classified?.as).toBe('infra');
  });
});
