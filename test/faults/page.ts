import type { Engine } from '../sweep/stores.ts';
import type { Operation } from './operations.ts';
import type { Verdict } from './verdict.ts';

/** One cell's outcome, with where it was tried. */
export interface Result extends Verdict {
  readonly flow: string;
  readonly engine: Engine;
  readonly operation: Operation;
  readonly trouble: string;
}

export const pageOf = (results: readonly Result[]): string => JSON.stringify(results.length);
