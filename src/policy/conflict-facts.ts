import type { SwitchPlan } from '../domain/conflict.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Project } from '../domain/project.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { PullNow } from '../domain/pull.ts';
import type { Detection } from './conflicts.ts';

/** How everything is that a conflict depends on, as far as it is known. Null, `unknown`: it was not looked up, or could not be. */
export interface ConflictFacts {
  readonly project: Project;
  readonly now: number;
  /** Handles that GitHub cannot mention, in lower case. */
  readonly unmentionable: ReadonlySet<string>;
  /** The blocker: whether it blocks still, and why not (a clause). */
  readonly blocker: { readonly state: 'open' | 'merged' | 'closed' | 'unknown'; readonly blocks: boolean; readonly because: string };
  /** What its checks, or the board, show now. */
  readonly detection: Detection | null;
  /** The platform on the blocker: red in what blocks it, or green in all of that. */
  readonly platform: 'green' | 'red' | 'unknown';
  /** The newest red result began at this moment (epoch ms); null: there is none. */
  readonly redAt: number | null;
  /** What turning it off would change. */
  readonly plan: SwitchPlan | null;
  /** Whether the switches of the branch build the platform. */
  readonly build: 'on' | 'off' | 'partly' | 'unknown';
  /** Every proposal of the project that is known. */
  readonly proposals: readonly Proposal[];
  readonly pull: PullNow | null;
  readonly backPull: PullNow | null;
  /** The reactivation issue; `closedAt` (epoch ms) where it is closed. */
  readonly reactivation: { readonly state: 'open' | 'closed' | 'missing' | 'unknown'; readonly closedAt: number | null } | null;
  /** Passed runs in a row since it was turned off, by the job's name. */
  readonly greens: ReadonlyMap<string, number>;
  readonly upstreamReleased: boolean | null;
  /** The reverse edit; null: not tried. */
  readonly back: { readonly diff: string | null; readonly byHand: string | null } | null;
  /** The part whose way back is asked for is built again already; left out: it is not, or nobody asks for a part. */
  readonly partBuilt?: true | undefined;
  /** Other platforms whose builds changed with the merge. */
  readonly othersChanged: readonly PlatformId[];
  /** The next branch is cut then (epoch ms); null: not known. */
  readonly nextCut: number | null;
}
