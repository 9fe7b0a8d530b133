/** Polls a Prow with a large `prowjobs.js`, in a process of its own: the program, its floor, or both in turn. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pollProject } from '../../src/runtime/poll.ts';
import { openStore } from '../../src/store/open.ts';
import { obey, runChild, type Child } from '../child.ts';
import { inTurn, measure, peakRss, type Pair, type Taken } from '../measure.ts';
import { startCiProcess, type Asked, type CiCommand } from './ci.ts';
import { Floor } from './floor.ts';
import { programOf, projectOf } from './project.ts';

export interface ProwPlan {
  readonly jobs: number;
  readonly bytes: number;
  readonly blocks: number;
  readonly rounds: number;
  /** Who is at work; for memory each has a process of its own. */
  readonly who: 'both' | 'ours' | 'floor';
}

export interface ProwResult {
  readonly bytes: number;
  readonly first: Taken;
  readonly nothingNew: Pair;
  readonly someNew: Pair;
  /** The most memory that the process had, mebibytes. */
  readonly peak: number;
  /** Requests of one poll. */
  readonly asked: number;
}

/** Measures in a process of its own. */
export const measureProw = (plan: ProwPlan, nodeFlags: readonly string[] = []): Promise<ProwResult> => runChild<ProwResult>(import.meta.filename, plan, nodeFlags);

const START = Date.UTC(2026, 10, 20, 8);
const EVERY = 5 * 60_000;
const SHARE = 0.01;
const nobody = async (): Promise<void> => {};

async function run(plan: ProwPlan, folder: string, ci: Child<CiCommand>): Promise<ProwResult> {
  const { url, names } = await ci.ask<{ url: string; names: readonly string[] }>({ do: 'prow', spec: { jobs: plan.jobs, bytes: plan.bytes, at: START } });
  const project = projectOf('prow', url, names.map((name) => ({ name })), 512 << 20);
  let now = START;
  const store = await openStore({ dataDir: folder, mode: 'server' });
  const { rt, tracked } = programOf(project, store, () => now);
  const floor = new Floor(project.polling.concurrency);
  const quiet = new AbortController().signal;
  let bytes = 0;
  const poll = async (expected: number): Promise<void> => {
    const { sources, changed } = await pollProject(rt, tracked, quiet);
    const [source] = sources;
    if (!source?.ok || source.warnings.length > 0) throw new Error(source?.error ?? source?.warnings[0]?.text);
    if (changed !== expected) throw new Error(`${changed} jobs changed instead of ${expected}`);
    ({ bytes } = source);
  };
  const refresh = async (share: number): Promise<void> => {
    now += EVERY;
    await ci.ask({ do: 'refresh', share, at: now });
  };
  const both = (expected: number) => ({
    ours: plan.who === 'floor' ? nobody : () => poll(expected),
    floor: plan.who === 'ours' ? nobody : () => floor.read([`${url}/prowjobs.js?var=allBuilds`]),
  });

  const first = await measure(plan.who === 'floor' ? nobody : () => poll(names.length));
  await ci.ask({ do: 'count' });
  const nothingNew = await inTurn(plan.blocks, plan.rounds, { before: () => refresh(0), ...both(0) });
  const { others } = await ci.ask<Asked>({ do: 'count' });
  const someNew = await inTurn(plan.blocks, plan.rounds, { before: () => refresh(SHARE), ...both(Math.ceil(names.length * SHARE)) });
  await store.close();
  return { bytes, first, nothingNew, someNew, peak: peakRss(), asked: others / (plan.blocks * plan.rounds) / (plan.who === 'both' ? 2 : 1) };
}

if (import.meta.main) {
  obey<ProwPlan>(async (plan) => {
    const folder = await mkdtemp(join(tmpdir(), 'archsignal-bench-'));
    const ci = startCiProcess();
    try {
      return await run(plan, folder, ci);
    } finally {
      await ci.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
}
