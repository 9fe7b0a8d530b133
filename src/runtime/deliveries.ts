import { parseGitHubEvent, type GitHubEvent } from '../delivery/github/listen.ts';
import type { Incident } from '../domain/incident.ts';
import type { Project } from '../domain/project.ts';
import { onIssueAct, type IssueAct } from '../policy/people.ts';
import { releaseSignal } from '../policy/world.ts';
import type { Delivery, HeldDelivery } from '../store/store.ts';
import { commitChange } from './commit.ts';
import type { Runtime } from './context.ts';
import { HEARTBEAT, LEASE } from './dispatch.ts';
import { clear, raise, rowWarning } from './warnings.ts';

/** A membership lookup has this long in all (ms), then it denies. */
const MEMBERSHIP_DEADLINE = 3_000;

/** Deliveries in hand at once, tries before one is set aside, and the waits between tries (ms). */
const BATCH = 8;
const TRIES = 20;
const RETRY = 1_000;
const LONGEST_SLEEP = 1_000;

/**
 * Works through what came in from outside. A delivery is stored before it is acknowledged, then handled here: facts are
 * looked up, the decision and the delivery's end are written in one transaction. A kill in between repeats nothing.
 */
export class Inbox {
  readonly #rt: Runtime;
  #stopping = false;
  #wakeUp: (() => void) | null = null;
  #loop: Promise<void> | null = null;
  #heartbeat: NodeJS.Timeout | null = null;
  #busy = 0;

  constructor(rt: Runtime) { this.#rt = rt; }

  /** Stores a delivery. False: it is known already, and nothing will happen. */
  async receive(delivery: Delivery): Promise<boolean> {
    const fresh = await this.#rt.store.receive(delivery, this.#rt.now());
    this.#rt.metrics.deliveries.inc({ surface: delivery.surface, outcome: fresh ? 'stored' : 'repeated' });
    this.#wakeUp?.();
    return fresh;
  }

  start(): void {
    this.#loop = this.#run();
    this.#heartbeat = setInterval(() => {
      if (this.#busy > 0) this.#rt.store.renew(this.#rt.owner, this.#rt.now(), LEASE).catch((error: unknown) => { this.#rt.log.warn({ err: error }, 'leases could not be prolonged'); });
    }, HEARTBEAT);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wakeUp?.();
    await this.#loop;
    if (this.#heartbeat) clearInterval(this.#heartbeat);
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      const woken = new Promise<void>((resolve) => { this.#wakeUp = resolve; });
      const worked = await this.work().catch((error: unknown) => {
        this.#rt.log.error({ err: error }, 'the inbox cannot be read; trying again');
        return 0;
      });
      if (worked === 0 && !this.#stopping) await Promise.race([woken, new Promise((resolve) => { setTimeout(resolve, LONGEST_SLEEP).unref(); })]);
    }
  }

  /** Handles what is waiting now; how many deliveries that were. */
  async work(): Promise<number> {
    const rt = this.#rt;
    const held = await rt.store.claimDeliveries({ owner: rt.owner, now: rt.now(), leaseFor: LEASE, limit: BATCH });
    this.#busy += held.length;
    await Promise.all(held.map((d) => this.#one(d).finally(() => { this.#busy--; })));
    return held.length;
  }

  async #one(held: HeldDelivery): Promise<void> {
    const rt = this.#rt;
    try {
      await handleDelivery(rt, held);
      rt.metrics.deliveries.inc({ surface: held.surface, outcome: 'done' });
    } catch (error) {
      const dead = held.attempts >= TRIES;
      rt.log.error({ err: error, delivery: held.id, event: held.event, dead }, dead ? 'a delivery is set aside' : 'a delivery failed and is tried again');
      if (dead) rt.metrics.deliveries.inc({ surface: held.surface, outcome: 'dead' });
      await rt.store.deferDelivery(held.id, held.attempts, { notBefore: rt.now() + RETRY, error: error instanceof Error ? error.message : String(error), dead })
        .catch((e: unknown) => { rt.log.error({ err: e, delivery: held.id }, 'a delivery could not be given back; its lease will run out'); });
    }
  }
}

const CONFLICTS = 8;

/** Tries that a delivery about an issue gets whose number has perhaps not been stored yet. */
const PATIENCE = 5;

/** An issue with our label that is not known: somebody was quicker than the answer that tells its number. */
const mayBeOurs = (event: GitHubEvent): boolean => event.issue?.labels.includes('archsignal') ?? false;

/** Handles one delivery to its end; throws where it should be tried again. */
async function handleDelivery(rt: Runtime, held: HeldDelivery): Promise<void> {
  const token = { id: held.id, attempts: held.attempts };
  const event = held.surface === 'github' ? parseGitHubEvent(held.payload) : null;
  if (event) await noteRepository(rt, event);
  for (let i = 0; i < CONFLICTS; i++) {
    const incident = event?.issue ? await rt.store.incidentByIssue(event.repo.fullName, event.issue.number) : null;
    if (event?.issue && !incident && mayBeOurs(event) && held.attempts < PATIENCE) {
      return rt.store.deferDelivery(held.id, held.attempts, { notBefore: rt.now() + RETRY, error: 'the issue is not known yet', dead: false });
    }
    const act = event && incident ? await actOf(rt, event, incident) : null;
    const project = incident ? rt.projects.get(incident.project)?.project : undefined;
    const evidence = { delivery: held.id, event: held.event, url: event?.comment?.url ?? event?.issue?.url ?? null };
    const slotTaken = incident !== null && act?.kind === 'reopened' && await isSlotTaken(rt, incident);
    const change = incident && act && project ? onIssueAct(incident, act, { project, now: rt.now(), evidence, slotTaken }) : null;
    const result = change ? await commitChange(rt, change, { delivery: token }) : await rt.store.commit({ at: rt.now(), delivery: token });
    // Without a change only a lost lease can be in the way: somebody else has the delivery now.
    if (result === 'committed' || !change) return;
  }
  throw new Error('the incident kept changing while the delivery was handled');
}

/** Another incident stands open for the platform and kind. */
const isSlotTaken = async (rt: Runtime, incident: Incident): Promise<boolean> =>
  (await rt.store.incidents(incident.project, Number.MAX_SAFE_INTEGER))
    .some((i) => i.id !== incident.id && i.state === 'open' && i.platform === incident.platform && i.kind === incident.kind);

/** What the event means for an incident whose present issue it is about; null: nothing. */
async function actOf(rt: Runtime, event: GitHubEvent, incident: Incident): Promise<IssueAct | null> {
  if (incident.issue?.number !== event.issue?.number) return null;
  const by = event.actor.login;
  switch (event.event) {
    case 'issues.closed': return { kind: 'closed', by };
    case 'issues.reopened': return { kind: 'reopened', by };
    case 'issues.deleted': return { kind: 'deleted', by };
    case 'issues.transferred': return { kind: 'moved', by };
    case 'issues.assigned': return event.assignee ? { kind: 'assigned', by, assignee: event.assignee } : null;
    case 'issues.unassigned': return event.assignee ? { kind: 'unassigned', by, assignee: event.assignee } : null;
    case 'issue_comment.created': return { kind: 'commented', by, owner: incident.acknowledged === null && await answersFor(rt, incident, by) };
    default: return null;
  }
}

/** Whether the person answers for the incident: an owner of one of its platforms, or one of the people who were asked. */
async function answersFor(rt: Runtime, incident: Incident, login: string): Promise<boolean> {
  const project = rt.projects.get(incident.project)?.project;
  if (!project || !rt.github) return false;
  const platforms = new Set([incident.platform, ...incident.jobs.map((j) => j.platform)]);
  const owners = project.platforms.filter((p) => platforms.has(p.id)).flatMap((p) => p.owners);
  const asked = incident.facts.flatMap((f) => f.asks);
  const handles = new Set<string>([...owners, ...asked, ...(incident.scope === 'everywhere' ? releaseSignal(project) : [])]);
  const github = rt.github;
  const answers = await Promise.all([...handles].map((h) => github.isMember(incident.repo, h, login, { deadline: MEMBERSHIP_DEADLINE })));
  return answers.includes('yes');
}

/** What a repository's or the App's own events mean: a warning when it was archived, another try when it can be reached again. */
async function noteRepository(rt: Runtime, event: GitHubEvent): Promise<void> {
  const names = new Set([event.repo.fullName, ...event.repos ?? []].map((n) => n.toLowerCase()));
  const concerned = [...rt.projects.values()].map((t) => t.project).filter((p) => names.has(p.repo.toLowerCase()));
  switch (event.event) {
    case 'repository.archived': return raise(rt, concerned.map((p) => ({
      key: `repository:${p.name}`, project: p.name, urgency: 'now' as const,
      text: `${p.repo} was archived by \`${event.actor.login}\`: no issue can be filed there any more. Point \`repo\` in ${p.file} elsewhere, or stop tracking the project.`,
    })));
    case 'repository.unarchived':
      for (const p of concerned) await clear(rt, p.name, `repository:${p.name}`);
      return reviveRows(rt, concerned);
    case 'installation.created': case 'installation.unsuspend': case 'installation.new_permissions_accepted': case 'installation_repositories.added':
      return reviveRows(rt, concerned);
    default: return;
  }
}

/** What was given up because GitHub could not be reached with the App's rights is tried again now that it can be. */
async function reviveRows(rt: Runtime, projects: readonly Project[]): Promise<void> {
  const destinations = new Set<string>(projects.map((p) => `github:${p.repo}`));
  for (const row of await rt.store.listActions({ state: 'dead', limit: 1_000 })) {
    if (!destinations.has(row.destination)) continue;
    await rt.store.reviveAction(row.key, rt.now());
    await clear(rt, row.project, rowWarning(row));
  }
  rt.wake();
}
