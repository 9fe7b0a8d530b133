import { REPOSITORY_FILE_BYTES } from '../domain/configuration.ts';
import type { Ladder } from '../domain/ladder.ts';
import type { Project } from '../domain/project.ts';
import { checkReferences } from './checks.ts';
import { checkGovernance, doubtTeams } from './checks-people.ts';
import { checkRepositoryFile, meantAsIs } from './checks-repository.ts';
import type { AllowList } from './checks-repository.ts';
import { explain } from './explain.ts';
import { fileFinding, inOrder, show } from './finding.ts';
import type { Finding, Problem } from './finding.ts';
import { ownLadder, readLadder, senseOf, type LadderFiles } from './ladder.ts';
import { ladderFindings, stepsNotThere } from './ladder-findings.ts';
import { toProject, toSettings } from './project.ts';
import type { Settings } from './project.ts';
import { get, isMapping } from './raw.ts';
import { configSchema } from './schema.ts';
import { notText, readYaml } from './yaml.ts';
import type { PlacedYaml } from './yaml.ts';

export type { AllowList } from './checks-repository.ts';
export type { Finding } from './finding.ts';
export { formatFinding } from './finding.ts';
export type { Settings } from './project.ts';

/** A configuration on disk may have 1 MiB. */
export const MOST_BYTES = 2 ** 20;
/** Values that one in a repository may hold; the shortest jobs that fit into its bytes have fewer. */
const MOST_FOREIGN_VALUES = 25_000;
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
  /** Written by others, whatever rules it is checked by: the smaller limits hold. So they do for the origin `repository`. */
  readonly foreign?: boolean;
  /** The ladders that the file may name. Without them only one that is written out in the file is known. */
  readonly ladders?: LadderFiles;
}

export interface LoadedProject {
  readonly project: Project;
  /** Everything in the file with its defaults, for what `project` does not hold. */
  readonly settings: Settings;
  /** Null: it is named, and `ladders` were not given. */
  readonly ladder: Ladder | null;
  /** Doubts that keep nothing from running. */
  readonly warnings: readonly Finding[];
  /** Where the file and the ladder disagree: matters of policy, which keep nothing from running either. */
  readonly findings: readonly Finding[];
  /** The file as plain values, as written. */
  readonly raw: unknown;
  /** Where something stands in the file, for findings that only others can make. */
  readonly place: (problem: Problem) => Finding;
}

export type LoadResult = ({ readonly ok: true } & LoadedProject) | { readonly ok: false; readonly errors: readonly Finding[] };

/** Reads and checks one project's configuration. Pure; never throws; all mistakes at once, in the order of the file. */
export function loadProject(text: string, options: LoadOptions): LoadResult {
  const { file, origin, foreign = origin === 'repository' } = options;
  const refused = notText(text, file, foreign ? REPOSITORY_FILE_BYTES : MOST_BYTES);
  if (refused !== null) return { ok: false, errors: [refused] };
  const reading = readYaml(text, file, foreign ? MOST_FOREIGN_VALUES : undefined);
  if (!reading.ok) return { ok: false, errors: capped(reading.errors) };
  const { yaml } = reading;
  if (!isMapping(yaml.value)) return { ok: false, errors: [notMapping(yaml, file)] };
  const parsed = shapeOf(yaml.value);
  if (parsed === null) return { ok: false, errors: [fileFinding(file, `more is wrong here than can be told one by one; begin from a copy of ${EXAMPLE}`)] };
  const problems = [...(parsed.success ? [] : explain(parsed.error.issues, configSchema)), ...check(yaml.value, options)];
  const errors = inOrder([...reading.errors, ...problems.map(yaml.place)]);
  if (!parsed.success || errors.length > 0) return { ok: false, errors: capped(withLadder(errors, yaml, options.ladders)) };
  const settings = toSettings(parsed.data);
  const climbed = ladderFor(settings, yaml, options.ladders);
  if (!climbed.ok) return { ok: false, errors: capped(climbed.errors) };
  const project = toProject(settings, file, origin, (address) => options.allow !== undefined && meantAsIs(address, options.allow));
  const { ladder, doubts } = climbed;
  const findings = ladder === null ? [] : ladderFindings(yaml.value, project, ladder).map(yaml.place);
  const warnings = inOrder(doubtTeams(yaml.value).map(yaml.place));
  return { ok: true, project, settings, ladder, warnings, findings: [...doubts, ...inOrder(findings)], raw: yaml.value, place: placing(text, file) };
}

/** Reads the file once more when it is asked where something stands: what is known of its places takes twenty times the room of its text. */
const placing = (text: string, file: string): LoadedProject['place'] => (problem) => {
  const again = readYaml(text, file);
  return again.ok ? again.yaml.place(problem) : { file, line: 1, column: 1, path: '', message: problem.message };
};

type LadderFor = { readonly ok: true; readonly ladder: Ladder | null; readonly doubts: readonly Finding[] } | { readonly ok: false; readonly errors: readonly Finding[] };

/** The ladder that the file names or writes out, with every step that its platforms stand on. */
function ladderFor({ ladder, project }: Settings, yaml: PlacedYaml, files: LadderFiles | undefined): LadderFor {
  const inLadder = (problem: Problem): Finding => yaml.place({ ...problem, path: ['ladder', ...problem.path] });
  const named = typeof ladder === 'string' ? ladder : ladder.extends;
  if (named !== undefined && files === undefined) return { ok: true, ladder: null, doubts: [] };
  const known: LadderFiles = files ?? new Map();
  const reading = typeof ladder === 'string' ? readLadder(ladder, known, (message) => inLadder({ path: [], at: 'value', message })) : ownLadder(ladder, project, known, inLadder);
  if (!reading.ok) return reading;
  const errors = stepsNotThere(yaml.value, reading.ladder).map(yaml.place);
  return errors.length > 0 ? { ok: false, errors: inOrder(errors) } : reading;
}

/** The mistakes of the ladder besides, wherever it is written: whoever mends the file is told all of them at once. */
function withLadder(errors: readonly Finding[], yaml: PlacedYaml, files: LadderFiles | undefined): readonly Finding[] {
  const ladder = get(yaml.value, 'ladder');
  const inLadder = (problem: Problem): Finding => yaml.place({ ...problem, path: ['ladder', ...problem.path] });
  const known: LadderFiles = files ?? new Map();
  if (isMapping(ladder) && (files !== undefined || get(ladder, 'extends') === undefined)) {
    const { file } = inLadder({ path: [], at: 'value', message: '' });
    const sense = senseOf(ladder, known, inLadder).filter((e) => !errors.some((o) => o.file === e.file && o.path === e.path));
    return [...inOrder([...errors, ...sense.filter((e) => e.file === file)]), ...sense.filter((e) => e.file !== file)];
  }
  if (typeof ladder !== 'string' || !known.has(ladder)) return errors;
  const reading = readLadder(ladder, known, (message) => inLadder({ path: [], at: 'value', message }));
  return reading.ok ? errors : [...errors, ...reading.errors];
}

/** The file by its schema; null where the validator has more to say than it can hold: it hands its issues on as arguments, of which there may not be hundreds of thousands. */
function shapeOf(value: unknown): ReturnType<typeof configSchema.safeParse> | null {
  try {
    return configSchema.safeParse(value, { reportInput: true });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
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
