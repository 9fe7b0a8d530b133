import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { formatFinding } from '../../src/config/finding.ts';
import { ladderFiles } from '../../src/config/ladder-files.ts';
import { readLadder } from '../../src/config/ladder.ts';
import { loadProject } from '../../src/config/load.ts';
import { loadSignatures, readSignatures } from '../../src/config/signatures.ts';
import { anyText, damaged, fileOf, holds, PATIENCE } from './fuzz.ts';

vi.setConfig({ testTimeout: PATIENCE });

const LADDERS = await ladderFiles('demo.yml');
const SIGNATURES = await loadSignatures();
const PROJECTS = [fileOf('config/examples/kubernetes.yml'), fileOf('demo/config/orrery.yml')];

const told = (findings: readonly Parameters<typeof formatFinding>[0][]): void => {
  for (const finding of findings) expect(formatFinding(finding)).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*$/);
};

/** The hosts and channels that the example names, and nothing else, are allowed. */
const EXAMPLE = fileOf('config/examples/kubernetes.yml').replace(/^people:[^]*/m, '');
const ALLOWED = { hosts: [...new Set([...EXAMPLE.matchAll(/https:\/\/([^/"]+)/g)].map((m) => m[1] ?? ''))], channels: [...new Set([...EXAMPLE.matchAll(/"(#[a-z0-9-]+)"/g)].map((m) => m[1] ?? ''))] };
const OTHERS = ['evil.example', 'testgrid.k8s.io.evil.example', 'testgrid.k8s.io@evil.example', '127.0.0.1', '[::1]', '2130706433', 'testgrid.k8s.io:8443', 'TESTGRID.k8s.io', '#general', '#release-ci-signal2', '@here', 'C0123456', 'other/repo'];

describe('a project\'s file from a repository that is anything', () => {
  const load = (text: string) => loadProject(text, { file: 'f.yml', origin: 'repository', expectedRepo: 'kubernetes/kubernetes', ladders: LADDERS, allow: ALLOWED });

  it('reaches nothing that was not allowed, whatever stands in the place of its hosts, channels and names', () => {
    expect(load(EXAMPLE)).toMatchObject({ ok: true });
    const replaced = fc.tuple(fc.constantFrom(...ALLOWED.hosts, ...ALLOWED.channels, 'kubernetes/kubernetes'), fc.constantFrom(...OTHERS, ...ALLOWED.hosts)).map(([from, to]) => EXAMPLE.replaceAll(from, to));
    holds(fc.oneof(replaced, damaged([EXAMPLE]), damaged(PROJECTS), anyText), (text) => {
      const read = load(text);
      if (!read.ok) return told(read.errors);
      const { project } = read;
      expect([project.repo.toLowerCase(), project.people]).toEqual(['kubernetes/kubernetes', {}]);
      for (const channel of [...Object.values(project.channels), ...project.platforms.map((p) => p.slack)]) if (channel !== null) expect(ALLOWED.channels).toContain(channel);
      for (const source of project.sources) expect([ALLOWED.hosts.includes(new URL(source.url).host), source.guarded]).toEqual([true, true]);
    });
  });
});

describe('a ladder\'s file that is anything', () => {
  it('is a ladder or is refused with places', () => {
    const texts = [...LADDERS.values()].map((f) => f.text);
    holds(fc.oneof(damaged(texts), anyText), (text) => {
      const read = readLadder('mine', new Map([...LADDERS, ['mine', { file: 'mine.yml', text }]]), (message) => ({ file: 'p.yml', line: 1, column: 1, path: 'ladder', message }));
      if (!read.ok) told(read.errors);
    });
  });
});

describe('a file of signatures that is anything', () => {
  it('is read or refused with places, and what it reads is looked for without hanging', () => {
    holds(fc.oneof(damaged([fileOf('config/signatures.yml').slice(0, 4_000)]), anyText), (text) => {
      const read = readSignatures(text, 's.yml', SIGNATURES.ok ? SIGNATURES.signatures : null);
      if (!read.ok) told(read.errors);
    });
  });
});
