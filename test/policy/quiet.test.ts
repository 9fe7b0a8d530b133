import { describe, expect, it } from 'vitest';
import { nextDeadline } from '../../src/domain/incident.ts';
import { snooze } from '../../src/policy/acts.ts';
import { afterDowntime, endedQuiet } from '../../src/policy/downtimes.ts';
import { downUntil, heard } from '../../src/policy/quiet.ts';
import { allAsks, DAY, HOUR, kinds, standing, Story } from './story.ts';

const S390X = 'linux/s390x e2e';
const UNIT = 'linux/s390x unit';
const AMD64 = 'linux/amd64 e2e';
const PPC = 'linux/ppc64le e2e';
const ports = (staleAfter = 48 * HOUR) => {
  const thresholds = { staleAfter };
  return new Story([
    { platform: 'linux/amd64', name: 'e2e', thresholds }, { platform: 'linux/s390x', name: 'e2e', thresholds },
    { platform: 'linux/s390x', name: 'unit', thresholds }, { platform: 'linux/ppc64le', name: 'e2e', thresholds },
  ]);
};
const well = (letters: string) => ({ [AMD64]: letters, [PPC]: letters, [UNIT]: letters });
const down = { platform: 'linux/s390x' } as const;

describe('a downtime', () => {
  it('opens no incident for what breaks in it, and opens one with the first run after it that fails', () => {
    const story = ports().hours({ ...well('PPP'), [S390X]: 'PPP' }).quiet(down, 5 * HOUR);
    story.hours({ [AMD64]: 'PPPP', [PPC]: 'PPPP', [S390X]: 'FFFF', [UNIT]: 'FFFF' });
    expect(story.incidents).toEqual([]);
    story.wait(2 * HOUR);
    expect(story.incidents).toEqual([]);
    story.hours({ ...well('P'), [S390X]: 'F' });
    expect(standing(story.live())).toEqual([S390X]);
  });

  it('takes nothing for broken that comes back green', () => {
    const story = ports().hours({ ...well('PPP'), [S390X]: 'PPP' }).quiet(down, 5 * HOUR);
    story.hours({ ...well('PPPPPPP'), [S390X]: 'FFFF.PP' });
    expect(story.incidents).toEqual([]);
  });

  it('counts silence from its end', () => {
    const story = ports().hours({ ...well('PPP'), [S390X]: 'PPP' }).quiet(down, 72 * HOUR);
    const end = story.now + 72 * HOUR;
    while (story.now < end + 47 * HOUR) {
      story.hours({ [AMD64]: 'P', [PPC]: 'P' });
      expect(story.incidents).toEqual([]);
    }
    story.hours({ [AMD64]: 'PP', [PPC]: 'PP' });
    expect(story.live()).toMatchObject({ kind: 'stale', platform: 'linux/s390x' });
    expect(standing(story.live()).sort()).toEqual([S390X, UNIT]);
  });

  it('lets no job join an incident that is open, and lets those in it recover', () => {
    const story = ports().hours({ ...well('PPPP'), [S390X]: 'PFFF' }).quiet(down, 20 * HOUR);
    story.hours({ [AMD64]: 'PPP', [PPC]: 'PPP', [S390X]: 'FFF', [UNIT]: 'FFF' });
    expect(standing(story.live())).toEqual([S390X]);
    story.hours({ [AMD64]: 'PP', [PPC]: 'PP', [S390X]: 'PP', [UNIT]: 'FF' });
    expect(story.incidents.map((i) => i.closedBy)).toEqual(['recovery']);
  });

  it('puts reminder and escalation off to its end, the one after the other', () => {
    const story = ports(100 * DAY).hours({ ...well('PPPP'), [S390X]: 'PFFF' }).quiet(down, 100 * HOUR);
    const end = story.now + 100 * HOUR;
    for (let i = 0; i < 99; i++) story.wait(HOUR);
    expect(kinds(story.live())).toEqual(['opened']);
    expect(nextDeadline(story.live())).toBe(end);
    story.wait(HOUR);
    expect(kinds(story.live())).toEqual(['opened', 'reminded']);
    story.wait(2 * HOUR);
    expect(kinds(story.live())).toEqual(['opened', 'reminded', 'escalated']);
  });

  it('puts off the one comment on a silenced breakage too', () => {
    const story = ports(100 * DAY).hours({ ...well('PPPP'), [S390X]: 'PFFF' }).issue().act({ kind: 'closed', by: 'olga' }).quiet(down, 80 * HOUR);
    story.wait(79 * HOUR);
    expect(kinds(story.live())).not.toContain('still-failing');
    story.wait(HOUR);
    expect(kinds(story.live())).toContain('still-failing');
  });

  it('needs not be waited for when it ends early', () => {
    const story = ports(100 * DAY).hours({ ...well('PPPP'), [S390X]: 'PFFF' }).quiet(down, 100 * HOUR).wait(30 * HOUR);
    expect(story.live().remindAt).toBe(story.quiets[0]!.to);
    story.quiets = story.quiets.map((q) => endedQuiet(q, 'olga', story.now));
    story.does('olga', (i, c) => afterDowntime(i, c));
    expect(story.live()).toMatchObject({ remindAt: story.now + 24 * HOUR });
    expect(story.does('olga', (i, c) => afterDowntime(i, c))).toBeNull();
  });

  it('is one with the next where they follow without a gap', () => {
    const story = ports().quiet(down, 5 * HOUR);
    story.quiets.push({ ...story.quiets[0]!, id: 'next', from: story.now + 5 * HOUR, to: story.now + 9 * HOUR });
    expect(downUntil(story.quiets, 'linux/s390x', story.now)).toBe(story.now + 9 * HOUR);
    expect(downUntil(story.quiets, 'linux/s390x', story.now + 9 * HOUR)).toBeNull();
    expect(downUntil(story.quiets, 'linux/ppc64le', story.now)).toBeNull();
  });

  it('that was cancelled before it began silences nothing', () => {
    const story = ports().hours({ ...well('PPP'), [S390X]: 'PPP' });
    story.quiet(down, DAY);
    story.quiets = story.quiets.map((q) => endedQuiet({ ...q, from: story.now + 10 * HOUR }, 'olga', story.now + 4 * HOUR));
    story.wait(HOUR).hours({ ...well('PPP'), [S390X]: 'FFF' });
    expect(story.live().platform).toBe('linux/s390x');
  });

  it('tells the end of a snooze that falls into it, and asks nobody before it is over', () => {
    const story = ports(100 * DAY).hours({ ...well('PPPP'), [S390X]: 'PFFF' }).quiet(down, 60 * HOUR);
    story.does('olga', (i, c) => snooze(i, { until: c.now + 10 * HOUR, reason: null }, c));
    for (let i = 0; i < 59; i++) story.wait(HOUR);
    expect(kinds(story.live())).toEqual(['opened', 'snoozed', 'woken']);
    story.wait(HOUR);
    expect(kinds(story.live())).toContain('reminded');
  });

  it('of the reference platform blames no port\'s breakage on everybody', () => {
    const story = ports().hours({ ...well('PPP'), [S390X]: 'PPP' }).quiet({ platform: 'linux/amd64' }, 20 * HOUR);
    story.hours({ [AMD64]: 'FFFF', [PPC]: 'PPPP', [UNIT]: 'PPPP', [S390X]: 'FFFF' });
    expect(story.live()).toMatchObject({ platform: 'linux/s390x', scope: 'here' });
    expect(allAsks(story)).toEqual(['@demo/s390x-owners']);
  });

  it('of the reference platform does not turn its own incident into everybody\'s', () => {
    const story = ports().hours({ [AMD64]: 'PFFF', [PPC]: 'PPPP', [UNIT]: 'PPPP', [S390X]: 'PP..' }).quiet({ platform: 'linux/amd64' }, 20 * HOUR);
    story.hours({ [AMD64]: 'FFF', [PPC]: 'PPP', [UNIT]: 'PPP', [S390X]: 'FFF' });
    expect(story.of('linux/amd64')?.scope).toBe('here');
    expect(story.of('linux/s390x')).toMatchObject({ state: 'open', scope: 'here' });
  });

  it('of a port is no company for the reference platform', () => {
    const story = ports().hours({ ...well('PPP'), [S390X]: 'PPP' }).quiet(down, 20 * HOUR);
    story.hours({ [AMD64]: 'FFF', [PPC]: 'PPP', [UNIT]: 'PPP', [S390X]: 'FFF' });
    expect(story.live()).toMatchObject({ platform: 'linux/amd64', scope: 'here' });
    expect(standing(story.live())).toEqual([AMD64]);
  });

  it('of one platform puts nothing off that others are broken in too', () => {
    const story = ports(100 * DAY).hours({ [AMD64]: 'PFFF', [S390X]: 'PFFF', [PPC]: 'PPPP', [UNIT]: 'PPPP' }).quiet({ platform: 'linux/amd64' }, 50 * HOUR);
    expect(story.live().scope).toBe('everywhere');
    story.wait(24 * HOUR);
    expect(kinds(story.live())).toContain('reminded');
  });

  it('lists no job as lost while it lasts', () => {
    const story = ports().hours({ ...well('PPP'), [S390X]: 'PPP' }).quiet(down, 60 * HOUR).problem(S390X, 'missing');
    for (const job of [AMD64, UNIT, PPC]) story.problem(job, 'unreadable');
    story.wait(50 * HOUR);
    expect(story.incidents).toEqual([]);
    story.wait(11 * HOUR);
    expect(story.live().kind).toBe('configuration');
  });
});

describe('a mute', () => {
  it('takes its job out of the incident, which is over with the last', () => {
    const story = ports().hours({ [AMD64]: 'PPPP', [PPC]: 'PPPP', [S390X]: 'PFFF', [UNIT]: 'PFFF' }).quiet({ job: S390X }, 50 * HOUR).decide();
    expect(story.live().facts.at(-1)).toMatchObject({ kind: 'left', why: 'muted', jobs: [{ name: 'e2e' }], asks: [] });
    expect(standing(story.live())).toEqual([UNIT]);
    story.quiet({ job: UNIT }, 50 * HOUR).decide();
    expect(story.incidents[0]).toMatchObject({ state: 'closed', closedBy: 'muted' });
    expect(kinds(story.incidents[0]!)).toEqual(['opened', 'left', 'left']);
  });

  it('keeps its job out, and lets the others of the platform in', () => {
    const story = ports().hours({ ...well('PPP'), [S390X]: 'PPP' }).quiet({ job: S390X }, 50 * HOUR);
    story.hours({ [AMD64]: 'PPP', [PPC]: 'PPP', [S390X]: 'FFF', [UNIT]: 'FFF' });
    expect(standing(story.live())).toEqual([UNIT]);
  });

  it('opens a new incident that links the old one when its job still fails after it, and no sooner', () => {
    const story = ports().hours({ ...well('PPPP'), [S390X]: 'PFFF' }).issue().quiet({ job: S390X }, 5 * HOUR);
    story.hours({ ...well('PPPP'), [S390X]: 'FFFF' }).wait(2 * HOUR);
    expect(story.incidents.map((i) => i.state)).toEqual(['closed']);
    story.hours({ ...well('P'), [S390X]: 'F' });
    expect(story.live().previous?.issue?.number).toBe(7);
    expect(kinds(story.live())).toEqual(['opened']);
  });

  it('lists its job as lost only afterwards', () => {
    const story = ports().hours({ ...well('PPP'), [S390X]: 'PPP' }).quiet({ job: S390X }, 60 * HOUR).problem(S390X, 'missing');
    for (const job of [AMD64, UNIT, PPC]) story.problem(job, 'unreadable');
    story.wait(50 * HOUR);
    expect(story.incidents).toEqual([]);
    story.wait(11 * HOUR);
    expect(story.live().kind).toBe('configuration');
  });

  it('calls a job recovered that is green by the time it is muted', () => {
    const story = ports().hours({ ...well('PPPP'), [S390X]: 'PFFF' });
    story.hours({ ...well('P'), [S390X]: 'P' }).quiet({ job: S390X }, 50 * HOUR).hours({ ...well('P'), [S390X]: 'P' });
    expect(story.incidents.map((i) => i.closedBy)).toEqual(['recovery']);
  });

  it('does not put off the reminders of what its platform\'s other jobs do', () => {
    const story = ports(100 * DAY).hours({ [AMD64]: 'PPPP', [PPC]: 'PPPP', [S390X]: 'PFFF', [UNIT]: 'PFFF' }).quiet({ job: S390X }, 50 * HOUR).wait(25 * HOUR);
    expect(kinds(story.live())).toContain('reminded');
  });
});

describe('the jobs as they are heard', () => {
  it('are the very same list while nothing is quiet, and while nothing about that changes', () => {
    const story = ports().hours({ ...well('PPPP'), [S390X]: 'PFFF' });
    const world = story.world();
    expect(heard(world)).toBe(world.jobs);
    story.quiet(down, DAY);
    const quiet = { ...world, quiets: story.quiets };
    const once = heard(quiet);
    expect(heard({ ...quiet, now: quiet.now + HOUR })).toBe(once);
    expect(once.map((j) => j.health)).toEqual(['passing', 'unknown', 'unknown', 'passing']);
    expect(heard({ ...quiet, now: quiet.now + DAY })).not.toBe(once);
  });

  it('are heard again when silence has lasted long enough, without anything being read', () => {
    const story = ports().hours({ ...well('PPP'), [S390X]: 'PPP' }).quiet({ job: S390X }, 60 * HOUR);
    story.now += 60 * HOUR;
    const world = { ...story.world(), quiets: story.quiets };
    const of = (now: number) => heard({ ...world, now }).map((j) => j.health);
    expect(of(world.now)).toEqual(['stale', 'unknown', 'stale', 'stale']);
    expect(of(world.now + 48 * HOUR)).toEqual(['stale', 'unknown', 'stale', 'stale']);
    expect(of(world.now + 48 * HOUR + 1)).toEqual(['stale', 'stale', 'stale', 'stale']);
  });
});
