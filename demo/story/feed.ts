import type { GitHub, Issue } from '../stand-ins/github/index.ts';
import type { World } from '../stand-ins/index.ts';
import type { Message, Slack } from '../stand-ins/slack/index.ts';
import { firstLine, plainSlack } from './slack-text.ts';
import type { Voice } from './voice.ts';

const LONGEST = 240;

interface KnownIssue { title: string; body: string | null; state: Issue['state']; comments: number }

/**
 * Tells every change at GitHub and Slack as it happens: compares what the stand-ins hold with what was told, whenever
 * they were written to. It knows nothing of the story, so whatever later steps cause is told as well.
 */
export class Feed {
  readonly #github: GitHub;
  readonly #slack: Slack;
  readonly #voice: Voice;
  readonly #issues = new Map<Issue, KnownIssue>();
  readonly #messages = new Map<Message, string>();
  /** What was told of Slack, and of which channel. */
  readonly #said = new Map<string, string>();
  #mentions = 0;
  readonly #stops: readonly (() => void)[];

  constructor(world: World, voice: Voice) {
    this.#github = world.github;
    this.#slack = world.slack;
    this.#voice = voice;
    this.#stops = [world.github, world.slack].map((server) => server.onRequest((moment, request) => {
      if (moment === 'done' && request.method !== 'GET') this.look();
    }));
  }

  stop(): void { for (const stop of this.#stops) stop(); }

  /** Tells what has changed since the last look. */
  look(): void {
    for (const repo of this.#github.state.repos.values()) for (const issue of repo.issues.values()) this.#issue(issue);
    for (const channel of this.#slack.state.channels.values()) for (const message of channel.messages) this.#message(message);
  }

  #issue(issue: Issue): void {
    const known = this.#issues.get(issue);
    const url = `${this.#github.url}/${issue.repo.owner}/${issue.repo.name}/issues/${issue.number}`;
    if (!known) {
      this.#issues.set(issue, { title: issue.title, body: issue.body, state: issue.state, comments: 0 });
      this.#voice.line('GitHub', `${issue.user.login} opens issue #${issue.number}: ${issue.title}${this.#asked()}`, url);
      return;
    }
    if (known.title !== issue.title) this.#voice.line('GitHub', `#${issue.number} is now called: ${issue.title}${this.#asked()}`);
    else if (known.body !== issue.body) this.#voice.line('GitHub', `the text of #${issue.number} is brought up to date${this.#asked()}`);
    for (const comment of issue.comments.slice(known.comments)) {
      this.#voice.line('GitHub', `${comment.user.login} comments on #${issue.number}: ${firstLine(plainMarkdown(comment.body), LONGEST)}${this.#asked()}`, `${url}#issuecomment-${comment.id}`);
    }
    if (known.state !== issue.state) this.#voice.line('GitHub', `#${issue.number} is ${issue.state === 'closed' ? 'closed' : 'open again'}`);
    Object.assign(known, { title: issue.title, body: issue.body, state: issue.state, comments: issue.comments.length });
  }

  /** Whom the newest text asks: mentions that were not told yet. */
  #asked(): string {
    const all = this.#github.mentions();
    const fresh = all.slice(this.#mentions).map((m) => m.handle);
    this.#mentions = all.length;
    return fresh.length === 0 ? '' : ` (asks ${fresh.join(', ')})`;
  }

  #message(message: Message): void {
    const before = this.#messages.get(message);
    if (before === message.text) return;
    this.#messages.set(message, message.text);
    const place = `#${message.channel.name}`;
    const how = before !== undefined ? ', the message now reads: ' : message.threadTs !== null ? ', in its thread: ' : ': ';
    const link = how === ': ' ? this.#slack.permalink(message) : undefined;
    // The same words in another channel need not be read twice.
    const echo = this.#said.get(`${how}${message.text}`);
    if (echo !== undefined && echo !== place) {
      if (link !== undefined) this.#voice.line('Slack', `${place}: the same`, link);
      return;
    }
    this.#said.set(`${how}${message.text}`, place);
    this.#voice.line('Slack', `${place}${how}${firstLine(plainSlack(message.text), LONGEST)}`, link);
  }
}

/** Markdown without what a terminal cannot show: hidden markers, bold, links. */
function plainMarkdown(text: string): string {
  return text.replaceAll(/<!--[\s\S]*?-->/g, '').replaceAll(/\[([^\]\n]+)\]\([^)\n]+\)/g, '$1').replaceAll('**', '').replaceAll('`', '').trim();
}
