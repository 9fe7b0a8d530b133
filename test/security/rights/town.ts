import { fitted } from '../../../src/commands/examples.ts';
import type { Scene, Spoken } from '../../../src/commands/verb.ts';
import type { Incident } from '../../../src/domain/incident.ts';
import type { CriterionName, Ladder } from '../../../src/domain/ladder.ts';
import { actorName, type Actor } from '../../../src/domain/person.ts';
import type { Handle, Project } from '../../../src/domain/project.ts';
import { Lookups } from '../../../src/runtime/commands/lookups.ts';
import { runLines } from '../../../src/runtime/commands/run.ts';
import { sceneOf } from '../../../src/runtime/commands/scene.ts';
import type { ConflictEyes } from '../../../src/runtime/context.ts';
import { Inbox } from '../../../src/runtime/deliveries.ts';
import { Dispatcher } from '../../../src/runtime/dispatch.ts';
import { keepEvaluation } from '../../../src/runtime/kept-evaluation.ts';
import { pollProject } from '../../../src/runtime/poll.ts';
import { track, type Tracked } from '../../../src/runtime/tracked.ts';
import type { AuditEntry } from '../../../src/domain/notice.ts';
import { evaluated, LADDER } from '../../commands/ladder-given.ts';
import { Case, found } from '../../policy/conflict-given.ts';
import { release } from '../../policy/proposals-given.ts';
import { makeJob, makeProject } from '../../policy/story.ts';
import { DAY, stage, START, type Stage } from '../../runtime/fixtures.ts';

/** Who speaks. `login` is null for a member of Slack whom nobody has linked. */
export interface Role { readonly name: string; readonly login: string | null; readonly slack: string }

const role = (name: string, login: string | null): Role => ({ name, login, slack: `U${(login ?? 'nobody').toUpperCase()}` });

/** Everybody who can stand before the program, each with as little as makes the role. */
export const ROLES = {
  owner: role('owner of the platform', 'olga'), other: role('owner of another platform', 'otto'), signal: role('release-signal team', 'sina'), lead: role('release lead', 'lena'),
  group: role('member of the group asked', 'greta'), proposer: role('whoever proposed it', 'pia'), stranger: role('anybody else', 'sam'),
  unsure: role('whom GitHub is not sure about', 'uma'), unlinked: role('in Slack, not linked', null),
} as const satisfies Record<string, Role>;
export type RoleName = keyof typeof ROLES;

/** What there is to act on when somebody speaks. */
export const STATES = {
  open: 'an incident is open', dismissed: 'its issue was closed by hand', over: 'it is over', proposed: 'a proposal is open', decided: 'it was decided',
  fixing: 'owners have time to fix a conflict', off: 'the platform is turned off', nothing: 'nothing is open',
} as const;
export type StateName = keyof typeof STATES;

/** `button`: a click on what the state's message or card offers. */
export type Surface = 'github' | 'slack' | 'button';

const PORT = 'linux/s390x';
const CHANNEL = '#s390x';
const TEAMS: Readonly<Record<string, readonly string[]>> = {
  '@demo/s390x-owners': ['olga', 'uma'], '@demo/amd64-owners': ['otto'], '@demo/signal': ['sina', 'pia'], '@demo/release-team': ['lena', 'ivan', 'maria', 'uma'], '@demo/conformance': ['greta'],
};

function projectOf(): Project {
  const jobs = [makeJob({ platform: 'linux/amd64', name: 'e2e-amd64', suite: 'e2e' }), { ...makeJob({ platform: PORT, name: 'e2e' }), board: 'blocking' as const }];
  const terms = { blockerLabels: ['release-blocker'], fixWindow: DAY, expiresAfter: 14 * DAY };
  const project = makeProject(jobs, {
    releases: [release({ name: 'v1.38', branch: 'master', date: START + 30 * DAY, conflict: terms })], channels: { incidents: '#signal', tiers: '#tiers', proposals: '#proposals' },
    people: Object.fromEntries(Object.values(ROLES).flatMap(({ login, slack }) => login === null ? [] : [[slack, login]])),
  });
  return { ...project, platforms: project.platforms.map((p) => p.id === PORT ? { ...p, slack: CHANNEL } : p) };
}

/** The ladder with one more thing to hold from its second step on. */
const asking = (criterion: CriterionName): Ladder => ({ ...LADDER, steps: LADDER.steps.map((s) => s.step < 2 ? s : { ...s, hold: [...s.hold, { criterion, params: {} }] }) });

/** What became of one command. */
export interface Told {
  readonly ending: 'done' | 'answered' | 'refused' | 'mistake';
  /** What the lookup of the right said; null: it was not come to that. */
  readonly right: string | null;
  /** Whether anything is stored or planned, besides the answer. */
  readonly changed: boolean;
}

/** Where Slack's commands are typed: the platform's own channel. */
const HEARD = { id: 'C1', name: CHANNEL.slice(1) };

/** Every number is that of an open issue which blocks the release; of its checks nothing is known. */
const EYES = {
  blockers: { blocker: async (repo: string, number: number) => ({ ok: true, value: {
    kind: 'issue', repo, number, url: `https://github.example/${repo}/issues/${number}`, title: 'A blocker', author: 'jo', labels: ['release-blocker'], milestone: null, state: 'open', pull: null, linked: [],
  } }) },
} as unknown as ConflictEyes;

let count = 0;

const actorOf = ({ login, slack }: Role, surface: Surface): Actor =>
  surface === 'github' ? { surface: 'github', login: login ?? '', slack: null } : { surface: 'slack', login, slack: { team: 'T1', user: slack } };

function told({ what, evidence }: AuditEntry, changed: boolean): Told {
  const { looked } = evidence as { looked: { allowed: unknown; verdict: string } | null };
  return { ending: what as Told['ending'], right: looked === null ? null : looked.allowed === 'everyone' ? 'everyone' : looked.verdict, changed };
}

/** The program's runtime over a store of its own, in one of the states; everything that is said takes the road of a delivery. */
export class Town {
  readonly state: StateName;
  readonly on: Stage;
  readonly #inbox: Inbox;
  /** The issue or pull request that the state's matter is followed on; one about nothing of ours where nothing is open. */
  #issue = 3;
  /** The conflict whose reactivation issue that is. */
  #reactivates: string | null = null;
  #scene: Scene | null = null;
  #about: { readonly incident: string } | { readonly proposal: string; readonly edition: number } | null = null;

  private constructor(state: StateName, on: Stage) {
    this.state = state;
    this.on = on;
    this.#inbox = new Inbox(on.rt);
  }

  static async in(state: StateName): Promise<Town> {
    const stood = await stage({ project: projectOf() });
    const on = { ...stood, rt: { ...stood.rt, eyes: EYES } };
    const { project } = on.tracked;
    const ladder = { ...evaluated(), ladder: asking('owner-response') };
    (on.rt.projects as Map<string, Tracked>).set(project.name, track(project, [on.source], { project, settings: {} as never, ladder: ladder.ladder }));
    await keepEvaluation(on.rt, project.name, ladder);
    for (const [team, people] of Object.entries(TEAMS)) for (const person of people) on.edge.members.add(`${team} ${person}`);
    on.edge.unsure = new Set(['uma']);
    on.edge.pull = async (repo, number) => ({ repo, number, url: `https://github.example/${repo}/pull/${number}`, state: 'open', mergedAt: null });
    const town = new Town(state, on);
    await town.#prepare();
    on.edge.members.delete('@demo/signal pia');
    return town;
  }

  async #prepare(): Promise<void> {
    switch (this.state) {
      case 'open': case 'dismissed': case 'over': return this.#break();
      case 'proposed': case 'decided': return this.#propose();
      case 'fixing': case 'off': return this.#conflict();
      case 'nothing': return;
      default: return this.state satisfies never;
    }
  }

  async #break(): Promise<void> {
    const { store, tracked, rt, clock } = this.on;
    this.on.brings('PPFFF');
    await pollProject(rt, tracked, new AbortController().signal);
    await new Dispatcher(rt).drain();
    const [incident] = await store.incidents(tracked.project.name, 0);
    if (incident?.issue?.number !== 7) throw new Error('no incident with an issue');
    const ended: Partial<Incident> = this.state === 'dismissed' ? { state: 'dismissed' } : this.state === 'over' ? { state: 'closed', closedAt: clock.now, closedBy: 'bot' as never } : {};
    if (this.state !== 'open') await store.commit({ at: clock.now, incidents: [{ expected: incident.revision, incident: { ...incident, ...ended, revision: incident.revision + 1 } }] });
    [this.#issue, this.#about] = [7, { incident: incident.id }];
  }

  async #propose(): Promise<void> {
    const { store, clock, tracked } = this.on;
    await this.say(ROLES.proposer, 'github', `/arch mute ${PORT}:e2e 14d the lab is moving`);
    const [proposal] = await store.proposals(tracked.project.name, 0);
    if (!proposal) throw new Error('nothing was proposed');
    const issue = { repo: 'demo/demo', number: 12, url: 'https://github.example/demo/demo/issues/12' };
    await store.commit({ at: clock.now, proposals: [{ expected: proposal.revision, proposal: { ...proposal, issue, revision: proposal.revision + 1 } }] });
    clock.now += 60_000;
    [this.#issue, this.#about] = [12, { proposal: proposal.id, edition: proposal.edition }];
    if (this.state !== 'decided') return;
    for (const login of ['ivan', 'maria']) await this.say(role('a release lead', login), 'github', '/arch approve');
    clock.now += 60_000;
    if ((await store.proposals(tracked.project.name, 0))[0]?.state !== 'approved') throw new Error('nothing was decided');
  }

  async #conflict(): Promise<void> {
    const { store, clock, tracked: { project } } = this.on;
    const asDecided = { ...project, releases: project.releases.map((r) => ({ ...r, leads: ['@ivan', '@maria'] as readonly Handle[] })) };
    const story = new Case(asDecided, { found: found(PORT) });
    if (this.state === 'off') story.turnOff();
    const reactivation = this.state === 'off' ? { repo: 'demo/demo', number: 30, url: 'https://github.example/demo/demo/issues/30' } : null;
    clock.now = Math.max(clock.now, story.now);
    await store.commit({ at: clock.now, conflicts: [{ expected: null, conflict: { ...story.conflict, reactivation } }], proposals: story.proposals.map((proposal) => ({ expected: null, proposal: { ...proposal, proposer: { ...proposal.proposer, by: 'pia' } } })) });
    this.#reactivates = reactivation === null ? null : story.conflict.id;
    this.#issue = this.state === 'off' ? 30 : story.conflict.blocker.kind === 'board' ? 3 : story.conflict.blocker.number;
  }

  /** What a click can be about here; null: nothing is shown that could be clicked. */
  get about(): { readonly incident: string } | { readonly proposal: string; readonly edition: number } | null { return this.#about; }

  /** An example of the table of verbs as it would be written here. */
  async line(example: string): Promise<string> {
    const place: Spoken['place'] = { surface: 'github', issue: null, channel: null, incident: null, proposal: null, edition: null, platform: null };
    const scene = await this.seen();
    const named = (this.state === 'decided' ? example.replaceAll('#4711', '#12') : example).replaceAll('https://github.com/', `${this.on.rt.web}/`).replaceAll('@kubernetes/', '@demo/').replace(':unit', ':e2e');
    return fitted(named, { ...scene, project: { ...scene.project, platforms: scene.project.platforms.filter((p) => p.id === PORT) } }, { place } as Spoken);
  }

  /** What a line would come to, said now: read, looked up and decided as every command is, and not written. */
  async decide(who: Role, surface: Surface, line: string): Promise<Told> {
    const { rt } = this.on;
    const spoken: Spoken = { actor: actorOf(who, surface), place: this.#place(surface), at: this.on.clock.now, source: `c${++count}`, delivery: 'd', url: null };
    const { bundle: { audit = [], codes: _, usedCode: __, ...bundle }, answers, recheck } = await runLines(this.#scene ??= await this.seen(), [line], spoken, new Lookups(rt));
    const last = audit.at(-1);
    if (!last || answers.length !== 1) throw new Error(`${line} was not decided once`);
    return told(last, recheck || Object.values(bundle).some((part) => Array.isArray(part) && part.length > 0));
  }

  /** Everything stored that a command may rest on, as it is now. */
  seen(): Promise<Scene> {
    const tracked = this.on.rt.projects.get('demo');
    if (!tracked) throw new Error('nothing is tracked');
    return sceneOf(this.on.rt, tracked);
  }

  #place(surface: Surface): Spoken['place'] {
    const about = { incident: null, proposal: null, edition: null, ...surface === 'slack' ? {} : this.#about };
    return surface === 'github'
      ? { surface: 'github', issue: { repo: 'demo/demo', number: this.#issue }, channel: null, platform: null, ...about, edition: null, conflict: this.#reactivates }
      : { surface: 'slack', issue: null, channel: HEARD, platform: PORT, ...about };
  }

  /** Somebody says a line; `surface` `button`: they click, and the line's verb is the button's. */
  async say(who: Role, surface: Surface, line: string): Promise<Told> {
    const before = await this.#stored();
    const id = `d${++count}`;
    await this.#inbox.receive(surface === 'github' ? this.#comment(id, who, line) : { id, surface: 'slack', event: surface, payload: this.#fromSlack(surface, who, line) });
    await this.#inbox.work();
    const said = await this.#audited(who, surface, id);
    this.#scene = null;
    return told(said, before !== await this.#stored());
  }

  async #audited(who: Role, surface: Surface, delivery: string): Promise<AuditEntry> {
    const actor = actorOf(who, surface);
    const entries = await this.on.store.auditBy(actorName(actor), 0, 10);
    const said = entries.find((e) => e.entity.startsWith('command:') && (e.evidence as { delivery?: string } | null)?.delivery === delivery);
    if (!said) throw new Error(`what ${actorName(actor)} said left no trace: ${JSON.stringify(this.on.log.at(-1))}`);
    return said;
  }

  #comment(id: string, { login }: Role, body: string) {
    const number = this.#issue;
    const at = this.on.clock.now;
    return { id, surface: 'github' as const, event: 'issue_comment.created', payload: {
      event: 'issue_comment.created', repo: { fullName: 'demo/demo', id: 1 }, actor: { login, type: 'User' }, at,
      issue: { number, state: 'open', labels: [], authorLogin: null, url: 'u', isPull: false }, comment: { id: ++count, url: 'https://github.example/c', body, authorLogin: login },
    } };
  }

  #fromSlack(surface: 'slack' | 'button', { slack }: Role, line: string): object {
    const common = { member: { team: 'T1', user: slack }, channel: HEARD, responseUrl: null, at: this.on.clock.now };
    const [, verb = '', ...rest] = line.split(' ');
    if (surface === 'slack') return { kind: 'command', text: line.replace(/^\/arch /, ''), ...common };
    return { kind: 'button', verb, choice: verb === 'snooze' ? '3d' : null, reason: rest.length > 0 && verb !== 'snooze' ? rest.join(' ') : null, about: this.#about, message: { channel: 'C1', ts: '1.1' }, ...common };
  }

  /** Everything that a command could change, as text. */
  async #stored(): Promise<string> {
    const { store, tracked: { project: { name } }, clock } = this.on;
    const rows = (await this.on.rows()).filter((r) => !['post-comment', 'whisper', 'react', 'show-home'].includes(r.action.kind)).map((r) => r.key);
    const parts = [store.incidents(name, 0), store.proposals(name, 0), store.conflicts(name, 0), store.quiets(name, clock.now), store.platformEvents(name, 0), store.meta(`recheck:${name}`)];
    return JSON.stringify([rows, ...await Promise.all(parts as Promise<unknown>[])]);
  }

  end(): Promise<void> { return this.on.store.close(); }
}
