import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadProject } from '../../src/config/load.ts';
import { readHistory, type History } from '../../src/history/index.ts';
import type { JobEvidence, PlatformEvidence } from '../../src/domain/evidence.ts';
import type { Project } from '../../src/domain/project.ts';

const CONFIG = `version: 1
project: demo
repo: octo/demo
sources:
  prow: { kind: prow, url: "https://prow.example.org" }
platforms:
  linux/s390x:
    step: 2
    build: on
    jobs:
      - { name: unit, source: prow, suite: unit }
      - { name: e2e-s390x, source: prow, suite: e2e }
  linux/arm64:
    step: 1
    build: off
    jobs:
      - { name: unit, source: prow, suite: unit }
`;

/** Two platforms; three jobs, two of them of one name. */
export function project(): Project {
  const loaded = loadProject(CONFIG, { file: 'demo.yml', origin: 'disk' });
  if (!loaded.ok) throw new Error(loaded.errors.map((e) => e.message).join('\n'));
  return loaded.project;
}

/** A folder with these files, gone when the test is over. */
export async function folder(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'history-'));
  onTestFinished(() => rm(path, { recursive: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return path;
}

/** A run of `unit` on linux/s390x; what is undefined is not written. */
export const run = (fields: Readonly<Record<string, unknown>> = {}): string => JSON.stringify({
  platform: 'linux/s390x', job: 'unit', build: '1', started: '2026-03-01T10:00:00Z', finished: '2026-03-01T10:30:00Z', outcome: 'pass', commit: 'abc', ...fields,
});

export const event = (kind: string, fields: Readonly<Record<string, unknown>> = {}): string => JSON.stringify({ at: '2026-03-02T00:00:00Z', kind, platform: 'linux/s390x', ...fields });

/** The history of these lines; throws where they cannot be read. */
export async function history(runs: readonly string[], events: readonly string[] = []): Promise<History> {
  const read = await readHistory(await folder({ 'runs.ndjson': runs.join('\n'), 'events.ndjson': events.join('\n') }), project());
  if (!read.ok) throw new Error(read.errors.join('\n'));
  return read.history;
}

/** What is wrong with these lines, with the folder's name left out. */
export async function errors(runs: readonly string[] | string | Buffer, events?: readonly string[]): Promise<readonly string[]> {
  const path = await folder({
    'runs.ndjson': typeof runs === 'string' || runs instanceof Buffer ? runs : runs.join('\n'), ...(events ? { 'events.ndjson': events.join('\n') } : {}),
  });
  const read = await readHistory(path, project());
  return read.ok ? [] : read.errors.map((line) => line.replaceAll(`${path}/`, ''));
}

export const platform = ({ evidence }: History, id = 'linux/s390x'): PlatformEvidence => {
  const found = evidence.platforms.find((p) => p.platform === id);
  if (!found) throw new Error(`nothing of ${id}`);
  return found;
};

export const job = (h: History, name = 'unit', id = 'linux/s390x'): JobEvidence => {
  const found = platform(h, id).jobs.find((j) => j.job.name === name);
  if (!found) throw new Error(`nothing of ${name}`);
  return found;
};
