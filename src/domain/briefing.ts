import type { PlatformId } from './platform.ts';

/** What a text about an incident needs besides the incident: names, deadlines and links. Durations in milliseconds. */
export interface Briefing {
  readonly project: string;
  /** The project's repository, for commit and compare links: `https://github.com/owner/name`. */
  readonly repoUrl: string;
  readonly reference: PlatformId;
  /** Who is asked when nobody answers; named in code style, never mentioned by a text that only announces it. */
  readonly escalateTo: readonly string[];
  readonly releaseSignal: readonly string[];
  readonly remindAfter: number;
  readonly escalateAfter: number;
  readonly passesToClose: number;
  readonly staleAfter: number;
  readonly failuresToOpen: number;
  /** The file in which owners and jobs are declared. */
  readonly configFile: string;
}
