import { describe, expect, it } from 'vitest';
import { downtime } from '../../../src/commands/verbs/downtime.ts';
import { DAY, HOUR, kinds, Story } from '../../policy/story.ts';
import { AMD64, Desk, PPC, S390X, UNIT } from '../incident-desk.ts';

const NEW_DISKS = '/arch downtime linux/s390x now 4h new disks';

describe('/arch downtime', () => {
  it('plans a downtime from now, says what it means and which incident it quiets', () => {
    const desk = new Desk();
    expect(desk.says(downtime, NEW_DISKS)).toBe([
      'linux/s390x is in a planned downtime until Tue 17 Nov 16:00 UTC: what breaks there opens no incident and joins none. End it early with /arch downtime linux/s390x end.',
      'Open now: linux/s390x (e2e and unit failing since Tue 17 Nov 10:00 UTC). Nobody is reminded of it during the downtime, and it closes as usual when it is green again.',
    ].join('\n\n'));
    expect(desk.story.quiets).toEqual([expect.objectContaining({
      kind: 'downtime', project: 'demo', platform: 'linux/s390x', from: desk.story.now, to: desk.story.now + 4 * HOUR, reason: 'new disks', by: 'olga', ended: null, revision: 1,
    })]);
  });

  it('keeps what breaks in it from opening anything', () => {
    const desk = new Desk(new Story([{ platform: 'linux/amd64', name: 'e2e' }, { platform: 'linux/s390x', name: 'e2e' }]));
    expect(desk.says(downtime, '/arch downtime s390x now 9h', { slack: true })).not.toContain('Open now');
    desk.story.hours({ [AMD64]: 'PPPP', [S390X]: 'PFFF' });
    expect(desk.story.incidents).toEqual([]);
  });

  it('reads days and times, and names both ends of one to come', () => {
    const desk = new Desk();
    expect(desk.says(downtime, '/arch downtime linux/s390x 2026-12-24 2026-12-27T08:00Z moving')).toContain('is in a planned downtime from Thu 24 Dec 00:00 UTC until Sun 27 Dec 08:00 UTC');
    desk.says(downtime, '/arch downtime linux/s390x 2026-12-01T10:00+01:00 2h');
    expect(desk.story.quiets[1]).toMatchObject({ from: Date.parse('2026-12-01T09:00Z'), to: Date.parse('2026-12-01T11:00Z') });
    desk.says(downtime, '/arch downtime linux/s390x 2026-11-17 2026-11-18');
    expect(desk.story.quiets[2]).toMatchObject({ from: Date.parse('2026-11-17'), to: Date.parse('2026-11-18') });
  });

  it('says of an identical one that it is there, whoever asks', () => {
    const desk = new Desk();
    desk.says(downtime, NEW_DISKS);
    desk.story.now += 20_000;
    expect(desk.outcome(downtime, NEW_DISKS, { by: 'petra', slack: true }).verdict).toBe('answered');
    expect(desk.says(downtime, NEW_DISKS)).toBe('A downtime of linux/s390x until Tue 17 Nov 16:00 UTC is planned already, by olga.');
    expect(desk.story.quiets).toHaveLength(1);
    desk.says(downtime, '/arch downtime linux/s390x now 5h');
    expect(desk.story.quiets).toHaveLength(2);
  });

  it('gives the same plan, said once and delivered twice, the same id', () => {
    const id = (at: number) => new Desk().outcome(downtime, NEW_DISKS, { at }).quiets?.[0]?.quiet.id;
    const { now } = new Desk().story;
    expect(id(now - 1_000)).toBe(id(now - 1_000));
    expect(id(now - 1_000)).not.toBe(id(now - 3_000));
    expect(id(now)).toMatch(/^downtime-demo-linux-s390x-[a-z0-9-]+$/);
  });

  it.each([
    ['/arch downtime', 'The platform is missing'], ['/arch downtime s390x', 'When it begins is missing'], ['/arch downtime s390x now', 'When it ends is missing'],
    ['/arch downtime s390 now 4h', 'did you mean linux/s390x?'], ['/arch downtime s390x tomorrow 4h', '"tomorrow" is neither'],
    ['/arch downtime s390x 2026-12-24 2026-12-24', 'days begin at 00:00 UTC'], ['/arch downtime s390x 2026-12-24 2026-12-23', 'It would end on Wed 23 Dec'],
    ['/arch downtime s390x 2026-11-01 30d', 'A downtime cannot begin on Sun 1 Nov 00:00 UTC'], ['/arch downtime s390x now 91d', '90 days at most'],
    ['/arch downtime s390x 2026-11-17 2h', 'It would be over already'], ['/arch downtime s390x now 4x', '"4x" is no duration'],
  ])('says what is wrong with %s', (line, message) => {
    expect(new Desk().mistake(downtime, line)).toContain(message);
  });

  it('may be planned by the owners of the platform and the release-signal team', () => {
    expect(new Desk().needs(downtime, '/arch downtime linux/ppc64le now 1h').allowed).toEqual(['@demo/ppc64le-owners', '@demo/signal']);
  });

  it('is in the audit', () => {
    const { audit, quiets } = new Desk().outcome(downtime, NEW_DISKS);
    expect(audit).toEqual([expect.objectContaining({ entity: `quiet:${quiets?.[0]?.quiet.id}`, what: 'downtime-planned', actor: 'github:olga' })]);
  });
});

describe('/arch downtime <platform> end', () => {
  it('ends it early, and reminders need not wait for its planned end', () => {
    const desk = new Desk();
    desk.says(downtime, '/arch downtime linux/s390x now 50h');
    desk.story.wait(30 * HOUR);
    expect(desk.live().remindAt).toBe(desk.story.quiets[0]?.to);
    expect(desk.says(downtime, '/arch downtime s390x end', { by: 'petra' })).toBe('The downtime of linux/s390x is over, 20 h before its time. A job there counts as broken again with its first run that begins from now on.');
    expect(desk.story.quiets[0]).toMatchObject({ ended: { by: 'petra', at: desk.story.now }, revision: 2 });
    expect(desk.live().remindAt).toBe(desk.story.now + 20 * HOUR);
    desk.story.wait(20 * HOUR);
    expect(kinds(desk.live())).toContain('reminded');
  });

  it('ends every one that is in force, and else cancels the next', () => {
    const desk = new Desk();
    desk.says(downtime, NEW_DISKS);
    desk.says(downtime, '/arch downtime linux/s390x now 6h');
    desk.says(downtime, '/arch downtime linux/s390x 2026-12-24 3d');
    expect(desk.says(downtime, '/arch downtime linux/s390x end')).toContain('is over, 6 h before its time');
    expect(desk.story.quiets.filter((q) => q.ended !== null)).toHaveLength(2);
    expect(desk.says(downtime, '/arch downtime linux/s390x OFF')).toBe('The downtime of linux/s390x from Thu 24 Dec 00:00 UTC until Sun 27 Dec 00:00 UTC is cancelled.');
    expect(desk.outcome(downtime, '/arch downtime linux/s390x end').verdict).toBe('answered');
    expect(desk.says(downtime, '/arch downtime linux/s390x end')).toBe('linux/s390x has no downtime, now or to come. Nothing was changed.');
  });

  it('says that another one follows, also where that begins before the planned end of this one', () => {
    const desk = new Desk();
    desk.says(downtime, '/arch downtime linux/s390x now 4h');
    desk.says(downtime, '/arch downtime linux/s390x 2h 6h');
    desk.says(downtime, '/arch downtime linux/s390x 2026-12-24 3d');
    expect(desk.says(downtime, '/arch downtime linux/s390x end')).toMatch(/is over, 4 h before its time\..* from now on\. Another one is planned from Tue 17 Nov 14:00 UTC until Tue 17 Nov 20:00 UTC; say this once more to cancel that too\.$/);
    expect(desk.says(downtime, '/arch downtime linux/s390x end')).toMatch(/is cancelled\. Another one is planned from Thu 24 Dec/);
    expect(desk.says(downtime, '/arch downtime linux/s390x end')).toMatch(/is cancelled\.$/);
  });

  it('lets the same one be planned again after it was cancelled', () => {
    const desk = new Desk();
    const plan = '/arch downtime linux/s390x 2026-12-24 3d';
    desk.says(downtime, plan);
    desk.says(downtime, '/arch downtime linux/s390x end');
    desk.story.now += DAY;
    expect(desk.outcome(downtime, plan).verdict).toBe('done');
  });

  it('lets a breakage count again with the first run after it', () => {
    const desk = new Desk(new Story([{ platform: 'linux/amd64', name: 'e2e' }, { platform: 'linux/s390x', name: 'e2e' }, { platform: 'linux/s390x', name: 'unit' }, { platform: 'linux/ppc64le', name: 'e2e' }]));
    desk.says(downtime, '/arch downtime linux/s390x now 3d', { slack: true });
    desk.story.hours({ [AMD64]: 'PPPP', [PPC]: 'PPPP', [S390X]: 'PFFF', [UNIT]: 'PPPP' });
    desk.says(downtime, '/arch downtime linux/s390x end', { slack: true });
    desk.story.wait(HOUR / 2);
    expect(desk.story.incidents).toEqual([]);
    desk.story.hours({ [AMD64]: 'P', [S390X]: 'F' });
    expect(desk.live().platform).toBe('linux/s390x');
  });
});
