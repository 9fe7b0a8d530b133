import { readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { writeHeapSnapshot } from 'node:v8';
import { readEnv } from '../../src/env.ts';
import { buildProgram, type Program } from '../../src/program.ts';
import { storeFile } from '../../src/store/open.ts';
import { countReads, holdTime, rowsOf, type Rows } from './rows.ts';
import type { Ask, Reply, Round, StartSpec, Use } from './wire.ts';

/** The program in a process of its own, on a clock that the harness holds. Run with `--expose-gc`; speaks over Node's channel. */

/** Waits without a sign of progress (ms of the machine's clock) after which what is due will not be taken: its destination is waited for. */
const NO_PROGRESS = 60;
/** What stays in hand for longer (ms) is nobody's: a machine that is busy had the program give up waiting for a claim that was stored after all. Its lease has to run out first. */
const PATIENCE = 20_000;
/** Longer (ms) than any lease. */
const LEASE = 15_000;
/** Leases that may run out in one round. */
const MOST_LOST = 3;

/** How many times faster than the machine's clock the program's waits go by: back-off and patience are for real time, and here a year is minutes. */
const FASTER = 20;
/** Waits up to this long (ms) are left as they are. */
const SHORT = 20;
/** PostgreSQL answers at the machine's pace, and its client's patience is for that: from so long on (ms) it is asked who waits. */
const PATIENT = 10_000;
const isPostgres = (): boolean => (new Error().stack ?? '').includes('node_modules/pg');

function hurry(): void {
  const sooner = (ms: number | undefined): number => ms === undefined || ms <= SHORT || (ms >= PATIENT && isPostgres()) ? ms ?? 0 : Math.max(SHORT, ms / FASTER);
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const real = globalThis[name] as (act: (...args: unknown[]) => void, ms: number, ...args: unknown[]) => NodeJS.Timeout;
    Object.assign(globalThis, { [name]: (act: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => real(act, sooner(ms), ...args) });
  }
}
hurry();

const reads = countReads();
const clock = { now: 0 };
let program: Program | null = null;
let rows: Rows | null = null;
/** Processor time that measuring took, in microseconds. */
let measuring = 0;

const IN_HAND = `select key as what, attempts, lease_owner, lease_until, last_error from outbox where state = 'leased' union all select id, attempts, lease_owner, lease_until, last_error from inbox where state = 'leased'`;

const LEFT = `select sum(case when state = 'leased' then 1 else 0 end) as held, count(*) as all_left, min(case when state = 'pending' then not_before end) as next
  from (select state, not_before from outbox where state in ('pending', 'leased') union all select state, not_before from inbox where state in ('pending', 'leased')) as t`;

async function look(): Promise<Round & { readonly held: number }> {
  const [row] = await (rows as Rows).ask(LEFT);
  return { held: Number(row?.['held'] ?? 0), left: Number(row?.['all_left'] ?? 0), next: row?.['next'] === null ? null : Number(row?.['next']) };
}

async function start({ env, now }: StartSpec): Promise<{ url: string }> {
  clock.now = now;
  const read = readEnv(env);
  // With PostgreSQL time is that clock's, carried on by the monotonic one.
  const shared = read.DATABASE_URL !== undefined;
  if (shared) holdTime(() => clock.now);
  const built = program = await buildProgram(read, { now: () => clock.now, monotonic: () => shared ? clock.now : performance.now() });
  await built.prepare();
  await new Promise<void>((done) => { built.server.listen(0, '127.0.0.1', done); });
  await built.begin({ ticks: false });
  rows = await rowsOf(storeFile(read.DATA_DIR), read.DATABASE_URL);
  return { url: `http://127.0.0.1:${(built.server.address() as AddressInfo).port}` };
}

async function stop(): Promise<null> {
  const { rt } = program as Program;
  await program?.stop();
  await rows?.end();
  await rt.store.close();
  return null;
}

async function round(at: number): Promise<Round> {
  // A lease that ran out took time of which the town knows nothing.
  const now = clock.now = Math.max(clock.now, at);
  const { scheduler, rt } = program as Program;
  await scheduler.tick();
  await scheduler.idle();
  rt.wake();
  let last = await look();
  let lost = 0;
  for (let since = performance.now(); ;) {
    const due = last.next !== null && last.next <= now && performance.now() - since < NO_PROGRESS;
    if (last.held === 0 && !due) return { left: last.left, next: last.next };
    if (performance.now() - since > PATIENCE) {
      const held = JSON.stringify(await (rows as Rows).ask(IN_HAND));
      if (lost++ >= MOST_LOST) throw new Error(`something in hand never ends: ${held}`);
      console.error(`in hand for ${PATIENCE / 1000} s and nobody's: ${held}`);
      clock.now += LEASE;
      since = performance.now();
    }
    await delay(1);
    const seen = await look();
    if (seen.left !== last.left || seen.held !== last.held || seen.next !== last.next) since = performance.now();
    last = seen;
  }
}

function measure(): Use {
  const before = process.cpuUsage();
  for (let i = 0; i < 3; i++) (globalThis.gc as () => void)();
  const { heapUsed: heap, heapTotal, rss, external } = process.memoryUsage();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  const files = readdirSync('/proc/self/fd').length;
  const { rt } = program as Program;
  const remembered = {
    unmentionable: [...rt.unmentionable.values()].reduce((n, s) => n + s.size, 0), repositories: rt.repositories.size, logs: rt.eyes?.remembered.size ?? 0,
    jobs: [...rt.projects.values()].reduce((n, t) => n + t.jobs.length, 0),
  };
  const after = process.cpuUsage(before);
  measuring += after.user + after.system;
  const { user, system } = process.cpuUsage();
  return { heap, heapTotal, rss, external, cpu: (user + system - measuring) / 1000, read: reads.read, files, resources, remembered };
}

async function answer(ask: Ask): Promise<unknown> {
  switch (ask.do) {
    case 'start': return start(ask.spec);
    case 'round': return round(ask.now);
    case 'upkeep': await (program as Program).scheduler.upkeep(); return null;
    case 'measure': return measure();
    case 'heap': writeHeapSnapshot(ask.file); return null;
    case 'stop': return stop();
    default: return ask satisfies never;
  }
}

process.on('message', ({ n, ask }: { n: number; ask: Ask }) => {
  void answer(ask).then(
    (value): Reply => ({ n, ok: true, value }),
    (error: unknown): Reply => ({ n, ok: false, error: error instanceof Error ? error.stack ?? error.message : String(error) }),
  ).then((reply) => {
    process.send?.(reply, () => { if (ask.do === 'stop') process.exit(0); });
  });
});
process.on('disconnect', () => { process.exit(0); });
