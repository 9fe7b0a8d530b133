import type { GitHub, Issue } from '../stand-ins/github/index.ts';
import type { World } from '../stand-ins/index.ts';
import type { Json, Message, Slack, View } from '../stand-ins/slack/index.ts';
import { firstLine, plainSlack } from './slack-text.ts';
import type { Voice } from './voice.ts';

const LONGEST = 240;

interface KnownIssue { title: string; body: string | null; state: Issue['state']; comments: number }

/**
 * Tells every change at GitHub and Slack as it happens, but for what people write there, which the steps tell: compares what the stand-ins hold with what was told, whenever
 * they were written to. It knows nothing of the story, so whatever later steps cause is told as well.
 */
export class Feed {
  readonly #github: GitHub;
  readonly #slack: Slack;
  readonly #voice: Voice;
  readonly #issues = new Map<Issue, KnownIssue>();
  readonly #messages = new Map<Message, string>();
  readonly #homes = new Map<View, string>();
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
    for (const view of this.#slack.state.views) if (view.kind === 'home') this.#home(view);
  }

  #issue(issue: Issue): void {
    const known = this.#issues.get(issue);
    const url = `${this.#github.url}/${issue.repo.owner}/${issue.repo.name}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`;
    if (!known) {
      this.#issues.set(issue, { title: issue.title, body: issue.body, state: issue.state, comments: 0 });
      if (issue.user.type === 'Bot') this.#voice.line('GitHub', `${issue.user.login} opens ${issue.pull ? 'pull request' : 'issue'} #${issue.number}: ${issue.title}${this.#asked()}`, url);
      return;
    }
    if (known.title !== issue.title) this.#voice.line('GitHub', `#${issue.number} is now called: ${issue.title}${this.#asked()}`);
    else if (known.body !== issue.body) this.#voice.line('GitHub', `the text of #${issue.number} is brought up to date${this.#asked()}`);
    for (const comment of issue.comments.slice(known.comments).filter((c) => c.user.type === 'Bot')) {
      this.#voice.line('GitHub', `${comment.user.login} comments on #${issue.number}: ${firstLine(plainMarkdown(comment.body), LONGEST)}${this.#asked()}`, `${url}#issuecomment-${comment.id}`);
    }
    if (known.state !== issue.state && issue.user.type === 'Bot') this.#voice.line('GitHub', `#${issue.number} is ${issue.state === 'open' ? 'open again' : issue.pull?.mergedAt ? 'merged' : 'closed'}`);
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
    const alone = message.ephemeralFor === null ? null : this.#slack.user(message.ephemeralFor).name;
    const how = alone !== null ? `, for ${alone} alone: ` : before !== undefined ? ', the message now reads: ' : message.threadTs !== null ? ', in its thread: ' : ': ';
    const link = how === ': ' || (alone !== null && message.text.includes('\n')) ? this.#slack.permalink(message) : undefined;
    // The same words in another channel need not be read twice.
    const echo = this.#said.get(`${how}${message.text}`);
    if (echo !== undefined && echo !== place) {
      if (link !== undefined) this.#voice.line('Slack', `${place}: the same`, link);
      return;
    }
    this.#said.set(`${how}${message.text}`, place);
    this.#voice.line('Slack', `${place}${how}${firstLine(plainSlack(newsOf(message.text, before)), LONGEST)}`, link);
  }

  #home(view: View): void {
    const blocks = Array.isArray(view.view['blocks']) ? view.view['blocks'] as Json[] : [];
    const text = blocks.map(textOf).find((t) => t !== '') ?? '';
    const before = this.#homes.get(view);
    if (before === text) return;
    this.#homes.set(view, text);
    const link = before === undefined ? `${this.#slack.url}/views/${view.id}` : undefined;
    this.#voice.line('Slack', `the Home of ${this.#slack.user(view.user ?? '').name}${before === undefined ? '' : ' now reads'}: ${firstLine(plainSlack(text), LONGEST)}`, link);
  }
}

/** The first line that an edit changed, and what follows; all of a new text. */
function newsOf(text: string, before: string | undefined): string {
  const [lines, old] = [text.split('\n'), before?.split('\n') ?? []];
  return lines.slice(Math.max(0, lines.findIndex((line, i) => line !== old[i]))).join('\n');
}

const textOf = (block: Json): string => {
  const text = (block['text'] as Json | undefined)?.['text'];
  return typeof text === 'string' ? text : '';
};

/** Markdown without what a terminal cannot show: hidden markers, bold, links. */
function plainMarkdown(text: string): string {
  return text.replaceAll(/<!--[\s\S]*?-->/g, '').replaceAll(/\[([^\]\n]+)\]\([^)\n]+\)/g, '$1').replaceAll('**', '').replaceAll('`', '').trim();
}
