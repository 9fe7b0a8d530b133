import type { Fault } from '../../demo/stand-ins/common/faults.ts';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import { diceOf } from '../sweep/dice.ts';
import { Lasting } from './lasting.ts';
import { CROSS, DAY, HOUR, LEADS, MINUTE, OWNERS, REPO, SIGNAL, START, SWITCHES, type Job, type Town } from './town.ts';

/** What happens in a year: machines break and are mended, people answer or do not, systems fail, releases are blocked. All of it by dice. */

interface Trouble {
  /** Null: everywhere. */
  readonly platform: string | null;
  readonly suites: readonly string[];
  readonly until: number;
  /** Share of runs that fail. */
  readonly share: number;
  /** No runs come at all. */
  readonly silent: boolean;
}

const LIMIT = 'GitHub\'s limit';

interface Outage { readonly faults: readonly Fault[]; readonly until: number; readonly what: string }

const LOG = (port: string): string => ['Building for linux/amd64', `Building for ${port}`, `/usr/bin/${port.split('/')[1] ?? ''}-linux-gnu-ld: error: relocation truncated to fit: R_390_PC32DBL against symbol \`memcpy'`, 'make: *** [build] Error 1'].join('\n');

const isStep = (issue: Issue): boolean => /step|promot|demot|\(\d\)/i.test(issue.title);

export class Story {
  readonly #town: Town;
  readonly #dice: () => number;
  readonly #restless: number;
  /** How often the town is looked at; the clock jumps in between (ms). */
  readonly #hopMs: number;
  readonly #lasting: Lasting;
  #troubles: Trouble[] = [];
  #outages: Outage[] = [];
  #conflict: { readonly branch: string; readonly port: string; readonly blocker: Issue; stage: number } | null = null;
  #day = -1;
  /** What happened so far, by name. */
  readonly counts: Record<string, number> = {};

  /** `restless`: days in which the program is restarted and killed now and then; afterwards one process lives to the end. */
  constructor(town: Town, seed: number, restless: number) {
    this.#town = town;
    this.#lasting = new Lasting(town);
    this.#restless = restless;
    this.#hopMs = town.spec.hours * HOUR;
    this.#dice = diceOf(seed);
  }

  /** Something outside fails at this moment. */
  get outage(): boolean { return this.#outages.length > 0; }

  /** So many days pass. */
  async days(n: number): Promise<void> {
    for (let i = 0; i < n * DAY / this.#hopMs; i++) await this.#hop();
  }

  /** Everything outside works again, and the program has come to rest. */
  async calm(): Promise<void> {
    const limited = this.#outages.some((o) => o.what === LIMIT);
    this.#endOutages(Infinity);
    // The program goes by what it was told of the limit's end.
    if (limited) this.#town.pass(HOUR);
    await this.#town.settle();
  }

  async #hop(): Promise<void> {
    const town = this.#town;
    // Settling takes its seconds; hops stay on the grid.
    town.pass(this.#hopMs - (town.now - START) % this.#hopMs);
    this.#endOutages(town.now);
    this.#ci();
    await this.#settle();
    const day = Math.floor((town.now - START) / DAY);
    if (day > this.#day) {
      this.#day = day;
      await town.life.ask({ do: 'upkeep' });
      this.#newTroubles();
      this.#newOutages();
    }
    await this.#mutes();
    await this.#people();
    await this.#council();
    if (this.#chance(1 / 60)) await this.#blocker();
    await this.#machine();
  }

  /** While something is away, the program cannot come to rest. */
  async #settle(): Promise<void> { await this.#town.settle(this.outage ? 3 : undefined); }

  #chance(perDay: number): boolean { return this.#dice() < perDay * this.#hopMs / DAY; }
  #pick<T>(list: readonly T[]): T { return list[Math.floor(this.#dice() * list.length)] as T; }
  #between(from: number, to: number): number { return from + this.#dice() * (to - from); }
  #count(what: string): void { this.counts[what] = (this.counts[what] ?? 0) + 1; }

  #ci(): void {
    const { now } = this.#town;
    this.#troubles = this.#troubles.filter((t) => t.until > now);
    for (const job of this.#town.jobs) {
      for (; job.next <= now - 10 * MINUTE; job.next += job.every) this.#run(job);
    }
  }

  #run(job: Job): void {
    const troubles = this.#troubles.filter((t) => (t.platform === null || t.platform === job.platform) && t.suites.includes(job.suite));
    if (troubles.some((t) => t.silent)) return;
    const share = Math.max(0.01, ...troubles.map((t) => t.share));
    const failed = this.#dice() < share || this.#lasting.fails(job, job.next);
    const outcome = failed ? 'fail' : this.#dice() < 0.02 ? 'flaky' : 'pass';
    job.ci.run({ outcome, at: job.next, takes: 8 * MINUTE, commit: this.#town.commit(), ...failed ? { tests: [{ name: 'TestTwo', message: `expected 1, got ${Math.floor(this.#dice() * 5)}` }] } : {} });
    this.#count('runs');
  }

  #newTroubles(): void {
    const { now, platforms } = this.#town;
    const add = (platform: string | null, suites: readonly string[], days: number, share: number, silent = false): void => {
      this.#troubles.push({ platform, suites, until: now + days * DAY, share, silent });
      this.#count(silent ? 'silences' : 'troubles');
    };
    for (const platform of platforms.filter((p) => p !== this.#lasting.broken)) {
      const rolled = this.#dice();
      if (rolled < 1 / 25) add(platform, this.#pick([['e2e'], ['unit'], ['e2e', 'unit'], ['e2e', 'unit', 'build']]), this.#between(0.3, 4), 1);
      else if (rolled < 1 / 25 + 1 / 120) add(platform, ['e2e', 'unit', 'build'], this.#between(3, 8), 0, true);
      else if (rolled < 1 / 25 + 1 / 120 + 1 / 150) add(platform, ['e2e', 'unit'], this.#between(15, 40), 0.6);
    }
    if (this.#dice() < 1 / 45) add(null, [this.#pick(['e2e', 'unit'])], this.#between(0.2, 1), 1);
  }

  #newOutages(): void {
    const { now, ci, github, slack } = this.#town;
    const add = (what: string, hours: number, ...faults: Fault[]): void => {
      this.#outages.push({ what, faults, until: now + hours * HOUR });
      this.#count(`outages of ${what}`);
    };
    const rolled = this.#dice();
    if (rolled < 1 / 20) add('the source', this.#between(2, 20), ci.outage('all'));
    else if (rolled < 2 / 20) add('GitHub', this.#between(1, 8), github.faults.add({ kind: 'status', status: 503, times: Infinity }));
    else if (rolled < 3 / 20) add('Slack', this.#between(1, 8), slack.faults.add({ kind: 'status', status: 503, times: Infinity }));
    else if (rolled < 3 / 20 + 1 / 30) add(LIMIT, 1, github.faults.add({ kind: 'status', status: 403, times: Infinity, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil((now + HOUR) / 1000)), date: new Date(now).toUTCString() }, body: { message: 'API rate limit exceeded for installation ID 55001.' }, match: (call) => !call.path.startsWith('/app') }));
  }

  #endOutages(at: number): void {
    for (const { faults, until } of this.#outages) if (until <= at) for (const fault of faults) fault.remove();
    this.#outages = this.#outages.filter((o) => o.until > at);
  }

  /** The program's own days: it is deployed anew, killed, or down for a while. */
  async #machine(): Promise<void> {
    if (!this.#isRestless) return;
    if (this.#chance(1 / 6)) await this.#again('stop');
    else if (this.#chance(1 / 12)) await this.#again('kill');
    else if (this.#chance(1 / 40)) {
      await this.#town.down('kill');
      this.#count('times down for hours');
      this.#town.pass(this.#between(1, 8) * HOUR);
      this.#ci();
      await this.#town.start();
    }
  }

  get #isRestless(): boolean { return this.#day < this.#restless; }

  async #again(how: 'stop' | 'kill'): Promise<void> {
    this.#count(how === 'kill' ? 'kills' : 'restarts');
    await this.#town.restart(how);
    await this.#settle();
  }

  /** Owners, and people who read. */
  async #people(): Promise<void> {
    const { github } = this.#town;
    for (const issue of this.#town.open('incident')) {
      const owner = github.person(this.#pick(OWNERS));
      if (this.#chance(0.5)) await this.#act('acks on GitHub', () => owner.comment(issue, '/arch ack'));
      if (this.#chance(0.15)) await this.#act('snoozes', () => owner.comment(issue, '/arch snooze 2d waiting for the lab'));
      if (this.#chance(0.2)) await this.#act('tries', () => owner.comment(issue, '/arch attempt rebuilt the image, same failure'));
      if (this.#chance(0.1)) await this.#act('classifications', () => owner.comment(issue, this.#pick(['/arch flake', '/arch infra the lab has no power'])));
      if (this.#chance(0.2)) await this.#act('talk', () => github.person('stranger').comment(issue, 'I see this too.'));
      if (this.#chance(0.05)) await this.#act('refusals', () => github.person('stranger').comment(issue, '/arch ack'));
      if (this.#chance(0.1)) await this.#act('assignments', () => owner.assignSelf(issue));
      if (this.#lasting.owns(issue)) continue;
      if (this.#chance(0.1)) await this.#act('closings by hand', () => owner.close(issue));
      if (this.#chance(0.1)) await this.#fix(issue);
    }
    if (this.#chance(0.3)) await this.#reopening();
    if (this.#chance(0.1)) await this.#slack('downtimes', this.#pick(OWNERS), `downtime ${this.#pick(this.#town.platforms)} now 6h new disks`);
    if (this.#chance(1)) await this.#slack('questions', this.#pick([...LEADS, SIGNAL]), this.#pick(['status', 'ready', `explain ${this.#pick(this.#town.platforms)}`, `status ${this.#pick(this.#town.platforms)}`]));
    if (this.#chance(0.3)) await this.#clicks();
    if (this.#chance(0.2)) await this.#openHome();
  }

  async #fix(issue: Issue): Promise<void> {
    const { github } = this.#town;
    const branch = `fix-${this.#town.now}`;
    const owner = github.person('paula-owner');
    await owner.commit(REPO, `fixes/${branch}.go`, 'package fix\n', branch);
    const pull = await owner.openPull(REPO, { title: 'A fix', head: branch, base: 'main' });
    await this.#act('fixes', () => owner.comment(issue, `/arch fixed-by #${pull.number}`));
    if (this.#dice() < 0.7) await this.#act('merges', () => github.person('olga-lead').merge(pull));
  }

  async #reopening(): Promise<void> {
    const closed = this.#town.github.issues(REPO, 'closed').filter((i) => i.labels.some((l) => l.name === 'archsignal/incident') && i.closedAt !== null && i.closedAt > this.#town.now - 2 * DAY && i.closedBy?.type === 'User');
    if (closed.length > 0) await this.#act('reopenings by hand', () => this.#town.github.person(this.#pick(OWNERS)).reopen(this.#pick(closed)));
  }

  async #clicks(): Promise<void> {
    const [message] = this.#town.slack.messages('#signal').slice(-12).filter((m) => m.ephemeralFor === null && (m.blocks ?? []).some((b) => JSON.stringify(b).includes('"ack')));
    if (message === undefined || !this.#isReachable) return;
    await this.#act('acks in Slack', () => this.#town.slack.click(this.#pick(OWNERS), message, 'ack', { signedAt: this.#town.now }));
  }

  async #openHome(): Promise<void> {
    if (this.#isReachable) await this.#act('looks at the App Home', () => this.#town.slack.openHome(this.#pick(LEADS), { signedAt: this.#town.now }));
  }

  /** What is muted for good is muted again in time; the leads are looked up at GitHub, so all has to be well. */
  async #mutes(): Promise<void> {
    if (this.outage || !this.#isReachable) return;
    const muting = this.#lasting.muting();
    if (muting !== null) await this.#slack('mutes that last', LEADS[0], muting, '#leads');
  }

  get #isReachable(): boolean { return this.#town.slack.send.target !== null; }

  async #slack(what: string, who: string, text: string, channel = '#signal'): Promise<void> {
    await this.#act(what, () => this.#town.slack.command(who, channel, text, { signedAt: this.#town.now }));
  }

  /** Somebody does something, a moment later than the last one, and the program does what follows. */
  async #act(what: string, act: () => Promise<unknown>): Promise<void> {
    this.#count(what);
    this.#town.pass(MINUTE);
    await act();
    await this.#settle();
  }

  /** What is proposed is decided, or left to its end; what was approved is merged, and deployed. */
  async #council(): Promise<void> {
    const { github } = this.#town;
    if (this.#chance(0.15)) await this.#slack('proposals', this.#pick(LEADS), `mute ${this.#pick(this.#town.platforms)}:e2e 5d the lab is moving`, '#leads');
    if (this.#chance(0.05)) await this.#slack('proposals', SIGNAL, `${this.#pick(['demote', 'promote'])} ${this.#pick(this.#town.platforms)} ${'as things stand'}`, '#leads');
    for (const issue of this.#town.open('proposal')) {
      // What is merged into the configuration takes a restart.
      if (!this.#isRestless && isStep(issue)) continue;
      for (const lead of LEADS) if (this.#chance(0.25)) await this.#act('approvals', () => github.person(lead).comment(issue, '/arch approve'));
      if (this.#chance(0.05)) await this.#act('rejections', () => github.person(this.#pick(LEADS)).comment(issue, '/arch reject not now'));
      if (this.#chance(0.05)) await this.#act('objections', () => github.person(this.#pick(OWNERS)).comment(issue, '/arch object the fix lands tomorrow'));
    }
    for (const pull of github.issues(REPO, 'open').filter((i) => i.pull !== null && i.user.type === 'Bot')) {
      if (!this.#chance(0.6)) continue;
      const before = this.#file();
      await this.#act('merges', () => github.person('maria-lead').merge(pull));
      if (this.#file() === before) continue;
      this.#count('deployments');
      await this.#town.deploy();
      await this.#settle();
    }
    await this.#goOn();
  }

  #file(): string | null { return this.#town.github.repo(REPO).git.read('main', 'config/soak.yml'); }

  /** A release blocker that one of the ports is in the way of. */
  async #blocker(): Promise<void> {
    if (this.#conflict !== null) return;
    const { github, platforms } = this.#town;
    const port = this.#pick(platforms.slice(1));
    const branch = `change-${this.#town.now}`;
    await github.person('nils').commit(REPO, `pkg/${branch}.go`, 'package change\n', branch);
    const blocker = await github.person('nils').openPull(REPO, { title: 'The change', head: branch, base: 'main' });
    this.#conflict = { branch, port, blocker, stage: 0 };
    await this.#act('release blockers', () => github.person('olga-lead').label(blocker, 'release-blocker'));
  }

  /** The conflict goes on by a step now and then: failures, the owners' word, its way back. What leads decide they decide as anything else. */
  async #goOn(): Promise<void> {
    const conflict = this.#conflict;
    if (conflict === null || !this.#chance(3)) return;
    const { github } = this.#town;
    const { blocker, branch, port } = conflict;
    const reports = github.reports(REPO);
    const lists = (on: string): boolean => (github.repo(REPO).git.read(on, SWITCHES) ?? '').split('\n').some((l) => l.trim() === port);
    switch (conflict.stage) {
      case 0: case 1:
        conflict.stage++;
        return this.#act('red checks', () => reports.run(branch, { name: CROSS, conclusion: 'failure', log: LOG(port) }));
      case 2:
        conflict.stage++;
        if (this.#dice() < 0.7) await this.#act('words of giving up', () => github.person('porter-owner').comment(blocker, '/arch give-up the linker has to be mended first'));
        return;
      default:
        conflict.stage++;
        if (!lists('main') || conflict.stage > 40) {
          if (blocker.state === 'open') {
            await this.#act('green checks', () => reports.run(branch, { name: CROSS, conclusion: 'success' }));
            await this.#act('merges', () => github.person('nils').merge(blocker));
          }
          if (lists('main') || conflict.stage > 120) this.#conflict = null;
        }
    }
  }
}
