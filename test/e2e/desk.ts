import type { Comment, GitHub, Issue } from '../../demo/stand-ins/github/index.ts';
import type { Message } from '../../demo/stand-ins/slack/state.ts';
import { World, type PlatformSpec, type Program, type WorldSpec } from './world.ts';

/** Platforms of one world, so that tests that run at once have one each; `linux/amd64` is what they are compared with. */
export const platformsFor = (arches: readonly string[], over: Partial<PlatformSpec> = {}): Record<string, PlatformSpec> =>
  Object.fromEntries(['amd64', ...arches].map((a): [string, PlatformSpec] => [`linux/${a}`, { owners: [`@demo/${a}-owners`], suites: ['e2e', 'unit'], ...over }]));

/** A world in which people steer: what breaks on demand, and what they see of it. */
export class Desk {
  readonly world: World;

  constructor(world: World) { this.world = world; }

  /** A world with these platforms and a running server. */
  static async open(arches: readonly string[], spec: Omit<WorldSpec, 'platforms'> = {}): Promise<Desk> {
    const desk = new Desk(await World.begin({ ...spec, platforms: platformsFor(arches) }));
    await desk.world.start();
    return desk;
  }

  get github(): GitHub { return this.world.github; }

  /** The issues of a platform, oldest first. */
  issuesOf(arch: string): Issue[] { return this.github.issues('demo/demo').filter((i) => i.labels.some((l) => l.name === `arch/linux-${arch}`)); }

  message(arch: string): Message | undefined { return this.world.slack.messages('#signal').find((m) => new RegExp(`^:\\w+: linux/${arch}[: ]`).test(m.text)); }

  /** What Slack shows of a platform, and what was said in the thread below it. */
  slack(arch: string): string { return this.message(arch)?.text ?? ''; }
  thread(arch: string): string {
    const message = this.message(arch);
    return message === undefined ? '' : this.world.slack.thread(message).map((m) => m.text).join('\n');
  }

  /** Breaks the platform's e2e and waits for its issue and its message. */
  async broken(arch: string): Promise<Issue> {
    this.world.runs(`linux/${arch} e2e`, 'FFF');
    await this.world.until(() => this.issuesOf(arch).length === 1 && this.slack(arch).includes('|#'), `linux/${arch} has its issue and its message`);
    const [issue] = this.issuesOf(arch);
    if (!issue) throw new Error('unreachable');
    return issue;
  }

  /** Mentions of a platform's owners on GitHub. */
  calls(arch: string): number { return this.github.mentions().filter((m) => m.handle === `@demo/${arch}-owners`).length; }

  /** Whom we called on an issue, in its body or in comments. */
  mentions(issue: Issue): string[] { return this.github.mentions().filter((m) => m.issue === issue && m.by.login.endsWith('[bot]')).map((m) => m.handle); }

  /** Waits until the n-th comment of ours is there that answers people; comments that tell what happened do not count. */
  async answered(issue: Issue, n = 1): Promise<string> {
    await this.world.until(() => answers(issue).length >= n, `there are ${n} answers on #${issue.number}`);
    return answers(issue)[n - 1]?.body ?? '';
  }

  /** Says something and waits for the answer to it. */
  async ask(issue: Issue, by: string, body: string): Promise<string> {
    const before = answers(issue).length;
    await this.github.person(by).comment(issue, body);
    return this.answered(issue, before + 1);
  }

  /** Lets the webhooks go to one of several servers. */
  toward(program: Program): void {
    const { hooks } = this.github;
    if (hooks.target) hooks.target = { ...hooks.target, url: `${program.url}/github/webhooks` };
  }

  async polls(n: number): Promise<void> {
    const from = this.world.summaries();
    await this.world.until(() => this.world.summaries() >= from + n, `it has polled ${n} times`);
  }

  /** Waits until all that came in was handled: a comment that was made last is answered, and whatever came before it was. */
  async settled(issue: Issue, by = 'bystander'): Promise<void> { await this.ask(issue, by, '/arch owners'); }
}

const ANSWER = /<!-- archsignal:comment:x[0-9a-f]+:/;

/** The answers of ours on an issue, oldest first. */
export const answers = (issue: Issue): Comment[] => issue.comments.filter((c) => isBot(c) && ANSWER.test(c.body));

/** What else we said on an issue: what happened. */
export const told = (issue: Issue): string[] => issue.comments.filter((c) => isBot(c) && !ANSWER.test(c.body)).map((c) => c.body);

const isBot = ({ user }: Comment): boolean => user.login.endsWith('[bot]');

/** The reactions of ours to a comment. */
export const reactions = (comment: Comment): string[] => comment.reactions.filter((r) => r.user.login.endsWith('[bot]')).map((r) => r.content);
