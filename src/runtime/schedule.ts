import cron, { type ScheduledTask } from 'node-cron';
import type { Runtime } from './context.ts';
import { reconcileOnly } from './commit.ts';
import { decideProject } from './decide.ts';
import { checkOwners } from './owners.ts';
import { loadStates, pollProject } from './poll.ts';
import type { Tracked } from './tracked.ts';
import { tell } from './warnings.ts';
import { ISSUE_PATIENCE } from '../policy/reconcile.ts';

/** How long a replica leads a project without a sign of life (ms): another takes over within 10 s. */
const LEAD = 8_000;
const RENEW = 3_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Under this key the store remembers when upkeep was last done (epoch ms). */
const UPKEEP = 'upkeep-at';

/** A tick that comes this much early (ms) still counts: timers jitter, and a poll a second would become one in two. */
const EARLY = 100;

/** How many due incidents one tick looks at. */
const DUE = 500;

/** How long deadlines wait for the poll that follows a start or a sleep (ms): it may tell that nobody need be asked. */
const CATCH_UP = 5_000;

interface Lane {
  readonly tracked: Tracked;
  /** When the next poll is due (epoch ms). */
  nextPoll: number;
  /** When the owners' handles are looked at again. */
  nextOwners: number;
  /** When the lease is to be renewed; 0: this replica does not lead. */
  renewAt: number;
  polling: Promise<unknown> | null;
  /** When the last poll began and when one last ended; null: none has. */
  begunAt: number;
  endedAt: number | null;
}

/**
 * The clockwork: a tick a second polls what is due, acts on deadlines, tells warnings that last; upkeep comes once a day.
 * A tick that is still at work is not overlapped, a poll that takes longer than its period delays the next one, and after
 * a sleep each thing that was missed happens once.
 */
export class Scheduler {
  readonly #rt: Runtime;
  readonly #lanes: Lane[];
  readonly #tasks: ScheduledTask[] = [];
  readonly #abort = new AbortController();
  #ticking: Promise<void> | null = null;

  constructor(rt: Runtime, projects: Iterable<Tracked>) {
    this.#rt = rt;
    this.#lanes = [...projects].map((tracked) => ({ tracked, nextPoll: 0, nextOwners: 0, renewAt: 0, polling: null, begunAt: 0, endedAt: null }));
  }

  start(): void {
    const quiet = { noOverlap: true, suppressMissedWarning: true };
    this.#tasks.push(cron.schedule('* * * * * *', () => this.tick(), { ...quiet, name: 'tick' }));
    this.#tasks.push(cron.schedule('17 * * * *', () => this.upkeep(), { ...quiet, name: 'upkeep', timezone: 'UTC' }));
    for (const lane of this.#lanes) {
      const { every } = lane.tracked.project.polling;
      if (every.kind !== 'cron') continue;
      this.#tasks.push(cron.schedule(every.line, () => { lane.nextPoll = 0; }, { ...quiet, name: `poll ${lane.tracked.project.name}`, timezone: 'UTC' }));
    }
    void this.tick();
  }

  /** Begins nothing new and waits for what is under way; `signal`s the sources to stop. */
  async stop(): Promise<void> {
    for (const task of this.#tasks) await task.destroy();
    this.#abort.abort();
    await this.#ticking;
    await this.idle();
  }

  /** Resolves when no poll is under way. */
  async idle(): Promise<void> { await Promise.allSettled(this.#lanes.map((l) => l.polling).filter((p) => p !== null)); }

  /** One tick, unless one is still at work; an error in one project's part is logged and holds back no other. */
  async tick(): Promise<void> {
    if (this.#ticking !== null || this.#abort.signal.aborted) return;
    this.#ticking = this.#tick().finally(() => { this.#ticking = null; });
    await this.#ticking;
  }

  async #tick(): Promise<void> {
    for (const lane of this.#lanes) await this.#guard(lane, () => this.#tickLane(lane));
    await this.#guard(null, () => this.#dueIncidents());
    await this.#guard(null, () => this.#lateIssues());
  }

  async #guard(lane: Lane | null, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#rt.log.error({ err: error, project: lane?.tracked.project.name }, 'a tick failed; the next one goes on');
    }
  }

  async #tickLane(lane: Lane): Promise<void> {
    if (!await this.#leads(lane)) return;
    const now = this.#rt.now();
    const { project } = lane.tracked;
    const period = project.polling.every.kind === 'interval' ? project.polling.every.ms : null;
    // A clock that was set back must not stop the polling.
    if (period !== null && lane.nextPoll - now > period) lane.nextPoll = now + period;
    if (lane.polling === null && now + EARLY >= lane.nextPoll) {
      lane.nextPoll = period === null ? Number.MAX_SAFE_INTEGER : now + period;
      lane.begunAt = now;
      lane.polling = this.#poll(lane).finally(() => {
        lane.polling = null;
        lane.endedAt = this.#rt.now();
      });
    }
    await tell(this.#rt, await this.#rt.store.warnings(project.name));
    if (now >= lane.nextOwners) {
      lane.nextOwners = now + DAY;
      void this.#guard(lane, () => checkOwners(this.#rt, lane.tracked));
    }
  }

  async #poll(lane: Lane): Promise<void> {
    const { fence } = lane.tracked;
    await this.#guard(lane, async () => { await pollProject(this.#rt, lane.tracked, this.#abort.signal, () => this.#stillLeads(lane, fence)); });
  }

  /** Whether this replica polls the project. A lease that changed hands makes what is remembered worthless. */
  async #leads(lane: Lane): Promise<boolean> {
    const { store, owner } = this.#rt;
    if (store.engine === 'sqlite') return true;
    const now = this.#rt.now();
    if (lane.renewAt > now && lane.renewAt - now <= RENEW) return true;
    const lease = await store.lease(`poll:${lane.tracked.project.name}`, owner, now, LEAD);
    lane.renewAt = lease.held ? now + RENEW : 0;
    if (lease.held && lease.fence !== lane.tracked.fence) {
      lane.tracked.fence = lease.fence;
      lane.tracked.states = null;
      for (const source of lane.tracked.sources) source.forget(lane.tracked.jobs.map((j) => j.key));
    }
    return lease.held;
  }

  /** Whether nobody else has led the project since the lease of this fence was taken, by the store's word and not by memory. */
  async #stillLeads(lane: Lane, fence: number): Promise<boolean> {
    const { store, owner } = this.#rt;
    if (store.engine === 'sqlite') return true;
    const lease = await store.lease(`poll:${lane.tracked.project.name}`, owner, this.#rt.now(), LEAD);
    const same = lease.held && lease.fence === fence;
    if (!same) lane.renewAt = 0;
    return same;
  }

  /** Reminders, escalations and the like whose time has come, of the projects that this replica leads. */
  async #dueIncidents(): Promise<void> {
    const due = await this.#rt.store.dueIncidents(this.#rt.now(), DUE);
    const projects = new Set(due.map((d) => d.project));
    for (const lane of this.#lanes) {
      if (!projects.has(lane.tracked.project.name) || !this.#isLeading(lane) || this.#catchesUp(lane)) continue;
      if (lane.tracked.states === null) await loadStates(this.#rt, lane.tracked);
      await this.#guard(lane, () => decideProject(this.#rt, lane.tracked));
    }
  }

  /** What is known is old, and a poll that will tell more has just begun. */
  #catchesUp(lane: Lane): boolean {
    const { every } = lane.tracked.project.polling;
    const gap = lane.endedAt === null ? Infinity : lane.begunAt - lane.endedAt;
    const usual = every.kind === 'interval' ? 2 * every.ms : DAY;
    return lane.polling !== null && gap > usual && this.#rt.now() - lane.begunAt < CATCH_UP;
  }

  #isLeading(lane: Lane): boolean { return this.#rt.store.engine === 'sqlite' || lane.renewAt > this.#rt.now(); }

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
    await this.#guard(null, async () => {
      const { store, owner } = this.#rt;
      const last = Number(await store.meta(UPKEEP) ?? 0);
      if (this.#rt.now() - last < DAY - HOUR) return;
      const lease = await store.lease('upkeep', owner, this.#rt.now(), 600_000);
      if (!lease.held) return;
      await store.setMeta(UPKEEP, String(this.#rt.now()));
      const keep = this.#lanes.map((l) => l.tracked.project.retention);
      const most = { runs: Math.max(...keep.map((k) => k.runs)), rollups: Math.max(...keep.map((k) => k.rollups)) };
      while (!this.#abort.signal.aborted && await store.maintain(this.#rt.now(), most));
    });
  }
}
