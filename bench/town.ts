/** The real program among stand-ins with as many platforms as are asked for, all of which can break and mend at once. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CiJob } from '../demo/stand-ins/ci/index.ts';
import type { Seen } from '../demo/stand-ins/common/call.ts';
import { startWorld, type World } from '../demo/stand-ins/index.ts';
import { Program } from '../demo/story/program.ts';
import { databaseOf } from '../test/postgres.ts';

export interface TownSpec {
  /** Besides the reference, which stays green. */
  readonly platforms: number;
  /** How long GitHub and Slack take for an answer (ms). */
  readonly answersAfter: number;
  /** Incidents of one decision that are filed one by one; null: the program's own cap. */
  readonly cap: number | null;
  /** A database of PostgreSQL; null: the embedded store. */
  readonly database: string | null;
}

export const REPO = 'octo/bench';
const CHANNEL = '#release-ci-signal';
const REFERENCE = 'linux/amd64';
const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Whoever waits in vain for longer (ms) has found a fault. */
const PATIENCE = 180_000;
/** So long without a write (ms): what there was to write is written. */
const SETTLED = 1_500;

const SYSTEMS = ['linux', 'windows', 'darwin', 'freebsd', 'netbsd', 'openbsd', 'dragonfly', 'solaris', 'illumos', 'aix', 'android', 'plan9'];
const MACHINES = ['arm64', 'ppc64le', 's390x', 'riscv64', 'loong64', 'mips64le', '386', 'arm/v7', 'arm/v6', 'arm/v5', 'ppc64', 'mips', 'mipsle', 'mips64', 'sparc64', 'amd64/v2', 'amd64/v3'];
const NAMES = SYSTEMS.flatMap((system) => MACHINES.map((machine) => `${system}/${machine}`));

/** What was written from one moment to another. */
export interface Written {
  /** Milliseconds from the poll that saw it to the last answer. */
  readonly ms: number;
  /** What GitHub was asked for in that time, reads included, and what it refused. */
  readonly github: number;
  readonly refused: number;
  /** The writes in the order in which they came. */
  readonly toGithub: readonly Seen[];
  readonly toSlack: readonly Seen[];
  /** When each write was answered (ms of this process), oldest first. */
  readonly answeredAt: readonly number[];
  /** Processor time of the program (ms). */
  readonly cpuMs: number;
  /** Transactions that wrote something, each of which waited for the disk; 0 with PostgreSQL. */
  readonly commits: number;
}

/** What was seen by both since it was last forgotten. */
interface Watched { polledAt: number | null; readonly answeredAt: number[] }

export class Town {
  readonly world: World;
  readonly folder: string;
  readonly programs: Program[] = [];
  readonly #spec: TownSpec;
  readonly #jobs: CiJob[] = [];
  readonly #watched: Watched = { polledAt: null, answeredAt: [] };
  /** Runs start a minute apart and in the past. */
  #clock = Date.now() - 4 * HOUR;

  private constructor(world: World, spec: TownSpec) {
    this.world = world;
    this.#spec = spec;
    this.folder = mkdtempSync(join(tmpdir(), 'archsignal-bench-'));
  }

  /** The stand-ins, with eight green runs of every job; no program yet. */
  static async open(spec: TownSpec): Promise<Town> {
    const town = new Town(await startWorld(), spec);
    town.#build();
    return town;
  }

  #build(): void {
    const { ci, github, slack } = this.world;
    github.repo(REPO);
    slack.channel(CHANNEL);
    for (const team of ['signal', 'owners']) github.team(`octo/${team}`, [`${team}-member`]);
    const platforms = [REFERENCE, ...NAMES.slice(0, this.#spec.platforms)];
    for (const [i, platform] of platforms.entries()) {
      const job = ci.job({ dashboard: 'board', tab: tabOf(platform), suite: 'e2e', tests: ['TestOne', 'TestTwo'] });
      for (let n = 8; n > 0; n--) job.run({ outcome: 'pass', at: this.#clock - n * HOUR, commit: commitOf(n) });
      if (i > 0) this.#jobs.push(job);
    }
    const { answersAfter } = this.#spec;
    for (const server of [github, slack]) {
      if (answersAfter > 0) server.faults.add({ kind: 'slow', ms: answersAfter, times: Infinity });
      server.onRequest((moment, seen) => { if (moment === 'answered' && isWrite(seen)) this.#watched.answeredAt.push(performance.now()); });
    }
    ci.onRequest((moment, seen) => { if (moment === 'arrived' && seen.path.endsWith('/summary')) this.#watched.polledAt ??= performance.now(); });
    mkdirSync(join(this.folder, 'config'));
    writeFileSync(join(this.folder, 'config/bench.yml'), configOf(platforms, ci.url, this.#spec.cap));
  }

  /** Starts a server beside those that there are, and waits until it is ready and has done what there is to do at start. */
  async start(): Promise<Program> {
    const database = this.#spec.database === null ? {} : { DATABASE_URL: databaseOf(this.#spec.database).url };
    const folder = join(this.folder, `program-${this.programs.length}`);
    mkdirSync(folder);
    const program = new Program({ folder, env: { ...this.world.env(), ...database, CONFIG: join(this.folder, 'config'), DATA_DIR: join(folder, 'data') }, onLine: () => {} });
    this.programs.push(program);
    await program.start().catch((error: unknown) => { throw new Error(program.tail(20).join('\n'), { cause: error }); });
    await this.until(async () => (await fetch(`${program.url}/readyz`)).status === 200, 'the program is ready');
    await this.settle();
    return program;
  }

  /** Three runs of every platform fail. */
  break(): void { this.#run('fail', 3); }

  /** Two runs of every platform pass. */
  mend(): void { this.#run('pass', 2); }

  #run(outcome: 'pass' | 'fail', times: number): void {
    this.#watched.polledAt = null;
    for (let n = 0; n < times; n++) {
      this.#clock += MINUTE;
      const commit = commitOf(this.#clock / MINUTE);
      for (const job of this.#jobs) job.run({ outcome, at: this.#clock, commit, ...outcome === 'fail' ? { tests: [{ name: 'TestTwo', message: 'expected 1, got 2' }] } : {} });
    }
  }

  /** Lets something happen, and gives all that was written until nothing is written any more. */
  async written(happens: () => void | Promise<void>, isDone: () => boolean, what: string): Promise<Written> {
    const { github, slack } = this.world;
    for (const { requests } of [github, slack]) requests.clear();
    this.#watched.answeredAt.length = 0;
    const [refused, cpu, commits] = [github.limits.refused, this.#cpu(), this.#commits()];
    await happens();
    const begun = performance.now();
    await this.until(isDone, what);
    await this.settle();
    const { polledAt, answeredAt } = this.#watched;
    return {
      ms: (answeredAt.at(-1) ?? begun) - (polledAt ?? begun), github: github.requests.length, refused: github.limits.refused - refused,
      toGithub: github.requests.where(isWrite), toSlack: slack.requests.where(isWrite), answeredAt: [...answeredAt], cpuMs: this.#cpu() - cpu, commits: this.#commits() - commits,
    };
  }

  /** Polls of the program so far. */
  polls(): number { return this.world.ci.requests.where({ path: /\/summary$/ }).length; }

  issues(state: 'open' | 'closed'): number { return this.world.github.issues(REPO).filter((i) => i.state === state).length; }

  /** Messages of incidents whose text has these words. */
  messages(words: string): number { return this.world.slack.messages(CHANNEL).filter((m) => m.text.includes(words)).length; }

  /** Replies in the threads of its messages. */
  replies(): number { return this.world.slack.messages(CHANNEL).reduce((sum, m) => sum + this.world.slack.thread(m).length, 0); }

  async until(is: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const end = performance.now() + PATIENCE;
    while (!await is()) {
      const dead = this.programs.find((p) => p.died);
      if (dead || performance.now() > end) throw new Error(`Waited in vain until ${what}:\n${(dead ?? this.programs[0])?.tail(20).join('\n')}`);
      await sleep(20);
    }
  }

  /** Until nothing more is written. */
  async settle(): Promise<void> {
    const { github, slack } = this.world;
    const count = (): number => github.requests.length + slack.requests.length;
    for (let still = 0, seen = count(); still < SETTLED + this.#spec.answersAfter; still += 100) {
      await sleep(100);
      if (count() !== seen) still = 0;
      seen = count();
    }
  }

  /** Processor time that the programs have had (ms); 0 where the system does not tell. */
  #cpu(): number { return this.programs.reduce((sum, p) => sum + cpuOf(p.pid), 0); }

  /** Commits of the embedded store so far. */
  #commits(): number { return this.#spec.database === null ? this.programs.reduce((sum, _, i) => sum + commitsIn(join(this.folder, `program-${i}`, 'data')), 0) : 0; }

  /** Ends the programs in order; the stand-ins go on. */
  async stop(): Promise<void> { await Promise.all(this.programs.map((p) => p.stop())); }

  async close(): Promise<void> {
    await Promise.all(this.programs.map((p) => p.kill()));
    await this.world.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const tabOf = (platform: string): string => `e2e-${platform.replaceAll('/', '-')}`;
const commitOf = (n: number): string => Math.floor(n).toString(16).padStart(40, '0');
const isWrite = ({ method, path }: Pick<Seen, 'method' | 'path'>): boolean => method !== 'GET' && !path.includes('/access_tokens') && (!path.startsWith('/api/') || path.includes('/chat.'));

/** Linux counts in hundredths of a second. */
const TICK = 10;

/** Processor time of a process (ms), as Linux tells it. */
export function cpuOf(pid: number | null): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK;
  } catch {
    return 0;
  }
}

/** Where the index of SQLite's write-ahead log counts transactions (https://sqlite.org/walformat.html, `iChange`). */
const COUNTED_AT = 8;

/** Transactions of the store in a data folder that wrote something, since its log was begun. */
export const commitsIn = (dataDir: string): number => readFileSync(join(dataDir, 'archsignal.db-shm')).readUInt32LE(COUNTED_AT);

function configOf(platforms: readonly string[], ci: string, cap: number | null): string {
  return [
    'version: 1', 'project: bench', `repo: ${REPO}`, `reference: ${REFERENCE}`, 'release: { name: v1, ci_signal: ["@octo/signal"] }',
    `sources: { ci: { kind: testgrid, url: "${ci}" } }`, 'polling: { every: 1s }', `slack: { channels: { incidents: "${CHANNEL}" } }`,
    cap === null ? '' : `signal: { caps: { total: ${cap} } }`, 'platforms:',
    ...platforms.map((p) => `  ${p}: { step: 2, build: on, owners: ["@octo/owners"], jobs: [{ name: e2e, source: ci, dashboard: board, tab: ${tabOf(p)}, suite: e2e, trigger: periodic }] }`), '',
  ].join('\n');
}
