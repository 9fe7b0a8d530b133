/** A pull request as GitHub has it now; `missing`: there is none, `unknown`: it cannot be read. */
export interface PullNow {
  readonly repo: string;
  readonly number: number;
  readonly url: string;
  readonly state: 'open' | 'merged' | 'closed' | 'missing' | 'unknown';
  /** Epoch milliseconds. */
  readonly mergedAt: number | null;
  /** The branch that it was merged into; absent: the default one, or not merged. */
  readonly into?: string;
  /** Login of whoever merged it; absent: not merged, or GitHub does not say. */
  readonly mergedBy?: string;
}
