import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCi, type Ci, type CiJob } from '../../demo/stand-ins/ci/index.ts';
import { startGitHub, type GitHub, type Issue } from '../../demo/stand-ins/github/index.ts';
import { startSlack, type Slack } from '../../demo/stand-ins/slack/index.ts';
import { storeFile } from '../../src/store/open.ts';
import type { Spent } from './measure.ts';
import { Life } from './process.ts';
import { rowsOf, type Rows } from './rows.ts';

/** A project that is followed for a year: its platforms and jobs, its people, the stand-ins, and the program in a process of its own on a clock that is held here. */

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
const SECRET = 'soak-secret';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A Monday, later than the clock of the machine: what Slack signs is looked at by both. */
export const START = Date.UTC(2035, 0, 8, 0, 0);
/** Longer than the program waits before it tries a write again (ms). */
const STEP = 1_500;
const QUIET_ROUNDS = 2;
const MOST_ROUNDS = 200;

export const REPO = 'demo/demo';
const FILE = 'soak.yml';
export const SWITCHES = 'hack/platforms.sh';
export const CROSS = 'cross build';
export const LEADS = ['olga-lead', 'ivan-lead', 'maria-lead'] as const;
export const OWNERS = ['porter-owner', 'paula-owner', 'pavel-owner'] as const;
export const SIGNAL = 'sam-signal';
const PEOPLE = [...LEADS, ...OWNERS, SIGNAL, 'stranger'] as const;
const memberOf = (name: string): string => `U${name.toUpperCase().replace(/[^A-Z]/g, '')}`;

/** What a job does day by day, and what its platform suffers from. */
export interface Suite { readonly name: string; /** Milliseconds from run to run. */ readonly every: number }
const SUITES: readonly Suite[] = [{ name: 'e2e', every: 4 * HOUR }, { name: 'unit', every: 2 * HOUR }, { name: 'build', every: 24 * HOUR }];
/** Some platforms' machines are faster, some much slower. */
const PACE = [1, 2, 1, 6, 3, 0.5, 2, 12] as const;

export interface Job { readonly platform: string; readonly suite: string; readonly ci: CiJob; readonly every: number; next: number }

const ARCHES = ['amd64', 'arm64', 's390x', 'ppc64le', 'riscv64', 'loong64', 'mips64le', '386'];
const OSES = ['linux', 'windows', 'darwin', 'freebsd', 'netbsd', 'openbsd', 'solaris', 'aix', 'dragonfly', 'illumos'];

/** The first `n` of them; the reference platform first. */
export const platformNames = (n: number): string[] => OSES.flatMap((os) => ARCHES.map((arch) => `${os}/${arch}`)).slice(0, n);

export interface TownSpec {
  readonly platforms: number;
  readonly databaseUrl?: string | undefined;
  /** Hours between polls; the clock jumps in between. */
  readonly hours: number;
  /** How long single runs and sums of days are kept, as the configuration says it. */
  readonly retention: { readonly runs: string; readonly rollups: string };
}

const LADDER = `ladder:
  name: soak
  adoption_cycles: 0
  promotion: { after: 14d }
  demotion: { warn_after: 7d, propose_after: 14d }
  steps:
    - { step: 1, name: build, grants: ["Anybody can build it."] }
    - { step: 2, name: test, build: on, grants: ["It may be built by default."], hold: [{ pass-rate: { share: 70%, min_window: 7d } }, { failure-streak: { runs: 12, for: 72h } }, { run-cadence: { within: 72h } }] }
    - { step: 3, name: release, build: on, release: on, grants: ["It ships."], hold: [{ pass-rate: { share: 90%, min_window: 14d } }, { owner-response: { share: 60% } }], enter: [{ time-at-step: { step: 2, for: 30d } }] }`;

export class Town {
  readonly ci: Ci;
  readonly github: GitHub;
  readonly slack: Slack;
  readonly dir: string;
  readonly spec: TownSpec;
  readonly jobs: Job[] = [];
  readonly platforms: readonly string[];
  readonly #clock: { now: number };
  #life: Life | null = null;
  #rows: Rows | null = null;
  #commit = 0x1000;
  /** Starts of the program so far. */
  starts = 0;
  /** What the processes that ended had used. */
  spent: Spent = { cpu: 0, read: 0 };

  private constructor(spec: TownSpec, clock: { now: number }, ci: Ci, github: GitHub, slack: Slack) {
    [this.spec, this.#clock, this.ci, this.github, this.slack] = [spec, clock, ci, github, slack];
    this.platforms = platformNames(spec.platforms);
    this.dir = mkdtempSync(join(tmpdir(), 'archsignal-soak-'));
    mkdirSync(join(this.dir, 'data'));
  }

  static async begin(spec: TownSpec): Promise<Town> {
    const clock = { now: START };
    const now = (): number => clock.now;
    const [ci, github, slack] = await Promise.all([startCi({ now }), startGitHub({ now }), startSlack({ now })]);
    const town = new Town(spec, clock, ci, github, slack);
    await town.#setUp();
    return town;
  }

  get now(): number { return this.#clock.now; }
  get configuration(): string { return join(this.dir, FILE); }
  get store(): string { return storeFile(join(this.dir, 'data')); }
  get life(): Life {
    if (this.#life === null) throw new Error('the program does not run');
    return this.#life;
  }

  async #setUp(): Promise<void> {
    const { github, slack, ci } = this;
    github.repo(REPO);
    github.team('demo/leads', LEADS);
    github.team('demo/signal', [SIGNAL]);
    github.team('demo/owners', OWNERS);
    for (const channel of ['#signal', '#leads', '#tiers', '#weekly']) slack.channel(channel);
    for (const name of PEOPLE) slack.user(name, { id: memberOf(name) });
    for (const [p, platform] of this.platforms.entries()) {
      for (const suite of SUITES) {
        const every = Math.min(DAY, suite.every * (PACE[p % PACE.length] ?? 1));
        const job: Job = { platform, suite: suite.name, every, next: START, ci: ci.job({ dashboard: 'board', tab: tabOf(suite.name, platform), suite: suite.name, tests: ['TestOne', 'TestTwo', 'TestThree'], columns: 40 }) };
        for (let i = 8; i > 0; i--) job.ci.run({ outcome: 'pass', at: START - i * every, commit: this.commit() });
        this.jobs.push(job);
      }
    }
    const text = this.#firstConfiguration();
    writeFileSync(this.configuration, text);
    const olga = github.person('olga-lead');
    await olga.commit(REPO, `config/${FILE}`, text);
    await olga.commit(REPO, SWITCHES, `PLATFORMS=(\n${this.platforms.map((p) => `  ${p}\n`).join('')})\n`);
    github.reports(REPO).protect('main', [CROSS]);
    await github.reports(REPO).run('main', { name: CROSS, conclusion: 'success' });
  }

  #firstConfiguration(): string {
    const { retention } = this.spec;
    return `version: 1
project: demo
repo: ${REPO}
sources: { grid: { kind: testgrid, url: "${this.ci.url}" } }
release: { name: v1, branch: main, leads: ["@demo/leads"], ci_signal: ["@demo/signal"], quorum: 2, blockers: { labels_any: [release-blocker] } }
slack: { channels: { incidents: "#signal", proposals: "#leads", tiers: "#tiers", report: "#weekly" } }
report: { at: Mon 08:00 }
people: { ${PEOPLE.map((n) => `${memberOf(n)}: ${n}`).join(', ')} }
polling: { every: ${this.spec.hours}h, timeout: 5s }
signal: { stale_after: 72h }
escalation: { to: ["@demo/signal"] }
retention: { runs: ${retention.runs}, rollups: ${retention.rollups} }
${LADDER}
switches:
  - { file: ${SWITCHES}, format: shell-array, at: PLATFORMS }
platforms:
${this.platforms.map((id) => `  ${id}:
    step: 2
    build: on
    owners: ["@demo/owners"]
    jobs:
${SUITES.map((s) => `      - { name: ${s.name}, source: grid, dashboard: board, tab: ${tabOf(s.name, id)}, suite: ${s.name}, trigger: ${s.name === 'build' ? 'postsubmit' : 'periodic'}${s.name === 'e2e' ? ', board: blocking' : ''} }`).join('\n')}`).join('\n')}
`;
  }

  /** A new commit. */
  commit(): string { return (this.#commit++).toString(16).padStart(8, '0').repeat(5); }

  async start(): Promise<void> {
    const life = this.#life = new Life();
    this.starts++;
    const { databaseUrl } = this.spec;
    const { url } = await life.start({
      now: this.now,
      env: {
        APP_ID: String(this.github.appId), PRIVATE_KEY: privateKey, WEBHOOK_SECRET: SECRET, GITHUB_API_URL: this.github.url, SLACK_API_URL: this.slack.apiUrl, SLACK_BOT_TOKEN: this.slack.token,
        SLACK_SIGNING_SECRET: this.slack.signingSecret, CONFIG: this.configuration, DATA_DIR: join(this.dir, 'data'), LOG_LEVEL: process.env['SOAK_LOG'] ?? 'silent', MARKER_SECRET: 'marker',
        ...databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl },
      },
    });
    this.github.sendWebhooksTo({ url: `${url}/github/webhooks`, secret: SECRET });
    this.slack.send.target = `${url}/slack/events`;
    this.#rows ??= await rowsOf(this.store, databaseUrl);
  }

  /** Ends the program and starts it anew: `stop` in good order, `kill` as after a power cut. */
  async restart(how: 'stop' | 'kill'): Promise<void> {
    await this.down(how);
    await this.start();
  }

  async down(how: 'stop' | 'kill'): Promise<void> {
    const { life } = this;
    this.github.sendWebhooksTo(null);
    this.slack.send.target = null;
    this.#life = null;
    const { cpu, read } = await life.ask({ do: 'measure' });
    this.spent = { cpu: this.spent.cpu + cpu, read: this.spent.read + read };
    await life[how]();
  }

  /** The configuration that stands in the repository is deployed. */
  async deploy(): Promise<void> {
    writeFileSync(this.configuration, this.github.repo(REPO).git.read('main', `config/${FILE}`) ?? '');
    await this.restart('stop');
  }

  async ask(statement: string): Promise<Record<string, unknown>[]> {
    return this.#rows === null ? [] : this.#rows.ask(statement);
  }

  /** So much time passes at once (ms). */
  pass(ms: number): void { this.#clock.now += ms; }

  /** Lets the clock run a little, again and again, until the program has nothing left to do; `rounds`: at most so many, where it cannot come to an end. */
  async settle(rounds?: number): Promise<void> {
    for (let [round, quiet] = [0, 0]; quiet < QUIET_ROUNDS && round < (rounds ?? MOST_ROUNDS + 1); round++) {
      if (round >= MOST_ROUNDS) throw new Error(`the program does not come to rest at ${new Date(this.now).toISOString()}: ${JSON.stringify(await this.#left())}`);
      this.pass(STEP);
      const before = this.#effects();
      const { left } = await this.life.ask({ do: 'round', now: this.now });
      await this.github.hooks.settled();
      quiet = left === 0 && this.#effects() === before ? quiet + 1 : 0;
    }
  }

  #effects(): number { return this.github.requests.length + this.slack.requests.length + this.github.hooks.deliveries.length; }

  #left(): Promise<Record<string, unknown>[]> {
    return this.ask(`select key as what, attempts, last_error, not_before from outbox where state in ('pending', 'leased') union all select id, attempts, last_error, not_before from inbox where state in ('pending', 'leased') limit 10`);
  }

  /** Open issues with this label, oldest first. */
  open(label: string): Issue[] { return this.github.issues(REPO, 'open').filter((i) => i.labels.some((l) => l.name === `archsignal/${label}`)); }

  /** What the stand-ins remember of the past and nobody will ask for again. */
  forget(): void {
    for (const server of [this.ci, this.github, this.slack]) server.requests.clear();
    const { deliveries } = this.github.hooks;
    const fresh = deliveries.findIndex((d) => d.at > this.now - 4 * DAY);
    deliveries.splice(0, fresh < 0 ? deliveries.length : fresh);
    for (const { ci } of this.jobs) ci.runs.splice(60);
  }

  async end(): Promise<void> {
    if (this.#life !== null) await this.#life.kill();
    await this.#rows?.end();
    await Promise.all([this.ci.close(), this.github.close(), this.slack.close()]);
    if (process.env['SOAK_KEEP'] === undefined) rmSync(this.dir, { recursive: true, force: true });
    else console.error(`kept: ${this.dir}`);
  }
}

const tabOf = (suite: string, platform: string): string => `${suite}-${platform.replaceAll('/', '-')}`;
