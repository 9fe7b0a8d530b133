import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { check } from '../../src/cli/check.ts';
import { CONFIG, folder, printed } from './given.ts';

/** What `check` prints of these files, by name, in a folder; and its exit code. */
async function checked(files: Readonly<Record<string, string>>, ...named: readonly string[]): Promise<readonly string[]> {
  const { config } = await folder([]);
  const here = dirname(config);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(here, name)), { recursive: true });
    await writeFile(join(here, name), text);
  }
  return (await printed((io) => check(io, named.map((name) => join(here, name))))).replaceAll(`${here}/`, '').split('\n');
}

afterEach(() => { process.exitCode = undefined; });

describe('checking files', () => {
  it('tells where a valid configuration and its ladder disagree, and counts it', async () => {
    expect(await checked({ 'demo.yml': CONFIG.replace('step: 2\n    build: on', 'step: 1\n    build: on') }, 'demo.yml')).toEqual([
      'demo.yml:7:3: platforms.linux/amd64.jobs: step 3 (release), like step 2, asks for jobs of the suites unit and node-e2e, and none is configured; add them, or move the platform down until they run (finding)',
      'demo.yml:7:3: platforms.linux/amd64.jobs: step 3 (release), like step 2, asks for at least one postsubmit job, of whichever suite, and none is configured; add one, or say `trigger: postsubmit` of the job that is one (finding)',
      'demo.yml:7:3: platforms.linux/amd64.jobs: step 3 (release) asks for jobs of the suite conformance, and none is configured; add one, or move the platform down until it runs (finding)',
      'demo.yml:7:3: platforms.linux/amd64.jobs: step 3 (release) asks for a job of conformance on the informing board, or on the blocking one, and this file knows of none; say `board: informing` of the job that stands there, or bring one there (finding)',
      'demo.yml:28:12: platforms.linux/arm64.build: is built by default, which step 1 (build) does not allow; set `build: off` and turn its switches off, or move it to a step that allows it (finding)',
      'demo.yml: valid: demo, 4 platforms, 13 jobs. 5 findings against the ladder kubernetes-steps.',
    ].map((line) => line.includes('amd64') ? expect.stringContaining(line.replace(/^.*?: /, '')) as unknown : line));
    expect(process.exitCode).toBeUndefined();
  });

  it('finds a ladder beside the configuration, before those that come along', async () => {
    const ours = 'steps: [{ step: 2, name: tested, build: on }, { step: 3, name: shipped, build: on, release: on, hold: [owners-declared] }]\n';
    expect(await checked({ 'demo.yml': `${CONFIG}ladder: ours\n`, 'ladders/ours.yml': ours }, 'demo.yml')).toEqual(['demo.yml: valid: demo, 4 platforms, 13 jobs.']);
    expect((await checked({ 'ladders/cpython.yml': ours, 'demo.yml': `${CONFIG}ladder: cpython\n` }, 'demo.yml')).at(-1)).toBe('demo.yml: valid: demo, 4 platforms, 13 jobs.');
  });

  it('names the ladder\'s own file where the mistake is in there', async () => {
    const text = 'extends: kubernetes-steps\nsteps: [{ step: 3, hold: [{ pass-rate: { share: 50% } }] }]\n';
    expect(await checked({ 'demo.yml': `${CONFIG}ladder: ours\n`, 'ladders/ours.yml': text }, 'demo.yml')).toEqual([
      'ladders/ours.yml:2:49: steps[0].hold[0].pass-rate.share: step 3 (release) asks for less than step 2: `share: 50%` here, `share: 75%` there',
    ]);
    expect(process.exitCode).toBe(1);
  });

  it('takes a ladder by itself', async () => {
    const ladders = { 'ladders/ours.yml': 'extends: theirs\nsteps: [{ step: 1, hold: [owners-declared] }]\n', 'ladders/theirs.yml': 'steps: [{ step: 1, name: a }]\n', 'ladders/bad.yml': 'steps: [{ step: 1 }]\n' };
    expect(await checked(ladders, 'ladders/ours.yml', 'ladders/bad.yml')).toEqual([
      'ladders/ours.yml: valid: a ladder, off (0), a (1).',
      'ladders/bad.yml:1:9: steps[0].name: missing; expected the name of the step, such as `name: build`',
    ]);
  });

  it('takes a file of signatures', async () => {
    const bad = 'version: 1\nsignatures: [{ name: a }]\n';
    expect(await checked({ 'signatures.yml': 'version: 1\nsignatures: []\n', 'bad/signatures.yml': bad }, 'signatures.yml', 'bad/signatures.yml', 'none/signatures.yml')).toEqual([
      expect.stringMatching(/^signatures\.yml: valid: \d+ signatures of logs/),
      expect.stringMatching(/^bad\/signatures\.yml:2:14: signatures\[0\]\.says: missing/),
      expect.stringMatching(/^bad\/signatures\.yml:2:14: signatures\[0\]\.match: missing/),
      expect.stringMatching(/^bad\/signatures\.yml:2:14: signatures\[0\]\.points: missing/),
      expect.stringMatching(/^bad\/signatures\.yml:2:14: signatures\[0\]\.silent: missing/),
      expect.stringMatching(/^none\/signatures\.yml:1:1: \(file\): there is no such file/),
    ]);
    expect(process.exitCode).toBe(1);
  });
});
