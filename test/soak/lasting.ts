import type { Issue } from '../../demo/stand-ins/github/index.ts';
import { DAY, HOUR, START, type Job, type Town } from './town.ts';

/** What does not come to an end all year: one platform that is never mended whole, and a job that is muted again whenever its time is over. */

/** The flapping job is broken and well by turns of this length together (ms), broken for two thirds of it. */
const FLAPS = 12 * HOUR;

/** A mute lasts 90 days at most. */
const MUTED_FOR = 80 * DAY;

export class Lasting {
  readonly #town: Town;
  /** Its build fails all year, so that one incident stays open, which another of its jobs joins and leaves twice a day. */
  readonly broken: string;
  /** Its unit tests fail all year, and nobody wants to hear of it. */
  readonly muted: string;
  #mutedAt = -Infinity;

  constructor(town: Town) {
    this.#town = town;
    // Platforms whose jobs run often.
    [this.broken, this.muted] = [town.platforms[2] ?? '', town.platforms[5 % town.platforms.length] ?? ''];
  }

  /** Whether a run of this job at this moment (epoch ms) fails for a reason that lasts. */
  fails({ platform, suite }: Job, at: number): boolean {
    if (platform === this.muted) return suite === 'unit';
    return platform === this.broken && (suite === 'build' || (suite === 'unit' && (at - START) % FLAPS < FLAPS * 2 / 3));
  }

  /** Whether the issue is that of the incident that stays open. */
  owns({ title }: Issue): boolean { return title.includes(`[${this.broken}]`); }

  /** What mutes the job before its time is over; null: it is muted. */
  muting(): string | null {
    const { now } = this.#town;
    if (now - this.#mutedAt < MUTED_FOR) return null;
    this.#mutedAt = now;
    return `mute ${this.muted}:unit 90d the lab has no such machine any more`;
  }
}
