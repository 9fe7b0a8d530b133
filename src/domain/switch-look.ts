import { SWITCH_FORMATS, type PlaceCuts, type SwitchFormat, type SwitchMark, type SwitchPlace } from './build-switch.ts';
import type { SwitchPlan } from './conflict.ts';
import type { PlatformId } from './platform.ts';
import type { Project, SwitchPlace as ProjectSwitch } from './project.ts';

/** What is asked about the build switches of a platform on a branch. */
export interface SwitchAsk {
  readonly project: Pick<Project, 'repo' | 'switches'>;
  readonly platform: PlatformId;
  readonly branch: string;
  /** The commit as which the files are read; left out: the branch's newest. */
  readonly at?: string | undefined;
  /** Only switches of these components are meant; empty: all. */
  readonly components: readonly string[];
  /** What the marker comment would name; null: it is not known yet, and a sample stands for it. */
  readonly mark: SwitchMark | null;
  /** What turning it off cut out without a marker, if it was. */
  readonly unmarked: readonly PlaceCuts[];
}

/** How the switches of a branch stand for a platform. */
export interface SwitchesNow {
  /** `partly`: some of its switches are on. `unknown`: it has none, or not all of them can be read. A list that has never named it does not count. */
  readonly build: 'on' | 'off' | 'partly' | 'unknown';
  /** What turning it off would change now; `elsewhere` and `waiting` are left empty. Null: it is off already, or no switch is configured. */
  readonly plan: SwitchPlan | null;
  /** The reverse edit as it can be made now; null: there is nothing to turn on. */
  readonly back: { readonly diff: string | null; readonly byHand: string | null } | null;
}

/** The switches that are meant on a branch: of these components, or of all. */
export const meantSwitches = ({ switches = [] }: Pick<Project, 'switches'>, { branch, components }: Pick<SwitchAsk, 'branch' | 'components'>): readonly ProjectSwitch[] =>
  switches.filter((s) => (s.branches.length === 0 || s.branches.includes(branch)) && (components.length === 0 || s.components.length === 0 || s.components.some((c) => components.includes(c))));

/** Whether a switch stands in the project's own repository, which one pull request edits. */
export const isOwn = ({ repo }: Pick<Project, 'repo'>, place: Pick<ProjectSwitch, 'repo'>): boolean => place.repo === null || place.repo.toLowerCase() === repo.toLowerCase();

const isFormat = (name: string): name is SwitchFormat => SWITCH_FORMATS.some((f) => f === name);

/** Those of the project's own repository, as places of its files. */
export const ownPlaces = (project: Pick<Project, 'switches' | 'repo'>, scope: Pick<SwitchAsk, 'branch' | 'components'>): readonly SwitchPlace[] =>
  meantSwitches(project, scope).filter((s) => isOwn(project, s)).flatMap(({ file, format, at }) => isFormat(format) ? [{ file, format, at }] : []);
