/** How a build file lists platforms (policy.md, "Build switches"). */
export const SWITCH_FORMATS = ['shell-array', 'yaml-list', 'comma-list', 'hcl-list', 'toml-list', 'json-list', 'lines'] as const;

export type SwitchFormat = (typeof SWITCH_FORMATS)[number];

/** A list of platforms in a file: where a platform's build, or its release, is turned off and on. */
export interface SwitchPlace {
  /** Path in its repository. */
  readonly file: string;
  readonly format: SwitchFormat;
  /** Where in the file: the array's name, the list's path; null for `lines`, which are a list as a whole. */
  readonly at: string | null;
}

/** Whose decision turned an entry off: what its marker comment names. */
export interface SwitchMark {
  /** The proposal, as people know it: `#812`, or its id. No spaces. */
  readonly proposal: string;
  /** The reactivation issue's address. */
  readonly link: string;
}

/** A piece cut out of a list: `offset` characters behind the entry that stood before it (or behind the list's opening). */
export interface Cut {
  /** From 1. */
  readonly entry: number;
  readonly offset: number;
  readonly piece: string;
}

/** What turning a switch off cut out without a marker in its file, in the order in which it was: turning it on again needs it. */
export interface PlaceCuts {
  readonly file: string;
  readonly at: string | null;
  readonly cuts: readonly Cut[];
}

const BY_ENDING: Readonly<Record<string, readonly SwitchFormat[]>> = {
  yml: ['yaml-list', 'comma-list'], yaml: ['yaml-list', 'comma-list'], json: ['json-list', 'yaml-list', 'comma-list'], toml: ['toml-list', 'comma-list'],
  hcl: ['hcl-list', 'comma-list'], tf: ['hcl-list', 'comma-list'], sh: ['shell-array', 'comma-list'], bash: ['shell-array', 'comma-list'], mk: ['comma-list'],
};

/** The formats that a file of this name can have, the likeliest first; null: its name does not tell. */
export function formatsOf(file: string): readonly SwitchFormat[] | null {
  const name = (file.split('/').at(-1) ?? '').toLowerCase();
  if (/^(?:gnu)?makefile$|^dockerfile/.test(name)) return ['comma-list'];
  const ending = name.includes('.') ? name.split('.').at(-1) ?? '' : '';
  return Object.hasOwn(BY_ENDING, ending) ? BY_ENDING[ending] ?? null : null;
}
