import { askForLostWebhooks, CATCH_UP_AGAIN, CATCH_UP_EVERY, CATCH_UP_REFUSED } from './catch-up.ts';
import { Chore } from './chore.ts';
import type { Runtime } from './context.ts';
import { askForLook } from './conflicts/asked.ts';
import { reconcileOnly } from './commit.ts';
import { decideProject } from './decide.ts';
import { Lane } from './lane.ts';
import { loadStates } from './poll.ts';
import { dueProposals } from './proposals.ts';
import { lookAtChannels, SLACK_AGAIN, tryAgainInSlack } from './slack-again.ts';
import { noteStore, takeRefusal } from './store-troubles.ts';
import type { Tracked } from './tracked.ts';
import { ISSUE_PATIENCE } from '../policy/reconcile.ts';

const TICK = 1_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Under this key the store remembers when upkeep was last done (epoch ms). */
const UPKEEP = 'upkeep-at';

/** How many due incidents one tick looks at. */
const DUE = 500;

/**
 * The clockwork: a tick a second polls what is due, acts on deadlines, tells warnings that last; upkeep comes once a day.
 * A tick that is still at work is not overlapped, a poll that takes longer than its period delays the next one, and after
 * a sleep each thing that was missed happens once.
 */
export class Scheduler {
  readonly #rt: Runtime;
  /** Looked at anew with every tick: a project may come, go, or be read anew. */
  readonly #projects: Iterable<Tracked>;
  #lanes: Lane[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #abort = new AbortController();
  #ticking: Promise<void> | null = null;
  readonly #lost = new Chore();
  readonly #refusedBySlack = new Chore();
  /** What Slack refused was tried again since the start. */
  #triedSlack = false;
  /** The store did not answer the last time. */
  #away = false;
  /** Webhooks were refused, as the store was away, and nothing has asked for them yet. */
  #refused = false;
  /** Single webhooks were refused, though the store answers, and are about to be asked for. */
  #awaited = false;
  /** How long after such a refusal they are asked for (ms). */
  #patience = CATCH_UP_REFUSED;

  constructor(rt: Runtime, projects: Iterable<Tracked>) {
    this.#rt = rt;
    this.#projects = projects;
    this.#align();
  }

  start(): void {
    // Not by the time of day: a clock that is set back by an hour must not stop the work for one.
    this.#timers.push(setInterval(() => { void this.tick(); }, TICK), setInterval(() => { void this.upkeep(); }, HOUR));
    void this.tick();
  }

  /** Webhooks that were lost while the program was down or away: asked for at start, and every ten minutes; sooner where it could not be. */
  #catchUp(): void {
    const now = this.#rt.now();
    if (takeRefusal(this.#rt.store) && !this.#awaited) {
      this.#awaited = true;
      this.#lost.sooner(now + this.#patience);
    }
    this.#lost.begin(now, CATCH_UP_AGAIN, () => this.#guard(async () => {
      const awaited = this.#awaited;
      if (!await askForLostWebhooks(this.#rt)) return;
      this.#lost.again(now + (this.#refused ? CATCH_UP_REFUSED : CATCH_UP_EVERY));
      this.#refused = false;
      // What is refused again and again is asked for less and less often.
      this.#patience = awaited ? Math.min(CATCH_UP_EVERY, 2 * this.#patience) : CATCH_UP_REFUSED;
      this.#awaited = false;
    }));
  }

  /** What Slack refused is tried again: all of it at start, then what is due. */
  #askSlackAgain(): void {
    this.#refusedBySlack.begin(this.#rt.now(), SLACK_AGAIN, () => this.#guard(async () => {
      await tryAgainInSlack(this.#rt, !this.#triedSlack);
      this.#triedSlack = true;
      await lookAtChannels(this.#rt);
    }));
  }

  /** Whether the store answers. Once it does so again, webhooks are asked for that were refused meanwhile. */
  async #reached(): Promise<boolean> {
    const there = await this.#rt.store.ping().catch(() => false);
    if (there === !this.#away) return there;
    this.#away = !there;
    if (!there) this.#rt.log.error('the store does not answer; nothing is done until it does');
    else {
      this.#rt.log.info('the store answers again');
      this.#refused = true;
      this.#lost.again(0);
    }
    return there;
  }

  /** Begins nothing new and waits for what is under way; `signal`s the sources to stop. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    for (const lane of this.#lanes) await lane.end();
    this.#abort.abort();
    await this.#ticking;
    await this.idle();
  }

  /** Resolves when no poll is under way. */
  async idle(): Promise<void> { await Promise.allSettled([...this.#lanes.flatMap((l) => l.works), this.#lost.running, this.#refusedBySlack.running, this.#rt.configurations?.idle()]); }

  /** One tick, unless one is still at work; an error in one project's part is logged and holds back no other. */
  async tick(): Promise<void> {
    if (this.#ticking !== null || this.#abort.signal.aborted) return;
    this.#ticking = this.#tick().finally(() => { this.#ticking = null; });
    await this.#ticking;
  }

  async #tick(): Promise<void> {
    if (!await this.#reached()) return;
    await this.#guard(async () => this.#rt.configurations?.align(), 'configurations');
    this.#align();
    this.#catchUp();
    this.#askSlackAgain();
    this.#rt.configurations?.tick();
    const projects = new Set(this.#projects);
    // One that was read anew or is gone only ends what is under way.
    for (const lane of this.#lanes) if (projects.has(lane.tracked)) await lane.guard(() => lane.tick());
    await this.#guard(() => this.#dueIncidents(), 'incidents');
    await this.#guard(() => dueProposals(this.#rt, (project) => this.#lanes.some((l) => l.name === project && l.isLeading)), 'proposals');
    await this.#guard(() => this.#dueConflicts(), 'conflicts');
    await this.#guard(() => this.#lateIssues());
  }

  /** Brings the lanes in line with the projects; one that was read anew begins with a poll once what is under way has ended. */
  #align(): void {
    const projects = [...this.#projects];
    const kept = this.#lanes.filter((l) => projects.includes(l.tracked) || (l.busy && projects.some((p) => p.project.name === l.name)));
    for (const gone of this.#lanes.filter((l) => !kept.includes(l))) void gone.end();
    const known = new Set(kept.map((l) => l.name));
    this.#lanes = [...kept, ...projects.filter((p) => !known.has(p.project.name)).map((tracked) => new Lane(this.#rt, tracked, this.#abort.signal))];
  }

  /** Does it; an error is logged and holds back nothing else. `regular`: the name of what comes with every tick, of which the store's refusals are told. */
  async #guard(work: () => Promise<void>, regular: string | null = null): Promise<void> {
    try {
      await work();
      if (regular !== null) noteStore(this.#rt.store, regular, null);
    } catch (error) {
      if (regular !== null) noteStore(this.#rt.store, regular, error);
      this.#rt.log.error({ err: error }, 'a tick failed; the next one goes on');
    }
  }

  /** Reminders, escalations and the like whose time has come, of the projects that this replica leads. */
  async #dueIncidents(): Promise<void> {
    const due = await this.#rt.store.dueIncidents(this.#rt.now(), DUE);
    const projects = new Set(due.map((d) => d.project));
    for (const lane of this.#lanes) {
      if (!projects.has(lane.name) || !lane.isLeading || lane.catchesUp) continue;
      if (lane.tracked.states === null) await loadStates(this.#rt, lane.tracked);
      await lane.guard(() => decideProject(lane.led, lane.tracked));
    }
  }

  /** The owners' time is over, or a word about what is off is due: the lane that leads the project looks. */
  async #dueConflicts(): Promise<void> {
    const due = await this.#rt.store.dueConflicts(this.#rt.now(), DUE);
    for (const project of new Set(due.map((d) => d.project))) if (this.#lanes.some((l) => l.name === project && l.isLeading)) await askForLook(this.#rt, project);
  }

  /** Slack does not wait for an issue that is not coming soon. */
  async #lateIssues(): Promise<void> {
    if (this.#rt.slack === null) return;
    const now = this.#rt.now();
    // Those under way too: an answer that never comes holds its row for as long as the time-out.
    const unfinished = await Promise.all((['pending', 'leased'] as const).map((state) => this.#rt.store.listActions({ state, limit: DUE })));
    const waiting = unfinished.flat()
      .filter((r) => r.action.kind === 'ensure-issue' && now - r.createdAt >= ISSUE_PATIENCE);
    for (const row of waiting) {
      const incident = 'incident' in row.action ? await this.#rt.store.incident(row.action.incident) : null;
      if (incident && incident.issue === null && Object.keys(incident.messages).length === 0) await reconcileOnly(this.#rt, incident);
    }
  }

  /**
   * Daily upkeep, by one replica, in bounded steps. It is looked at every hour, so that a program that is started anew
   * every day comes to it too.
   */
  async upkeep(): Promise<void> {
    await this.#guard(async () => {
      const { store, owner } = this.#rt;
      const last = Number(await store.meta(UPKEEP) ?? 0);
      // By a clock that was set back since it may have been done next year.
      if (Math.abs(this.#rt.now() - last) < DAY - HOUR) return;
      const lease = await store.lease('upkeep', owner, this.#rt.now(), 600_000);
      if (!lease.held) return;
      await store.setMeta(UPKEEP, String(this.#rt.now()));
      const keep = this.#lanes.map((l) => l.tracked.project.retention);
      if (keep.length === 0) return;
      const most = { runs: Math.max(...keep.map((k) => k.runs)), rollups: Math.max(...keep.map((k) => k.rollups)) };
      while (!this.#abort.signal.aborted && await store.maintain(this.#rt.now(), most));
    });
  }
}
