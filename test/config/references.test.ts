import { describe, expect, it } from 'vitest';
import { LEAST, change, doubts, jobs, mistakes, plus, valid } from './given.ts';

describe('a job', () => {
  it('names a source that is declared', () => {
    expect(mistakes(jobs('{ name: unit, source: gird, dashboard: d }'))).toEqual(['p.yml:12:31: platforms.linux/s390x.jobs[0].source: no source is called "gird"; did you mean "grid"?']);
    expect(mistakes(jobs('{ name: unit, source: jenkins }'))).toEqual(['p.yml:12:31: platforms.linux/s390x.jobs[0].source: no source is called "jenkins"; declared are "grid", "prow"']);
    expect(mistakes(jobs('{ name: unit, source: constructor }'))).toEqual(['p.yml:12:31: platforms.linux/s390x.jobs[0].source: no source is called "constructor"; declared are "grid", "prow"']);
    expect(mistakes(LEAST.replace(/sources:\n.*\n.*\n/, 'sources: {}\n'))).toEqual(['p.yml:10:31: platforms.linux/s390x.jobs[0].source: no source is called "prow"; no source is declared under `sources`']);
  });

  it('has a source', () => {
    expect(mistakes(jobs('{ name: unit }'))).toEqual(['p.yml:12:9: platforms.linux/s390x.jobs[0].source: missing; expected the name of one of `sources`, such as `source: grid`']);
  });

  it('of a TestGrid names its dashboard', () => {
    const message = 'p.yml:12:9: platforms.linux/s390x.jobs[0].dashboard: missing; "grid" is a TestGrid, so a job needs the dashboard that it stands on (and its tab, where that is not called like the job), such as `dashboard: ibm-s390x-k8s`';
    expect(mistakes(jobs('{ name: unit, source: grid }'))).toEqual([message]);
    expect(mistakes(jobs('{ name: unit, source: grid, tab: unit }'))).toEqual([message]);
  });

  it('of a Prow names neither dashboard nor tab', () => {
    expect(mistakes(jobs('{ name: unit, source: prow, dashboard: d, tab: t }'))).toEqual([
      'p.yml:12:37: platforms.linux/s390x.jobs[0].dashboard: "prow" is a Prow, which knows a job by its name only; take `dashboard` out, or name a TestGrid as the source',
      'p.yml:12:51: platforms.linux/s390x.jobs[0].tab: "prow" is a Prow, which knows a job by its name only; take `tab` out, or name a TestGrid as the source',
    ]);
  });

  it('has a name of its own on its platform', () => {
    expect(mistakes(jobs('{ name: unit, source: prow }', '{ name: e2e, source: prow }', '{ name: unit, source: grid, dashboard: d }'))).toEqual([
      'p.yml:14:17: platforms.linux/s390x.jobs[2].name: jobs[0] of this platform is called "unit" too; give one of them another name',
    ]);
  });

  it('is not another one by another name', () => {
    expect(mistakes(jobs('{ name: unit, source: grid, dashboard: d }', '{ name: tests, source: grid, dashboard: d, tab: unit }'))).toEqual([
      'p.yml:13:9: platforms.linux/s390x.jobs[1]: this is the same job as jobs[0] of this platform: one tab of one dashboard; keep one of them',
    ]);
  });

  it('may be watched on two platforms', () => {
    const two = plus('  linux/arm64:\n    step: 1\n    build: on\n    jobs: [{ name: unit, source: prow }]');
    expect(valid(two).project.platforms.flatMap((platform) => platform.jobs.map((job) => job.key))).toEqual(['linux/s390x|prow|unit', 'linux/arm64|prow|unit']);
  });
});

describe('a platform', () => {
  it('stands once, however it is spelt', () => {
    expect(mistakes(plus('  S390X: { step: 1, build: on, jobs: [] }\n  s390x-linux-gnu: { step: 1, build: on, jobs: [] }'))).toEqual([
      'p.yml:13:3: platforms.S390X: "S390X" and "linux/s390x" are two spellings of linux/s390x; put their jobs under one of them',
      'p.yml:14:3: platforms.s390x-linux-gnu: "s390x-linux-gnu" and "linux/s390x" are two spellings of linux/s390x; put their jobs under one of them',
    ]);
  });

  it('is one that is known', () => {
    expect(mistakes(change('linux/s390x', 'linux/s930x'))).toEqual(['p.yml:8:3: platforms.linux/s930x: "linux/s930x" is no platform that is known; expected os/arch such as "linux/arm64"; did you mean "linux/s390x"?']);
    expect(mistakes(change('linux/s390x', 'ppc64lee'))).toEqual(['p.yml:8:3: platforms.ppc64lee: "ppc64lee" is no platform that is known; expected os/arch such as "linux/arm64"; did you mean "linux/ppc64le"?']);
    expect(mistakes(change('linux/s390x', 'constructor'))).toEqual(['p.yml:8:3: platforms.constructor: "constructor" is no platform that is known; expected os/arch such as "linux/arm64"']);
    expect(mistakes(plus('reference: linux/amd46'))).toEqual(['p.yml:13:12: reference: "linux/amd46" is no platform that is known; expected os/arch such as "linux/arm64"; did you mean "linux/amd64"?']);
  });

  it('stands on a step that its inline ladder has, or below it', () => {
    const ladder = 'ladder: { steps: [{ step: 1, name: a }, { step: 3, name: b }] }';
    expect(mistakes(plus(ladder))).toEqual(['p.yml:9:11: platforms.linux/s390x.step: the ladder demo-ladder has no step 2; it has 0, 1, 3']);
    expect(mistakes(`${change('step: 2', 'step: 0')}${ladder}\n`)).toEqual([]);
    expect(mistakes(plus('ladder: { steps: [{ step: 2, name: a }, { step: 2, name: b }] }'))).toEqual(['p.yml:13:49: ladder.steps[1].step: step 2 stands twice on this ladder']);
  });
});

describe('a Slack channel', () => {
  const own = (channel: string): string => change('    step: 2\n', `    step: 2\n    slack: ${channel}\n`);

  it('is a name in lower case with #, or an id', () => {
    for (const channel of ['"#s390x"', '"#release-ci_signal.x"'.replace('.x', ''), '"#ünï-名前"', '"#サーバー_佐々木"', 'C0123456789', 'G01ABCDEF']) expect([channel, mistakes(own(channel))]).toEqual([channel, []]);
    expect(mistakes(own('"#S390x"'))).toEqual(['p.yml:10:12: platforms.linux/s390x.slack: expected a Slack channel: its name in quotes with #, in lower case, or its id, such as `"#release-ci-signal"`; found "#S390x"; write "#s390x"']);
    expect(mistakes(own('s390x'))).toEqual(['p.yml:10:12: platforms.linux/s390x.slack: expected a Slack channel: its name in quotes with #, in lower case, or its id, such as `"#release-ci-signal"`; found "s390x"; write "#s390x"']);
    expect(mistakes(plus('slack: { channels: { incidents: "#a b", tiers: "@team" } }'))).toEqual([
      'p.yml:13:33: slack.channels.incidents: expected a Slack channel: its name in quotes with #, in lower case, or its id, such as `"#release-ci-signal"`; found "#a b"; write "#a-b"',
      'p.yml:13:48: slack.channels.tiers: expected a Slack channel: its name in quotes with #, in lower case, or its id, such as `"#release-ci-signal"`; found "@team"',
    ]);
  });

  it('that is named without # must be one under slack.channels', () => {
    const channels = 'slack: { channels: { incidents: "#ci" } }\n';
    expect(mistakes(own('incident') + channels)).toEqual(['p.yml:10:12: platforms.linux/s390x.slack: no channel is called "incident" under slack.channels; did you mean "incidents"?']);
    expect(mistakes(own('porters') + channels)).toEqual(['p.yml:10:12: platforms.linux/s390x.slack: no channel is called "porters" under slack.channels; for the Slack channel of that name write "#porters"']);
    expect(mistakes(own('tiers') + channels)).toEqual(['p.yml:10:12: platforms.linux/s390x.slack: no channel is called "tiers" under slack.channels; for the Slack channel of that name write "#tiers"']);
    expect(valid(own('incidents') + channels).project.platforms[0]?.slack).toBe('#ci');
  });

  it('has a purpose that is known', () => {
    expect(mistakes(plus('slack: { channels: { incident: "#ci" } }'))).toEqual(['p.yml:13:22: slack.channels.incident: unknown key; did you mean "incidents"?']);
  });
});

describe('a handle', () => {
  const owners = (list: string): string => change('    step: 2\n', `    step: 2\n    owners: ${list}\n`);

  it('is @login or @org/team', () => {
    expect(mistakes(owners('["@octo-porter", "@octo/s390x", "@a", "@octo/team.name_1", "@renovate[bot]", "@some_corp"]'))).toEqual([]);
    expect(mistakes(owners('[octo-porter, octo/team, "@octo/", "@-x", "@a/b/c", "@octo team"]'))).toEqual([
      'p.yml:10:14: platforms.linux/s390x.owners[0]: expected a GitHub person or team in quotes, such as `"@kubernetes/release-managers"`; found "octo-porter"; write "@octo-porter"',
      'p.yml:10:27: platforms.linux/s390x.owners[1]: expected a GitHub person or team in quotes, such as `"@kubernetes/release-managers"`; found "octo/team"; write "@octo/team"',
      'p.yml:10:38: platforms.linux/s390x.owners[2]: expected a GitHub person or team in quotes, such as `"@kubernetes/release-managers"`; found "@octo/"',
      'p.yml:10:48: platforms.linux/s390x.owners[3]: expected a GitHub person or team in quotes, such as `"@kubernetes/release-managers"`; found "@-x"',
      'p.yml:10:55: platforms.linux/s390x.owners[4]: expected a GitHub person or team in quotes, such as `"@kubernetes/release-managers"`; found "@a/b/c"',
      'p.yml:10:65: platforms.linux/s390x.owners[5]: expected a GitHub person or team in quotes, such as `"@kubernetes/release-managers"`; found "@octo team"',
    ]);
  });

  it('of another organisation\'s team is a doubt, no mistake', () => {
    expect(doubts(`${owners('["@Octo/s390x", "@ibm/z", "@somebody"]')}escalation: { to: ["@cncf/x"] }\nrelease: { leads: ["@other/leads"], ci_signal: ["@octo/x", "@other/y"] }\n`)).toEqual([
      'p.yml:10:29: platforms.linux/s390x.owners[1]: GitHub notifies no team of "ibm" in a repository of "octo"; name a team of "octo" or single people',
      'p.yml:14:20: escalation.to[0]: GitHub notifies no team of "cncf" in a repository of "octo"; name a team of "octo" or single people',
      'p.yml:15:20: release.leads[0]: GitHub notifies no team of "other" in a repository of "octo"; name a team of "octo" or single people',
      'p.yml:15:60: release.ci_signal[1]: GitHub notifies no team of "other" in a repository of "octo"; name a team of "octo" or single people',
    ]);
  });

  it('on call is a person', () => {
    expect(mistakes(change('    step: 2\n', '    step: 2\n    on_call: { people: ["@octo/team"], from: 2026-01-05 }\n'))).toEqual([
      'p.yml:10:25: platforms.linux/s390x.on_call.people[0]: expected a GitHub login in quotes, such as `"@octo-porter"`; found "@octo/team"; a team cannot be on call by turns, so name its people',
    ]);
  });

  it('under people is a Slack member and a bare login', () => {
    expect(mistakes(plus('people: { bob: octo-bob, U0123456: "@octo-porter", W01ABC: fine }'))).toEqual([
      'p.yml:13:11: people.bob: expected a Slack member id, such as `U0123456`; found "bob"',
      'p.yml:13:36: people.U0123456: expected a GitHub login without the @, such as `octo-porter`; found "@octo-porter"; write "octo-porter"',
    ]);
  });
});

describe('a release', () => {
  it('needs no more approvals than the people named can give', () => {
    expect(mistakes(plus('release: { leads: ["@a", "@b"], quorum: 3 }'))).toEqual(['p.yml:13:41: release.quorum: 3 approvals are needed, but only 2 people are named under `leads`; name more people or a team, or ask for fewer']);
    expect(mistakes(plus('release: { leads: ["@a", "@A"] }'))).toEqual(['p.yml:13:19: release.leads: 2 approvals are needed (the default), but only 1 person is named under `leads`; name more people or a team, or ask for fewer']);
    expect(mistakes(plus('release: { quorum: 1 }'))).toEqual(['p.yml:13:20: release.quorum: 1 approval is needed, but nobody is named under `leads`; name more people or a team, or ask for fewer']);
    expect(mistakes(plus('releases: [{ leads: ["@a"], quorum: 1 }, { branch: r-1, leads: ["@a"], quorum: 2 }]'))).toEqual(['p.yml:13:80: releases[1].quorum: 2 approvals are needed, but only 1 person is named under `leads`; name more people or a team, or ask for fewer']);
  });

  it('may need any number of approvals where a team is among the leads', () => {
    expect(mistakes(plus('release: { leads: ["@a", "@octo/leads"], quorum: 5 }'))).toEqual([]);
  });

  it('is written in one of the two forms', () => {
    expect(mistakes(plus('release: { name: v1 }\nreleases: [{ name: v2 }]'))).toEqual(['p.yml:13:1: release: `release` is the short form of `releases` with one entry; keep only one of the two']);
  });

  it('has a branch of its own', () => {
    expect(mistakes(plus('releases: [{ name: v1 }, { name: v2, branch: master }]'))).toEqual(['p.yml:13:46: releases[1].branch: releases[0] is cut from "master" too; every release has a branch of its own']);
  });

  it('has days that exist, in their order', () => {
    expect(mistakes(plus('release: { date: 2026-02-29, freeze: soon }'))).toEqual([
      'p.yml:13:18: release.date: "2026-02-29" is no day of the calendar',
      'p.yml:13:38: release.freeze: expected a date as year-month-day, such as `2026-12-09`; found "soon"',
    ]);
    expect(mistakes(plus('release: { date: 2026-12-09, freeze: 2026-12-10 }'))).toEqual(['p.yml:13:38: release.freeze: 2026-12-10 lies after `date` (2026-12-09)']);
    expect(mistakes(plus('release: { date: 2026-12-09, planned: 2026-12-10, delayed_by: [linux/arm64, s390x] }'))).toEqual([
      'p.yml:13:39: release.planned: 2026-12-10 lies after `date` (2026-12-09)',
      'p.yml:13:64: release.delayed_by[0]: this file tracks no platform "linux/arm64"',
    ]);
    expect(mistakes(plus('release: { delayed_by: [linux/s390x] }'))).toEqual(['p.yml:13:12: release.delayed_by: who held it up takes `planned`, the day that it was planned for']);
    expect(valid(plus('release: { date: 2026-12-19, planned: 2026-12-10, delayed_by: [linux/s390x] }')).project.releases[0]).toMatchObject({ planned: Date.UTC(2026, 11, 10), delayedBy: ['linux/s390x'] });
    expect(mistakes(plus('calendar: { freezes: [{ from: 2027-01-05, to: 2026-12-19 }] }'))).toEqual(['p.yml:13:31: calendar.freezes[0].from: 2027-01-05 lies after `to` (2026-12-19)']);
  });
});

describe('a source', () => {
  it('has an http or https address without anything secret', () => {
    const url = (address: string): string => LEAST.replace('https://prow.example.org', address);
    expect(mistakes(url('prow.example.org'))).toEqual(['p.yml:6:28: sources.prow.url: expected an http or https address, such as `https://testgrid.k8s.io`; found "prow.example.org"; write "https://prow.example.org"']);
    expect(mistakes(url('file:///etc/passwd'))).toEqual(['p.yml:6:28: sources.prow.url: expected an http or https address; found one that begins with "file:"']);
    expect(mistakes(url('https://user:secret@prow.example.org'))).toEqual(['p.yml:6:28: sources.prow.url: an address must hold no user name or password: it is shown in messages and logs']);
    expect(mistakes(url('https://prow.example.org/?x=1'))).toEqual(['p.yml:6:28: sources.prow.url: expected the base address only, without ? and #; found "https://prow.example.org/?x=1"']);
  });

  it('of Prow has one interface, and a name that can stand in a link', () => {
    expect(mistakes(LEAST.replace('{ kind: prow,', '{ kind: prow, api: v1,'))).toEqual(['p.yml:6:23: sources.prow.api: only TestGrid has two interfaces; take `api` out of this Prow source']);
    expect(valid(LEAST.replace('{ kind: testgrid,', '{ kind: testgrid, api: v1,')).project.sources[0]?.api).toBe('v1');
    expect(mistakes(LEAST.replace('  grid:', '  "my grid":'))).toEqual(['p.yml:5:3: sources["my grid"]: expected a short name of letters, digits, dots, dashes and underscores, such as `grid`; found "my grid"']);
  });
});

describe('a switch', () => {
  it('says where in the file its list is, unless the file is the list', () => {
    expect(mistakes(plus('switches:\n  - { file: a.sh, format: shell-array }\n  - { file: b.txt, format: lines, at: x }'))).toEqual([
      'p.yml:14:5: switches[0].at: missing; a shell-array needs the place of the list in its file, such as `at: KUBE_SUPPORTED_SERVER_PLATFORMS`',
      'p.yml:15:35: switches[1].at: a file of `lines` is a list as a whole; take `at` out',
    ]);
  });

  it('stays within its repository and takes a format that is known', () => {
    expect(mistakes(plus('switches: [{ file: ../../etc/x, format: shel-array, at: A, repo: x }]'))).toEqual([
      'p.yml:13:20: switches[0].file: expected the path of a file in its repository, such as `hack/lib/golang.sh`; found "../../etc/x"; it may not leave the repository',
      'p.yml:13:41: switches[0].format: expected one of shell-array, yaml-list, comma-list, hcl-list, toml-list, json-list, lines; found "shel-array"; did you mean "shell-array"?',
      'p.yml:13:66: switches[0].repo: expected a GitHub repository as owner/name, such as `kubernetes/kubernetes`; found "x"',
    ]);
  });
});
