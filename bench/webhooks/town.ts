/** The real server with its stand-ins, in the middle of an incident. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorld, type World } from '../../demo/stand-ins/index.ts';
import { Program } from '../../demo/story/program.ts';
import { openEngine } from '../../src/store/open.ts';
import { processorTime } from '../measure.ts';
import type { Place } from './deliveries.ts';

const REPO = 'octo/bench';
const PATIENCE = 60_000;
/** Issues of others, which commands are said on. */
const ISSUES = 500;

export interface TownOptions {
  /** PostgreSQL's address, as each server reaches it; absent: SQLite. */
  readonly databases?: readonly string[];
  /** How often CI is polled. */
  readonly every?: string;
  readonly servers?: number;
  /** More of the servers' environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a server says of itself. */
export interface Vitals {
  /** Processor time so far, user and system, all threads (ms). */
  readonly cpu: number;
  /** MiB. */
  readonly rss: number;
  /** The longest that the event loop was held up since it was asked for last (ms). */
  readonly loopDelay: number;
}

export class Town {
  readonly world: World;
  readonly servers: readonly Program[];
  readonly place: Place;
  readonly secret: string;
  readonly #folder: string;
  readonly #database: string | undefined;

  private constructor(world: World, folder: string, servers: readonly Program[], database: string | undefined) {
    this.world = world;
    this.servers = servers;
    this.#folder = folder;
    this.#database = database;
    this.secret = world.env()['WEBHOOK_SECRET'] ?? '';
    const { id } = world.github.repo(REPO);
    this.place = { repo: REPO, repository: id, installation: world.github.installationId, incident: 1, lastIssue: ISSUES + 1 };
  }

  /** Starts it and waits until the incident's issue is there and nothing is left to do. */
  static async begin({ databases, every = '5m', servers = 1, env = {} }: TownOptions = {}): Promise<Town> {
    const world = await startWorld();
    const folder = mkdtempSync(join(tmpdir(), 'archsignal-bench-'));
    configure(world, folder, every);
    const programs = Array.from({ length: servers }, (_, i) => {
      const own = join(folder, `server-${i}`);
      mkdirSync(own);
      const database = databases?.[i % databases.length];
      return new Program({ folder: own, env: { ...world.env(), CONFIG: join(folder, 'config'), DATA_DIR: join(folder, 'data'), ...database === undefined ? {} : { DATABASE_URL: database }, ...env }, onLine: () => {} });
    });
    const town = new Town(world, folder, programs, databases?.[0]);
    try {
      for (const program of programs) await program.start();
      await town.#until(() => Promise.resolve(world.github.issues(REPO).length > 0), 'the incident has its issue');
      const passer = world.github.person('passer-by');
      for (let i = 0; i < ISSUES; i++) await passer.open(REPO, { title: `Something else, ${i}` });
      await town.settled();
      // Nobody was told of those issues, and a server that asks for what it missed would be busy with them while it is measured.
      world.github.hooks.deliveries.length = 0;
      return town;
    } catch (error) {
      await town.end();
      throw error;
    }
  }

  get urls(): string[] { return this.servers.map((s) => `${s.url}/github/webhooks`); }

  async vitals(of: Program): Promise<Vitals> {
    const text = await (await fetch(`${of.url}/metrics`)).text();
    const value = (name: string): number => Number(new RegExp(`^archsignal_${name} (\\S+)$`, 'm').exec(text)?.[1]);
    return { cpu: value('process_cpu_seconds_total') * 1000, rss: value('process_resident_memory_bytes') / (1 << 20), loopDelay: value('nodejs_eventloop_lag_max_seconds') * 1000 };
  }

  /** What the first server says of itself. */
  async first(): Promise<Vitals> {
    const [program] = this.servers;
    if (!program) throw new Error('there is no server');
    return this.vitals(program);
  }

  /** How often CI was polled. */
  polls(): number { return this.world.ci.requests.where({ path: /\/summary$/ }).length; }

  /** Comments of the program on an issue. */
  answersOn(number: number): number {
    return this.world.github.issue(`${REPO}#${number}`).comments.filter((c) => c.user.login.endsWith('[bot]')).length;
  }

  /** Processor time of each server so far (ms). */
  cpus(): Promise<number[]> { return Promise.all(this.servers.map(async (s) => processorTime(s.pid ?? 0) ?? (await this.vitals(s)).cpu)); }

  /** Processor time of all servers so far (ms). */
  async cpu(): Promise<number> { return (await this.cpus()).reduce((sum, cpu) => sum + cpu, 0); }

  /** Deliveries and writes that are still to be done, read beside the servers. */
  async backlog(): Promise<{ readonly inbox: number; readonly outbox: number; readonly stored: number }> {
    const engine = await openEngine({ mode: 'reader', dataDir: join(this.#folder, 'data'), databaseUrl: this.#database });
    try {
      const count = async (table: 'inbox' | 'outbox', left: boolean): Promise<number> => {
        const all = engine.db.selectFrom(table).select((e) => e.fn.countAll<number>().as('n'));
        return Number((await (left ? all.where('state', 'in', ['pending', 'leased']) : all).executeTakeFirstOrThrow()).n);
      };
      return { inbox: await count('inbox', true), outbox: await count('outbox', true), stored: await count('inbox', false) };
    } finally {
      await engine.close();
    }
  }

  /** Waits until nothing is left to do; how long that took (ms). */
  async settled(patience = PATIENCE): Promise<number> {
    const begun = performance.now();
    await this.#until(async () => {
      const { inbox, outbox } = await this.backlog();
      return inbox + outbox === 0;
    }, 'nothing is left to do', patience);
    return performance.now() - begun;
  }

  async #until(is: () => Promise<boolean>, what: string, patience = PATIENCE): Promise<void> {
    for (const end = performance.now() + patience; !await is(); await sleep(50)) {
      const dead = this.servers.find((s) => s.died);
      if (dead || performance.now() > end) throw new Error(`waited in vain until ${what}:\n${(dead ?? this.servers[0])?.tail(20).join('\n')}`);
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.servers.map((s) => s.stop()));
    await this.world.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** One platform that is broken, one that is not. */
function configure(world: World, folder: string, every: string): void {
  const jobs = ['amd64', 's390x'].map((arch) => {
    const tab = `e2e-${arch}`;
    const job = world.ci.job({ dashboard: 'board', tab, suite: 'e2e', tests: ['TestOne', 'TestTwo'] });
    for (let i = 12; i > 0; i--) job.run({ outcome: arch === 's390x' && i <= 4 ? 'fail' : 'pass', at: Date.now() - i * 3_600_000 });
    world.github.team(`octo/${arch}-owners`, [`${arch}-owner`]);
    return `  linux/${arch}: { step: 2, build: on, owners: ["@octo/${arch}-owners"], jobs: [{ name: ${tab}, source: ci, dashboard: board, tab: ${tab}, suite: e2e, trigger: periodic }] }`;
  });
  world.github.team('octo/leads', ['lead']);
  world.slack.channel('#signal');
  mkdirSync(join(folder, 'config'));
  writeFileSync(join(folder, 'config', 'bench.yml'), [
    'version: 1', 'project: bench', `repo: ${REPO}`, 'reference: linux/amd64', 'release: { name: v1, leads: ["@octo/leads"], ci_signal: ["@octo/leads"] }',
    `sources: { ci: { kind: testgrid, url: "${world.ci.url}" } }`, `polling: { every: ${every} }`, 'slack: { channels: { incidents: "#signal" } }', 'platforms:', ...jobs, '',
  ].join('\n'));
}
