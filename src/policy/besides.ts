import { heldAt, isAskedOf } from '../domain/asked.ts';
import type { Board, Job } from '../domain/job.ts';
import type { Ladder } from '../domain/ladder.ts';
import type { Platform, Project, SwitchPlace } from '../domain/project.ts';
import type { Besides, Matter } from '../domain/proposal.ts';
import { isJobIn, isOneOf } from '../domain/scope.ts';
import { coded, type Spans } from '../domain/text.ts';
import { listed } from '../domain/time.ts';
import { platformOf } from './world.ts';

type StepMatter = Extract<Matter, { readonly kind: 'step' }>;
type Moved = Pick<StepMatter, 'platform' | 'from' | 'to' | 'before' | 'after'>;

/**
 * What has to change besides a platform's step for it to stand as the new one says (policy.md: "a step change proposes its
 * switches too"): build switches as configured, its `build:`, and the boards of its jobs. The pull request edits the step
 * alone; whoever edits switches begins with this list.
 */
export function besidesOf(matter: Moved, ladder: Ladder, project: Project): readonly Besides[] {
  const platform = platformOf(project, matter.platform);
  if (platform === null) return [];
  const { before, after } = matter;
  const build = platform.build !== after.build;
  const turns = { build, release: before.release !== after.release };
  const allows = (step: number, place: SwitchPlace): boolean => isGranted(step, place, ladder, platform);
  // A step that is about some components or branches turns the switches of no others.
  const isTurned = (s: SwitchPlace, to: boolean): boolean => turns[s.controls] ? to === (after[s.controls] === 'on') : before[s.controls] === after[s.controls] && to !== allows(matter.from, s);
  const switches = (project.switches ?? []).map((place) => ({ place, to: allows(matter.to, place) })).filter(({ place, to }) => isTurned(place, to))
    .map(({ place: { file, repo, at, controls, components, branches }, to }): Besides => ({ kind: 'switch', file, repo, at, controls, components, branches, to: to ? 'on' : 'off' }));
  return [...build ? [{ kind: 'build', to: after.build } as const] : [], ...switches, ...boardsOf(matter, ladder, platform, project.releases[0]?.branch)];
}

/** Whether standing on a step lets all be on that a switch controls: that step, or those below for the components and branches that they are about. */
function isGranted(step: number, { controls, components, branches }: SwitchPlace, { steps }: Ladder, { components: built = [] }: Platform): boolean {
  const onBranches = (of: readonly string[]): boolean => of.length === 0 || (branches.length > 0 && branches.every((branch) => isOneOf(branch, of, undefined)));
  const granting = steps.filter((s) => s.step <= step && s[controls] === 'on' && onBranches(s.branches ?? []));
  const controlled = components.length > 0 ? components : built;
  return granting.some((s) => s.components.length === 0) || (controlled.length > 0 && controlled.every((c) => granting.some((s) => s.components.includes(c))));
}

/** Jobs that the new step wants on a board, and those that only the old one did. */
function boardsOf({ from, to }: Moved, ladder: Ladder, { jobs, components = [] }: Platform, main: string | undefined): Besides[] {
  const wanted = (step: number, job: Job): Board | null => {
    const asked = heldAt(ladder, step).filter((u) => u.criterion === 'on-board' && isAskedOf(u, components) && isJobIn(u.scope, job, main) && (u.params['suites'] as readonly string[] | undefined)?.includes(job.suite)).map((u) => u.params['board']);
    return asked.includes('blocking') ? 'blocking' : asked.includes('informing') ? 'informing' : null;
  };
  return jobs.flatMap((job): Besides[] => {
    const { name, board } = job;
    const [old, next] = [wanted(from, job), wanted(to, job)];
    if (to > from) return next !== null && board !== next && board !== 'blocking' ? [{ kind: 'board', job: name, from: board, to: next }] : [];
    return old !== null && next === null && board !== null ? [{ kind: 'board', job: name, from: board, to: null }] : [];
  });
}

/** What it would take, a line for each, as whoever does it by hand reads it. */
export function besidesWords(matter: Pick<StepMatter, 'platform' | 'besides'>): readonly Spans[] {
  return (matter.besides ?? []).map((b): Spans => {
    switch (b.kind) {
      case 'build': return [coded('build:'), ` of ${matter.platform} in the configuration: `, coded(b.to), '.'];
      case 'board': return [coded('board:'), ` of the job ${b.job}: `, ...b.to === null ? ['nothing asks for the ', coded(b.from ?? ''), ' board any more.'] : [coded(b.to), b.from === null ? '.' : ` instead of ${b.from}.`]];
      case 'switch': return [`Turn ${matter.platform} ${b.to} in `, coded(`${b.repo === null ? '' : `${b.repo}: `}${b.file}`), ...b.at === null ? [] : [', ', coded(b.at)],
        ` (${b.controls}${b.components.length === 0 ? '' : `: ${listed(b.components)}`}${b.branches.length === 0 ? '' : `; only on ${listed(b.branches)}`}).`];
      default: return b satisfies never;
    }
  });
}
