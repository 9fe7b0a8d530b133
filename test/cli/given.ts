import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { readEnv } from '../../src/env.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const YEAR_START = Date.UTC(2025, 0, 1);
/** When the command line is used. */
export const TODAY = Date.UTC(2026, 0, 10, 12);

const PORT = `
      - { name: unit, source: prow, suite: unit, trigger: postsubmit }
      - { name: e2e, source: prow, suite: e2e, board: informing }
      - { name: node, source: prow, suite: node-e2e }
      - { name: conf, source: prow, suite: conformance, board: informing }`;

/** Three ports and their reference; linux/s390x and linux/ppc64le are released, linux/arm64 is tested. */
export const CONFIG = `version: 1
project: demo
repo: octo/demo
sources:
  prow: { kind: prow, url: "https://prow.example.org" }
platforms:
  linux/amd64: { step: 3, build: on, owners: ["@ada", "@abe"], jobs: [{ name: e2e, source: prow, suite: e2e, board: blocking }] }
  linux/s390x:
    step: 3
    build: on
    owners: ["@olga", "@petra"]
    jobs:${PORT}
  linux/ppc64le:
    step: 3
    build: on
    owners: ["@paul", "@pia"]
    jobs:${PORT}
  linux/arm64:
    step: 2
    build: on
    owners: ["@anna", "@arne"]
    jobs:${PORT}
`;

const PORTS = ['linux/s390x', 'linux/ppc64le', 'linux/arm64'];
const PLACES = [...PORTS.flatMap((platform) => ['unit', 'e2e', 'node', 'conf'].map((job) => ({ platform, job }))), { platform: 'linux/amd64', job: 'e2e' }];

export interface RunGiven { readonly platform: string; readonly job: string; readonly at: number; readonly day: number }

export const line = (fields: Readonly<Record<string, unknown>>): string => JSON.stringify(fields);
export const iso = (at: number): string => new Date(at).toISOString();

/** A year of a run of every job each 12 hours: what each came to, null for no run. */
export function yearOfRuns(outcome: (run: RunGiven) => 'pass' | 'fail' | null = () => 'pass'): string[] {
  const lines: string[] = [];
  for (let at = YEAR_START; at < YEAR_START + 365 * DAY; at += 12 * HOUR) {
    for (const { platform, job } of PLACES) {
      const came = outcome({ platform, job, at, day: Math.floor((at - YEAR_START) / DAY) });
      if (came !== null) lines.push(line({ platform, job, build: `${at / HOUR}`, started: iso(at), finished: iso(at + HOUR), outcome: came, commit: `c${at / HOUR}` }));
    }
  }
  return lines;
}

/** People of every port who say every month that they are there. */
export const monthlyAcks = (platforms: readonly string[] = PORTS): string[] => platforms.flatMap((platform) =>
  Array.from({ length: 12 }, (_, m) => ['one', 'two'].map((by) => line({ at: iso(YEAR_START + (m * 30 + 1) * DAY), kind: 'ack', platform, by: `${by}-of-${platform}` }))).flat());

/** A folder with a configuration and a history, gone when the test is over. */
export async function folder(runs: readonly string[], events: readonly string[] | null = null, config = CONFIG): Promise<{ readonly config: string; readonly history: string }> {
  const path = await mkdtemp(join(tmpdir(), 'ladder-'));
  onTestFinished(() => rm(path, { recursive: true }));
  await writeFile(join(path, 'demo.yml'), config);
  await writeFile(join(path, 'runs.ndjson'), runs.join('\n'));
  if (events !== null) await writeFile(join(path, 'events.ndjson'), events.join('\n'));
  return { config: join(path, 'demo.yml'), history: path };
}

/** What a verb of the command line prints. */
export async function printed(verb: (io: Io) => Promise<void>, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const lines: string[] = [];
  await verb({ env: () => readEnv(env), now: () => TODAY, log: pino({ level: 'silent' }), out: (text) => { lines.push(text); } });
  return lines.join('\n');
}
