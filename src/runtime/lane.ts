import cron, { type ScheduledTask } from 'node-cron';
import { CATCH_UP_EVERY, lookAtOpen } from './catch-up.ts';
import { Chore } from './chore.ts';
import { Setback } from './clock.ts';
import { pollAskedFor } from './commands/rounds.ts';
import type { Runtime } from './context.ts';
import { led } from './led.ts';
import { lookAskedFor } from './conflicts/asked.ts';
import { lookAtConflicts } from './conflicts/look.ts';
import { tellOfLimit } from './limits.ts';
import { checkOwners } from './owners.ts';
import { pollProject } from './poll.ts';
import { checkProposals } from './proposals.ts';
import { postReport, reportDue } from './reports.ts';
import { climb } from './steps.ts';
import { noteStore } from './store-troubles.ts';
import type { Tracked } from './tracked.ts';
import { tellOfWaiting } from './waiting.ts';
import { tell } from './warnings.ts';

/** How long a replica leads a project without a sign of life (ms): another takes over within 10 s. */
const LEAD = 8_000;
const RENEW = 3_000;
const DAY = 86_400_000;

/** A tick that comes this much early (ms) still counts: timers jitter, and a poll a second would become one in two. */
const EARLY = 100;

/** How long after a report that could not be made it is tried again (ms). */
const REPORT_AGAIN = 60_000;

/** How often it is looked for writes that do not get through (ms). */
const WAITS_EVERY = 60_000;

/** How long after GitHub did not tell who changed a step it is asked again (ms). */
const RECORD_AGAIN = 5_000;

/** How soon what is done once a day is tried again where it failed (ms). */
const DAILY_AGAIN = 60_000;

/** How long deadlines wait for the poll that follows a start or a sleep (ms): it may tell that nobody need be asked. */
const CATCH_UP = 5_000;

/** How often blockers and conflicts are looked at when nothing is heard of them, and how soon again when something is (ms). */
const LOOK_EVERY = 60_000;
const LOOK_AGAIN = 2_000;

/** What is done for one project, by the replica that leads it: polls, looks at open issues, steps, reports. */
export class Lane {
  readonly tracked: Tracked;
  readonly #rt: Runtime;
  readonly #signal: AbortSignal;
  /** What makes polls due, where that is a cron line; it is asked and does not run, because its timers wait for an hour where the clock is set back by one. */
  readonly #cron: ScheduledTask | null;
  /** The line's next moment, when it was last asked (epoch ms by this machine's clock). */
  #cronNext: number | null = null;
  /** When the next poll is due (epoch ms). */
  #nextPoll = 0;
  #polling: Promise<unknown> | null = null;
  /** When the last poll began and when one last ended; null: none has. */
  #begunAt = 0;
  #endedAt: number | null = null;
  /**
   * The asking that the last poll begun, and the last one ended, knew of; the same for looks at conflicts. They are told
   * apart and not compared: the one who asks may be on another server, and who was first no clock can tell for sure.
   */
  #askedOfPoll = 0;
  #answered = 0;
  #askedOfLook = 0;
  /** When the lease is to be renewed; 0: this replica does not lead. */
  #renewAt = 0;
  readonly #looks = new Chore();
  readonly #conflicts = new Chore();
  /** When the last look at conflicts began (epoch ms). */
  #lookedAt = 0;
  readonly #climbs = new Chore();
  readonly #reports = new Chore();
  readonly #owners = new Chore();
  readonly #waits = new Chore();
  /** Whether the steps of the configuration in force are on record, and when platforms are judged against their ladder again. */
  #recorded = false;
  #recordAgain = 0;
  #nextEvaluation = 0;
  readonly #setback = new Setback();
  /** The asking for a poll that the last evaluation came after. */
  #judgedFor = 0;
  /** The moment that the last report which is cared for was due at. */
  #reported: number | null = null;

  constructor(rt: Runtime, tracked: Tracked, signal: AbortSignal) {
    this.#rt = rt;
    this.tracked = tracked;
    this.#signal = signal;
    const { every } = tracked.project.polling;
    this.#cron = every.kind === 'cron' ? cron.createTask(every.line, () => {}, { name: `poll ${this.name}`, timezone: 'UTC' }) : null;
  }

  get name(): string { return this.tracked.project.name; }

  /** What is under way. */
  get works(): Promise<unknown>[] { return [this.#polling, this.#looks.running, this.#conflicts.running, this.#climbs.running, this.#reports.running, this.#waits.running].filter((w) => w !== null); }

  /** Whether something is under way that another lane of the same project must not overlap. */
  get busy(): boolean { return this.#polling !== null || this.#looks.running !== null; }

  /** Begins nothing any more. */
  async end(): Promise<void> {
    noteStore(this.#rt.store, this.#role, null);
    await this.#cron?.destroy();
  }

  /** Begins what is due, and notes whether the store lets it. */
  async tick(): Promise<void> {
    try {
      await this.#tick();
      noteStore(this.#rt.store, this.#role, null);
    } catch (error) {
      noteStore(this.#rt.store, this.#role, error);
      throw error;
    }
  }

  /** Waits for nothing that takes long. */
  async #tick(): Promise<void> {
    if (!await this.#leads()) return;
    const now = this.#rt.now();
    this.#nextEvaluation -= this.#setback.since(now);
    const asked = await pollAskedFor(this.#rt, this.name);
    this.#pollWhenDue(now, asked);
    const standing = await this.#rt.store.warnings(this.name);
    await tell(this.led, standing);
    await tellOfLimit(this.led, this.tracked, standing);
    this.#waits.begin(now, WAITS_EVERY, () => this.guard(() => tellOfWaiting(this.led, this.tracked, standing)));
    this.#looks.begin(now, CATCH_UP_EVERY, () => this.guard(() => lookAtOpen(this.led, this.tracked)));
    await this.#lookAtConflicts(now);
    this.#climb(now, asked);
    this.#report(now);
    this.#owners.begin(now, DAY, async () => { if (!await this.guard(() => checkOwners(this.led, this.tracked))) this.#owners.again(this.#rt.now() + DAILY_AGAIN); });
  }

  /** Does it; an error is logged and holds back nothing else. False: it failed. */
  async guard(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#rt.log.error({ err: error, project: this.name }, 'a tick failed; the next one goes on');
      return false;
    }
  }

  /** Whether this replica polls the project, by what it remembers. */
  get isLeading(): boolean { return this.#rt.store.engine === 'sqlite' || this.#renewAt > this.#rt.now(); }

  /** The runtime for what is begun now and only the leader does. */
  get led(): Runtime {
    const { store, owner } = this.#rt;
    return led(this.#rt, store.engine === 'sqlite' ? null : { role: this.#role, owner, fence: this.tracked.fence });
  }

  get #role(): string { return `poll:${this.name}`; }

  /** What is known is old, and a poll that will tell more has just begun. */
  get catchesUp(): boolean { return this.#isBehind && this.#rt.now() - this.#begunAt < CATCH_UP; }

  /** What is known is old, after a start or a sleep, and the poll that will tell more has not ended. */
  get #isBehind(): boolean {
    const { every } = this.tracked.project.polling;
    const gap = this.#endedAt === null ? Infinity : this.#begunAt - this.#endedAt;
    const usual = every.kind === 'interval' ? 2 * every.ms : DAY;
    return this.#polling !== null && gap > usual;
  }

  #pollWhenDue(now: number, asked: number): void {
    const { every } = this.tracked.project.polling;
    const period = every.kind === 'interval' ? every.ms : null;
    if (this.#cronTurned()) this.#nextPoll = 0;
    // A clock that was set back must not stop the polling.
    if (period !== null && this.#nextPoll - now > period) this.#nextPoll = now + period;
    if (this.#polling !== null || (now + EARLY < this.#nextPoll && asked === this.#askedOfPoll)) return;
    this.#nextPoll = period === null ? Number.MAX_SAFE_INTEGER : now + period;
    [this.#begunAt, this.#askedOfPoll] = [now, asked];
    this.#polling = this.#poll().finally(() => {
      this.#polling = null;
      [this.#endedAt, this.#answered] = [this.#rt.now(), asked];
    });
  }

  /** Whether a moment of the cron line has come since this was last asked; a clock that is set back makes none. */
  #cronTurned(): boolean {
    const next = this.#cron?.getNextRuns(1)[0]?.getTime() ?? null;
    const turned = next !== null && this.#cronNext !== null && next > this.#cronNext;
    this.#cronNext = next;
    return turned;
  }

  async #poll(): Promise<void> {
    const { fence } = this.tracked;
    const rt = this.led;
    await this.guard(async () => {
      await pollProject(rt, this.tracked, this.#signal, () => this.#stillLeads(fence));
      await checkProposals(rt, this.tracked);
    });
  }

  /** Blockers and conflicts: now and then, after a poll, and soon where something has happened to one of them. */
  async #lookAtConflicts(now: number): Promise<void> {
    if (this.#conflicts.running !== null || Math.abs(now - this.#lookedAt) < LOOK_AGAIN) return;
    const asked = await lookAskedFor(this.#rt, this.name);
    const news = asked !== this.#askedOfLook || (this.#endedAt ?? 0) >= this.#lookedAt;
    if (!news && Math.abs(now - this.#lookedAt) < LOOK_EVERY) return;
    [this.#lookedAt, this.#askedOfLook] = [now, asked];
    this.#conflicts.begin(now, 0, () => this.guard(() => lookAtConflicts(this.led, this.tracked)));
  }

  /** Steps are recorded as soon as a configuration is in force; platforms are judged daily, after a poll where nobody looked for a while, and after a poll that was asked for. */
  #climb(now: number, asked: number): void {
    const answered = asked !== this.#judgedFor && this.#answered === asked;
    const judges = this.#endedAt !== null && !this.#isBehind && (now >= this.#nextEvaluation || answered);
    const records = !this.#recorded && now >= this.#recordAgain;
    if (this.#climbs.running !== null || (!records && !judges)) return;
    if (judges) [this.#nextEvaluation, this.#judgedFor] = [now + DAY, this.#answered];
    this.#climbs.begin(now, 0, async () => {
      const done = await this.guard(async () => { this.#recorded = await climb(this.led, this.tracked, judges); });
      this.#recordAgain = this.#rt.now() + RECORD_AGAIN;
      if (!done && judges) this.#nextEvaluation = this.#rt.now() + DAILY_AGAIN;
    });
  }

  /** The weekly report, after a poll has told what happened while nobody looked. */
  #report(now: number): void {
    const due = reportDue(this.#rt, this.tracked);
    if (due === null || due === this.#reported || this.#endedAt === null || this.#isBehind) return;
    this.#reports.begin(now, REPORT_AGAIN, () => this.guard(async () => {
      await postReport(this.led, this.tracked, due);
      this.#reported = due;
    }));
  }

  /** Whether this replica polls the project. A lease that changed hands makes what is remembered worthless. */
  async #leads(): Promise<boolean> {
    const { store, owner } = this.#rt;
    if (store.engine === 'sqlite') return true;
    const now = this.#rt.now();
    if (this.#renewAt > now && this.#renewAt - now <= RENEW) return true;
    const lease = await store.lease(this.#role, owner, now, LEAD);
    this.#renewAt = lease.held ? now + RENEW : 0;
    if (lease.held && lease.fence !== this.tracked.fence) {
      this.tracked.fence = lease.fence;
      this.tracked.states = null;
      for (const source of this.tracked.sources) source.forget(this.tracked.jobs.map((j) => j.key));
    }
    return lease.held;
  }

  /** Whether nobody else has led the project since the lease of this fence was taken, by the store's word and not by memory. */
  async #stillLeads(fence: number): Promise<boolean> {
    const { store, owner } = this.#rt;
    if (store.engine === 'sqlite') return true;
    const lease = await store.lease(this.#role, owner, this.#rt.now(), LEAD);
    const same = lease.held && lease.fence === fence;
    if (!same) this.#renewAt = 0;
    return same;
  }
}
