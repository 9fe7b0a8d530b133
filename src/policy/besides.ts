import { heldAt } from '../domain/asked.ts';
import type { Board } from '../domain/job.ts';
import type { Ladder } from '../domain/ladder.ts';
import type { Platform, Project } from '../domain/project.ts';
import type { Besides, Matter } from '../domain/proposal.ts';
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
  const switches = (project.switches ?? []).filter((s) => turns[s.controls])
    .map(({ file, repo, at, controls, components, branches }): Besides => ({ kind: 'switch', file, repo, at, controls, components, branches, to: after[controls] }));
  return [...build ? [{ kind: 'build', to: after.build } as const] : [], ...switches, ...boardsOf(matter, ladder, platform)];
}

/** Jobs that the new step wants on a board, and those that only the old one did. */
function boardsOf({ from, to }: Moved, ladder: Ladder, { jobs }: Platform): Besides[] {
  const wanted = (step: number, suite: string): Board | null => {
    const asked = heldAt(ladder, step).filter((u) => u.criterion === 'on-board' && (u.params['suites'] as readonly string[] | undefined)?.includes(suite)).map((u) => u.params['board']);
    return asked.includes('blocking') ? 'blocking' : asked.includes('informing') ? 'informing' : null;
  };
  return jobs.flatMap(({ name, suite, board }): Besides[] => {
    const [old, next] = [wanted(from, suite), wanted(to, suite)];
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
