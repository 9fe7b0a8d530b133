import { isOff, isOpenConflict, type Conflict } from '../domain/conflict.ts';
import { conflictsHere, openConflicts } from './conflict-verbs.ts';
import { proposalNamed } from './deciding.ts';
import { splitLine, verbNamed } from './grammar.ts';
import { VERBS } from './index.ts';
import type { Mistake, Scene, Spoken, Verb } from './verb.ts';
import { platformHere } from './views/wording.ts';
import { openIncidents, typedJob } from './words.ts';

/** What the examples of the table of verbs name, as they are printed where no project is known. */
const PLATFORM = /\blinux\/s390x\b/g;
const JOB = /\bci-kubernetes-[a-z0-9-]+-s390x\b/g;
const ISSUE = /(?<=\s)#4711\b/g;

/**
 * An example with a platform, a job and a proposal that the project has: of the platform that it is given on, else of one
 * that is broken, else of any but the reference. `about`: the proposal, as it is typed.
 */
export function fitted(example: string, scene: Scene, { place }: Spoken, about: string | null = openProposal(scene)): string {
  const { project } = scene;
  const conflict = isAboutConflict(example) ? conflictMeant(example, scene, place) : undefined;
  const meant = conflict?.platform ?? platformHere(scene, place) ?? openIncidents(scene)[0]?.platform;
  const platform = project.platforms.find((p) => p.id === meant) ?? project.platforms.find((p) => p.id !== project.reference) ?? project.platforms[0];
  const [job] = platform?.jobs ?? [];
  const blocker = conflict?.blocker;
  const named = (platform === undefined ? example : example.replaceAll(PLATFORM, platform.id)).replaceAll(ISSUE, (issue) => blocker !== undefined && blocker.kind !== 'board' ? `#${blocker.number}` : issue);
  const proposed = isAboutProposal(named) ? named.replaceAll(ISSUE, about ?? '#4711') : named;
  return job === undefined ? proposed : proposed.replaceAll(JOB, typedJob(job, project));
}

/** Verbs of the conflict procedure: what they are about is a platform in a blocker's way, before any that is only broken. */
const OF_CONFLICTS: ReadonlySet<string> = new Set(['conflict', 'deactivate', 'reactivate', 'give-up', 'no-time', 'extend', 'waits-for']);

const isAboutConflict = (line: string): boolean => OF_CONFLICTS.has(splitLine(line)?.verb.text.toLowerCase() ?? '');

/** The conflict of the place, else the first one that is open; for the way back, one that is off. */
function conflictMeant(line: string, scene: Scene, place: Spoken['place']): Conflict | undefined {
  const here = conflictsHere(scene, place).filter(isOpenConflict);
  const open = here.length > 0 ? here : openConflicts(scene);
  return splitLine(line)?.verb.text.toLowerCase() === 'reactivate' ? open.find(isOff) : open[0];
}

const isAboutProposal = (line: string): boolean => verbNamed(splitLine(line)?.verb.text ?? '', VERBS)?.who === 'proposal';

/** An open proposal as it is typed; null: there is none. */
function openProposal({ proposals }: Scene): string | null {
  const open = proposals.filter((p) => p.state === 'open');
  const filed = open.find((p) => p.issue !== null && p.issue.number > 0);
  return filed?.issue ? `#${filed.issue.number}` : open[0]?.id ?? null;
}

/**
 * A line that would be right, for somebody who wrote one that is not: their own with what it lacks, else an example that
 * makes sense where they are. Never what they wrote. Null: there is none to give.
 */
export function exampleFor(line: string, { example, word, unfit }: Mistake, verb: Verb | null, scene: Scene, spoken: Spoken): string | null {
  const meant = verb ?? verbNamed(splitLine(example ?? '')?.verb.text ?? '', VERBS);
  if (meant === null) return example ?? (unfit ? null : '/arch help');
  if (unfit) return !example ? null : fitted(example, scene, spoken);
  const typed = typedProposal(line, scene);
  const all = [...example ? [example] : [], ...meant.examples].map((e) => fitted(e, scene, spoken, typed ?? undefined));
  const given = typed === null ? all : [...all.filter((e) => e.includes(` ${typed} `)), ...all];
  // Where a word is wrong, the line with one more is no better; nor where it says already what it is about.
  const own = word === null && verb !== null && typed === null ? [named(line, meant, scene)] : [];
  const other = [...own, ...given.flatMap((e) => [e, named(e, meant, scene)])].filter((e) => e !== null && !isSame(e, line)) as string[];
  return other.find((e) => makesSense(e, meant, scene, spoken)) ?? other[0] ?? null;
}

/** The proposal that the line names, as it is typed there; null: it names none. */
function typedProposal(line: string, scene: Scene): string | null {
  const split = splitLine(line);
  return split !== null && isAboutProposal(line) && proposalNamed(split, scene) !== null ? split.words[0]?.text ?? null : null;
}

/** The line with a platform that is broken, or a proposal that is open, in the place where its verb takes one; null: it takes none, or there is none. */
function named(line: string, { usage, name }: Verb, scene: Scene): string | null {
  const conflict = openConflicts(scene)[0]?.platform;
  const broken = openIncidents(scene)[0]?.platform;
  const subject = /^\S+ \[platform\]/.test(usage) ? (OF_CONFLICTS.has(name) ? conflict : broken ?? (name === 'attempt' ? conflict : undefined)) : /^\S+ \[#issue\|id\]/.test(usage) ? openProposal(scene) : null;
  const rest = splitLine(line)?.rest(0) ?? '';
  return subject ? `/arch ${name} ${subject}${rest === '' ? '' : ` ${rest}`}` : null;
}

const isSame = (a: string, b: string): boolean => a.replace(/\s+/g, ' ').trim().toLowerCase() === b.replace(/\s+/g, ' ').trim().toLowerCase();

function makesSense(line: string, verb: Verb, scene: Scene, spoken: Spoken): boolean {
  const split = splitLine(line);
  return split !== null && verb.parse(split, scene, spoken).ok;
}
