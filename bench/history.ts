import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { loadProject } from '../src/config/load.ts';
import type { Project } from '../src/domain/project.ts';
import { readHistory } from '../src/history/index.ts';
import { incidentsOf } from '../src/policy/ladder/incidents-of.ts';
import type { Figure } from './figure.ts';
import { measure } from './measure.ts';

export interface HistoryOptions {
  readonly lines: number;
  /** Told what is being measured. */
  readonly say: (what: string) => void;
}

const JOBS = 20;
const MINUTE = 60_000;
const FROM = Date.UTC(2026, 0, 1);

/** Measures the reading of a history from disk next to parsing its lines one by one, and what its breakages take. */
export async function benchHistory({ lines, say }: HistoryOptions): Promise<Figure[]> {
  say(`a history of ${lines.toLocaleString('en-US')} runs on disk`);
  const folder = await mkdtemp(join(tmpdir(), 'archsignal-bench-'));
  try {
    await write(join(folder, 'runs.ndjson'), lines);
    const given = project();
    const floor = await measure(() => parseOnly(join(folder, 'runs.ndjson')));
    const read = await measure(() => readHistory(folder, given));
    const result = await readHistory(folder, given);
    if (!result.ok) throw new Error(result.errors.join('\n'));
    const { evidence, acks } = result.history;
    const derived = await measure(async () => incidentsOf(given, evidence.platforms, acks, Infinity));
    const name = `history, ${lines.toLocaleString('en-US')} runs`;
    return [
      { name: `${name}: reading it: CPU`, value: read.cpuMs, floor: floor.cpuMs, unit: 'ms', aim: { of: 'ratio', most: 4 } },
      { name: `${name}: reading it: wall clock`, value: read.wallMs, floor: floor.wallMs, unit: 'ms', aim: null },
      { name: `${name}: its breakages: CPU`, value: derived.cpuMs, floor: null, unit: 'ms', aim: { of: 'value', most: 10_000 } },
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Jobs of two platforms in turn, one run a minute; one in ten fails, and each job has a bad day now and then. */
async function write(file: string, lines: number): Promise<void> {
  const out = createWriteStream(file);
  for (let i = 0; i < lines; i++) {
    const started = FROM + i * MINUTE;
    const bad = Math.floor(i / (JOBS * 72)) % 30 === i % JOBS;
    const run = {
      platform: i % 2 === 0 ? 'linux/s390x' : 'linux/amd64', job: `job-${i % JOBS}`, build: String(1_980_000_000_000_000n + BigInt(i)), started: new Date(started).toISOString(),
      finished: new Date(started + 30 * MINUTE).toISOString(), outcome: bad || (i * 7) % 10 === 0 ? 'fail' : 'pass', commit: Math.floor(i / 40).toString(16).padStart(40, '0'),
    };
    if (!out.write(`${JSON.stringify(run)}\n`)) await new Promise<void>((resume) => { out.once('drain', resume); });
  }
  out.end();
  await finished(out);
}

async function parseOnly(file: string): Promise<number> {
  let passed = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) if ((JSON.parse(line) as { outcome: string }).outcome === 'pass') passed++;
  return passed;
}

function project(): Project {
  const jobs = (parity: number) => Array.from({ length: JOBS / 2 }, (_, j) => `      - { name: job-${j * 2 + parity}, source: prow, suite: suite-${j} }`).join('\n');
  const text = `version: 1\nproject: bench\nrepo: octo/bench\nsources: { prow: { kind: prow, url: "https://prow.example.org" } }\nplatforms:\n`
    + `  linux/s390x:\n    step: 2\n    build: on\n    jobs:\n${jobs(0)}\n  linux/amd64:\n    step: 2\n    build: on\n    jobs:\n${jobs(1)}\n`;
  const loaded = loadProject(text, { file: 'bench.yml', origin: 'disk' });
  if (!loaded.ok) throw new Error(loaded.errors.map((e) => e.message).join('\n'));
  return loaded.project;
}
