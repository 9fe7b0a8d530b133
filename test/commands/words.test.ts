import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incidentsMeant, leadingJob, leadingPlatform, quoted, readDuration, readJob, readMoment, readPlatform, readUntil } from '../../src/commands/words.ts';
import { markdown } from '../../src/delivery/github/render/text.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Release } from '../../src/domain/project.ts';
import { says } from '../../src/domain/text.ts';
import { DAY, HOUR } from '../policy/story.ts';
import { line, NOW, onGitHub, someIncident, someProject, someScene, told, word } from './line-given.ts';

const project = someProject();

describe('a platform', () => {
  it.each([['linux/s390x', 'linux/s390x'], ['S390X', 'linux/s390x'], ['s390x-linux-gnu', 'linux/s390x'], ['`linux/s390x`', 'linux/s390x'], ['“linux/s390x”', 'linux/s390x'], ['„s390x“', 'linux/s390x'], ['‘s390x’', 'linux/s390x'], ['«s390x»', 'linux/s390x'], ['armhf', 'linux/arm/v7'], ['x86_64', 'linux/amd64']])('is read from %s', (text, id) => {
    expect(readPlatform(word(text), project)).toEqual({ ok: true, args: id });
  });

  it.each([
    ['linux/s390', 'no platform is called "linux/s390"; did you mean `linux/s390x`?'],
    ['s930x', 'no platform is called "s930x"; did you mean `linux/s390x`?'],
    ['windows/arm64', 'windows/arm64 is not tracked in demo, which tracks linux/amd64, linux/s390x and linux/arm/v7'],
    ['toaster', 'no platform is called "toaster"; demo tracks 3 platforms: linux/amd64, linux/s390x and linux/arm/v7'],
  ])('that is not tracked is pointed at: %s', (text, message) => {
    expect(readPlatform(word(text), project)).toEqual({ ok: false, mistake: { word: word(text), message } });
  });

  it.each([
    ['/arch ack', { platform: null, next: 0 }],
    ['/arch snooze 3d waiting', { platform: null, next: 0 }],
    ['/arch snooze s390x 3d', { platform: 'linux/s390x', next: 1 }],
    ['/arch infra “linux/s390x” the racks', { platform: 'linux/s390x', next: 1 }],
    ['/arch infra “flaky” racks', { platform: null, next: 0 }],
    ['/arch attempt https://github.com/demo/demo/pull/1', { platform: null, next: 0 }],
    ['/arch fixed-by demo/demo#12', { platform: null, next: 0 }],
    ['/arch infra pkg/kubelet needs more memory', { platform: null, next: 0 }],
    ['/arch infra and/or', { platform: null, next: 0 }],
    ['/arch ack linux/s39x', 'no platform is called "linux/s39x"; did you mean `linux/s390x`?'],
    ['/arch ack linux/toaster', 'no platform is called "linux/toaster"; demo tracks 3 platforms: linux/amd64, linux/s390x and linux/arm/v7'],
    ['/arch ack riscv64', 'linux/riscv64 is not tracked in demo, which tracks linux/amd64, linux/s390x and linux/arm/v7'],
  ])('may stand first in %s', (text, expected) => {
    expect(told(leadingPlatform(line(text), project))).toEqual(expected);
  });
});

describe('a job', () => {
  const named = (text: string): unknown => {
    const read = readJob(word(text), project);
    return read.ok ? `${read.args.platform} ${read.args.name}` : read.mistake.message;
  };
  it.each([
    ['ci-e2e-s390x', 'linux/s390x ci-e2e-s390x'],
    ['CI-E2E-s390x', 'linux/s390x ci-e2e-s390x'],
    ['board/ci-e2e-s390x', 'linux/s390x ci-e2e-s390x'],
    ['linux/s390x:unit', 'linux/s390x unit'],
    ['s390x:unit', 'linux/s390x unit'],
    ['unit', '2 jobs are called "unit"; say which: `linux/amd64:unit` and `linux/s390x:unit`'],
    ['ci-e2e-s39x', 'no job is called "ci-e2e-s39x"; did you mean `ci-e2e-s390x`?'],
    ['toaster:unit', 'no job is called "toaster:unit"; demo tracks 4 jobs, which `/arch status <platform>` lists'],
  ])('called %s is %s', (text, expected) => {
    expect(named(text)).toBe(expected);
  });

  it('whose name holds white space is read to its end', () => {
    const read = leadingJob(line('/arch mute conformance  (ARMHF) 3d flaky disk'), 0, project);
    expect(read).toMatchObject({ ok: true, args: { job: { name: 'conformance' }, next: 2 } });
    expect(leadingJob(line('/arch mute conformance 3d'), 0, project)).toMatchObject({ ok: true, args: { job: { name: 'conformance' }, next: 1 } });
  });

  it('that is missing or unknown is a mistake', () => {
    expect(told(leadingJob(line('/arch mute'), 0, project))).toBe('a job is missing here');
    expect(told(leadingJob(line('/arch mute confirmance 3d'), 0, project))).toBe('no job is called "confirmance"; did you mean `conformance`?');
  });
});

describe('a word that is repeated', () => {
  it('stands as it was typed, and is escaped once, where it is shown', () => {
    expect(quoted('C:\\new')).toBe('"C:\\new"');
    expect(markdown([says(quoted('C:\\new'))], { mention: false })).toBe('"C:\\\\new"');
    expect(quoted('x'.repeat(70))).toBe(`"${'x'.repeat(60)}…"`);
  });
});

describe('a duration', () => {
  it.each([['90s', 90_000], ['5m', 300_000], ['48h', 48 * HOUR], ['7d', 7 * DAY], ['2w', 14 * DAY], ['3D', 3 * DAY]])('is read from %s', (text, ms) => {
    expect(readDuration(word(text))).toEqual({ ok: true, args: ms });
  });
  it.each([
    ['1M', '"1M" may be minutes or months; write `1m` or `30d`'],
    ['3', '"3" is no duration; write a number and its unit, such as `90m`, `48h`, `7d` or `2w`: the unit is missing'],
    ['tomorrow', '"tomorrow" is no duration; write a number and its unit, such as `90m`, `48h`, `7d` or `2w`'],
    ['-3d', '"-3d" is in the past: a duration counts forward, such as `3d`'],
    ['−90m', '"−90m" is in the past: a duration counts forward, such as `90m`'],
    ['0h', '"0h" is no time at all'],
    ['500d', '"500d" is more than a year'],
    ['999999999w', '"999999999w" is more than a year'],
  ])('is not read from %s', (text, message) => {
    expect(told(readDuration(word(text)))).toBe(message);
  });
});

describe('a moment', () => {
  it.each([
    ['2d', NOW + 2 * DAY], ['2026-12-01', Date.UTC(2026, 11, 1)], ['2026-12-01T14:00Z', Date.UTC(2026, 11, 1, 14)], ['2026-12-01t14:00', Date.UTC(2026, 11, 1, 14)],
    ['2026-12-01T14:00:30.5Z', Date.UTC(2026, 11, 1, 14)], ['2026-12-01T14:00+02:00', Date.UTC(2026, 11, 1, 12)],
  ])('is read from %s, in UTC', (text, at) => {
    expect(readMoment(word(text), NOW)).toEqual({ ok: true, args: at });
  });
  it.each([
    ['2026-11-16', 'Mon 16 Nov 00:00 UTC is in the past; it is Tue 17 Nov 08:00 UTC now'],
    ['2026-02-30', '"2026-02-30" is no moment of the calendar'],
    ['2026-12-01T25:00Z', '"2026-12-01T25:00Z" is no moment of the calendar'],
    ['2036-12-01', 'Mon 1 Dec 2036 00:00 UTC is more than a year away'],
    ['0000-01-01', 'Sat 1 Jan 0 00:00 UTC is in the past; it is Tue 17 Nov 08:00 UTC now'],
    ['2020-01-01', 'Wed 1 Jan 2020 00:00 UTC is in the past; it is Tue 17 Nov 08:00 UTC now'],
    ['-3d', '"-3d" is in the past: a duration counts forward, such as `3d`'],
    ['friday', '"friday" is neither a duration nor a date; write `48h`, `7d`, `2026-12-01` or `2026-12-01T14:00Z`'],
  ])('is not read from %s', (text, message) => {
    expect(told(readMoment(word(text), NOW))).toBe(message);
  });
  it('may be over where that is meant', () => {
    expect(readMoment(word('2026-11-16'), NOW, { past: true })).toEqual({ ok: true, args: Date.UTC(2026, 10, 16) });
  });
});

describe('until the next release', () => {
  const release = (date: number | null): Release => ({ name: 'v1', branch: 'main', leads: [], ciSignal: [], quorum: 1, date, freeze: null, milestone: null, proposalExpires: DAY });
  const scene = (...dates: (number | null)[]) => someScene({ project: someProject({ releases: dates.map(release) }) });
  it.each(['next-release', 'Next-Release', 'next_release'])('is the soonest configured date to come: %s', (text) => {
    expect(readUntil(word(text), scene(NOW + 40 * DAY, null, NOW - DAY, NOW + 9 * DAY))).toEqual({ ok: true, args: NOW + 9 * DAY });
  });
  it('is a mistake where there is none, and says so', () => {
    expect(told(readUntil(word('next-release'), scene(NOW - DAY, null)))).toBe('demo has no release with a date to come in its configuration (`release.date`); give a duration or a date');
  });
  it('is suggested where it is misspelt', () => {
    expect(told(readUntil(word('next-relase'), scene()))).toBe('"next-relase" is no date; did you mean "next-release"?');
  });
  it('durations and dates are read too', () => {
    expect(readUntil(word('3d'), scene())).toEqual({ ok: true, args: NOW + 3 * DAY });
    expect(readUntil(word('3d'), scene(), NOW - DAY)).toEqual({ ok: true, args: NOW + 2 * DAY });
    expect(told(readUntil(word('3d'), scene(), NOW - 5 * DAY))).toBe('"3d" was over before this arrived, 5 d after it was said');
  });
});

describe('the incident that is meant', () => {
  const issue = (number: number) => ({ repo: 'demo/demo', number, url: `https://github.com/demo/demo/issues/${number}` });
  const here = someIncident({ id: 'here', issue: issue(7) });
  const stale = someIncident({ id: 'stale', kind: 'stale', openedAt: NOW + 1 });
  const put = someIncident({ id: 'put', state: 'dismissed', openedAt: NOW - DAY });
  const arm = someIncident({ id: 'arm', platform: 'linux/arm/v7', issue: issue(9) });
  const flood = someIncident({ id: 'flood', kind: 'flood', platform: 'linux/amd64', scope: 'everywhere' });
  const over = someIncident({ id: 'over', state: 'closed', closedAt: NOW - DAY, issue: issue(5) });
  const meant = (incidents: readonly Incident[], place = onGitHub(), platform: Parameters<typeof incidentsMeant>[2] = null): unknown => {
    const read = incidentsMeant(someScene({ incidents }), place, platform);
    return read.ok ? read.args.map((i) => i.id) : read.mistake.message;
  };

  it('is the one that it was said on', () => {
    expect(meant([arm, here], onGitHub({ incident: 'here' }))).toEqual(['here']);
    expect(meant([arm, put], onGitHub({ incident: 'put' }))).toEqual(['put']);
  });
  it('is that of the platform that is named, wherever it was said; open ones first', () => {
    expect(meant([put, stale, here, arm, flood], onGitHub({ incident: 'arm' }), 'linux/s390x')).toEqual(['here', 'stale', 'put']);
  });
  it('is that of the platform whose channel it was said in', () => {
    expect(meant([here, arm], onGitHub({ surface: 'slack', issue: null, platform: 'linux/arm/v7' }))).toEqual(['arm']);
  });
  it('has to be named elsewhere, and what is open is listed', () => {
    expect(meant([stale, here, arm, over])).toBe('it is not clear which incident is meant, so name its platform; open now: linux/s390x (#7), linux/arm/v7 (#9) and linux/s390x (stale)');
  });
  it('is none where none is open', () => {
    expect(meant([over])).toBe('no incident is open in demo');
    expect(meant([arm], onGitHub(), 'linux/s390x')).toBe('linux/s390x has no open incident; open now: linux/arm/v7 (#9)');
    expect(meant([flood], onGitHub(), 'linux/amd64')).toBe('linux/amd64 has no open incident');
  });
  it('that is over is said to be over, and since when', () => {
    const words = 'the incident of linux/s390x (#5) has been over since Mon 16 Nov 08:00 UTC';
    expect(meant([over], onGitHub({ incident: 'over' }))).toBe(words);
    expect(meant([over, arm], onGitHub(), 'linux/s390x')).toBe(`${words}; open now: linux/arm/v7 (#9)`);
    expect(meant([], onGitHub({ incident: 'gone' }))).toBe('this incident has been over for more than 30 days');
  });
  it('of a platform that fails with all the others is named', () => {
    const row = { key: 'k', name: 'unit', platform: 'linux/s390x', left: null } as unknown as Incident['jobs'][number];
    const everywhere = someIncident({ id: 'all', platform: 'linux/amd64', scope: 'everywhere', jobs: [row], issue: issue(3) });
    expect(meant([everywhere], onGitHub(), 'linux/s390x')).toBe('linux/s390x has no incident of its own: what fails there is part of linux/amd64 (#3); open now: linux/amd64 (#3)');
  });
});

describe('any word', () => {
  it('is read or is a mistake, and never an exception', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9T:Z+.-]{1,24}$/), fc.stringMatching(/^[a-z0-9/:"`_-]{1,20}$/), fc.constantFrom('__proto__', 'constructor', 'toString', 'linux/', '/', ':', '::', 'unit:', ':unit'));
    fc.assert(fc.property(text, (t) => {
      const w = word(t);
      const all = [readPlatform(w, project), readJob(w, project), readDuration(w), readMoment(w, NOW), readUntil(w, someScene()), leadingPlatform(line(`/arch x ${t}`), project), leadingJob(line(`/arch x ${t}`), 0, project)];
      const tooLong = all.filter((read) => !read.ok && read.mistake.message.length > 400);
      const past = [readMoment(w, NOW), readUntil(w, someScene())].filter((read) => read.ok && read.args <= NOW);
      expect([tooLong, past]).toEqual([[], []]);
    }), { numRuns: 300 });
  });

  it.each(['a', '1', '/', '"', '`', 'a/', 'linux/', 'x '])('of 64 KiB of %j is a mistake like any other', (piece) => {
    const w = word(piece.repeat(65_536 / piece.length));
    const long = line(`/arch x ${w.text}`);
    for (const read of [readPlatform(w, project), readJob(w, project), readDuration(w), readMoment(w, NOW), readUntil(w, someScene()), leadingJob(long, 0, project)]) expect(read.ok).toBe(false);
    expect(leadingPlatform(long, project).ok).toBe(true);
  });
});
