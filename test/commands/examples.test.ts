import { describe, expect, it } from 'vitest';
import { exampleFor, fitted } from '../../src/commands/examples.ts';
import { parseCommand } from '../../src/commands/grammar.ts';
import { VERBS } from '../../src/commands/index.ts';
import type { Scene, Spoken, Verb } from '../../src/commands/verb.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import { Case, projectOf } from '../policy/conflict-given.ts';
import { makeJob, makeProject } from '../policy/story.ts';
import { onGitHub, saidBy, someIncident, someScene } from './line-given.ts';

const project = makeProject([makeJob({ platform: 'linux/amd64', name: 'unit' }), makeJob({ platform: 'linux/arm64', name: 'unit' }), makeJob({ platform: 'linux/arm64', name: 'e2e-arm64' }), makeJob({ platform: 'linux/riscv64', name: 'e2e-riscv64' })]);
const scene = { project, incidents: [], proposals: [], conflicts: [] } as unknown as Scene;
const spoken = (platform: string | null): Spoken => ({ place: { issue: null, incident: null, proposal: null, platform } }) as unknown as Spoken;

describe('an example', () => {
  it('names a platform and a job that the project has', () => {
    expect(fitted('/arch ack linux/s390x', scene, spoken(null))).toBe('/arch ack linux/arm64');
    expect(fitted('/arch mute ci-kubernetes-e2e-s390x 14d the lab is moving', scene, spoken(null))).toBe('/arch mute linux/arm64:unit 14d the lab is moving');
  });

  it('names the platform that it is given on', () => {
    expect(fitted('/arch ack linux/s390x', scene, spoken('linux/riscv64'))).toBe('/arch ack linux/riscv64');
    expect(fitted('/arch mute ci-kubernetes-e2e-s390x off', scene, spoken('linux/riscv64'))).toBe('/arch mute e2e-riscv64 off');
  });

  it('of every command names nothing that only its documentation knows', () => {
    for (const { examples: [first = ''] } of VERBS) expect(fitted(first, scene, spoken(null))).not.toMatch(/s390x/);
  });
});

describe('the example that is given with a mistake', () => {
  const proposal = (id: string, number: number): Proposal => ({ id, state: 'open', proposer: { by: 'olga', at: 0 }, issue: { repo: 'demo/demo', number, url: 'u' }, matter: { platform: 'linux/s390x' } }) as unknown as Proposal;
  const busy = someScene({
    incidents: [someIncident({ id: 'i2', platform: 'linux/amd64' }), someIncident({ id: 'i1', platform: 'linux/s390x', openedAt: 1 })],
    proposals: [proposal('mute-unit-linux-abc', 12), proposal('mute-e2e-linux-abd', 13)],
  });
  const given = (line: string, at = busy, spoken = saidBy('olga')): string | null => {
    const parsed = parseCommand(line, at, spoken);
    if (parsed.ok) throw new Error(`${line} is understood`);
    return exampleFor(line, parsed.mistake, parsed.verb, at, spoken);
  };

  it.each([
    ['/arch ack', '/arch ack linux/s390x'], ['/arch unack', '/arch unack linux/s390x'], ['/arch FLAKE TestEtcd', '/arch flake linux/s390x TestEtcd'], ['/arch snooze 3d the lab', '/arch snooze linux/s390x 3d the lab'],
    ['/arch attempt', '/arch attempt linux/s390x rebuilt the image with gcc 15, same failure'], ['/arch snooze 3x', '/arch snooze linux/s390x 3d waiting for the toolchain'],
    ['/arch approve', '/arch approve #12'], ['/arch reject', '/arch reject #12 the fix is in review and lands today'], ['/arch object the lab moves', '/arch object #12 the lab moves'],
    ['/arch approve #99', '/arch approve #12'], ['/arch acc', '/arch ack linux/s390x'], ['/arch frobnicate', '/arch help'],
  ])('to %s is %s, which can be said', (line, example) => {
    expect(given(line)).toBe(example);
    if (example !== '/arch help') expect(parseCommand(example, busy, saidBy('olga'))).toMatchObject({ ok: true });
  });

  it('is about the proposal that was named, and names it once', () => {
    for (const named of ['#12', '#13', 'demo/demo#13', 'mute-e2e-linux-abd']) expect(given(`/arch reject ${named}`)).toBe(`/arch reject ${named} the fix is in review and lands today`);
  });

  it('names no subject where the place says what is meant', () => {
    expect(given('/arch snooze', busy, saidBy('olga', onGitHub({ incident: 'i1' })))).toBe('/arch snooze 3d waiting for the toolchain');
  });

  it('of the conflict procedure names a platform that is in a blocker\'s way, and the blocker', () => {
    const { conflict } = new Case();
    const meeting = { ...busy, project: { ...busy.project, platforms: [...busy.project.platforms, ...projectOf().platforms.filter((p) => p.id === 'linux/ppc64le')] }, conflicts: [conflict] };
    for (const [line, example] of [
      ['/arch no-time', '/arch no-time the cut is tonight'], ['/arch extend soon', '/arch extend 12h the fix is in review'], ['/arch waits-for', '/arch waits-for https://github.com/golang/go/issues/15823'],
      ['/arch conflict s390x', '/arch conflict linux/ppc64le #25243 its linker cannot take the new object files'], ['/arch conflict', '/arch conflict linux/ppc64le #25243 its linker cannot take the new object files'],
    ] as const) {
      expect(given(line, meeting, saidBy('olga', onGitHub({ surface: 'slack', issue: null })))).toBe(example);
      expect(parseCommand(example, meeting, saidBy('olga', onGitHub({ surface: 'slack', issue: null })))).toMatchObject({ ok: true });
    }
  });

  it('is never the line that is wrong, nor any for what does not fit', () => {
    const idle = someScene();
    expect(given('/arch ack', idle)).toBeNull();
    expect(given('/arch snooze linux/s390x 3x', idle)).toBe('/arch snooze 3d waiting for the toolchain');
    expect(given('/arch recheck now')).toBe('/arch recheck');
    const [first] = VERBS;
    const lone = { ...first, examples: ['/arch help'] } as Verb;
    expect(exampleFor('/arch  HELP', { word: null, message: 'x' }, lone, idle, saidBy('olga'))).toBeNull();
  });
});
