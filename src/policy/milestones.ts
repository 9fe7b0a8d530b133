import type { Project, Release } from '../domain/project.ts';

/** Labels and milestones that people put on an incident's issue by hand, as the commands that they stand for. */

const CLASSES: ReadonlyMap<string, 'flake' | 'infra'> = new Map([['flake', 'flake'], ['flaky', 'flake'], ['infra', 'infra'], ['infrastructure', 'infra']]);

/** What a label says that the breakage is, by its last part: `kind/flake`, `area: infra`; null: nothing. */
export const classOf = (label: string): 'flake' | 'infra' | null => CLASSES.get(label.split(/[/:]/).at(-1)?.trim().toLowerCase() ?? '') ?? null;

/** Why an incident is snoozed whose issue was put off to a later milestone. */
export const milestoneReason = (milestone: string): string => `milestone ${milestone}`;

const same = (a: string | null, b: string): boolean => a !== null && a.trim().toLowerCase() === b.trim().toLowerCase();
const isOf = (release: Release, title: string): boolean => same(release.name, title) || same(release.milestone, title);

/**
 * Until when (epoch ms) an issue is put off by a milestone of a release after the current one: until the current one is
 * out. Null: it is of the current release, of an earlier one, of none, or the current one has no date to come.
 */
export function putOffUntil(title: string, { releases }: Pick<Project, 'releases'>, now: number): number | null {
  const [current, ...others] = releases;
  if (current === undefined || current.date === null || current.date <= now || isOf(current, title)) return null;
  const named = others.find((r) => isOf(r, title));
  const date = named?.date ?? null;
  const later = date !== null ? date > current.date : [current.name, current.milestone].some((known) => known !== null && isLaterVersion(title, known));
  return later ? current.date : null;
}

/** `v1.38` after `v1.37`: the same in front, and a greater number behind. */
function isLaterVersion(title: string, known: string): boolean {
  const parts = (text: string) => /^(\D*)(\d+(?:\.\d+)*)$/.exec(text.trim().toLowerCase()) ?? [];
  const [, before, number] = parts(title);
  const [, knownBefore, knownNumber] = parts(known);
  return number !== undefined && knownNumber !== undefined && before === knownBefore && number.localeCompare(knownNumber, 'en', { numeric: true }) > 0;
}
