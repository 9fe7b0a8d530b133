import type { Project } from '../domain/project.ts';
import { checkReferences } from './checks.ts';
import { checkGovernance, doubtTeams } from './checks-people.ts';
import { checkRepositoryFile } from './checks-repository.ts';
import type { AllowList } from './checks-repository.ts';
import { explain } from './explain.ts';
import { fileFinding, inOrder, show } from './finding.ts';
import type { Finding, Problem } from './finding.ts';
import { toProject, toSettings } from './project.ts';
import type { Settings } from './project.ts';
import { isMapping } from './raw.ts';
import { configSchema } from './schema.ts';
import { notText, readYaml } from './yaml.ts';
import type { PlacedYaml } from './yaml.ts';

export type { AllowList } from './checks-repository.ts';
export type { Finding } from './finding.ts';
export { formatFinding } from './finding.ts';
export type { Settings } from './project.ts';

/** A configuration may have 1 MiB. */
export const MOST_BYTES = 2 ** 20;
/** More findings than this help nobody. */
const MOST_FINDINGS = 200;
/** Where a newcomer finds a file to begin with. */
export const EXAMPLE = 'config/examples/kubernetes.yml';

export interface LoadOptions {
  /** The file's name in messages. */
  readonly file: string;
  /** `disk`: written by the operator. `repository`: by whoever can merge there, so it is bound to that repository and to `allow`. */
  readonly origin: Project['origin'];
  /** The repository that a file of origin `repository` was read from, `owner/name`. */
  readonly expectedRepo?: string;
  /** What a file of origin `repository` may reach; without it, nothing. */
  readonly allow?: AllowList;
}

export interface LoadedProject {
  readonly project: Project;
  /** Everything in the file with its defaults, for what `project` does not hold. */
  readonly settings: Settings;
  /** Doubts that keep nothing from running. */
  readonly warnings: readonly Finding[];
  /** The file as plain values, as written. */
  readonly raw: unknown;
  /** Where something stands in the file, for findings that only others can make. */
  readonly place: (problem: Problem) => Finding;
}

export type LoadResult = ({ readonly ok: true } & LoadedProject) | { readonly ok: false; readonly errors: readonly Finding[] };

/** Reads and checks one project's configuration. Pure; never throws; all mistakes at once, in the order of the file. */
export function loadProject(text: string, options: LoadOptions): LoadResult {
  const { file, origin } = options;
  const refused = notText(text, file, MOST_BYTES);
  if (refused !== null) return { ok: false, errors: [refused] };
  const reading = readYaml(text, file);
  if (!reading.ok) return reading;
  const { yaml } = reading;
  if (!isMapping(yaml.value)) return { ok: false, errors: [notMapping(yaml, file)] };
  const parsed = configSchema.safeParse(yaml.value, { reportInput: true });
  const problems = [...(parsed.success ? [] : explain(parsed.error.issues, configSchema)), ...check(yaml.value, options)];
  const errors = inOrder([...reading.errors, ...problems.map(yaml.place)]);
  if (!parsed.success || errors.length > 0) return { ok: false, errors: capped(errors) };
  const settings = toSettings(parsed.data);
  const warnings = inOrder(doubtTeams(yaml.value).map(yaml.place));
  return { ok: true, project: toProject(settings, file, origin), settings, warnings, raw: yaml.value, place: yaml.place };
}

function check(config: unknown, { origin, expectedRepo, allow }: LoadOptions): Problem[] {
  const own = origin === 'repository' ? checkRepositoryFile(config, expectedRepo ?? null, allow ?? { channels: [], hosts: [] }) : [];
  return [...checkReferences(config), ...checkGovernance(config), ...own];
}

function notMapping(yaml: PlacedYaml, file: string): Finding {
  const advice = `begin from a copy of ${EXAMPLE}`;
  if (yaml.value === null || yaml.value === undefined) return fileFinding(file, `the file is empty; ${advice}`);
  return yaml.place({ path: [], at: 'value', message: `expected a mapping that begins with \`version: 1\`; found ${show(yaml.value)}; ${advice}` });
}

function capped(errors: readonly Finding[]): readonly Finding[] {
  const last = errors[MOST_FINDINGS];
  if (last === undefined) return errors;
  return [...errors.slice(0, MOST_FINDINGS), { ...last, path: '(file)', message: `and ${(errors.length - MOST_FINDINGS).toLocaleString('en')} more mistakes from here on; mend these first` }];
}
