import type { Evidence, ProjectFacts } from '../../domain/evidence.ts';
import type { CircumstanceName, CriterionName, Ladder } from '../../domain/ladder.ts';
import type { PlatformId } from '../../domain/platform.ts';
import type { Climber } from './climber.ts';
import { afterFreeze } from './cycles.ts';
import { DAY, dayOf } from './days.ts';
import { layGround } from './ground.ts';
import { whole } from './slices.ts';
import { Walk, type Due, type Warning } from './walk.ts';

export interface ReplayOptions {
  /** Epoch ms; platforms stand where the last change of step up to then put them, else as configured. */
  readonly from: number;
  /** Epoch ms, the first moment after. */
  readonly to: number;
  /** How long after it is made a proposal is taken as approved, if its evidence holds that long (ms). */
  readonly approveAfter: number;
}

/** A change of step that there would have been. */
export interface ReplayedChange {
  readonly at: number;
  readonly platform: PlatformId;
  readonly kind: 'promote' | 'demote';
  readonly from: number;
  readonly to: number;
  readonly because: readonly CriterionName[];
  /** What brought it sooner than the ladder's usual days; empty: nothing did. */
  readonly sooner: readonly CircumstanceName[];
}

export interface Replay {
  /** Oldest first. */
  readonly changes: readonly ReplayedChange[];
  readonly warnings: readonly Warning[];
}

interface Open { readonly due: Due; readonly inForce: number }

/**
 * What a ladder would have changed over a time: evaluated at the end of every UTC day, each proposal taken as approved after
 * a while unless its evidence turns before. What changes is part of the evidence from then on; recorded changes of step
 * after `from` are not.
 */
export function replay(evidence: Evidence, ladder: Ladder, project: ProjectFacts, { from, to, approveAfter }: ReplayOptions): Replay {
  const walk = new Walk(whole(layGround(evidence, project, to - 1)), ladder, ({ evidence: { steps } }) => steps.filter((s) => s.at <= from));
  const open = new Map<Climber, Open>();
  const [changes, warnings]: [ReplayedChange[], Warning[]] = [[], []];
  const change = (climber: Climber, { due, inForce }: Open): void => {
    const at = Math.max(inForce, climber.steps.at(-1)?.at ?? -Infinity);
    changes.push({ at, platform: climber.ground.facts.platform, kind: due.kind, from: climber.step, to: due.to, because: due.because, sooner: due.sooner ?? [] });
    climber.steps.push({ at, from: climber.step, to: due.to });
    open.delete(climber);
  };
  for (let day = dayOf(from); day <= dayOf(to - 1); day++) {
    const end = Math.min((day + 1) * DAY, to);
    for (const [climber, proposal] of open) if (proposal.inForce < end) change(climber, proposal);
    warnings.push(...whole(walk.day(end)));
    for (const climber of walk.climbers) {
      const proposal = renewed(open.get(climber), walk.due(climber), end, walk, approveAfter);
      if (proposal === null) open.delete(climber);
      else if (proposal.inForce <= end) change(climber, proposal);
      else open.set(climber, proposal);
    }
  }
  return { changes: changes.sort((a, b) => a.at - b.at), warnings };
}

/** The proposal that stands after an evaluation: the one that stood, if it is still called for. Null: none. */
function renewed(before: Open | undefined, due: Due | null, at: number, walk: Walk, approveAfter: number): Open | null {
  if (due === null) return null;
  if (before !== undefined && before.due.kind === due.kind && before.due.to === due.to) return { ...before, due: { ...due, sooner: before.due.sooner ?? due.sooner } };
  const approved = at + approveAfter;
  return { due, inForce: due.kind === 'demote' && walk.ladder.demotion.heldInFreeze ? afterFreeze(approved, walk.ground.project.releases) : approved };
}
