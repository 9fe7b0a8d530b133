/** Polls a TestGrid with many jobs, in a process of its own: the program and its floor in turn. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pollProject } from '../../src/runtime/poll.ts';
import { openStore } from '../../src/store/open.ts';
import { obey, runChild, type Child } from '../child.ts';
import { held, inTurn, measure, type Held, type Pair } from '../measure.ts';
import { startCiProcess, type Asked, type CiCommand, type Filled, type GridSpec } from './ci.ts';
import { Floor } from './floor.ts';
import { programOf, projectOf } from './project.ts';

export interface GridPlan {
  readonly jobs: number;
  /** Polls with nothing new: so many blocks of so many; memory is looked at before and after them. */
  readonly blocks: number;
  readonly rounds: number;
}

export interface GridResult {
  readonly jobs: number;
  readonly dashboards: number;
  readonly first: Pair;
  readonly nothingNew: Pair;
  readonly someNew: Pair;
  /** What the first few polls with nothing new have left, and all of them. */
  readonly heldEarly: Held;
  readonly heldLate: Held;
  readonly polls: { readonly early: number; readonly late: number };
  /** Requests of one poll with nothing new, and of one with something new. */
  readonly asked: { readonly nothingNew: Asked; readonly someNew: Asked };
  /** Tabs that were new in that. */
  readonly changed: number;
}

/** Measures in a process of its own. */
export const measureGrid = (plan: GridPlan, nodeFlags: readonly string[] = []): Promise<GridResult> => runChild<GridResult>(import.meta.filename, plan, nodeFlags);

const START = Date.UTC(2026, 10, 20, 8);
const EVERY = 5 * 60_000;
const SHARE = 0.01;
const EARLY = 3;
const TABS = 100;
const spec = (jobs: number): GridSpec => ({ jobs, perDashboard: TABS, columns: 20, tests: 10, at: START });

async function run(plan: GridPlan, folder: string, ci: Child<CiCommand>): Promise<GridResult> {
  const { url, jobs } = await ci.ask<{ url: string; jobs: readonly Filled[] }>({ do: 'grid', spec: spec(plan.jobs) });
  const project = projectOf('testgrid', url, jobs, 64 << 20);
  let now = START;
  const store = await openStore({ dataDir: folder, mode: 'server' });
  const { rt, tracked } = programOf(project, store, () => now);
  const floor = new Floor(project.polling.concurrency);
  const summaries = [...new Set(jobs.map((j) => `${url}/${j.dashboard}/summary`))];
  const tables = (ran: readonly Filled[]): string[] => ran.map((j) => `${url}/${j.dashboard}/table?tab=${j.tab}&show-stale-tests=`);
  const quiet = new AbortController().signal;
  const poll = async (expected: number): Promise<void> => {
    const { sources, changed } = await pollProject(rt, tracked, quiet);
    const [source] = sources;
    if (!source?.ok || source.warnings.length > 0) throw new Error(source?.error ?? source?.warnings[0]?.text);
    if (changed !== expected) throw new Error(`${changed} jobs changed instead of ${expected}`);
  };
  let ran: readonly Filled[] = [];
  const refresh = async (share: number): Promise<void> => {
    now += EVERY;
    ran = await ci.ask<readonly Filled[]>({ do: 'refresh', share, at: now });
  };
  const asked = async (expected: number): Promise<Asked> => {
    await ci.ask({ do: 'count' });
    await poll(expected);
    return ci.ask<Asked>({ do: 'count' });
  };

  const first: Pair = { ours: await measure(() => poll(jobs.length)), floor: await measure(() => floor.read([...summaries, ...tables(jobs)])) };
  for (let n = 0; n < EARLY; n++) {
    await refresh(0);
    await poll(0);
  }
  const heldEarly = held();
  const nothingNew = await inTurn(plan.blocks, plan.rounds, { before: () => refresh(0), ours: () => poll(0), floor: () => floor.read(summaries) });
  const heldLate = held();
  await refresh(0);
  const askedNothingNew = await asked(0);
  const someNew = await inTurn(plan.blocks, Math.ceil(plan.rounds / 3), {
    before: () => refresh(SHARE), ours: () => poll(ran.length), floor: () => floor.read([...summaries, ...tables(ran)]),
  });
  await refresh(SHARE);
  const askedSomeNew = await asked(ran.length);
  await store.close();
  return {
    jobs: plan.jobs, dashboards: summaries.length, first, nothingNew, someNew, heldEarly, heldLate, polls: { early: EARLY, late: EARLY + plan.blocks * plan.rounds },
    asked: { nothingNew: askedNothingNew, someNew: askedSomeNew }, changed: ran.length,
  };
}

if (import.meta.main) {
  obey<GridPlan>(async (plan) => {
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
