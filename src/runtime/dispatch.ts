import type { ActionResult, Destination, OutboxRow } from '../domain/action.ts';
import type { Incident } from '../domain/incident.ts';
import { proposalRowWanted } from '../policy/reconcile-proposal.ts';
import { conflictRowWanted } from '../policy/reconcile-conflict.ts';
import { warningRowWanted } from '../policy/reconcile-step-warning.ts';
import { stillWanted } from '../policy/reconcile.ts';
import { conflictOf } from './conflicts/settle.ts';
import { Setback, stopwatchOf, type Stopwatch } from './clock.ts';
import type { Runtime } from './context.ts';
import { execute } from './execute.ts';
import { rowWarning } from './given-up.ts';
import { Pace } from './pace.ts';
import { holding } from './hold.ts';
import { retryAfter, settle } from './settle.ts';
import { noteStore } from './store-troubles.ts';
import { briefingOf } from './tracked.ts';
import { clear } from './warnings.ts';

/** How long a claimed row is held without a sign of life (ms): work of a killed process resumes within 10 s. */
export const LEASE = 8_000;

/** How often what is in hand is prolonged (ms). */
export const HEARTBEAT = 2_000;

/** How long after its lease was surely its own (ms) a server no longer takes for granted that it still is. */
const SURE = LEASE - 3_000;

/** How long the dispatcher sleeps at most between looks at the outbox (ms): other replicas write to it too. */
const LONGEST_SLEEP = 1_000;

/**
 * Writes under way at once; GitHub's own limits narrow it by their answers. One destination never has them all: one that
 * hangs must not hold back the others.
 */
const CONCURRENCY = 32;
const PER_DESTINATION = 16;

/** Tries to write down how a row ended before it is left to its lease, and the longest wait between them (ms). */
const SETTLE_TRIES = 60;
const SETTLE_WAIT = 1_000;

/** A row in hand. */
interface Running {
  readonly destination: Destination;
  readonly work: Promise<void>;
  /** Milliseconds since its lease was surely this server's. */
  held: () => number;
}

/**
 * Executes the outbox: claims rows that are due, runs them side by side (one at a time for each issue or message), and
 * settles each. A destination that asks to wait is left alone until then; the others go on.
 */
export class Dispatcher {
  readonly #rt: Runtime;
  readonly #stopwatch: Stopwatch;
  readonly #paused = new Map<Destination, number>();
  readonly #setback = new Setback();
  readonly #pace = new Pace();
  readonly #running = new Map<string, Running>();
  #wakeUp: (() => void) | null = null;
  #stopping = false;
  #loop: Promise<void> | null = null;
  #heartbeat: NodeJS.Timeout | null = null;
  /** When the leases of what is in hand were prolonged last (epoch ms). */
  #renewedAt = 0;

  constructor(rt: Runtime, stopwatch: Stopwatch = stopwatchOf({ wall: rt.now, monotonic: rt.now })) {
    this.#rt = rt;
    this.#stopwatch = stopwatch;
  }

  start(): void {
    this.#loop = this.#run();
    this.#heartbeat = setInterval(() => { void this.#beat(); }, HEARTBEAT);
  }

  /** There may be rows to execute. */
  wake(): void { this.#wakeUp?.(); }

  /** Destinations that are waited for, with the moment until which (epoch ms). */
  get paused(): ReadonlyMap<Destination, number> { return this.#paused; }

  /** Takes nothing new and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.wake();
    await this.#loop;
    await Promise.all(this.#works());
    if (this.#heartbeat) clearInterval(this.#heartbeat);
  }

  /** Executes until nothing is due any more; for tests and one-shot use. */
  async drain(): Promise<void> {
    while (await this.#claim() > 0 || this.#running.size > 0) await Promise.race(this.#works());
  }

  #works(): Promise<void>[] { return [...this.#running.values()].map((r) => r.work); }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      // Armed before looking, so that a wake in between is not missed.
      const woken = new Promise<void>((resolve) => { this.#wakeUp = resolve; });
      const sleep = await this.#look();
      if (sleep > 0 && !this.#stopping) await Promise.race([woken, this.#timer(sleep), ...this.#works()]);
    }
  }

  /** Claims what is due; milliseconds to sleep afterwards. */
  async #look(): Promise<number> {
    try {
      const claimed = await this.#claim();
      noteStore(this.#rt.store, 'outbox', null);
      if (this.#running.size >= CONCURRENCY) return LONGEST_SLEEP;
      if (claimed > 0) return 1;
      const next = await this.#rt.store.nextActionAt(this.#skipped());
      const soonest = Math.min(next ?? Infinity, this.#pace.next, ...this.#paused.values());
      return Math.min(LONGEST_SLEEP, Math.max(20, soonest - this.#rt.now()));
    } catch (error) {
      noteStore(this.#rt.store, 'outbox', error);
      this.#rt.log.error({ err: error }, 'the outbox cannot be read; trying again');
      return LONGEST_SLEEP;
    }
  }

  async #claim(): Promise<number> {
    const room = CONCURRENCY - this.#running.size;
    if (room <= 0) return 0;
    const now = this.#rt.now();
    // After a sleep, or a jump of the clock, what is in hand looks as if nobody had it, and would be begun a second time.
    if (this.#running.size > 0 && Math.abs(now - this.#renewedAt) >= HEARTBEAT) await this.#renew();
    const back = this.#setback.since(now);
    for (const [destination, until] of this.#paused) {
      if (until - back <= now) this.#paused.delete(destination);
      else this.#paused.set(destination, until - back);
    }
    this.#pace.pass(now, back);
    this.#heedLimits(now);
    const held = this.#stopwatch();
    const rows = await this.#rt.store.claimActions({ owner: this.#rt.owner, now, leaseFor: LEASE, limit: Math.min(room, this.#roomAtOne()), skip: this.#skipped() });
    for (const row of rows) {
      this.#pace.took(row.destination);
      const work: Promise<void> = holding(() => this.#holds(row), () => this.#work(row)).finally(() => {
        // One whose lease ran out may be in hand here a second time.
        if (this.#running.get(row.key)?.work === work) this.#running.delete(row.key);
      });
      this.#running.set(row.key, { destination: row.destination, work, held });
    }
    return rows.length;
  }

  /** Destinations that take nothing now: they asked to wait, have enough under way, or are gone gently with. */
  #skipped(): Destination[] {
    const busy = this.#busy();
    return [
      ...this.#paused.keys(), ...[...busy].filter(([, n]) => n >= PER_DESTINATION).map(([d]) => d),
      ...this.#pace.all.filter(([d, may]) => !may || busy.has(d)).map(([d]) => d),
    ];
  }

  /** How many rows can be claimed without giving any one destination more than its part. */
  #roomAtOne(): number {
    const skipped = new Set(this.#skipped());
    if (this.#pace.all.some(([d]) => !skipped.has(d))) return 1;
    return PER_DESTINATION - Math.max(0, ...[...this.#busy().values()].filter((n) => n < PER_DESTINATION));
  }

  #busy(): Map<Destination, number> {
    const counts = new Map<Destination, number>();
    for (const { destination } of this.#running.values()) counts.set(destination, (counts.get(destination) ?? 0) + 1);
    return counts;
  }

  async #work(row: OutboxRow): Promise<void> {
    try {
      await this.#executeAndSettle(row);
    } catch (error) {
      this.#rt.log.error({ err: error, row: row.key }, 'a row could not be settled; its lease will run out');
    }
  }

  async #executeAndSettle(row: OutboxRow): Promise<void> {
    const rt = this.#rt;
    const incident = 'incident' in row.action ? await rt.store.incident(row.action.incident) : null;
    if (!await this.#isWanted(row, incident)) {
      await rt.store.commit({ at: rt.now(), settled: { key: row.key, attempts: row.attempts, state: 'superseded', error: 'not wanted any more when its turn came' } });
      if (row.attempts > 1) await clear(rt, row.project, rowWarning(row));
      rt.metrics.writes.inc({ kind: row.action.kind, outcome: 'dropped' });
      return;
    }
    const project = rt.projects.get(row.project)?.project;
    const subject = incident && project ? { incident, briefing: briefingOf(project, rt.web) } : null;
    // The claim counts a row's predecessors that were begun and left no receipt, too.
    const result = await execute(rt, row, subject, row.attempts > 1);
    if (!result.ok && result.retry && result.scope === 'destination') {
      this.#pause(row.destination, retryAfter(row.attempts, result.after));
      if (result.slower) this.#pace.slower(row.destination, rt.now(), this.#paused.get(row.destination) ?? 0);
    }
    await this.#settled(row, result);
  }

  /** Whether the row, planned earlier, is still to be done now that its turn has come. */
  async #isWanted(row: OutboxRow, incident: Incident | null): Promise<boolean> {
    if (incident) return stillWanted(row.action, incident, row.attempts);
    if (row.entity.startsWith('step-warning:')) {
      const warning = await this.#rt.store.stepWarning(row.entity.slice('step-warning:'.length));
      return warning === null || warningRowWanted(row.action, warning, row.attempts);
    }
    if (row.entity.startsWith('conflict:')) {
      const conflict = await conflictOf(this.#rt, row);
      return conflict === null || conflictRowWanted(row.action, conflict, row.attempts);
    }
    if (!row.entity.startsWith('proposal:')) return true;
    const proposal = await this.#rt.store.proposal(row.entity.slice('proposal:'.length));
    return proposal === null || proposalRowWanted(row.action, proposal, row.attempts);
  }

  /**
   * Writes down how a row ended, again and again while the store is away: what was done outside is known here alone, and
   * its lease is prolonged as long as this process lives.
   */
  async #settled(row: OutboxRow, result: ActionResult): Promise<void> {
    const work = `the end of ${row.key}`;
    for (let tries = 1; ; tries++) {
      try {
        await settle(this.#rt, row, result);
        return noteStore(this.#rt.store, work, null);
      } catch (error) {
        const last = tries >= SETTLE_TRIES || this.#stopping;
        // Where little room is left it may be this alone that the store does not take.
        noteStore(this.#rt.store, work, last ? null : error);
        if (last) throw error;
        this.#rt.log.warn({ err: error, row: row.key }, 'the store does not take how a row ended; trying again');
        await this.#timer(Math.min(SETTLE_WAIT, 50 * 2 ** Math.min(tries, 5)));
      }
    }
  }

  /** What GitHub would refuse is not even begun: of a row that was begun nobody knows what it did. */
  #heedLimits(now: number): void {
    for (const { project } of this.#rt.projects.values()) {
      const hold = this.#rt.github?.limited?.(project.repo) ?? null;
      if (hold === null) continue;
      this.#pause(`github:${project.repo}`, hold.until - now);
      this.#pace.slower(`github:${project.repo}`, now, hold.until);
    }
  }

  #pause(destination: Destination, ms: number): void {
    const until = this.#rt.now() + ms;
    if ((this.#paused.get(destination) ?? 0) < until) this.#paused.set(destination, until);
  }

  /**
   * Whether a row is still this server's, asked before each of its writes. One that was stopped, or cut off from the store,
   * for longer than it is sure of asks the store: another may have taken the row over and be done with it.
   */
  async #holds(row: OutboxRow): Promise<boolean> {
    const { store, owner, now } = this.#rt;
    const running = this.#running.get(row.key);
    if (store.engine === 'sqlite' || !running || running.held() < SURE) return true;
    const held = this.#stopwatch();
    if (!await store.keepAction({ key: row.key, attempts: row.attempts, owner, now: now(), leaseFor: LEASE })) return false;
    running.held = held;
    return true;
  }

  async #beat(): Promise<void> {
    if (this.#running.size === 0) return;
    try {
      await this.#renew();
    } catch (error) {
      this.#rt.log.warn({ err: error }, 'leases could not be prolonged');
    }
  }

  async #renew(): Promise<void> {
    const [held, kept, now] = [this.#stopwatch(), [...this.#running.values()], this.#rt.now()];
    await this.#rt.store.renewActions({ owner: this.#rt.owner, now, leaseFor: LEASE, held: [...this.#running.keys()] });
    this.#renewedAt = now;
    // Of one whose lease may have run out before this, nothing is known.
    for (const running of kept) if (running.held() < SURE) running.held = held;
  }

  #timer(ms: number): Promise<void> {
    return new Promise((resolve) => { setTimeout(resolve, ms).unref(); });
  }
}
