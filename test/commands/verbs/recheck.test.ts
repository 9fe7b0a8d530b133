import { describe, expect, it } from 'vitest';
import { recheck } from '../../../src/commands/verbs/recheck.ts';
import type { Handle, Release } from '../../../src/domain/project.ts';
import { HOUR, Story } from '../../policy/story.ts';
import { mistake, reply, say, sceneOf } from '../asking.ts';

const story = (): Story => new Story([{ platform: 'linux/amd64', name: 'a' }, { platform: 'linux/s390x', name: 'a' }, { platform: 'linux/s390x', name: 'b' }]);
const release = (...leads: Handle[]): Release => ({ name: null, branch: 'master', leads, ciSignal: [], quorum: 2, date: null, freeze: null, milestone: null, proposalExpires: HOUR });

describe('reading the sources now', () => {
  it('is asked for, and says what is read and where to see it', () => {
    const scene = sceneOf(story(), { readAt: new Map([['grid', story().now - HOUR]]) });
    expect(say(recheck, '/arch recheck', scene).outcome).toMatchObject({ verdict: 'done', recheck: true });
    expect(reply(recheck, '/arch recheck', scene)).toBe([
      'The source is being read now:', '', '- grid: 3 jobs on 2 platforms; last read well on Tue 17 Nov 07:00 UTC', '',
      'What has changed shows in the incidents within moments, and in /arch status. Regular readings go on every 5 min.',
    ].join('\n'));
  });

  it('says which sources were never read', () => {
    const at = story();
    at.project = { ...at.project, sources: [...at.project.sources, { name: 'prow', kind: 'prow', url: 'http://127.0.0.1:1', api: 'legacy', guarded: false }], polling: { ...at.project.polling, every: { kind: 'cron', line: '*/5 * * * *' } } };
    const told = reply(recheck, '/arch recheck', sceneOf(at, { readAt: new Map() }));
    expect(told).toContain('All 2 sources are being read now:\n\n- grid: 3 jobs on 2 platforms; it has never been read well\n- prow: 0 jobs on 0 platforms; it has never been read well\n');
    expect(told).toContain('on the schedule */5 * * * *.');
  });

  it('is for release leads and the release-signal team', () => {
    const at = story();
    at.project = { ...at.project, releases: [release('@demo/managers', '@olga'), release('@Olga', '@otto')] };
    expect(say(recheck, '/arch recheck', sceneOf(at)).needs).toEqual({
      allowed: ['@demo/managers', '@olga', '@otto', '@demo/signal'],
      allowedAs: 'release leads (`demo/managers`, `olga` and `otto`) or the release-signal team (`demo/signal`)',
    });
    expect(say(recheck, '/arch recheck', sceneOf(story())).needs.allowedAs).toBe('release leads (nobody is declared) or the release-signal team (`demo/signal`)');
  });

  it('takes nothing more', () => {
    expect(mistake(recheck, '/arch recheck s390x', sceneOf(story()))).toContain('recheck reads everything and takes nothing more.');
  });
});
