import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startCi, type Ci, type CiJob } from '../../demo/stand-ins/ci/index.ts';
import { startGitHub, type GitHub, type Issue } from '../../demo/stand-ins/github/index.ts';
import { startSlack, type Sent, type Slack } from '../../demo/stand-ins/slack/index.ts';
import type { SendHow } from '../../demo/stand-ins/slack/send.ts';
import { readEnv, type Env } from '../../src/env.ts';
import { buildProgram, type Program } from '../../src/program.ts';
import type { WorldSpec } from '../e2e/configuration.ts';
import { fence, LIFE, underWay } from './fence.ts';
import { Life, type Points } from './life.ts';
import { setUp } from './people.ts';
import type { Place } from './stores.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
export const SECRET = 'sweep-secret';

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A Monday, later than the clock of the machine: what Slack signs is looked at by both. */
export const START = Date.UTC(2035, 0, 8, 9, 0);
/** How far the clock moves at once while the program works, and how much farther with each round in which nothing happened (ms). */
const STEP = 1_100;
const FARTHER = 4_000;
const MOST_ROUNDS = 400;
/** Rounds in which nothing happens, after which nothing will: after a death only when its leases (8 s) have run out and what they held was taken up. */
const QUIET_ROUNDS = 3;
const AFTER_DEATH = 6;
/** A request or a statement that takes longer (ms of the machine's clock) never ends. */
const PATIENCE = 30_000;
/** Turns of the event loop without a sign of work. */
const STILL = 4;
/** What the event loop holds while nobody is at work. */
const STANDING: ReadonlySet<string> = new Set(['TCPServerWrap', 'TCPSocketWrap', 'Timeout', 'Immediate', 'PipeWrap', 'TTYWrap', 'ProcessWrap', 'MessagePort']);

/** The program in this process, in one life after another, and stand-ins of all that it speaks to, on a clock that stands unless it is moved. */
export class World {
  readonly ci: Ci;
  readonly github: GitHub;
  readonly slack: Slack;
  readonly place: Place;
  readonly points: Points;
  readonly jobs = new Map<string, CiJob>();
  lives = 0;
  /** Hears why the program ended by itself while it started, and whoever runs it starts it again; null: that is an error of the run. */
  failedStart: ((why: unknown) => void) | null = null;
  #clock: { now: number };
  #commit = 0x1000;
  #life: Life | null = null;
  #program: Program | null = null;
  /** Ticks that have not come to their end: one that hangs is not over because the next found it at work. */
  readonly #ticks = new Set<symbol>();
  readonly #env: Readonly<Record<string, string>>;

  protected constructor(spec: WorldSpec, clock: { now: number }, place: Place, points: Points, ci: Ci, github: GitHub, slack: Slack) {
    this.#env = spec.env ?? {};
    this.#clock = clock;
    this.place = place;
    this.points = points;
    this.ci = ci;
    this.github = github;
    this.slack = slack;
  }

  static async begin(spec: WorldSpec, place: Place, points: Points): Promise<World> {
    fence();
    // Each life of each program has a log there.
    process.stdout.setMaxListeners(0);
    const clock = { now: START };
    const now = (): number => clock.now;
    const [ci, github, slack] = await Promise.all([startCi({ now }), startGitHub({ now }), startSlack({ now })]);
    const world = new World(spec, clock, place, points, ci, github, slack);
    for (const server of [ci, github, slack]) {
      server.onRequest((moment, seen) => {
        const life = world.#life;
        if (moment === 'answered' || life === null || seen.headers[LIFE] !== life.id) return;
        if (life.passes(`${moment === 'arrived' ? 'before' : 'after'} ${seen.method} ${seen.path}`) && moment === 'arrived') server.faults.add({ kind: 'cut-before', match: (call) => call === seen });
      });
    }
    setUp(world, spec);
    return world;
  }

  get now(): number { return this.#clock.now; }
  get configuration(): string { return join(this.place.dir, 'demo.yml'); }

  /** A new commit. */
  commit(): string { return (this.#commit++).toString(16).padStart(4, '0').repeat(10); }

  /** Runs of a job, oldest first, P pass and F fail, each on a commit of its own; then the sources are read again. */
  async runs(job: string, letters: string): Promise<void> {
    const known = this.jobs.get(job);
    if (!known) throw new Error(`no job ${job} in this world`);
    for (const l of letters) {
      this.#clock.now += MINUTE;
      known.run({ outcome: l === 'P' ? 'pass' : 'fail', at: this.now, takes: MINUTE / 2, commit: this.commit(), ...(l === 'F' ? { tests: [{ name: 'TestTwo', message: 'expected 1, got 2' }] } : {}) });
    }
    await this.pass(HOUR);
  }

  /** Lets the clock run (ms). */
  async pass(ms: number): Promise<void> { this.#clock.now += ms; }

  /** The program reads this configuration from now on: it is ended and started, as a deployment does. */
  async deploy(text: string): Promise<void> {
    writeFileSync(this.configuration, text);
    this.#life?.kill();
  }

  /** Slack's requests do not come again by themselves: whoever sees that nothing happened tries again. */
  async insist(send: (how: SendHow) => Promise<Sent>): Promise<void> {
    const reached = (sent: Sent): boolean => sent.status === 200;
    if (await send({ signedAt: this.now }).then(reached, () => false)) return;
    for (let tries = 0; tries < 5; tries++) {
      await this.settle();
      if (await this.slack.send.again({ retry: { num: 1 }, signedAt: this.now }).then(reached, () => false)) return;
    }
    throw new Error('Slack does not reach the program');
  }

  /** The newest issue with this label. */
  issue(label: string): Issue {
    const found = this.github.issues('demo/demo').findLast((i) => i.labels.some((l) => l.name === label));
    if (!found) throw new Error(`there is no issue with the label ${label}`);
    return found;
  }

  /** Lets the clock run a little, again and again, until the program, started anew where it has died, has nothing left to do. */
  async settle(): Promise<void> {
    let [quiet, needed] = [0, QUIET_ROUNDS];
    for (let round = 0; quiet < needed; round++) {
      if (round > MOST_ROUNDS) throw new Error(`the program does not come to rest: ${JSON.stringify(await this.#left())}`);
      if (this.#life?.alive !== true) {
        await this.#start();
        needed = AFTER_DEATH;
      }
      this.#clock.now += STEP + quiet * FARTHER;
      const before = this.#done();
      this.#tick();
      await this.#calm();
      const idle = this.#program !== null && this.#ticks.size === 0 && this.#life?.alive === true && this.#done() === before && (await this.#left()).length === 0;
      quiet = idle ? quiet + 1 : 0;
    }
  }

  async #start(): Promise<void> {
    this.#ticks.clear();
    const life = new Life(this.points, () => this.now);
    this.#life = life;
    this.#program = null;
    this.lives++;
    const begun = life.run(() => this.#begin(life)).catch((error: unknown) => {
      if (!life.alive) return;
      if (this.failedStart === null) throw error;
      this.failedStart(error);
      life.kill();
    });
    await Promise.race([begun, life.death]);
    await this.#calm();
  }

  /** What a program of this world finds in its environment. */
  protected get environment(): Env {
    return readEnv({
      APP_ID: String(this.github.appId), PRIVATE_KEY: privateKey, WEBHOOK_SECRET: SECRET, GITHUB_API_URL: this.github.url, SLACK_API_URL: this.slack.apiUrl, SLACK_BOT_TOKEN: this.slack.token,
      SLACK_SIGNING_SECRET: this.slack.signingSecret, CONFIG: this.configuration, DATA_DIR: join(this.place.dir, 'data'), LOG_LEVEL: process.env['SWEEP_LOG'] ?? 'silent', MARKER_SECRET: 'marker',
      ...this.place.databaseUrl === null ? {} : { DATABASE_URL: this.place.databaseUrl }, ...this.#env,
    });
  }

  async #begin(life: Life): Promise<void> {
    const program = await buildProgram(this.environment, { now: () => this.now, monotonic: () => this.now, shared: async () => this.now });
    await program.prepare();
    await new Promise<void>((done) => { program.server.listen(0, '127.0.0.1', done); });
    if (!life.alive) { program.server.close(); return; }
    life.serves(program.server);
    const url = `http://127.0.0.1:${(program.server.address() as AddressInfo).port}`;
    this.github.sendWebhooksTo({ url: `${url}/github/webhooks`, secret: SECRET });
    this.slack.send.target = `${url}/slack/events`;
    await program.begin({ ticks: false });
    this.#program = program;
  }

  /** One tick of the program's clockwork, and of its timers. */
  #tick(): void {
    const [life, program] = [this.#life, this.#program];
    if (life === null || program === null || !life.alive) return;
    const tick = Symbol('tick');
    this.#ticks.add(tick);
    life.fire();
    void life.run(() => program.scheduler.tick()).then(() => program.scheduler.idle()).then(() => { this.#ticks.delete(tick); });
    program.rt.wake();
  }

  /** Waits until nothing happens any more while the clock stands. */
  async #calm(): Promise<void> {
    let [still, last] = [0, -1];
    for (const begun = performance.now(); still < STILL;) {
      if (performance.now() - begun > PATIENCE) throw new Error(`something never ends while the clock stands (${underWay.count} under way)`);
      await delay(0);
      const busy = underWay.count > 0 || this.github.hooks.underWay().length > 0;
      const work = this.#life?.work ?? 0;
      still = busy || work !== last ? 0 : still + 1;
      last = work;
      // A file that is read, a signature that is made: done beside the event loop, and late where the machine is busy.
      if (still >= STILL && process.getActiveResourcesInfo().some((r) => !STANDING.has(r))) still = 0;
    }
  }

  /** Everything that took effect outside so far. */
  #done(): string { return [this.github, this.slack].map((s) => s.requests.writes().length).join() + this.lives; }

  /** What waits in the program's store. */
  async #left(): Promise<Record<string, unknown>[]> {
    return this.place.rows(`select 'outbox ' || key as what, state from outbox where state in ('pending', 'leased') union all select 'inbox ' || id as what, state from inbox where state in ('pending', 'leased')`);
  }

  async end(): Promise<void> {
    this.#life?.kill();
    await Promise.all([this.ci.close(), this.github.close(), this.slack.close()]);
    await this.place.remove();
  }
}
