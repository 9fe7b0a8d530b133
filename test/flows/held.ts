import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { startCi, type Ci } from '../../demo/stand-ins/ci/index.ts';
import { startGitHub, type GitHub, type Issue } from '../../demo/stand-ins/github/index.ts';
import { startSlack, type Slack } from '../../demo/stand-ins/slack/index.ts';
import { readEnv } from '../../src/env.ts';
import { buildProgram, type Program } from '../../src/program.ts';

/** The whole program in this process, against stand-ins of all that it speaks to, on a clock that the test holds: years pass in seconds. */

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
const SECRET = 'held-secret';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** Longer than the program waits until it looks again (ms). */
const STEP = 2_500;
const MOST_ROUNDS = 60;
const QUIET_ROUNDS = 3;
const STORE = 'archsignal.db';

export class Held {
  readonly ci: Ci;
  readonly github: GitHub;
  readonly slack: Slack;
  readonly dir: string;
  #clock: number;
  #program: Program | null = null;

  private constructor(at: { now: number }, ci: Ci, github: GitHub, slack: Slack) {
    this.ci = ci;
    this.github = github;
    this.slack = slack;
    this.#clock = at.now;
    this.dir = mkdtempSync(join(tmpdir(), 'archsignal-flow-'));
  }

  /** Everything stands still at this moment (epoch ms). */
  static async begin(start: number): Promise<Held> {
    const box: { held: Held | null } = { held: null };
    const now = (): number => box.held?.now ?? start;
    const [ci, github, slack] = await Promise.all([startCi({ now }), startGitHub({ now }), startSlack({ now })]);
    box.held = new Held({ now: start }, ci, github, slack);
    return box.held;
  }

  get now(): number { return this.#clock; }

  /** Builds the program on this configuration and lets it look around. */
  async start(configuration: string): Promise<void> {
    writeFileSync(join(this.dir, 'project.yml'), configuration);
    const env = readEnv({
      APP_ID: String(this.github.appId), PRIVATE_KEY: privateKey, WEBHOOK_SECRET: SECRET, GITHUB_API_URL: this.github.url, SLACK_API_URL: this.slack.apiUrl, SLACK_BOT_TOKEN: this.slack.token,
      SLACK_SIGNING_SECRET: this.slack.signingSecret, CONFIG: join(this.dir, 'project.yml'), DATA_DIR: join(this.dir, 'data'), LOG_LEVEL: process.env['FLOW_LOG'] ?? 'silent', MARKER_SECRET: 'marker',
    });
    const program = this.#program = await buildProgram(env, { now: () => this.#clock, monotonic: () => performance.now() });
    await program.prepare();
    await new Promise<void>((done) => { program.server.listen(0, '127.0.0.1', done); });
    const url = `http://127.0.0.1:${(program.server.address() as AddressInfo).port}`;
    this.github.sendWebhooksTo({ url: `${url}/github/webhooks`, secret: SECRET });
    this.slack.send.target = `${url}/slack/events`;
    await program.begin({ ticks: false });
    await this.settle();
  }

  get program(): Program {
    if (this.#program === null) throw new Error('the program has not begun');
    return this.#program;
  }

  /** The program ends and is built anew on the same folder: on another configuration where one is given. */
  async restart(configuration?: string): Promise<void> {
    await this.#close();
    await this.start(configuration ?? readFileSync(join(this.dir, 'project.yml'), 'utf8'));
  }

  async #close(): Promise<void> {
    const program = this.#program;
    this.#program = null;
    await program?.stop();
    await program?.rt.store.close();
  }

  /** Lets the clock run a little, again and again, until the program has nothing left to do. */
  async settle(): Promise<void> {
    const { rt, scheduler } = this.program;
    let quiet = 0;
    for (let round = 0; quiet < QUIET_ROUNDS; round++) {
      if (round > MOST_ROUNDS) throw new Error(`The program does not come to rest: ${JSON.stringify((await rt.store.listActions({ state: 'pending', limit: 5 })).map((r) => [r.key, r.lastError]))}`);
      this.#clock += STEP;
      const before = this.#work().done;
      await scheduler.tick();
      await scheduler.idle();
      rt.wake();
      const { busy, done } = this.#work();
      quiet = !busy && done === before ? quiet + 1 : 0;
      // The dispatcher and the inbox have their turn.
      await delay(busy ? 20 : 2);
    }
  }

  /** So much time goes by (ms) in which nothing has its turn. */
  skip(ms: number): void { this.#clock += ms; }

  /** A tick, without waiting for what follows from it. */
  async breath(): Promise<void> {
    this.#clock += STEP;
    await this.program.scheduler.tick();
    this.program.rt.wake();
    await delay(5);
  }

  /** What was written and handled so far, and whether something is left. */
  #work(): { readonly done: number; readonly busy: boolean } {
    const db = new DatabaseSync(join(this.dir, 'data', STORE), { readOnly: true });
    try {
      const rows = db.prepare('select state, count(*) as n from (select state from outbox union all select state from inbox) group by state').all() as { state: string; n: number }[];
      const of = (...states: string[]): number => rows.filter((r) => states.includes(r.state)).reduce((n, r) => n + r.n, 0);
      return { done: of('done', 'dead', 'superseded'), busy: of('pending', 'leased') > 0 };
    } finally {
      db.close();
    }
  }

  /** So much time passes (ms), in steps of at most a day unless told otherwise, and the program does what is due. */
  async pass(ms: number, step = DAY): Promise<void> {
    for (let left = ms; left > 0; left -= step) {
      this.#clock += Math.min(left, step);
      await this.settle();
    }
  }

  /** As it is at this moment (epoch ms), which has to be later than now. */
  async until(moment: number, step = DAY): Promise<void> {
    if (moment < this.#clock) throw new Error(`it is later than ${new Date(moment).toISOString()} already: ${new Date(this.#clock).toISOString()}`);
    await this.pass(moment - this.#clock, step);
  }

  /** Somebody writes on an issue or pull request, and the program does what follows. */
  async says(login: string, on: Issue | string, words: string): Promise<void> {
    await this.github.person(login).comment(on, words);
    await this.settle();
  }

  /** What the program wrote on an issue or pull request, oldest first: comments alone. */
  told(on: Issue | string): string[] {
    const issue = typeof on === 'string' ? this.github.issue(on) : on;
    return issue.comments.filter((c) => c.user.login === 'archsignal[bot]').map((c) => readable(c.body));
  }

  async end(): Promise<void> {
    await this.#close();
    await Promise.all([this.ci.close(), this.github.close(), this.slack.close()]);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** As people read it: without what only the program and GitHub see. */
export const readable = (body: string | null): string => (body ?? '').replaceAll(/<!--.*?-->/gs, '').replaceAll('\u200b', '').trim();
