import { describe, expect, it } from 'vitest';
import { LEAST, valid } from './given.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The configuration of the design, word for word. */
const CONTRACT = `
version: 1
project: kubernetes
repo: kubernetes/kubernetes            # where incidents and proposals are filed
ladder: kubernetes-steps               # a file in config/ladders/, or inline
reference: linux/amd64                 # what "only here or everywhere" is compared with

release:
  name: v1.37
  branch: master
  leads: ["@kubernetes/release-managers"]
  ci_signal: ["@kubernetes/release-signal"]
  quorum: 2                            # approvals needed; the proposer (whose command started it, \`/arch conflict\` included) does not count
  date: 2026-12-09
  blockers: { labels_any: [release-blocker], milestone: v1.37 }
  freeze: 2026-11-05                   # code freeze
  conflict: { fix_window: 24h, proposal_expires: 72h, expires_after: 14d }   # owners' time to fix first; how long leads have; how long a deactivation stands unquestioned
# releases: [ … ]                      # several supported branches; \`release:\` is the short form for one
calendar: { freezes: [{ from: 2026-12-19, to: 2027-01-05, reason: holidays }] }

sources:
  grid: { kind: testgrid, url: "https://testgrid.k8s.io" }              # api: legacy (default) | v1
  prow: { kind: prow, url: "https://prow.k8s.io" }

polling: { every: 5m, timeout: 20s, concurrency: 8 }     # every: a duration or a cron line

signal:
  failures_to_open: 3                  # consecutive failed runs
  passes_to_close: 2                   # consecutive passed runs
  recent_runs: 10
  stale_after: 48h                     # no finished run for this long: stale, whatever the colour
                                       # per job: every (its period), branch, stale_after, failures_to_open, passes_to_close

escalation: { remind_after: 24h, escalate_after: 72h, to: ["@kubernetes/release-signal"] }

slack:
  channels: { incidents: "#release-ci-signal", tiers: "#release-management", proposals: "#release-management" }

platforms:
  linux/s390x:                         # os/arch[/variant]
    step: 2                            # changed only by a merged pull request
    build: on                          # the intent; the switch files are the fact; one pull request changes both where both are in \`repo\`
    owners: ["@kubernetes/s390x-owners", "@octo-porter"]
    slack: "#s390x"
    checks: ["*s390x*"]                # this platform's checks on pull requests, as globs
    jobs:
      - { name: ci-kubernetes-unit-s390x, source: grid, dashboard: ibm-s390x-k8s, tab: ci-kubernetes-unit-s390x, suite: unit, trigger: periodic }
      - { name: ci-kubernetes-e2e-s390x, source: prow, suite: e2e, trigger: periodic, board: informing, failures_to_open: 2 }

switches:                              # where a platform's build (or its release) is turned off and on again
  - { file: hack/lib/golang.sh, format: shell-array, at: KUBE_SUPPORTED_SERVER_PLATFORMS, controls: build, components: [server] }
  - { file: .github/workflows/nightly.yaml, format: comma-list, at: "on.workflow_dispatch.inputs.platforms.default" }

people:                                # Slack member -> GitHub login, besides what \`/arch link\` records
  U0123456: octo-porter
`;

describe('the configuration of the design', () => {
  const { project, settings, warnings } = valid(CONTRACT);

  it('is valid as it stands there, without a doubt', () => {
    expect(warnings).toEqual([]);
    expect(project).toMatchObject({
      name: 'kubernetes', repo: 'kubernetes/kubernetes', file: 'p.yml', origin: 'disk', reference: 'linux/amd64', releaseSignal: ['@kubernetes/release-signal'],
      channels: { incidents: '#release-ci-signal', tiers: '#release-management', proposals: '#release-management' },
      escalation: { remindAfter: DAY, escalateAfter: 3 * DAY, to: ['@kubernetes/release-signal'] },
      people: { U0123456: 'octo-porter' },
    });
  });

  it('has its sources', () => {
    expect(project.sources).toEqual([
      { name: 'grid', kind: 'testgrid', url: 'https://testgrid.k8s.io', api: 'legacy', guarded: false },
      { name: 'prow', kind: 'prow', url: 'https://prow.k8s.io', api: 'legacy', guarded: false },
    ]);
  });

  it('has its platform with its jobs', () => {
    expect(project.platforms).toHaveLength(1);
    expect(project.platforms[0]).toMatchObject({ id: 'linux/s390x', step: 2, build: 'on', owners: ['@kubernetes/s390x-owners', '@octo-porter'], slack: '#s390x', checks: ['*s390x*'] });
    expect(project.platforms[0]?.jobs).toEqual([
      {
        key: 'linux/s390x|grid|ibm-s390x-k8s/ci-kubernetes-unit-s390x', project: 'kubernetes', platform: 'linux/s390x', name: 'ci-kubernetes-unit-s390x', source: 'grid',
        dashboard: 'ibm-s390x-k8s', tab: 'ci-kubernetes-unit-s390x', suite: 'unit', trigger: 'periodic', branch: null, board: null, reportedBy: null,
        thresholds: { failuresToOpen: 3, passesToClose: 2, recentRuns: 10, staleAfter: 2 * DAY },
      },
      {
        key: 'linux/s390x|prow|ci-kubernetes-e2e-s390x', project: 'kubernetes', platform: 'linux/s390x', name: 'ci-kubernetes-e2e-s390x', source: 'prow',
        dashboard: null, tab: null, suite: 'e2e', trigger: 'periodic', branch: null, board: 'informing', reportedBy: null,
        thresholds: { failuresToOpen: 2, passesToClose: 2, recentRuns: 10, staleAfter: 2 * DAY },
      },
    ]);
  });

  it('keeps ladder, releases, calendar and switches in the settings', () => {
    expect(settings.ladder).toBe('kubernetes-steps');
    expect(settings.releases).toEqual([{
      name: 'v1.37', branch: 'master', leads: ['@kubernetes/release-managers'], ci_signal: ['@kubernetes/release-signal'], quorum: 2, date: '2026-12-09', freeze: '2026-11-05',
      blockers: { labels_any: ['release-blocker'], milestone: 'v1.37' }, conflict: { fix_window: DAY, proposal_expires: 3 * DAY, expires_after: 14 * DAY },
    }]);
    expect(settings.calendar.freezes).toEqual([{ from: '2026-12-19', to: '2027-01-05', reason: 'holidays' }]);
    expect(settings.switches).toEqual([
      { file: 'hack/lib/golang.sh', format: 'shell-array', at: 'KUBE_SUPPORTED_SERVER_PLATFORMS', controls: 'build', components: ['server'], branches: [] },
      { file: '.github/workflows/nightly.yaml', format: 'comma-list', at: 'on.workflow_dispatch.inputs.platforms.default', controls: 'build', components: [], branches: [] },
    ]);
  });
});

describe('what a file leaves out', () => {
  const { project, settings, raw } = valid(LEAST);

  it('is filled in as the design shows it', () => {
    expect(project).toMatchObject({
      reference: 'linux/amd64', releaseSignal: [], people: {}, channels: { incidents: null, tiers: null, proposals: null },
      polling: { every: { kind: 'interval', ms: 300_000 }, timeout: 20_000, concurrency: 8, bodyLimit: 256 * 2 ** 20, alertAfter: HOUR / 2 },
      signal: { failuresToOpen: 3, passesToClose: 2, recentRuns: 10, staleAfter: 2 * DAY, reopenWithin: DAY, cap: 20 },
      escalation: { remindAfter: DAY, escalateAfter: 3 * DAY, snooze: 3 * DAY, to: [] },
      retention: { runs: 90 * DAY, rollups: 1095 * DAY },
    });
    expect(project.platforms[0]).toMatchObject({ owners: [], slack: null, checks: [] });
    expect(settings).toMatchObject({ ladder: 'kubernetes-steps', releases: [], calendar: { freezes: [] }, switches: [] });
  });

  it('makes a job without a suite a suite of its own, periodic, on no board', () => {
    expect(project.platforms[0]?.jobs[0]).toMatchObject({ suite: 'unit', trigger: 'periodic', board: null, branch: null, reportedBy: null });
  });

  it('leaves the values as they were written beside the filled-in ones', () => {
    expect(raw).toEqual({
      version: 1, project: 'demo', repo: 'octo/demo',
      sources: { grid: { kind: 'testgrid', url: 'https://testgrid.example.org' }, prow: { kind: 'prow', url: 'https://prow.example.org' } },
      platforms: { 'linux/s390x': { step: 2, build: 'on', jobs: [{ name: 'unit', source: 'prow' }] } },
    });
  });

  it('gives a release that says little the numbers of the design', () => {
    expect(valid(`${LEAST}release: { ci_signal: ["@octo/signal"] }\n`).settings.releases).toEqual([{
      branch: 'master', leads: [], ci_signal: ['@octo/signal'], quorum: 2, blockers: { labels_any: [] }, conflict: { fix_window: DAY, proposal_expires: 3 * DAY, expires_after: 14 * DAY },
    }]);
  });
});

describe('what a file may say besides', () => {
  it('is kept for those who ask for it', () => {
    const { settings, project } = valid(LEAST.replace('    build: on\n', `    build: off
    hours: "09:00-18:00 Europe/Berlin"
    on_call: { people: ["@octo-a", "@octo-b"], every: 7d, from: 2026-01-05 }
`));
    expect(settings.platforms['linux/s390x']).toMatchObject({ build: 'off', hours: { from: 540, to: 1080, zone: 'Europe/Berlin' }, on_call: { people: ['@octo-a', '@octo-b'], every: 7 * DAY, from: '2026-01-05' } });
    expect(project.platforms[0]?.build).toBe('off');
  });

  it('takes a ladder written out, with the numbers of its criteria', () => {
    const { settings, ladder } = valid(`${LEAST}ladder: { steps: [{ step: 1, name: build }, { step: 2, name: test, hold: [{ pass-rate: { share: 90% } }] }] }\n`);
    expect(settings.ladder).toMatchObject({ steps: [{ step: 1, name: 'build' }, { step: 2, name: 'test' }] });
    expect(ladder?.steps.map((s) => [s.step, s.hold.map((use) => [use.criterion, use.params['share']])])).toEqual([[0, []], [1, []], [2, [['pass-rate', 0.9]]]]);
  });

  it('hears the people of the first of several releases', () => {
    const { project, settings } = valid(`${LEAST}releases:\n  - { name: v2, ci_signal: ["@octo/now"] }\n  - { name: v1, branch: release-1, ci_signal: ["@octo/then"] }\n`);
    expect(project.releaseSignal).toEqual(['@octo/now']);
    expect(settings.releases.map((release) => release.branch)).toEqual(['master', 'release-1']);
  });

  it('drops the slash at the end of a source\'s address and keeps its path', () => {
    const { project } = valid(LEAST.replace('https://prow.example.org', 'http://127.0.0.1:8080/ci/'));
    expect(project.sources[1]?.url).toBe('http://127.0.0.1:8080/ci');
  });

  it('lets a platform write to one of the project\'s channels by its name', () => {
    const { project } = valid(`${LEAST.replace('    step: 2\n', '    step: 2\n    slack: tiers\n')}slack: { channels: { tiers: "#tiers" } }\n`);
    expect(project.platforms[0]?.slack).toBe('#tiers');
  });

  it('reads every spelling of a platform under its canonical name', () => {
    for (const [spelling, id] of [['aarch64', 'linux/arm64'], ['arm64-linux', 'linux/arm64'], ['armhf', 'linux/arm/v7'], ['386', 'linux/386'], ['windows_amd64', 'windows/amd64']] as const) {
      const { project, settings } = valid(`${LEAST.replace('linux/s390x', spelling)}reference: ppc64el\n`);
      expect([project.platforms[0]?.id, Object.keys(settings.platforms), project.platforms[0]?.jobs[0]?.key, project.reference]).toEqual([id, [id], `${id}|prow|unit`, 'linux/ppc64le']);
    }
  });

  it('calls a tab like its job unless it is told another name', () => {
    const { project } = valid(LEAST.replace('- { name: unit, source: prow }', '- { name: unit, source: grid, dashboard: d }\n      - { name: e2e, source: grid, dashboard: d, tab: End to end }'));
    expect(project.platforms[0]?.jobs.map(({ tab, key }) => [tab, key])).toEqual([['unit', 'linux/s390x|grid|d/unit'], ['End to end', 'linux/s390x|grid|d/End to end']]);
  });
});
