import { vi } from 'vitest';
import type { CiJob, CiOutcome } from '../../demo/stand-ins/ci/index.ts';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import type { Message } from '../../demo/stand-ins/slack/index.ts';
import type { Conflict } from '../../src/domain/conflict.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import { DAY, Held, HOUR, readable } from './held.ts';

/** A project like Kubernetes, with all that a conflict needs: one job builds every platform, blocks every merge, and says in its log whose build failed. */

export const REPO = 'kubernetes/kubernetes';
export const GOLANG = 'hack/lib/golang.sh';
export const CROSS = 'cross build';
const PEOPLE = ['ivan', 'maria', 'anna', 'smarter', 'porter', 'other', 'signal', 'stranger'] as const;
const memberOf = (login: string): string => `U${login.toUpperCase()}`;

export interface Place {
  /** When the program begins to look (epoch ms). */
  readonly start: number;
  readonly port: string;
  readonly owners: readonly string[];
  /** Handles; `@kubernetes/leads` is the team of all three. */
  readonly leads?: readonly string[];
  readonly step?: number;
  readonly release: { readonly name: string; readonly date: string };
  /** Lines that are added to the configuration. */
  readonly extra?: string;
  /** Further files of the repository, by path. */
  readonly also?: Readonly<Record<string, string>>;
  /** Lines that are added to the port's jobs. */
  readonly jobs?: string;
}

/** The arrays of the build file, as Kubernetes has them. */
export const arrays = (port: string): Readonly<Record<string, readonly string[]>> => {
  const servers = ['linux/amd64', 'linux/arm64', port];
  return { KUBE_SERVER_PLATFORMS: servers, KUBE_TEST_PLATFORMS: [...servers, 'darwin/amd64'], KUBE_CLIENT_PLATFORMS: [...servers, 'darwin/amd64', 'windows/amd64'] };
};

export const buildFile = (port: string): string => [
  '#!/bin/bash', '', '# The platforms that each part is built for.',
  ...Object.entries(arrays(port)).flatMap(([name, platforms]) => [`readonly ${name}=(`, ...platforms.map((p) => `  ${p}`), ')']), '',
].join('\n');

/** A log of the one job that builds everything, which ends in a linker's error. */
export const linkerLog = (port: string, error: string, what: string): string => [
  '+++ [0506 08:11:02] Building go targets for linux/amd64:', '+++ [0506 08:13:40] Building go targets for linux/arm64:', `+++ [0506 08:16:09] Building go targets for ${port}:`,
  `# k8s.io/kubernetes/cmd/${what}`, error, 'collect2: error: ld returned 1 exit status', '!!! Error in hack/lib/golang.sh:506',
].join('\n');

export const PPC_LOG = linkerLog('linux/ppc64le', "/usr/bin/powerpc64le-linux-gnu-ld: go.o: relocation truncated to fit: R_PPC64_REL24 against `runtime.text'", 'hyperkube');

const jobLine = (id: string): string => `{ name: build, source: grid, dashboard: board, tab: build-${id.replaceAll('/', '-')}, suite: build, trigger: postsubmit, stale_after: 60d }`;

export class Town {
  readonly held: Held;
  readonly place: Place;
  readonly jobs = new Map<string, CiJob>();

  private constructor(held: Held, place: Place) {
    this.held = held;
    this.place = place;
  }

  /** The town as it stands a day before `start`, then the program, then `start`. */
  static async begin(place: Place): Promise<Town> {
    const town = new Town(await Held.begin(place.start - DAY), place);
    const { held } = town;
    held.github.repo(REPO);
    for (const login of PEOPLE) {
      held.github.person(login);
      held.slack.user(login, { id: memberOf(login) });
    }
    held.github.team('kubernetes/leads', ['ivan', 'maria', 'anna']);
    for (const channel of ['#signal', '#tiers', '#release']) held.slack.channel(channel);
    for (const id of town.platforms) town.jobs.set(id, held.ci.job({ dashboard: 'board', tab: `build-${id.replaceAll('/', '-')}`, suite: 'build' }));
    town.runs(3, 'pass', DAY);
    await held.github.person('ivan').commit(REPO, GOLANG, buildFile(place.port));
    for (const [path, text] of Object.entries(place.also ?? {})) await held.github.person('ivan').commit(REPO, path, text);
    held.github.reports(REPO).protect('main', [CROSS]);
    await held.github.reports(REPO).run('main', { name: CROSS, conclusion: 'success' });
    await held.start(town.configuration());
    await held.until(place.start);
    return town;
  }

  get platforms(): readonly string[] { return ['linux/amd64', 'linux/arm64', this.place.port]; }

  configuration({ release, extra, jobs, leads, step = this.place.step ?? 2 }: Partial<Place> = {}): string {
    const { port, owners } = this.place;
    const { name, date } = release ?? this.place.release;
    return `
version: 1
project: kubernetes
repo: ${REPO}
sources: { grid: { kind: testgrid, url: "${this.held.ci.url}" } }
release:
  name: ${name}
  branch: main
  leads: [${(leads ?? this.place.leads ?? ['@ivan', '@maria', '@anna']).map((l) => `"${l}"`).join(', ')}]
  ci_signal: ["@signal"]
  quorum: 2
  date: ${date}
  blockers: { labels_any: [release-blocker] }
  conflict: { fix_window: 24h, proposal_expires: 72h, expires_after: 14d }
slack: { channels: { incidents: "#signal", tiers: "#tiers", proposals: "#release" } }
people: { ${PEOPLE.map((login) => `${memberOf(login)}: ${login}`).join(', ')} }
polling: { every: 1h, timeout: 5s }
platforms:
${this.platforms.map((id) => `  ${id}:
    step: ${id === port ? step : 2}
    build: on
    owners: [${(id === port ? owners : ['@other']).map((o) => `"${o}"`).join(', ')}]
    jobs: [${[jobLine(id), ...id === port ? [jobs ?? this.place.jobs ?? ''].filter((l) => l !== '') : []].join(', ')}]`).join('\n')}
switches:
${Object.keys(arrays(port)).map((at) => `  - { file: ${GOLANG}, format: shell-array, at: ${at}, controls: build, components: [${at.split('_')[1]?.toLowerCase() ?? ''}] }`).join('\n')}
${extra ?? this.place.extra ?? ''}
`;
  }

  /** So many runs of every platform's build, an hour apart, the last one ended now; the port's own end so. */
  runs(n: number, port: CiOutcome, within = 6 * HOUR): void {
    for (const [id, job] of this.jobs) for (let i = n; i > 0; i--) job.run({ outcome: id === this.place.port ? port : 'pass', at: this.held.now - i * Math.floor(within / (n + 1)), commit: 'a'.repeat(40) });
  }

  /** So long passes (ms), with runs on every one of `step`. */
  async live(ms: number, port: CiOutcome, step = DAY): Promise<void> {
    for (let left = ms; left > 0; left -= step) {
      await this.held.pass(Math.min(left, step), step);
      this.runs(2, port, Math.min(left, step));
    }
    await this.held.pass(HOUR);
  }

  /** Somebody opens a pull request, and a release lead calls it a blocker. */
  async blocker(branch = 'federation', author = 'smarter', title = 'Federation: the service controller'): Promise<Issue> {
    const { github } = this.held;
    await github.person(author).commit(REPO, `pkg/${branch}.go`, `package ${branch}\n`, branch);
    const issue = await github.person(author).openPull(REPO, { title, head: branch, base: 'main' });
    await github.person('ivan').label(issue, 'release-blocker');
    await this.held.settle();
    return issue;
  }

  /** The job that builds everything ends on a branch. */
  async cross(branch: string, conclusion: 'success' | 'failure', log: string | null = conclusion === 'failure' ? PPC_LOG : null): Promise<void> {
    await this.held.github.reports(REPO).run(branch, { name: CROSS, conclusion, log });
    await this.held.settle();
  }

  /** A blocker that fails the same way twice, so that owners are asked. */
  async conflict(branch = 'federation', log: string = PPC_LOG): Promise<Issue> {
    const blocker = await this.blocker(branch);
    await this.cross(branch, 'failure', log);
    await this.cross(branch, 'failure', log);
    return blocker;
  }

  /** … and an owner who has given up, so that release leads are asked. */
  async proposed(branch = 'federation'): Promise<{ readonly blocker: Issue; readonly proposal: Issue }> {
    const blocker = await this.conflict(branch);
    await this.held.says('porter', blocker, '/arch give-up the linker has to be fixed upstream');
    return { blocker, proposal: this.proposal() };
  }

  /** … and was approved by two leads. */
  async approved(branch = 'federation'): Promise<{ readonly blocker: Issue; readonly proposal: Issue }> {
    const found = await this.proposed(branch);
    await this.approve(found.proposal);
    return found;
  }

  async approve(proposal: Issue, ...leads: string[]): Promise<void> {
    for (const lead of leads.length > 0 ? leads : ['ivan', 'maria']) await this.held.says(lead, proposal, '/arch approve');
  }

  labelled(label: string): Issue[] { return this.held.github.issues(REPO).filter((i) => i.labels.some((l) => l.name === `archsignal/${label}`)); }
  proposal(): Issue { return one(this.labelled('proposal').at(-1), 'proposal'); }
  reactivation(): Issue { return one(this.labelled('reactivation').at(-1), 'reactivation issue'); }
  /** The program's own pull requests, oldest first. */
  pulls(): Issue[] { return this.held.github.issues(REPO).filter((i) => i.pull !== null && i.user.login === 'archsignal[bot]'); }
  pull(): Issue { return one(this.pulls().at(-1), 'pull request of its own'); }

  /** The build file as a branch has it. */
  file(branch = 'main'): string { return this.held.github.state.repo(REPO).git.read(branch, GOLANG) ?? ''; }
  /** Whether the port is in each of the arrays that name it or did. */
  builds(branch = 'main'): boolean[] { return this.file(branch).split('\n').filter((l) => l.replace('#', '').trim() === this.place.port).map((l) => !l.includes('#')); }

  /** Conflicts as they are stored, oldest first. */
  async conflicts(): Promise<Conflict[]> { return (await this.held.program.rt.store.conflicts('kubernetes', 0)).toSorted((a, b) => a.times.detected - b.times.detected); }
  async only(): Promise<Conflict> { return one((await this.conflicts()).at(-1), 'conflict'); }
  async proposals(): Promise<Proposal[]> { return (await this.held.program.rt.store.proposals('kubernetes', 0)).toSorted((a, b) => a.editionAt - b.editionAt); }

  /** The words of a channel's messages, oldest first. */
  heard(channel: string): string[] { return this.held.slack.messages(channel).filter((m) => m.ephemeralFor === null).map((m) => m.text); }
  /** The newest message with buttons of a channel. */
  card(channel = '#release'): Message { return one(this.held.slack.messages(channel).findLast((m) => m.ephemeralFor === null), `message in ${channel}`); }

  /** A lead presses a button of the newest card. */
  async press(login: string, button: string): Promise<void> {
    // What receives it compares its date with the machine's clock too.
    vi.useFakeTimers({ toFake: ['Date'], now: this.held.now });
    const { status } = await this.held.slack.click(login, this.card(), button).finally(() => { vi.useRealTimers(); });
    if (status !== 200) throw new Error(`Slack was answered ${status}.`);
  }

  /** Everything that people see, for reading; `sorted`: comments by their words, where their order is of no account. */
  picture(sorted = false): string {
    const { github } = this.held;
    const inOrder = (texts: readonly string[]): readonly string[] => sorted ? texts.toSorted() : texts;
    const issues = github.issues(REPO).map((i) => [`--- #${i.number} ${i.title} [${i.state}] ${i.labels.map((l) => l.name).join(', ')}`, readable(i.body), ...inOrder(i.comments.map((c) => `   >> ${c.user.login}: ${readable(c.body)}`))].join('\n'));
    return [...issues, ...['#signal', '#tiers', '#release'].map((c) => `=== ${c}\n${this.heard(c).join('\n---\n')}`)].join('\n');
  }

  end(): Promise<void> { return this.held.end(); }
}

function one<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`There is no ${what}.`);
  return found;
}
