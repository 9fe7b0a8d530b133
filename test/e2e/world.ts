import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { startCi, type Ci, type CiJob } from '../../demo/stand-ins/ci/index.ts';
import { startGitHub, type GitHub } from '../../demo/stand-ins/github/index.ts';
import { startSlack, type Slack } from '../../demo/stand-ins/slack/index.ts';
import { configOf, PLATFORMS, type WorldSpec } from './configuration.ts';
import { freePort } from './port.ts';

export { freePort } from './port.ts';
export type { PlatformSpec, WorldSpec } from './configuration.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const HOUR = 3_600_000;

/** How long a test waits for something that has to happen (ms); the machine may be busy with other tests. `E2E_PATIENCE=10000` while writing one. */
const PATIENCE = Number(process.env['E2E_PATIENCE'] ?? 120_000);

/** One App key for all tests of a process: making one takes a while. */
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });

export const WEBHOOK_SECRET = 'e2e-secret';

/** Node keeps what it compiled here: a program that is killed forty times need not be compiled forty times. */
const COMPILED = join(tmpdir(), 'archsignal-e2e-compiled');

/** Lets a program that has nothing to do end in order, because only then Node keeps what it compiled. */
function compileOnce(): void {
  if (existsSync(COMPILED)) return;
  spawnSync(process.execPath, [join(ROOT, 'src/main.ts')], { env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: COMPILED }, cwd: ROOT });
}

/** A server process of the real program. */
export class Program {
  readonly port: number;
  readonly url: string;
  log = '';
  #child: ChildProcess;
  readonly exited: Promise<number | null>;

  constructor(port: number, env: Record<string, string>) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#child = spawn(process.execPath, [join(ROOT, 'src/main.ts')], { env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: COMPILED, ...env, PORT: String(port) }, cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', (b: Buffer) => { this.log += b.toString('utf8'); });
    this.exited = new Promise((ok) => {
      this.#child.once('exit', (code, signal) => {
        this.log += `(ended: ${signal ?? code})\n`;
        ok(code);
      });
    });
  }

  get pid(): number { return this.#child.pid ?? 0; }

  get running(): boolean { return this.#child.exitCode === null && this.#child.signalCode === null; }

  /** Ends it at once, as a power cut or the OOM killer would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  /** Ends it in order; the exit code. */
  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return this.exited;
  }

  /** Hands the process a signal without waiting. */
  signal(name: NodeJS.Signals): void { this.#child.kill(name); }
}

/** A text without what differs between two tellings of the same story: times, spans, commits, ids, ports. */
export const tidy = (words: string): string => words.replaceAll(/\b[0-9a-f]{7,64}\b/g, '<hex>').replaceAll(/\b\w{3} \d{1,2} \w{3} (?:\d{4} )?\d\d:\d\d UTC/g, '<time>')
  .replaceAll(/\b\d+ (?:d|h|min|s)(?: \d+ (?:h|min))?\b/g, '<span>').replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, '<host>').replaceAll(/breakage-[a-z0-9]+/g, 'breakage-<id>').replaceAll(/\/\d{10,}/g, '/<build>')
  // What a word rests on is in its mark, and is a moment earlier or later.
  .replaceAll(/(<!-- archsignal:comment:\S+\.[a-z-]+\.(?:0|<hex>)\.)[a-z0-9]+(?=:)/g, '$1<time>');

/** The real program against stand-ins of everything that it speaks to. */
export class World {
  readonly ci: Ci;
  readonly github: GitHub;
  readonly slack: Slack;
  readonly dir: string;
  readonly jobs = new Map<string, CiJob>();
  readonly programs: Program[] = [];
  readonly #spec: WorldSpec;
  readonly #also: Record<string, string> = {};
  #ended = false;
  #commit = 0x1000;
  /** Runs start a minute apart, each after all before it, and all in the past. */
  #clock = Date.now() - 4 * HOUR;

  private constructor(ci: Ci, github: GitHub, slack: Slack, spec: WorldSpec) {
    this.ci = ci;
    this.github = github;
    this.slack = slack;
    this.#spec = spec;
    this.dir = mkdtempSync(join(tmpdir(), 'archsignal-e2e-'));
  }

  static async begin(spec: WorldSpec = {}): Promise<World> {
    compileOnce();
    const [ci, github, slack] = await Promise.all([startCi(), startGitHub(), startSlack()]);
    const world = new World(ci, github, slack, spec);
    github.repo('demo/demo');
    for (const team of ['amd64-owners', 's390x-owners', 'arm64-owners', 'signal', 'leads']) github.team(`demo/${team}`, [`${team}-member`]);
    for (const channel of ['#signal', '#s390x', ...Object.values(spec.channels ?? {})]) slack.channel(channel);
    for (const [platform, { suites, owners = [], slack: own }] of Object.entries(spec.platforms ?? PLATFORMS)) {
      for (const owner of owners) if (owner.includes('/')) github.team(owner.slice(1), [`${owner.slice(owner.indexOf('/') + 1)}-member`]);
      if (own) slack.channel(own);
      for (const suite of suites) {
        const tab = `${suite}-${platform.replaceAll('/', '-')}`;
        const job = ci.job({ dashboard: 'board', tab, suite, tests: ['TestOne', 'TestTwo', 'TestThree'] });
        world.jobs.set(`${platform} ${suite}`, job);
        for (let i = spec.history ?? 8; i > 0; i--) job.run({ outcome: 'pass', at: Date.now() - i * HOUR - 5 * HOUR, commit: world.commit() });
      }
    }
    world.configure(spec);
    return world;
  }

  /** Writes the configuration; a server reads it when it starts. */
  configure(spec: WorldSpec): void { writeFileSync(join(this.dir, 'demo.yml'), configOf(spec, this.ci.url)); }

  /** A new commit. */
  commit(): string { return (this.#commit++).toString(16).padStart(4, '0').repeat(10); }

  env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    const slack = this.#spec.slack === false ? {} : { SLACK_BOT_TOKEN: this.slack.token, SLACK_SIGNING_SECRET: this.slack.signingSecret };
    return {
      APP_ID: String(this.github.appId), PRIVATE_KEY: privateKey, WEBHOOK_SECRET, GITHUB_API_URL: this.github.url, SLACK_API_URL: this.slack.apiUrl, ...slack,
      CONFIG: join(this.dir, 'demo.yml'), DATA_DIR: join(this.dir, 'data'), LOG_LEVEL: 'debug', MARKER_SECRET: 'marker', ...this.#spec.env, ...this.#also, ...more,
    };
  }

  /** From here on servers and the command line have this in their environment too. */
  also(env: Readonly<Record<string, string>>): void { Object.assign(this.#also, env); }

  /** Starts a server and waits until it is ready; GitHub's webhooks and Slack's requests go to the newest one. */
  async start(more: Readonly<Record<string, string>> = {}): Promise<Program> {
    const program = await this.launch(more);
    await this.until(async () => !program.running || await fetch(`${program.url}/readyz`).then((r) => r.status === 200, () => false), 'the program is ready');
    if (!program.running) throw new Error(`the program ended at start:\n${program.log}`);
    return program;
  }

  /** Starts a server and does not wait. */
  async launch(more: Readonly<Record<string, string>> = {}): Promise<Program> {
    const program = new Program(await freePort(), this.env(more));
    this.programs.push(program);
    this.github.sendWebhooksTo({ url: `${program.url}/github/webhooks`, secret: WEBHOOK_SECRET });
    this.slack.send.target = `${program.url}/slack/events`;
    return program;
  }

  /** Starts a server, and another one whenever it has been killed, until the world ends. Does not wait. */
  async keepRunning(more: Readonly<Record<string, string>> = {}): Promise<void> {
    const program = await this.launch(more);
    void program.exited.then(() => this.#ended ? undefined : this.keepRunning(more));
  }

  /** The server that was started last. */
  get program(): Program {
    const last = this.programs.at(-1);
    if (!last) throw new Error('no program was started in this world');
    return last;
  }

  /** Runs the command line beside the servers: `archsignal outbox list`. */
  async archsignal(...args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
    const child = spawn(process.execPath, [join(ROOT, 'src/cli.ts'), ...args], { env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: COMPILED, ...this.env({ LOG_LEVEL: 'warn' }) }, cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), new Promise<number | null>((ok) => { child.once('exit', ok); })]);
    return { code, out, err };
  }

  /** Runs of a job, oldest first, P pass and F fail, each on a commit of its own, now. */
  runs(job: string, letters: string, over: { readonly commit?: string; readonly tests?: readonly { name: string; message?: string }[] } = {}): this {
    const known = this.jobs.get(job);
    if (!known) throw new Error(`no job ${job} in this world`);
    [...letters].forEach((l) => {
      known.run({
        outcome: l === 'P' ? 'pass' : 'fail', at: this.#clock += 60_000, commit: over.commit ?? this.commit(),
        ...(l === 'F' ? { tests: over.tests ?? [{ name: 'TestTwo', message: 'expected 1, got 2' }] } : {}),
      });
    });
    return this;
  }

  /** Waits until something is true; fails with what was awaited and the programs' logs after two minutes. */
  async until(is: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const end = Date.now() + PATIENCE;
    while (!await is()) {
      if (Date.now() > end) throw new Error(`waited in vain until ${what}.\n${this.picture()}\nLogs of ${this.programs.length} programs: ${this.logs()}`);
      await delay(20);
    }
  }

  /** Waits until people see exactly this picture, as `through` shows both; fails with the difference. */
  async shows(picture: string, when: string, through: (picture: string) => string = (p) => p): Promise<void> {
    let asked = -1;
    await this.until(() => {
      const requests = this.github.requests.length + this.slack.requests.length;
      if (requests === asked) return false;
      asked = requests;
      return through(this.picture()) === through(picture);
    }, `people see at ${when} what they see in peace`).catch((error: unknown) => {
      expect(through(this.picture()), `${when}; logs of ${this.programs.length} programs: ${this.logs()}`).toBe(through(picture));
      throw error;
    });
  }

  /** Waits until the program has polled this many times more and nothing is left to write. */
  async quiet(polls = 2): Promise<void> {
    const from = this.summaries();
    await this.until(() => this.summaries() >= from + polls, `it has polled ${polls} times`);
    let before = -1;
    await this.until(async () => {
      const writes = this.writes().length;
      const still = writes === before;
      before = writes;
      if (!still) await delay(300);
      return still;
    }, 'nothing is written any more');
  }

  /** What `/readyz` of the newest program says. */
  async ready(): Promise<{ readonly ready: boolean; readonly reasons: string[]; readonly warnings: string[] } & Record<string, unknown>> {
    return await (await fetch(`${this.program.url}/readyz`)).json() as { ready: boolean; reasons: string[]; warnings: string[] };
  }

  /** Everything that the programs logged. */
  get log(): string { return this.programs.map((p) => p.log).join(''); }

  summaries(): number { return this.ci.requests.filter((r) => r.path === '/board/summary').length; }

  /** Writes to GitHub and Slack that took effect, as `POST /path`. */
  writes(): string[] {
    const github = this.github.requests.filter((r) => r.method !== 'GET' && !r.path.includes('/access_tokens')).map((r) => `${r.method} ${r.path}`);
    const slack = this.slack.requests.filter((r) => /chat\./.test(r.path)).map((r) => r.path);
    return [...github, ...slack];
  }

  /** Everything that people can see, with times and commits left out: two worlds that were told the same look the same. */
  picture(): string {
    const issues = this.github.issues('demo/demo').map((i) => [`#${i.number} ${i.state} ${i.title} [${i.labels.map((l) => l.name).sort().join(', ')}]`, i.body,
      ...i.comments.map((c) => `-- ${c.user.login}: ${c.body}`)].join('\n'));
    const messages = [...this.slack.state.channels.values()].flatMap((c) => this.slack.messages(c.name).map((m) => [`${c.name}: ${m.text}`, ...this.slack.thread(m).map((r) => `  -> ${r.text}`)].join('\n')));
    return tidy([...issues, ...messages, `mentions: ${this.github.mentions().map((m) => m.handle).join(', ')}`, `Slack pings: ${this.slack.pings().map((p) => p.target).join(', ')}`].join('\n\n'));
  }

  /** Keeps what all programs logged, and what was asked of the stand-ins, for whoever looks into a failure: the file's name. */
  logs(): string {
    const file = join(tmpdir(), `archsignal-e2e-${process.pid}-${this.ci.port}.log`);
    const asked = [...this.github.requests, ...this.slack.requests].sort((a, b) => a.at - b.at)
      .map((r) => `${new Date(r.at).toISOString()} ${r.method} ${r.path} -> ${r.fault ?? ''} ${r.status ?? 'nothing'} ${r.method === 'GET' ? r.query.toString() : r.raw.slice(0, 200)}`);
    writeFileSync(file, [...this.programs.map((p) => p.log), ...asked].join('\n---\n'));
    return file;
  }

  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.programs.filter((p) => p.running).map((p) => p.kill()));
    await Promise.all([this.ci.close(), this.github.close(), this.slack.close()]);
    rmSync(this.dir, { recursive: true, force: true });
  }
}
