import type { JobEvidence, PlatformEvidence, PlatformFacts, ProjectFacts, StepChange } from '../../../src/domain/evidence.ts';
import type { CriterionName, CriterionResult, CriterionVerdict } from '../../../src/domain/ladder.ts';
import { layGround } from '../../../src/policy/ladder/ground.ts';
import { whole } from '../../../src/policy/ladder/slices.ts';
import { Track } from '../../../src/policy/ladder/track.ts';
import { usesOf } from '../../../src/policy/ladder/uses.ts';
import { evidence, factsOf, ladderOf, nothingOf, on, project, S390X, use } from '../ladder/given.ts';

export interface Given {
  /** Epoch ms; the end of day 99 where it is not said. */
  readonly now?: number;
  readonly jobs?: readonly JobEvidence[];
  readonly record?: Partial<PlatformEvidence>;
  readonly facts?: Partial<PlatformFacts>;
  readonly project?: Partial<ProjectFacts>;
  readonly since?: number;
  readonly step?: number;
  readonly steps?: readonly StepChange[];
  readonly others?: readonly PlatformEvidence[];
}

export interface Judged {
  readonly verdict: CriterionVerdict;
  readonly because: string;
  readonly links: CriterionResult['links'];
  readonly early: boolean;
}

/** How a criterion stands on linux/s390x at a moment. */
export function judged(criterion: CriterionName, params: Readonly<Record<string, unknown>>, given: Given = {}): Judged {
  const now = given.now ?? on(100);
  const record = { ...nothingOf(S390X), jobs: given.jobs ?? [], ...given.record };
  const ground = whole(layGround(evidence([record, ...given.others ?? []], given.since), project([factsOf(S390X, given.facts), ...(given.others ?? []).map((o) => factsOf(o.platform))], given.project), now));
  const [, step] = usesOf(ladderOf([[use(criterion, params)]]));
  const [platform, asked] = [ground.platforms[0], step?.hold[0]];
  if (!platform || !asked) throw new Error('nothing to judge');
  const { verdict, because, links, early } = new Track(asked, platform, ground).find(now, { step: given.step ?? 3, steps: given.steps ?? [] });
  return { verdict, because: because(), links: links(), early: early === true };
}
