import type { WorldSpec } from '../../e2e/configuration.ts';
import type { World } from '../world.ts';
import { breakage } from './breakage.ts';
import { command } from './command.ts';
import { conflict } from './conflict.ts';
import { firstStart } from './first-start.ts';
import { quorum } from './quorum.ts';
import { stepChange } from './step-change.ts';
import { stepWarning } from './step-warning.ts';

/**
 * Something that the program is told from beginning to end. After each step the program is left alone until it has
 * nothing to do. A flow must not look at what only one way of ending a step shows: each runs hundreds of times, with the
 * program killed at another point each time.
 */
export interface Flow {
  readonly name: string;
  readonly spec: WorldSpec;
  /** The store is empty at first, without tables; absent: it was set up before. */
  readonly empty?: boolean;
  /** Before the program's first start. */
  readonly before?: (world: World) => unknown;
  readonly steps: readonly ((world: World) => unknown)[];
  /** Words of the undisturbed run's picture, without which the flow did not get where it should. */
  readonly ends: readonly RegExp[];
}

/** Every flow; another one is a file here and a line. */
export const FLOWS: readonly Flow[] = [firstStart, breakage, command, quorum, stepChange, stepWarning, conflict];
