import { describe, expect, it } from 'vitest';
import { LEAST, change, jobs, mistakes, plus } from './given.ts';

describe('several mistakes at once', () => {
  it('are all told, each at its line and column, in the order of the file', () => {
    const text = `version: 2
project: 5
repo: https://github.com/octo/demo.git
release:
  leads: ["@a", "@A"]
  dat: 2026-02-30
sources:
  grid: { kind: testgri, url: "ftp://x" }
polling: { every: 5 minutes, timeout: 5, concurency: 3 }
platforms:
  linux/s390x:
    step: 2
    build: true
    slack: #s390x
    owners: "@octo/s390x"
    jobs:
      - nam: x
        board: blocing
      - { name: a, source: gird }
  s390x:
    step: "2"
    build: on
    jobs: []
  linux/s309x:
    build: of
    jobs: [a]
  linux/amd64:
`;
    expect(mistakes(text, { file: 'config/kubernetes.yml' })).toEqual([
      'config/kubernetes.yml:1:10: version: expected version 1 of the format; found the number 2',
      'config/kubernetes.yml:2:10: project: expected a short name of letters, digits, dots, dashes and underscores, such as `kubernetes`; found the number 5; put it in quotes: "5"',
      'config/kubernetes.yml:3:7: repo: expected a GitHub repository as owner/name, such as `kubernetes/kubernetes`; found "https://github.com/octo/demo.git"; write "octo/demo"',
      'config/kubernetes.yml:5:10: release.leads: 2 approvals are needed (the default), but only 1 person is named under `leads`; name more people or a team, or ask for fewer',
      'config/kubernetes.yml:6:3: release.dat: unknown key; did you mean "date"?',
      'config/kubernetes.yml:8:17: sources.grid.kind: expected testgrid or prow; found "testgri"; did you mean "testgrid"?',
      'config/kubernetes.yml:8:31: sources.grid.url: expected an http or https address; found one that begins with "ftp:"',
      'config/kubernetes.yml:9:19: polling.every: expected a duration or a cron line, such as `5m`; found "5 minutes"; write 5m',
      'config/kubernetes.yml:9:39: polling.timeout: expected a duration with its unit, such as `48h`; found the number 5; a unit is missing: s, m, h or d',
      'config/kubernetes.yml:9:42: polling.concurency: unknown key; did you mean "concurrency"?',
      'config/kubernetes.yml:13:12: platforms.linux/s390x.build: expected on or off; found `true`',
      'config/kubernetes.yml:14:5: platforms.linux/s390x.slack: expected a Slack channel, such as `"#s390x"`; found nothing; an unquoted # begins a comment in YAML, so put the value in quotes',
      'config/kubernetes.yml:15:13: platforms.linux/s390x.owners: expected a list of people and teams, such as `["@kubernetes/s390x-owners"]`; found "@octo/s390x"; put it in [brackets]',
      'config/kubernetes.yml:17:9: platforms.linux/s390x.jobs[0].name: missing; expected the name of the job, such as `name: ci-kubernetes-unit-s390x`',
      'config/kubernetes.yml:17:9: platforms.linux/s390x.jobs[0].source: missing; expected the name of one of `sources`, such as `source: grid`',
      'config/kubernetes.yml:17:9: platforms.linux/s390x.jobs[0].nam: unknown key; did you mean "name"?',
      'config/kubernetes.yml:18:16: platforms.linux/s390x.jobs[0].board: expected informing or blocking; found "blocing"; did you mean "blocking"?',
      'config/kubernetes.yml:19:28: platforms.linux/s390x.jobs[1].source: no source is called "gird"; did you mean "grid"?',
      'config/kubernetes.yml:20:3: platforms.s390x: "s390x" and "linux/s390x" are two spellings of linux/s390x; put their jobs under one of them',
      'config/kubernetes.yml:21:11: platforms.s390x.step: expected a step of the ladder as a whole number, such as `2`; found "2"; write it without quotes',
      'config/kubernetes.yml:24:3: platforms.linux/s309x.step: missing; expected a step of the ladder as a whole number, such as `step: 2`',
      'config/kubernetes.yml:24:3: platforms.linux/s309x: "linux/s309x" is no platform that is known; expected os/arch such as "linux/arm64"; did you mean "linux/s390x"?',
      'config/kubernetes.yml:25:12: platforms.linux/s309x.build: expected on or off; found "of"; did you mean "off"?',
      'config/kubernetes.yml:26:12: platforms.linux/s309x.jobs[0]: expected a job, such as `{ name: ci-unit, source: prow, suite: unit }`; found "a"',
      'config/kubernetes.yml:27:3: platforms.linux/amd64: expected a platform, such as `{ step: 1, build: on, jobs: [] }`; found nothing',
    ]);
  });

  it('are told up to a number that a person can read', () => {
    const found = mistakes(LEAST + Array.from({ length: 3_000 }, (_, i) => `k${i}: 1\n`).join(''));
    expect(found).toHaveLength(201);
    expect(found[0]).toBe('p.yml:13:1: k0: unknown key');
    expect(found[200]).toBe('p.yml:213:1: (file): and 2,800 more mistakes from here on; mend these first');
  });
});

describe('something missing', () => {
  it('is told at what should hold it, with an example', () => {
    expect(mistakes('project: demo\n')).toEqual([
      'p.yml:1:1: version: missing; expected version 1 of the format, such as `version: 1`',
      'p.yml:1:1: repo: missing; expected a GitHub repository as owner/name, such as `repo: kubernetes/kubernetes`',
      'p.yml:1:1: sources: missing; expected a mapping of sources by name, such as `sources: { prow: { kind: prow, url: "https://prow.k8s.io" } }`',
      'p.yml:1:1: platforms: missing; expected a mapping of platforms by name, such as `platforms: { linux/arm64: { step: 1, build: on, jobs: [] } }`',
    ]);
  });

  it('is told of a platform at its name', () => {
    expect(mistakes(change('    build: on\n', ''))).toEqual(['p.yml:8:3: platforms.linux/s390x.build: missing; expected on or off, such as `build: on`']);
    expect(mistakes(change('    jobs:\n      - { name: unit, source: prow }\n', ''))).toEqual(['p.yml:8:3: platforms.linux/s390x.jobs: missing; expected a list of jobs, such as `jobs: [{ name: ci-unit, source: prow, suite: unit }]`']);
  });

  it('is told of a platform that is not there at all', () => {
    expect(mistakes(LEAST.replace(/platforms:[^]*$/, 'platforms: {}\n'))).toEqual(['p.yml:7:12: platforms: expected at least one platform, such as `linux/arm64: { step: 1, build: on, jobs: [] }`; found an empty mapping']);
  });
});

describe('an unknown key', () => {
  it('is told at the key, wherever it stands, with the one that was meant', () => {
    expect(mistakes(plus('reference_platform: linux/amd64'))).toEqual(['p.yml:13:1: reference_platform: unknown key']);
    expect(mistakes(plus('retenion: {}'))).toEqual(['p.yml:13:1: retenion: unknown key; did you mean "retention"?']);
    expect(mistakes(plus('signal: { failures_to_opn: 3, caps: { totl: 3 } }'))).toEqual([
      'p.yml:13:11: signal.failures_to_opn: unknown key; did you mean "failures_to_open"?',
      'p.yml:13:39: signal.caps.totl: unknown key; did you mean "total"?',
    ]);
    expect(mistakes(jobs('{ name: unit, source: prow, tigger: periodic }'))).toEqual(['p.yml:12:37: platforms.linux/s390x.jobs[0].tigger: unknown key; did you mean "trigger"?']);
    expect(mistakes(plus('release: { blockers: { label: [x] } }'))).toEqual(['p.yml:13:24: release.blockers.label: unknown key; known here are labels_any, milestone']);
  });

  it('is told although it is called like a property of every object', () => {
    expect(mistakes(plus('constructor: 1\ntoString: 2'))).toEqual(['p.yml:13:1: constructor: unknown key', 'p.yml:14:1: toString: unknown key']);
  });

  it('is a merge key too', () => {
    expect(mistakes(plus('signal: &s { recent_runs: 5 }\npolling: { <<: *s }'))).toEqual(['p.yml:14:12: polling.<<: keys are not merged here (<<), as YAML 1.2 knows nothing of it; write them out, or repeat a whole value with an alias (*name)']);
  });
});

describe('a value of the wrong kind or size', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['signal: { failures_to_open: 0 }', 'p.yml:13:29: signal.failures_to_open: expected a whole number of runs from 1; found the number 0'],
    ['signal: { failures_to_open: 1.5 }', 'p.yml:13:29: signal.failures_to_open: expected a whole number of runs from 1, such as `3`; found the number 1.5'],
    ['signal: { failures_to_open: .nan }', 'p.yml:13:29: signal.failures_to_open: expected a whole number of runs from 1, such as `3`; found the number NaN'],
    ['signal: 3', 'p.yml:13:9: signal: expected a mapping of thresholds; found the number 3'],
    ['signal:', 'p.yml:13:1: signal: expected a mapping of thresholds; found nothing'],
    ['signal: []', 'p.yml:13:9: signal: expected a mapping of thresholds; found an empty list'],
    ['escalation: { to: "@octo/team" }', 'p.yml:13:19: escalation.to: expected a list of people and teams, such as `["@kubernetes/release-signal"]`; found "@octo/team"; put it in [brackets]'],
    ['signal: { failures_to_open: 1001 }', 'p.yml:13:29: signal.failures_to_open: expected a whole number of runs from 1, at most 1000; found the number 1001'],
    ['polling: { concurrency: 65 }', 'p.yml:13:25: polling.concurrency: expected a whole number from 1 to 64; found the number 65'],
    ['releases: []', 'p.yml:13:11: releases: expected a list of releases with at least one entry; found an empty list'],
    ['ladder: 7', 'p.yml:13:9: ladder: expected the name of a ladder or a ladder, such as `kubernetes-steps`; found the number 7; put it in quotes: "7"'],
    ['ladder: { steps: [{ step: one, name: build }] }', 'p.yml:13:27: ladder.steps[0].step: expected a whole number from 0, such as `1`; found "one"'],
    ['ladder: ../../etc/passwd', 'p.yml:13:9: ladder: expected a short name of letters, digits, dots, dashes and underscores, such as `kubernetes-steps`; found "../../etc/passwd"'],
  ];
  for (const [line, message] of cases) it(`is told of: ${line}`, () => { expect(mistakes(plus(line))).toEqual([message]); });
});

describe('a long or odd value', () => {
  it('is shown shortened, on one line', () => {
    const [line] = mistakes(plus(`reference: "${'x'.repeat(500)}"`));
    expect(line).toBe(`p.yml:13:12: reference: expected a platform as os/arch, such as \`linux/amd64\`; found "${'x'.repeat(57)}…"`);
    expect(mistakes(plus('reference: "a\\nb"'))[0]).toContain('found "a\\nb"');
  });
});
