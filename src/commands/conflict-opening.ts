import { isOff, isOpenConflict, type Conflict } from '../domain/conflict.ts';
import type { PlatformId } from '../domain/platform.ts';
import { fileShown, type Project } from '../domain/project.ts';
import { coded, enumerated, says, type Spans, type Text } from '../domain/text.ts';
import { BY_PROGRAM } from '../domain/proposal.ts';
import { counted, listed, moment, span } from '../domain/time.ts';
import { globMatches } from '../domain/glob.ts';
import { sameLogin } from '../policy/acts.ts';
import { blocksAny } from '../policy/blockers.ts';
import { approvalsNeeded } from '../policy/conflict-deadlines.ts';
import type { ConflictChange } from '../policy/conflict-draft.ts';
import { conflictId, openConflict } from '../policy/conflict-open.ts';
import { scopeOf } from '../policy/conflict-words.ts';
import { blockerName, detectBySaying } from '../policy/conflicts.ts';
import { releaseFor } from '../policy/world.ts';
import { suggestChecks } from '../signal/check-names.ts';
import { answered, conflictsHere, offFor, openConflicts, refusedAs } from './conflict-verbs.ts';
import { occasionOf, unlinked } from './deciding.ts';
import { reasonOf } from './incident-verbs.ts';
import { blockerIn, conflictSpans } from './views/conflict.ts';
import { platformHere, whoAll } from './views/wording.ts';
import { webOf, type BlockerFound, type CommandLine, type Found, type Needs, type Outcome, type Parsed, type Place, type Scene, type Spoken } from './verb.ts';
import { movingNeeds } from './step-verbs.ts';
import { leadingPlatform, mistaken, readPlatform, understood } from './words.ts';

/** Saying that a platform is in the way of a release blocker: what `conflict` and `deactivate` have in common. */

export interface Naming {
  readonly platform: PlatformId;
  /** The blocker's number in the project's repository; null: a conflict of the platform is meant that is open already. */
  readonly number: number | null;
  /** Empty: none was given. */
  readonly reason: string;
}

/** Reads `<platform> [#blocker] [reason]`: where it is said on the blocker, its proposal or its reactivation issue the number may be left out, as where the platform has one open conflict. */
export function readNaming(line: CommandLine, scene: Scene, spoken: Spoken): Parsed<Naming> {
  const lead = leadingPlatform(line, scene.project);
  if (!lead.ok) return lead;
  const here = platformHere(scene, spoken.place) ?? onlyOne(conflictsHere(scene, spoken.place).filter(isOpenConflict))?.platform ?? null;
  const platform = lead.args.platform ?? here;
  if (platform === null) return noPlatform(line, scene);
  const { next } = lead.args;
  const word = line.words[next];
  const read = word === undefined ? null : numberIn(word.text, scene);
  if (word !== undefined && read !== null && read.repo.toLowerCase() !== scene.project.repo.toLowerCase()) return mistaken(word, `blockers are looked at in ${scene.project.repo} alone, and this is one of ${read.repo}`);
  const number = read?.number ?? blockerHere(platform, scene, spoken.place);
  if (number === null && !openConflicts(scene).some((c) => c.platform === platform)) {
    return mistaken(null, 'which release blocker it is in the way of is missing: the number of an issue or pull request, such as `#123`');
  }
  return understood({ platform, number, reason: reasonOf(line.rest(read === null ? next : next + 1)) ?? '' });
}

function noPlatform(line: CommandLine, { project }: Scene): Parsed<never> {
  const [word] = line.words;
  if (word === undefined || word.text.startsWith('#')) return mistaken(null, 'a platform is missing here');
  const read = readPlatform(word, project);
  return read.ok ? mistaken(null, 'a platform is missing here') : read;
}

const onlyOne = <T>(items: readonly T[]): T | undefined => items.length === 1 ? items[0] : undefined;

const SHORT = /^(?:([\w.-]{1,100}\/[\w.-]{1,100}))?#(\d{1,9})$/;
const PATH = /^\/([\w.-]{1,100}\/[\w.-]{1,100})\/(?:pull|issues)\/(\d{1,9})(?:[/?#]|$)/i;

/** `#12`, `owner/name#12`, or the address of an issue or pull request on this GitHub; null: it is none, and begins the reason. */
function numberIn(word: string, scene: Scene): { readonly repo: string; readonly number: number } | null {
  const text = word.replace(/^[<(`"']+|[>)`"'.,;:]+$/g, '');
  const [, named, short = ''] = SHORT.exec(text) ?? [];
  if (Number(short) > 0) return { repo: named ?? scene.project.repo, number: Number(short) };
  const web = webOf(scene);
  const [, repo = '', number = ''] = text.toLowerCase().startsWith(`${web.toLowerCase()}/`) ? PATH.exec(text.slice(web.length)) ?? [] : [];
  return Number(number) > 0 ? { repo, number: Number(number) } : null;
}

/** The blocker that the place is about; an issue of ours is none. Null: it is about none, or about a blocking board. */
function blockerHere(platform: PlatformId, scene: Scene, place: Place): number | null {
  const told = conflictsHere(scene, place).find((c) => c.blocker.kind !== 'board')?.blocker;
  if (told !== undefined && told.kind !== 'board') return told.number;
  const ours = place.incident !== null || place.proposal !== null || Boolean(place.conflict);
  if (!ours && place.issue !== null && place.issue.repo.toLowerCase() === scene.project.repo.toLowerCase()) return place.issue.number;
  const open = onlyOne(openConflicts(scene).filter((c) => c.platform === platform));
  return open !== undefined && open.blocker.kind !== 'board' ? open.blocker.number : null;
}

/** Owners, release leads and the release-signal team may say so; the blocker is looked up with its checks. */
export const namingNeeds = ({ platform, number }: Naming, scene: Scene): Needs =>
  ({ ...movingNeeds({ platform, reason: '' }, scene), ...number === null ? {} : { blocker: number } });

type Opened = { readonly kind: 'opened'; readonly change: ConflictChange; readonly checks: Text } | { readonly kind: 'open'; readonly conflict: Conflict } | { readonly kind: 'no'; readonly outcome: Outcome };
const no = (...why: Spans): Opened => ({ kind: 'no', outcome: refusedAs(...why) });

/** Opens the conflict that somebody says there is; or the one that is open, or why there is none. */
export function openSaid(naming: Naming, scene: Scene, spoken: Spoken, { blocker }: Found): Opened {
  const { login } = spoken.actor;
  if (login === null) return { kind: 'no', outcome: unlinked() };
  const { platform, number } = naming;
  const off = offFor(scene, platform);
  // Off on another branch, it may be in the way of this one still.
  if (off !== null && (blocker?.kind !== 'found' || blocker.branch === off.branch)) return { kind: 'open', conflict: off };
  const known = openConflicts(scene).filter((c) => c.platform === platform && (number === null || (c.blocker.kind !== 'board' && c.blocker.number === number)));
  if (known[0] !== undefined && known[0] !== off) return { kind: 'open', conflict: known[0] };
  if (blocker === undefined || blocker.kind === 'unknown') return no(`#${number ?? 0} could not be read on GitHub just now${blocker === undefined ? '' : `: ${blocker.why.replace(/\.$/, '')}`}. Who wrote it and whether it blocks the release has to be known first, so please try again in a minute.`);
  if (blocker.kind === 'none') return no(`There is no issue or pull request #${number ?? 0} in ${scene.project.repo}, or this App may not read it.`);
  return detected(naming, blocker, scene, spoken, login);
}

type Seen = Extract<BlockerFound, { readonly kind: 'found' }>;

function detected({ platform, reason }: Naming, seen: Seen, scene: Scene, spoken: Spoken, login: string): Opened {
  const { project, now } = scene;
  const { blocker, branch, checks } = seen;
  const name = blockerName(blocker);
  const { blocks, because } = blocksAny(seen, project);
  if (!blocks) return no(seen.state === 'open' ? `${name} does not block the release: ${because}. If it should, put that right there and say this again; without it no platform is turned off for it.` : `${name} is ${seen.state}, so nothing is in its way any more.`);
  if (platform === project.reference) return no(`${platform} is what every other platform is compared with, so it is never turned off.`);
  const own = (checks.checks ?? []).filter((c) => c.platforms.length === 1 && c.platforms[0] === platform);
  if (own.length > 0 && own.every((c) => c.state === 'green')) return no(`${listed(own.map((c) => c.name))} of ${platform} ${own.length === 1 ? 'is' : 'are'} green on ${name}, so it is not in its way.`);
  const found = detectBySaying(platform, login, reason, checks);
  if (found.kind === 'suspect') return no(`${found.because} So nothing is proposed to be turned off; if one of them has a cause of its own, mend or waive the others first.`);
  if (found.kind === 'none') return no(found.because);
  const alone = nobodyElse(project, platform, branch, [login, ...blocker.kind === 'board' || blocker.author === null ? [] : [blocker.author]], login);
  if (alone !== null) return no(...alone);
  const change = openConflict({
    project, found, blocker, branch, components: [], said: { by: login, surface: spoken.actor.surface, at: Math.min(spoken.at, now), ...reason === '' ? {} : { reason } }, known: scene.conflicts,
    unmentionable: scene.unmentionable, now, evidence: { said: occasionOf(scene, spoken).evidence, reason, checks: checks.checks, labels: seen.labels, milestone: seen.milestone, because },
  });
  const open = scene.conflicts.find((c) => c.id === conflictId(project.name, platform, blocker));
  if (change === null) return open === undefined ? no(`${platform} and ${name} cannot be taken up.`) : { kind: 'open', conflict: open };
  return { kind: 'opened', change, checks: suggestion(seen, project) };
}

/** Why nobody could approve it if this person said it, while they could if somebody else did; null: enough can, or a team decides. */
function nobodyElse(project: Project, platform: PlatformId, branch: string, out: readonly string[], login: string): Spans | null {
  const leads = releaseFor(project, branch)?.leads ?? [];
  const { quorum } = approvalsNeeded(project, platform, branch, 0);
  const people = leads.map((l) => l.slice(1));
  if (leads.some((l) => l.includes('/')) || !people.some((p) => sameLogin(p, login))) return null;
  const could = people.filter((p) => !out.some((o) => sameLogin(o, p)));
  if (could.length >= quorum) return null;
  return [`To turn ${platform} off takes ${counted(quorum, 'approval')} of release leads, and yours would not count as you say so. `, ...could.length === 0 ? ['Nobody else could approve it'] : ['Only ', ...enumerated(could.map(coded)), ' could approve it'], '. Ask an owner, the release-signal team or another lead to say it.'];
}

/** The mapping of checks to platforms, where no platform's `checks:` fit: a suggestion that a person confirms by putting it into the configuration. */
function suggestion({ checks: { checks }, blocker }: Seen, project: Project): Text {
  const names = (checks ?? []).map((c) => c.name);
  if (project.platforms.some((p) => p.checks.some((glob) => names.some((n) => globMatches(glob, n))))) return [];
  const found = suggestChecks(names, project.platforms);
  if (found.length === 0) return [];
  return [
    says(`The configuration names no checks that ${blockerName(blocker)} waits for, so whose they are was told by their names alone. This is what the names suggest; if it is right, add it to these platforms in `, coded(fileShown(project)), ':'),
    { kind: 'code', language: 'yaml', text: ['platforms:', ...found.slice(0, 8).flatMap(({ platform, pattern }) => [`  ${platform}:`, `    checks: [${JSON.stringify(pattern)}]`])].join('\n') },
  ];
}

/** What was opened: what it rests on, who is asked until when, and what comes then. */
export function openedReply({ conflict }: ConflictChange, checks: Text, scene: Scene, spoken: Spoken): Text {
  const { platform, blocker, evidence, fixBy, times, owners, remedy, components, release, branch } = conflict;
  const asked = conflict.facts.at(-1)?.asks ?? [];
  const { issue } = spoken.place;
  const here = blocker.kind !== 'board' && issue?.number === blocker.number && issue.repo.toLowerCase() === blocker.repo.toLowerCase();
  const then = remedy === 'waive' ? `to waive its check for ${release ?? branch}, as only its tests are red` : `to turn the ${scopeOf(platform, components)} off for ${release ?? branch}`;
  return [
    says({ bold: `${platform} is in the way of` }, ' ', here ? blockerName(blocker) : blockerIn(conflict, scene), `: ${evidence.because}`),
    says(...asked.length === 0 ? ['Nobody is declared to be asked'] : [...whoAll(asked), ` ${asked.length === 1 ? 'is' : 'are'} asked ${here ? 'here' : 'there'} to fix it`], owners.length === 0 ? `, as ${platform} has no owners,` : '', ` by ${moment(fixBy, times.detected)}${fixBy > times.detected ? ` (${span(fixBy - times.detected)})` : ''}. After that release leads are asked ${then}; your own approval of that does not count, as you say so. No time for a fix? Two release leads write `,
      coded(`/arch no-time${here ? '' : ` ${platform}`} <reason>`), '.'),
    ...checks,
  ];
}

/** Of one that is open already: how far it is, and what can be done there. */
export function openAlready(conflict: Conflict, scene: Scene): Outcome {
  const { platform, stage, openedBy, times } = conflict;
  const { now } = scene;
  if (isOff(conflict)) return answered(`${platform} is `, ...conflictSpans(conflict, scene), '. ', ...stage === 'watching' ? ['It is proposed to be turned on again when that holds; ', coded(`/arch reactivate ${platform} <reason>`), ' proposes it now.'] : []);
  return answered(`That is known since ${moment(times.detected, now)}, `, ...openedBy.by === BY_PROGRAM ? ['as its checks show it'] : ['first said by ', coded(openedBy.by)], `. ${platform} is `, ...conflictSpans(conflict, scene), '. ', ...nextOf(conflict));
}

function nextOf({ stage, platform, gaveUp }: Conflict): Spans {
  switch (stage) {
    case 'fixing': return gaveUp === null ? ['Owners who see no way write ', coded(`/arch give-up ${platform} <reason>`), '; two release leads who see no time for it write ', coded(`/arch no-time ${platform} <reason>`), '. Either brings the proposal now.'] : ['An owner has given up, so release leads are asked now.'];
    case 'proposing': case 'doing': case 'over': case 'watching': case 'returning': return [];
    case 'deciding': return ['It is decided there, with ', coded('/arch approve'), ' or ', coded('/arch reject <reason>'), '.'];
    default: return stage satisfies never;
  }
}
