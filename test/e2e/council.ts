import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { GitHub, Issue } from '../../demo/stand-ins/github/index.ts';
import type { Message, Slack } from '../../demo/stand-ins/slack/index.ts';
import { World, type PlatformSpec, type WorldSpec } from './world.ts';

/** Who decides, who watches, who owns; the last of the name is what they do. Their Slack members have the same names. */
export const PEOPLE = ['olga-lead', 'ivan-lead', 'maria-lead', 'sam-signal', 'porter-owner', 'paula-owner', 'stranger'] as const;
export type PersonName = (typeof PEOPLE)[number];

/** The Slack member of that name. */
export const memberOf = (name: PersonName): string => `U${name.toUpperCase().replace(/[^A-Z]/g, '')}`;

/** The line of the configuration that says who in Slack is who on GitHub. */
export const peopleLine = (names: readonly PersonName[] = PEOPLE): string => `people: { ${names.map((n) => `${memberOf(n)}: ${n}`).join(', ')} }`;

/** What a world is to be like, beside its platforms. */
export interface CouncilSpec extends Omit<WorldSpec, 'platforms'> {
  /** Whether each platform has a channel of its own, `#s390x`. */
  readonly channelEach?: boolean;
  /** The suites that block the release; `e2e`. */
  readonly blocking?: readonly string[];
  /** How often the sources are read; every second. */
  readonly polling?: string;
}

/** The whole of it, for `World.configure` too. */
export function councilSpec(arches: readonly string[], { channelEach = false, blocking = ['e2e'], polling = '1s', ...spec }: CouncilSpec = {}): WorldSpec {
  const platforms = Object.fromEntries(['amd64', ...arches].map((a): [string, PlatformSpec] =>
    [`linux/${a}`, { owners: [`@demo/${a}-owners`], suites: ['e2e', 'unit'], blocking, ...channelEach ? { slack: `#${a}` } : {} }]));
  return { channels: { proposals: '#leads' }, ...spec, extra: `${spec.extra ?? peopleLine()}\npolling: { every: ${polling}, timeout: 5s }`, platforms };
}

/** A world whose e2e jobs block the release, with leads who decide about them on GitHub and in Slack. */
export class Council {
  readonly world: World;
  #asked = 0;

  constructor(world: World) { this.world = world; }

  /** Makes it without starting a server. */
  static async gather(arches: readonly string[], spec: CouncilSpec = {}): Promise<Council> {
    const world = await World.begin(councilSpec(arches, spec));
    const of = (part: string): readonly string[] => PEOPLE.filter((p) => p.endsWith(part));
    world.github.team('demo/leads', of('-lead'));
    world.github.team('demo/signal', of('-signal'));
    for (const arch of arches) world.github.team(`demo/${arch}-owners`, of('-owner'));
    for (const name of PEOPLE) world.slack.user(name, { id: memberOf(name) });
    return new Council(world);
  }

  /** Makes it and starts a server. */
  static async open(arches: readonly string[], spec: CouncilSpec = {}): Promise<Council> {
    const council = await Council.gather(arches, spec);
    await council.world.start();
    return council;
  }

  get github(): GitHub { return this.world.github; }
  get slack(): Slack { return this.world.slack; }

  /** The issue of the platform's proposal, and its card. */
  issue(arch: string): Issue | undefined { return this.github.issues('demo/demo').findLast((i) => i.title.startsWith('Mute') && i.labels.some((l) => l.name === `arch/linux-${arch}`)); }
  card(arch: string): Message | undefined { return this.slack.messages('#leads').findLast((m) => m.ephemeralFor === null && new RegExp(`on linux/${arch}(?!\\w)`).test(m.text)); }

  /** Proposes in Slack to mute the platform's blocking job; resolves with its issue and its card. */
  async propose(arch: string, by: PersonName = 'olga-lead'): Promise<{ readonly issue: Issue; readonly card: Message }> {
    await this.slack.command(by, '#leads', `mute linux/${arch}:e2e 3d the lab is moving`);
    await this.world.until(() => this.issue(arch) !== undefined && (this.card(arch)?.text.includes('|demo/demo#') ?? false), `the proposal of linux/${arch} has its issue and its card`);
    const [issue, card] = [this.issue(arch), this.card(arch)];
    if (!issue || !card) throw new Error('unreachable');
    return { issue, card };
  }

  /** Breaks the platform's e2e; resolves with its issue and its message when they link each other. */
  async broken(arch: string): Promise<{ readonly issue: Issue; readonly message: Message }> {
    this.world.runs(`linux/${arch} e2e`, 'FFF');
    const found = (): { issue: Issue | undefined; message: Message | undefined } => ({
      issue: this.github.issues('demo/demo').find((i) => i.labels.some((l) => l.name === `arch/linux-${arch}`) && i.labels.some((l) => l.name === 'archsignal/incident')),
      message: this.slack.messages('#signal').find((m) => m.ephemeralFor === null && m.text.includes(`linux/${arch}:`)),
    });
    await this.world.until(() => found().issue !== undefined && (found().message?.text.includes('|#') ?? false), `linux/${arch} has its issue and its message`);
    const { issue, message } = found();
    if (!issue || !message) throw new Error('unreachable');
    return { issue, message };
  }

  /** What the audit says, oldest first: `what` by whom, of entities whose name holds `part`. */
  audit(part: string): { readonly what: string; readonly actor: string; readonly entity: string; readonly evidence: Record<string, unknown> }[] {
    const db = new DatabaseSync(join(this.world.dir, 'data', 'archsignal.db'), { readOnly: true });
    try {
      const rows = db.prepare('select what, actor, entity, evidence from audit where entity like ? order by seq').all(`%${part}%`);
      return rows.map((r) => ({ what: String(r['what']), actor: String(r['actor']), entity: String(r['entity']), evidence: JSON.parse(String(r['evidence'])) as Record<string, unknown> }));
    } finally {
      db.close();
    }
  }

  /** Waits for the n-th thing that the member alone is told. */
  async whispered(to: PersonName, n: number): Promise<string> {
    await this.world.until(() => this.slack.whispers(to).length >= n, `${to} is told ${n} things`);
    return this.slack.whispers(to)[n - 1]?.text ?? '';
  }

  /** Types a command in Slack and waits for its answer; without a channel in one of its own, so that several can be asked at once. */
  async ask(by: PersonName, text: string, channel = `#ask-${this.#asked++}`): Promise<string> {
    const heard = (): Message[] => channel.startsWith('#ask-') ? this.slack.messages(channel, 'all') : this.slack.whispers(by);
    this.slack.channel(channel);
    const before = heard().length;
    await this.slack.command(by, channel, text);
    await this.world.until(() => heard().length > before, `${by} is answered ${text}`);
    return heard()[before]?.text ?? '';
  }
}
