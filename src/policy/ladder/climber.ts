import type { StepChange } from '../../domain/evidence.ts';
import { areBuilt } from '../../domain/scope.ts';
import { BY_RUNS } from '../criteria/index.ts';
import type { Circumstance } from './circumstances.ts';
import type { Ground, PlatformGround } from './ground.ts';
import { Track } from './track.ts';
import type { JudgedUse, StepUses } from './uses.ts';

/** A platform on its ladder, day by day. */
export class Climber {
  readonly ground: PlatformGround;
  /** Oldest first; only what is not after the day that is looked at counts. */
  readonly steps: StepChange[];
  readonly isReference: boolean;
  /** What speeds up its demotion on the day that was judged last. */
  circumstances: readonly Circumstance[] = [];
  hold: readonly Track[] = [];
  /** Everything that the next step takes; what it shares with the present one is the same track. */
  next: readonly Track[] = [];
  #index = -1;
  readonly #uses: readonly StepUses[];
  readonly #tracks = new Map<JudgedUse, Track>();
  readonly #all: Ground;

  constructor(ground: PlatformGround, all: Ground, uses: readonly StepUses[], steps: readonly StepChange[]) {
    [this.ground, this.#all, this.#uses, this.steps] = [ground, all, uses, [...steps]];
    this.isReference = all.reference === ground;
  }

  /** The step of the ladder that it stands on; below the lowest, that. */
  get step(): number {
    return this.#uses[this.#index]?.step.step ?? 0;
  }

  get below(): number | null {
    return this.#uses.slice(0, Math.max(0, this.#index)).findLast((u) => this.#isFor(u))?.step.step ?? null;
  }

  get above(): number | null {
    return this.#above?.step.step ?? null;
  }

  /** Steps that are about nothing that is built of the platform are passed over, up and down. */
  get #above(): StepUses | undefined {
    return this.#uses.slice(this.#index + 1).find((u) => this.#isFor(u));
  }

  #isFor({ step }: StepUses): boolean {
    return areBuilt(step.components, this.ground.facts.components ?? []);
  }

  /** A job that is silent says so by its cadence: what cannot be told for want of its runs is no news besides (policy.md, "Not evaluable"). */
  isSilent({ use }: Track): boolean {
    return BY_RUNS.has(use.criterion) && this.hold.some((t) => t.use.criterion === 'run-cadence' && t.unmet > 0);
  }

  get tracks(): readonly Track[] {
    return [...this.hold, ...this.next.filter((t) => !this.hold.includes(t))];
  }

  /** The step that the record says at a moment. */
  stepAt(at: number): number {
    return this.steps.findLast((s) => s.at <= at)?.to ?? this.steps[0]?.from ?? this.ground.facts.step;
  }

  /** Takes up the step of the moment; another one than before begins every count anew. */
  stand(at: number): void {
    const step = this.stepAt(at);
    const index = Math.max(0, this.#uses.findLastIndex((u) => u.step.step <= step));
    const since = this.steps.findLast((s) => s.at <= at)?.at ?? -Infinity;
    if (index === this.#index && since === this.#since) return;
    [this.#index, this.#since] = [index, since];
    const [present, next] = [this.#uses[index], this.#above];
    const tracks = (uses: readonly JudgedUse[]): Track[] => uses.map((use) => this.#track(use));
    this.hold = tracks(present?.hold ?? []);
    this.next = next === undefined ? [] : tracks([...next.hold, ...next.enter]);
    for (const track of this.tracks) track.reset();
  }
  #since = NaN;

  #track(use: JudgedUse): Track {
    let track = this.#tracks.get(use);
    if (!track) this.#tracks.set(use, track = new Track(use, this.ground, this.#all));
    return track;
  }
}
