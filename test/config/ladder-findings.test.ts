import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '../../src/config/finding.ts';
import { loadFile } from '../../src/config/load-files.ts';
import { shippedLadders } from '../../src/config/ladder-files.ts';
import { LEAST, change, jobs, plus, valid } from './given.ts';

const ladders = await shippedLadders();

/** Where a configuration and its ladder disagree. */
const findings = (text: string): string[] => valid(text, { ladders }).findings.map(formatFinding);

const WHOLE = jobs(
  '{ name: build, source: prow, suite: build }', '{ name: unit, source: prow, suite: unit, trigger: postsubmit }', '{ name: e2e, source: prow, suite: e2e }',
  '{ name: node, source: prow, suite: node-e2e }', '{ name: conf, source: prow, suite: conformance }',
).replace('    jobs:', '    owners: ["@olga", "@petra"]\n    jobs:');

describe('a ladder whose steps are about parts of a platform', () => {
  const LADDER = (scope: string): string => `ladder: { steps: [{ step: 2, name: test, build: on, ${scope}, hold: [{ suites-present: { suites: [unit], triggers: [periodic] } }, { on-board: { board: informing, suites: [unit] } }] }] }\n`;
  const RELEASE = 'releases: [{ branch: main }, { branch: release-1.36 }]\n';
  const job = (fields: string): string => jobs(`{ name: unit, source: prow, suite: unit, board: informing, ${fields} }`);

  it('asks for jobs of those components and branches', () => {
    expect(findings(job('components: [server], branch: release-1.36') + LADDER('components: [server], branches: ["release-*"]') + RELEASE)).toEqual([]);
    expect(findings(job('components: [client]') + LADDER('components: [server]'))).toEqual([
      'p.yml:11:5: platforms.linux/s390x.jobs: step 2 (test) asks for jobs of the suite unit, and none is configured for server; add one, or move the platform down until it runs',
      'p.yml:11:5: platforms.linux/s390x.jobs: step 2 (test) asks for a job of unit on the informing board, or on the blocking one, and this file knows of none for server; say `board: informing` of the job that stands there, or bring one there',
    ]);
    expect(findings(job('branch: main') + LADDER('branches: ["release-*"]') + RELEASE)[0]).toContain('none is configured for release-*');
    expect(findings(job('trigger: periodic') + LADDER('branches: [main]') + RELEASE)).toEqual([]);
  });

  it('names what this file does not have', () => {
    expect(findings(job('trigger: periodic') + LADDER('components: [sever]'))).toEqual(['p.yml:13:9: ladder: step 2 (test) of the ladder demo-ladder is about the component "sever", which no platform, job or switch of this file has; did you mean "server"?']);
    expect(findings(job('components: [kubectl]') + LADDER('components: [kubectl]'))).toEqual([]);
    expect(findings(job('trigger: periodic') + LADDER('branches: [main, "lts-*"]') + RELEASE)).toEqual([expect.stringContaining('step 2 (test) of the ladder demo-ladder is about the branch "lts-*", and no release, job or switch of this file is on one that is called so')]);
  });

  it('is about nothing of a platform of which none of that is built', () => {
    const client = job('trigger: periodic').replace('    build: on', '    build: on\n    components: [client]');
    expect(findings(client + LADDER('components: [server]'))).toEqual([
      'p.yml:9:11: platforms.linux/s390x.step: step 2 (test) is about server only, and of linux/s390x only client is built; move it to a step that is about it, or name the rest under `components`',
    ]);
    expect(findings(client.replace('trigger: periodic', 'components: [server]') + LADDER('components: [client]')).at(-1))
      .toContain('jobs[0].components: unit tests server, and of linux/s390x only client is built; one of the two does not hold');
  });
});

describe('a configuration against its ladder', () => {
  it('has no findings where it has what its step asks for', () => {
    expect(findings(WHOLE)).toEqual([]);
  });

  it('lacks jobs, a trigger and owners', () => {
    expect(findings(LEAST)).toEqual([
      'p.yml:8:3: platforms.linux/s390x.owners: step 2 (test) asks for 2 owners, and nobody is declared; name them under `owners`, or move the platform down',
      'p.yml:11:5: platforms.linux/s390x.jobs: step 2 (test) asks for jobs of the suites e2e and node-e2e, and none is configured; add them, or move the platform down until they run',
      'p.yml:11:5: platforms.linux/s390x.jobs: step 2 (test) asks for at least one postsubmit job, of whichever suite, and none is configured; add one, or say `trigger: postsubmit` of the job that is one',
    ]);
    expect(findings(WHOLE.replace(', trigger: postsubmit', ''))).toEqual([
      'p.yml:12:5: platforms.linux/s390x.jobs: step 2 (test) asks for at least one postsubmit job, of whichever suite, and none is configured; add one, or say `trigger: postsubmit` of the job that is one',
    ]);
    expect(findings(WHOLE.replace('"@olga", "@petra"', '"@olga"'))).toEqual(['p.yml:11:13: platforms.linux/s390x.owners: step 2 (test) asks for 2 owners, and 1 is declared; name them under `owners`, or move the platform down']);
  });

  it('finds a trigger in whichever job of the platform has it', () => {
    const built = WHOLE.replace(', trigger: postsubmit', '').replace('suite: build }', 'suite: build, trigger: postsubmit }');
    expect(findings(built)).toEqual([]);
  });

  it('is built where its tests run, and where nothing runs a build is missing', () => {
    expect(findings(WHOLE.replace('      - { name: build, source: prow, suite: build }\n', ''))).toEqual([]);
    expect(findings(jobs().replace('    jobs:\n', '    owners: ["@olga"]\n    jobs: []\n').replace('step: 2', 'step: 1').replace('build: on', 'build: off'))).toEqual([
      'p.yml:12:5: platforms.linux/s390x.jobs: step 1 (build) asks for jobs of the suite build, and none is configured; add one, or move the platform down until it runs',
    ]);
  });

  it('may declare a team, which has any number of members', () => {
    expect(findings(WHOLE.replace('"@olga", "@petra"', '"@octo/s390x"'))).toEqual([]);
  });

  it('is built by default at a step that does not allow it', () => {
    expect(findings(WHOLE.replace('step: 2', 'step: 1'))).toEqual([
      'p.yml:10:12: platforms.linux/s390x.build: is built by default, which step 1 (build) does not allow; set `build: off` and turn its switches off, or move it to a step that allows it',
    ]);
    expect(findings(WHOLE.replace('step: 2', 'step: 1').replace('build: on', 'build: off'))).toEqual([]);
  });

  it('ships below the release step where nothing parts the release from the build', () => {
    const build = 'switches:\n  - { file: a.sh, format: shell-array, at: PLATFORMS }\n';
    expect(findings(WHOLE + build)).toEqual([
      'p.yml:10:12: platforms.linux/s390x.build: ships with the release, as far as this file knows: no switch has `controls: release`, so what is built is released, which step 2 (test) does not allow; name the switch that parts the two, or turn the build off',
    ]);
    expect(findings(`${WHOLE}${build}  - { file: b.sh, format: shell-array, at: PLATFORMS, controls: release }\n`)).toEqual([]);
    expect(findings((WHOLE + build).replace('build: on', 'build: off'))).toEqual([]);
  });

  it('misses a board that the ladder promises; blocking satisfies informing', () => {
    const at3 = WHOLE.replace('step: 2', 'step: 3');
    expect(findings(at3)).toEqual(['p.yml:12:5: platforms.linux/s390x.jobs: step 3 (release) asks for jobs of e2e and conformance on the informing board, or on the blocking one, and this file knows of none; say `board: informing` of the job that stands there, or bring one there']);
    expect(findings(at3.replace('suite: e2e', 'suite: e2e, board: blocking').replace('suite: conformance', 'suite: conformance, board: informing'))).toEqual([]);
  });

  it('counts reports of third parties only where the ladder does', () => {
    const others = WHOLE.replace('suite: unit', 'suite: unit, reported_by: third-party').replace('step: 2', 'step: 3').replace('"@petra"', '"@petra", "@paul"');
    expect(findings(others).filter((f) => f.includes('third'))).toEqual([]);
    expect(findings(`${others}ladder: rust-targets\n`)).toEqual([
      'p.yml:12:5: platforms.linux/s390x.jobs: step 3 (tier 1) asks for jobs of the suite unit, and none is configured (reports of third parties do not count here); add one, or move the platform down until it runs',
    ]);
  });

  it('stands on a tier whose policy its port of Go cannot meet', () => {
    const tiers = `${WHOLE}ladder: kubernetes-platform-tiers\n`;
    expect(findings(tiers).filter((f) => f.includes('.step: '))).toEqual([expect.stringMatching(
      /^p\.yml:9:11: platforms\.linux\/s390x\.step: step 2 \(tier 2\) asks for a first-class Go port, and for linux\/s390x Go has one that is not: .*The policy and the step contradict each other/)]);
    expect(findings(tiers.replace('linux/s390x', 'linux/arm/v7')).filter((f) => f.includes('.step: '))).toEqual([]);
  });

  it('has no job of a suite that its own ladder asks for, most likely by a slip', () => {
    expect(findings(plus('ladder: { steps: [{ step: 2, name: a, build: on, hold: [{ suites-present: { suites: [untit] } }] }] }'))).toEqual([
      'p.yml:13:9: ladder: the ladder demo-ladder asks for the suite "untit", which no job of this file has; did you mean "unit"?',
      'p.yml:11:5: platforms.linux/s390x.jobs: step 2 (a) asks for jobs of the suite untit, and none is configured; add one, or move the platform down until it runs',
    ].sort());
  });

  it('finds its platforms in any spelling', () => {
    expect(findings(change('linux/s390x', 's390x'))[0]).toBe('p.yml:8:3: platforms.s390x.owners: step 2 (test) asks for 2 owners, and nobody is declared; name them under `owners`, or move the platform down');
  });

  it('forgets what its ladder looks back to', () => {
    const kept = (retention: string): string[] => findings(`${WHOLE}retention: ${retention}\n`).map((f) => f.replace(/^p\.yml:\d+:/, ''));
    expect(kept('{ runs: 84d, rollups: 365d }')).toEqual([]);
    expect(kept('{ runs: 30d, rollups: 300d }')).toEqual([
      '20: retention.runs: pass-rate of step 2 (test) looks back up to 84 days, and single runs are kept for less; of older ones the sums of each day are known, without their order, their durations and their commits. Keep them for 84 days or longer',
      '34: retention.rollups: time-at-step of step 4 (trademark) looks back up to 365 days for poor weeks, and the sums of each day are kept for less. Keep them for 365 days or longer',
    ]);
  });

  it('shows the doubts about the ladder itself before its own', () => {
    expect(findings(plus('ladder: { steps: [{ step: 1, name: a, build: on }, { step: 2, name: b, build: on }] }'))).toEqual([
      'p.yml:13:52: ladder.steps[1]: step 2 (b) asks for nothing that the step below does not; nobody is ever proposed for it',
    ]);
  });
});

describe('Kubernetes\' own platforms of 2026', async () => {
  const file = 'config/examples/kubernetes.yml';
  const text = await readFile(file, 'utf8');
  const told = (found: readonly string[], platform: string): string[] => found.filter((f) => f.includes(`platforms.${platform}.`)).map((f) => f.replace(/^.*?: platforms\.\S+\.(\w+): /, '$1: '));

  it('are told, on the four steps, what is short of them', async () => {
    const loaded = await loadFile(file);
    const found = loaded.ok ? loaded.findings.map(formatFinding) : [];
    expect(told(found, 'linux/s390x')).toEqual([
      'build: ships with the release, as far as this file knows: no switch has `controls: release`, so what is built is released, which step 2 (test) does not allow; name the switch that parts the two, or turn the build off',
      'jobs: step 2 (test) asks for jobs of the suites e2e and node-e2e, and none is configured; add them, or move the platform down until they run',
      'jobs: step 2 (test) asks for at least one postsubmit job, of whichever suite, and none is configured; add one, or say `trigger: postsubmit` of the job that is one',
    ]);
    expect(told(found, 'linux/ppc64le')).toHaveLength(2);
    expect(told(found, 'linux/arm64')).toContain('jobs: step 3 (release) asks for a job of e2e on the informing board, or on the blocking one, and this file knows of none; say `board: informing` of the job that stands there, or bring one there');
    expect(told(found, 'linux/amd64')).toEqual(['jobs: step 4 (trademark), like step 2, asks for at least one postsubmit job, of whichever suite, and none is configured; add one, or say `trigger: postsubmit` of the job that is one']);
  });

  it('are told, on the platform tiers, of the contradiction in the policy itself', () => {
    const found = valid(text.replace('ladder: kubernetes-steps', 'ladder: kubernetes-platform-tiers').replace('step: 4', 'step: 3'), { ladders }).findings.map(formatFinding);
    for (const port of ['linux/s390x', 'linux/ppc64le']) expect(told(found, port)[0]).toMatch(/^step: step 2 \(tier 2\) asks for a first-class Go port/);
    expect(told(found, 'linux/arm64').concat(told(found, 'linux/amd64')).filter((f) => f.startsWith('step: '))).toEqual([]);
  });

  it('are told, of the whole table of tiers, each thing with its place and what to do', async () => {
    const loaded = await loadFile('test/fixtures/kubernetes-platform-tiers.yml');
    const found = loaded.ok ? loaded.findings.map((f) => formatFinding(f).replace(/^.*tiers\.yml:/, '').replace(/: its first-class ports are .*/, '')) : [];
    const port = (platform: string): string => `step 2 (tier 2) asks for a first-class Go port, and for ${platform} Go has one that is not`;
    const suite = (name: string): string => `step 2 (tier 2) asks for jobs of the suite ${name}, and none is configured; add one, or move the platform down until it runs`;
    const board = (jobs: string): string => `step 2 (tier 2) asks for ${jobs} on the informing board, or on the blocking one, or on a conformance dashboard, and this file knows of none; say \`board: informing\` of the job that stands there, or bring one there`;
    expect(found).toEqual([
      `23:5: platforms.linux/arm64.jobs: ${suite('unit')}`,
      `23:5: platforms.linux/arm64.jobs: ${board('jobs of unit and e2e')}`,
      `27:11: platforms.linux/ppc64le.step: ${port('linux/ppc64le')}`,
      `30:5: platforms.linux/ppc64le.jobs: ${board('jobs of unit and integration')}`,
      `35:11: platforms.linux/s390x.step: ${port('linux/s390x')}`,
      `38:5: platforms.linux/s390x.jobs: ${suite('e2e')}`,
      `38:5: platforms.linux/s390x.jobs: ${board('a job of e2e')}`,
      '45:13: platforms.windows/amd64.owners: step 2 (tier 2) asks for 2 owners, and 1 is declared; name them under `owners`, or move the platform down',
      `46:5: platforms.windows/amd64.jobs: ${suite('integration')}`,
      `46:5: platforms.windows/amd64.jobs: ${board('a job of integration')}`,
      `52:26: platforms.windows/arm64.step: ${port('windows/arm64')}`,
      '54:36: platforms.linux/riscv64.build: is built by default, which step 1 (tier 3) does not allow; set `build: off` and turn its switches off, or move it to a step that allows it',
    ]);
  });
});
