import { describe, expect, it } from 'vitest';
import { mistakes, plus, valid } from './given.ts';

const timeout = (text: string): string[] => mistakes(plus(`escalation: { snooze: ${text} }`)).map((line) => line.slice('p.yml:13:23: escalation.snooze: '.length));

describe('a duration', () => {
  it('has a unit', () => {
    const milliseconds = ['90s', '5m', '48h', '7d', '250ms', '2w', '1.5h', '5 m'].map((text) => valid(plus(`escalation: { snooze: ${text} }`)).project.escalation.snooze);
    expect(milliseconds).toEqual([90_000, 300_000, 172_800_000, 604_800_000, 250, 1_209_600_000, 5_400_000, 300_000]);
  });

  it('without one, in several or in words is told how to write it', () => {
    const expected = 'expected a duration with its unit, such as `48h`; found ';
    expect(timeout('48')).toEqual([`${expected}the number 48; a unit is missing: s, m, h or d`]);
    expect(timeout('"48"')).toEqual([`${expected}"48"; a unit is missing: s, m, h or d`]);
    expect(timeout('1h30m')).toEqual([`${expected}"1h30m"; write it in one unit, 90m for an hour and a half`]);
    expect(timeout('1M')).toEqual([`${expected}"1M"; M may be minutes or months: write 1m or 30d`]);
    expect(timeout('2 days')).toEqual([`${expected}"2 days"; write 2d`]);
    expect(timeout('90 minutes')).toEqual([`${expected}"90 minutes"`]);
    expect(timeout('-5m')).toEqual([`${expected}"-5m"`]);
    expect(timeout('""')).toEqual([`${expected}""`]);
    expect(timeout('soon')).toEqual([`${expected}"soon"`]);
    expect(timeout('true')).toEqual([`${expected}\`true\``]);
  });

  it('is more than nothing and less than ten years', () => {
    expect(timeout('0s')).toEqual(['expected at least 1ms; found "0s"']);
    expect(timeout('3651d')).toEqual(['expected at most 3650d; found "3651d"']);
    expect(timeout('999999999w')).toEqual(['expected at most 3650d; found "999999999w"']);
  });
});

describe('polling.every', () => {
  const every = (text: string): unknown => valid(plus(`polling: { every: "${text}" }`)).project.polling.every;
  const wrong = (text: string): string[] => mistakes(plus(`polling: { every: "${text}" }`));

  it('is a duration or a cron line', () => {
    expect(every('90s')).toEqual({ kind: 'interval', ms: 90_000 });
    expect(every('*/10 * * * *')).toEqual({ kind: 'cron', line: '*/10 * * * *' });
    expect(every('0 6-22/8 * * 1-5')).toEqual({ kind: 'cron', line: '0 6-22/8 * * 1-5' });
  });

  it('is told what is wrong otherwise', () => {
    expect(wrong('61 * * * *')).toEqual(['p.yml:13:19: polling.every: expected a duration or a cron line, such as `5m`; found "61 * * * *"; a cron line has five fields: minute, hour, day of month, month, day of week']);
    expect(wrong('* * *')).toEqual(['p.yml:13:19: polling.every: expected a duration or a cron line, such as `5m`; found "* * *"; a cron line has five fields: minute, hour, day of month, month, day of week']);
    expect(wrong('50ms')).toEqual(['p.yml:13:19: polling.every: expected at least 100ms; found "50ms"']);
    expect(wrong('hourly')).toEqual(['p.yml:13:19: polling.every: expected a duration or a cron line, such as `5m`; found "hourly"']);
  });
});

describe('polling.body_limit', () => {
  const limit = (text: string): number => valid(plus(`polling: { body_limit: ${text} }`)).project.polling.bodyLimit;

  it('is a number of bytes or a size', () => {
    expect([limit('1024'), limit('64MiB'), limit('"64 MB"'), limit('1.5GiB'), limit('2000B'), limit('10KB')]).toEqual([1_024, 67_108_864, 64_000_000, 1_610_612_736, 2_000, 10_000]);
  });

  it('is told what is wrong otherwise', () => {
    expect(mistakes(plus('polling: { body_limit: 64 }'))).toEqual(['p.yml:13:24: polling.body_limit: expected a size between 1KiB and 4GiB']);
    expect(mistakes(plus('polling: { body_limit: 5GiB }'))).toEqual(['p.yml:13:24: polling.body_limit: expected a size between 1KiB and 4GiB']);
    expect(mistakes(plus('polling: { body_limit: 64 megs }'))).toEqual(['p.yml:13:24: polling.body_limit: expected a number of bytes or a size with its unit, such as `64MiB`; found "64 megs"']);
    expect(mistakes(plus('polling: { body_limit: [] }'))).toEqual(['p.yml:13:24: polling.body_limit: expected a number of bytes or a size with its unit, such as `64MiB`; found an empty list']);
  });
});

describe('hours', () => {
  const hours = (text: string): string => plus('').replace('    step: 2\n', `    step: 2\n    hours: "${text}"\n`);

  it('may run over midnight', () => {
    expect(valid(hours('22:00-06:30 Asia/Kolkata')).settings.platforms['linux/s390x']?.hours).toEqual({ from: 1_320, to: 390, zone: 'Asia/Kolkata' });
  });

  it('have a time zone that exists, and an end', () => {
    expect(mistakes(hours('09:00-18:00 Europe/Atlantis'))).toEqual(['p.yml:10:12: platforms.linux/s390x.hours: "Europe/Atlantis" is no time zone; expected a name such as "Europe/Berlin" or "UTC"']);
    expect(mistakes(hours('9-18'))).toEqual(['p.yml:10:12: platforms.linux/s390x.hours: expected hours of the day with their time zone, such as `09:00-18:00 Europe/Berlin`; found "9-18"']);
    expect(mistakes(hours('25:00-26:00 UTC'))).toEqual(['p.yml:10:12: platforms.linux/s390x.hours: expected hours of the day with their time zone, such as `09:00-18:00 Europe/Berlin`; found "25:00-26:00 UTC"']);
    expect(mistakes(hours('09:00-09:00 UTC'))).toEqual(['p.yml:10:12: platforms.linux/s390x.hours: the hours end when they begin; leave `hours` out where they do not matter']);
  });
});

describe('names', () => {
  it('of jobs are any one line', () => {
    const job = (text: string): string[] => mistakes(plus('').replace('name: unit', `name: ${text}`));
    expect([job('"Conformance - GCE - master"'), job('"[sig-node] x | y"'), job('x')]).toEqual([[], [], []]);
    expect(job('"a\\nb"')).toEqual(['p.yml:12:17: platforms.linux/s390x.jobs[0].name: expected the name of the job, such as `ci-kubernetes-unit-s390x`; found "a\\nb"; it holds a line break or a control character']);
    expect(job('" a"')).toEqual(['p.yml:12:17: platforms.linux/s390x.jobs[0].name: expected the name of the job, such as `ci-kubernetes-unit-s390x`; found " a"; it begins or ends with white space']);
    expect(job('""')).toEqual(['p.yml:12:17: platforms.linux/s390x.jobs[0].name: expected the name of the job, such as `ci-kubernetes-unit-s390x`; found ""']);
    expect(job('1.34')).toEqual(['p.yml:12:17: platforms.linux/s390x.jobs[0].name: expected the name of the job, such as `ci-kubernetes-unit-s390x`; found the number 1.34; put it in quotes: "1.34"']);
  });

  it('hold no half of a character, which no address can carry, nothing that turns the reading direction, and no control character', () => {
    const at = (place: string, text: string): string[] => mistakes(plus('').replace(place, `${place.split(':')[0]}: ${text}`));
    for (const text of ['"\\uD800"', '"a\\uDC00b"', '"a\\u202Eb"', '"a\\u2066b"', '"a\\x7Fb"', '"a\\u0085b"']) {
      expect([text, at('name: unit', text).length]).toEqual([text, 1]);
      expect([text, mistakes(plus(`switches: [{ file: ${text}, format: shell-array, at: X }]`)).length]).toEqual([text, 1]);
      expect([text, mistakes(plus(`release: { name: ${text}, branch: main }`)).length]).toEqual([text, 1]);
    }
    expect(at('name: unit', '"Z\\u00e9ro \\U0001F600"')).toEqual([]);
  });

  it('of files are not what Git keeps for itself', () => {
    for (const file of ['.git/config', '.git', 'sub/.GIT/hooks/pre-commit']) expect(mistakes(plus(`switches: [{ file: ${file}, format: shell-array, at: X }]`))[0]).toMatch(/what Git keeps for itself is no file of the repository$/);
    expect(mistakes(plus('switches: [{ file: .gitattributes, format: shell-array, at: X }, { file: a.git/x, format: shell-array, at: X }]'))).toEqual([]);
  });

  it('of times to poll are no longer than a cron line', () => {
    expect(mistakes(plus(`polling: { every: "${'*/5,'.repeat(30_000)}1 * * * *" }`))).toHaveLength(1);
    expect(mistakes(plus('polling: { every: "0-99999999999 * * * *" }'))).toHaveLength(1);
    expect(mistakes(plus('polling: { every: "1,2,3 4,5 * * 1-5" }'))).toEqual([]);
  });

  it('of branches are such as git takes', () => {
    const branch = (text: string): string[] => mistakes(plus(`release: { branch: "${text}" }`));
    expect(['main', 'release-1.37', 'release/1.x', 'v2_maintenance'].map(branch)).toEqual([[], [], [], []]);
    for (const wrong of ['a b', '-x', 'a..b', 'x.lock', 'a/', '/a', 'a~1', 'a^', '']) expect([wrong, branch(wrong).length]).toEqual([wrong, 1]);
  });
});
