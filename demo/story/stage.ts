import { setTimeout as delay } from 'node:timers/promises';
import type { Comment, Issue } from '../stand-ins/github/index.ts';
import type { World } from '../stand-ins/index.ts';
import type { Seen as Request } from '../stand-ins/common/call.ts';
import type { Server } from '../stand-ins/common/server.ts';
import type { Message, Sent, Slack } from '../stand-ins/slack/index.ts';
import type { JobName, ProjectCi, Reds, Round } from './ci.ts';
import { REPO } from './orrery.ts';
import type { Program } from './program.ts';
import { NotSeen, type Look, type Seen } from './step.ts';
import type { Voice, Who } from './voice.ts';

/** How long something may take that the stand-ins are to show (ms), unless told otherwise. */
const PATIENCE = 60_000;
/** How long nothing may be written for it to count as quiet (ms). */
const QUIET = 300;

/** What was there at some moment, so that a step can tell what is new. */
export interface Mark { readonly issues: number; readonly pulls: number; readonly mentions: number; readonly comments: ReadonlySet<Comment>; readonly messages: ReadonlySet<Message> }

/** What is new since a mark. */
export interface News {
  readonly issues: readonly Issue[];
  /** Pull requests, also those of people. */
  readonly pulls: readonly Issue[];
  readonly asked: readonly string[];
  /** The program's; what people write is not news to those who wrote it. */
  readonly comments: readonly Comment[];
  /** At top level, in threads, and those that one person alone sees. */
  readonly messages: readonly Message[];
  readonly replies: readonly Message[];
  readonly whispers: readonly Message[];
}

/** How a round of CI runs and what is told of it; see `Stage.round`. */
export interface RoundHow {
  readonly only?: readonly JobName[];
  readonly again?: boolean;
  readonly unread?: boolean;
  readonly says?: (commit: string) => string;
  readonly job?: JobName;
}

/** Everything a step plays with: the stand-ins, the project's CI, the program, and how to wait for what should follow. */
export class Stage {
  readonly world: World;
  readonly ci: ProjectCi;
  readonly program: Program;
  readonly voice: Voice;
  readonly #patience: number;
  readonly #kept = new Map<string, Issue>();
  /** What was seen and is not told yet: it is told when the writes have come to rest. */
  #checks: string[] = [];

  constructor(world: World, ci: ProjectCi, program: Program, voice: Voice, patience = PATIENCE) {
    this.#patience = patience;
    this.world = world;
    this.ci = ci;
    this.program = program;
    this.voice = voice;
  }

  /** Starts the program (again) and does not wait for more than that it listens. */
  async launchProgram(): Promise<void> {
    await this.program.start();
    this.world.attach(this.program.url);
  }

  /** Starts the program (again) and waits until it says that it is ready. */
  async startProgram(): Promise<void> {
    await this.launchProgram();
    await this.#until('the program answers 200 on /readyz', async () => {
      const answer = await fetch(`${this.program.url}/readyz`).catch(() => null);
      return { ok: answer?.status === 200, found: answer === null ? 'no answer' : `${answer.status}: ${(await answer.text()).slice(0, 400)}` };
    });
  }

  /**
   * Lets CI run once, tells it, and waits until the program has read it. `says`: what is told, by the commit's short name;
   * `job`: whose page it links. `unread`: does not wait, because the program cannot read.
   */
  async round(reds: Reds, how: RoundHow = {}): Promise<Round> {
    await this.settle();
    const before = this.world.ci.requests.length;
    const round = this.ci.round(reds, how);
    if (how.says) this.voice.line('CI', how.says(round.commit.slice(0, 7)), how.job && this.ci.page(how.job));
    if (how.unread !== true) await this.#until('the program reads the new runs', () => unread(round, this.world.ci.requests.slice(before)));
    return round;
  }

  /** Waits until the program has asked its sources this many times more. */
  async polls(times: number): Promise<void> {
    const count = (): number => this.world.ci.requests.where({ path: '/prowjobs.js' }).length;
    const from = count();
    await this.#until(`the program asks its sources ${times} times`, () => ({ ok: count() >= from + times, found: `${count() - from} times` }));
  }

  /** Tells something that happened, after what the program did before it. */
  async tell(who: Who, text: string, link?: string): Promise<void> {
    await this.settle();
    this.voice.line(who, text, link);
  }

  /** Somebody comments; resolves when the program has taken it. */
  async comments(login: string, issue: Issue, text: string): Promise<Comment> {
    const [only, ...more] = text.split('\n');
    await this.tell('People', `${login} comments on #${issue.number}:${more.length === 0 ? ` ${only ?? ''}` : `\n${text}`}`);
    return this.world.github.person(login).comment(issue, text);
  }

  /** Somebody types a command in Slack; resolves when the program has taken it. */
  async types(person: string, channel: string, command: string): Promise<void> {
    await this.tell('People', `${person} types in ${channel}: /arch ${command}`);
    taken(await this.world.slack.command(person, channel, command));
  }

  /** Somebody presses or chooses something in Slack; resolves when the program has taken it. */
  async presses(told: string, act: (slack: Slack) => Promise<Sent>): Promise<void> {
    await this.tell('People', told);
    taken(await act(this.world.slack));
  }

  /** Waits until the stand-ins show this; it is told as seen. Throws NotSeen where they do not. */
  async sees(what: string, look: Look): Promise<void> {
    await this.#until(what, look);
    this.#checks.push(what);
  }

  /** Gives the program time to do something wrong, then looks: this must still be so. Throws NotSeen where it is not. */
  async holds(what: string, look: Look): Promise<void> {
    await this.polls(2);
    await this.settle();
    const { ok, found } = await look();
    if (!ok) throw new NotSeen(what, found);
    this.voice.check(what);
  }

  /** Waits until the writes have come to rest, then tells what was seen. */
  async settle(): Promise<void> {
    if (this.#checks.length > 0) await this.quiet();
    this.tellChecks();
  }

  /** Tells what was seen so far. */
  tellChecks(): void {
    for (const check of this.#checks.splice(0)) this.voice.check(check);
  }

  /** Waits until nothing is written to GitHub and Slack for a moment. */
  async quiet(): Promise<void> {
    let before = -1;
    let since = Date.now();
    await this.#until('nothing more is written to GitHub and Slack', () => {
      const writes = this.world.github.requests.writes().length + this.world.slack.requests.writes().length;
      if (writes !== before) { before = writes; since = Date.now(); }
      return { ok: Date.now() - since >= QUIET, found: 'writes without an end' };
    });
  }

  mark(): Mark {
    return { issues: this.issues().length, pulls: this.pulls().length, mentions: this.world.github.mentions().length, comments: new Set(this.#comments()), messages: new Set(this.#messages()) };
  }

  since(mark: Mark): News {
    const fresh = this.#messages().filter((m) => !mark.messages.has(m));
    const messages = fresh.filter((m) => m.ephemeralFor === null);
    return {
      issues: this.issues().slice(mark.issues), pulls: this.pulls().slice(mark.pulls), asked: this.world.github.mentions().slice(mark.mentions).map((m) => m.handle),
      comments: this.#comments().filter((c) => !mark.comments.has(c) && c.user.type === 'Bot'),
      messages: messages.filter((m) => m.threadTs === null), replies: messages.filter((m) => m.threadTs !== null), whispers: fresh.filter((m) => m.ephemeralFor !== null),
    };
  }

  /** All issues, without pull requests. */
  issues(): Issue[] { return this.world.github.issues(REPO).filter((i) => i.pull === null); }

  pulls(): Issue[] { return this.world.github.issues(REPO).filter((i) => i.pull !== null); }

  /** Remembers an issue or pull request for the steps that follow. */
  keep(name: string, issue: Issue | undefined): void {
    if (!issue) throw new Error(`There is no issue to keep as "${name}".`);
    this.#kept.set(name, issue);
  }

  kept(name: string): Issue {
    const issue = this.#kept.get(name);
    if (!issue) throw new Error(`No earlier step kept an issue as "${name}".`);
    return issue;
  }

  /** The messages, at top level, that name an issue. */
  messagesAbout(issue: Issue, channel?: string): Message[] {
    return this.#messages().filter((m) => m.threadTs === null && m.ephemeralFor === null && m.text.includes(`/issues/${issue.number}|`) && (channel === undefined || m.channel.name === channel.replace(/^#/, '')));
  }

  /**
   * Kills the program at the very moment in which a request took effect and its answer has not been sent. Resolves when
   * that has happened.
   */
  killAt(server: Server, what: string, is: (request: Request) => boolean): Promise<void> {
    const killed = Promise.withResolvers<void>();
    const late = setTimeout(() => { stop(); killed.reject(new NotSeen(what, 'no such request')); }, this.#patience);
    const stop = server.onRequest(async (moment, request) => {
      if (moment !== 'done' || !is(request)) return;
      stop();
      clearTimeout(late);
      await this.program.kill();
      killed.resolve();
    });
    killed.promise.catch(() => {});
    return killed.promise;
  }

  #comments(): Comment[] { return this.world.github.issues(REPO).flatMap((i) => i.comments); }

  #messages(): Message[] { return [...this.world.slack.state.channels.values()].flatMap((c) => c.messages); }

  async #until(what: string, look: Look): Promise<void> {
    const end = Date.now() + this.#patience;
    for (;;) {
      const { ok, found } = await look();
      if (ok) return;
      if (this.program.died) throw new NotSeen(what, 'the program has ended');
      if (Date.now() > end) throw new NotSeen(what, `${found} (after ${this.#patience / 1000} s)`);
      await delay(25);
    }
  }
}

/** Slack shows its user an error where the program does not take what they did. */
function taken({ status, text }: Sent): void {
  if (status !== 200) throw new NotSeen('the program takes what was done in Slack', `${status}: ${text.slice(0, 200)}`);
}

/** Whether the tables and Prow's list that hold the round were asked for and answered since. */
function unread(round: Round, requests: readonly Request[]): Seen {
  const answered = requests.filter((r) => r.status === 200);
  const missing = round.runs.map((r) => r.job).filter((job) => !answered.some((r) => job.dashboard === null
    ? r.path === '/prowjobs.js'
    : r.path === `/${job.dashboard}/table` && r.query.get('tab') === job.tab));
  return { ok: missing.length === 0, found: `${missing.map((j) => j.logName).join(', ')} not asked for` };
}
