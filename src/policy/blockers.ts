import type { Project, Release } from '../domain/project.ts';

/** A label that says that a blocker may wait until after something (`okay-after-beta`): it blocks no more. */
const WAIVER = /(?:^|[/:\s])okay-after-/i;
export const isWaiver = (label: string): boolean => WAIVER.test(label);

export interface BlockerLook {
  readonly labels: readonly string[];
  /** The title of its milestone; null: it has none. */
  readonly milestone: string | null;
  readonly state: 'open' | 'merged' | 'closed';
}

const same = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/**
 * Whether an issue or pull request blocks the release: any of the labels, and the milestone where the configuration names
 * one (`release.blockers`). `because`: a clause that says why or why not.
 */
export function isBlocker({ labels, milestone, state }: BlockerLook, release: Release): { readonly blocks: boolean; readonly because: string } {
  const not = (because: string) => ({ blocks: false, because });
  const wanted = release.conflict?.blockerLabels ?? [];
  if (state !== 'open') return not(`it is ${state}`);
  if (wanted.length === 0 && release.milestone === null) return not('the configuration does not say what blocks the release (`release.blockers`)');
  const waived = labels.find(isWaiver);
  if (waived !== undefined) return not(`it carries ${waived}`);
  const label = labels.find((l) => wanted.some((w) => same(w, l)));
  if (wanted.length > 0 && label === undefined) return not(`it carries ${wanted.length === 1 ? `no label ${wanted[0]}` : `none of the labels ${wanted.join(', ')}`}`);
  if (release.milestone !== null && (milestone === null || !same(milestone, release.milestone))) return not(`it is not in the milestone ${release.milestone}`);
  return { blocks: true, because: label === undefined ? `it is in the milestone ${milestone}` : `it carries ${label}` };
}

/** Whether it blocks any of the project's releases, as above. Where none says what blocks it, a person's word is enough. */
export function blocksAny(look: BlockerLook, { releases }: Pick<Project, 'releases'>): ReturnType<typeof isBlocker> {
  const ruled = releases.filter((r) => (r.conflict?.blockerLabels.length ?? 0) > 0 || r.milestone !== null);
  const words = ruled.map((release) => isBlocker(look, release));
  if (look.state !== 'open') return { blocks: false, because: `it is ${look.state}` };
  return words.find((w) => w.blocks) ?? words[0] ?? { blocks: true, because: 'somebody says so' };
}
