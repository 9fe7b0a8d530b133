import type { CheckReading } from '../domain/check.ts';
import type { Blocker, ConflictEvidence, Remedy, Way } from '../domain/conflict.ts';
import { standingJobs, type Incident, type IncidentJob } from '../domain/incident.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Project, Release } from '../domain/project.ts';
import type { LogEvidence, Pointing } from '../domain/signature.ts';
import { counted, day, listed } from '../domain/time.ts';
import { BOARD_WINDOW, cutOf } from './conflict-deadlines.ts';
import { platformOf } from './world.ts';

/** Policy.md, "Conflict", 1: whether a blocker meets a broken platform, and which. Texts are sentences. */
export type Detection =
  | { readonly kind: 'conflict'; readonly platform: PlatformId; readonly remedy: Remedy; readonly evidence: ConflictEvidence }
  /** Several platforms are red: the blocker is to blame. */
  | { readonly kind: 'suspect'; readonly platforms: readonly PlatformId[]; readonly because: string }
  /** `settled`: everything needed is known, and it is none. Otherwise it may still become one. */
  | { readonly kind: 'none'; readonly because: string; readonly settled: boolean };

/** What is known of a blocker's checks. */
export interface CheckFacts {
  readonly project: Pick<Project, 'platforms' | 'reference'>;
  readonly blocker: Blocker;
  /** The branch that it is to be merged into. */
  readonly branch: string;
  /** Null: it is not known which checks block its merge. */
  readonly checks: readonly CheckReading[] | null;
  /** What the logs of red checks point at, by the check's name. */
  readonly logs: ReadonlyMap<string, Pointing>;
}

const none = (because: string, settled = true): Detection => ({ kind: 'none', because, settled });

/** `#25243`, or what else is blocked. */
export const blockerName = (blocker: Blocker): string => blocker.kind === 'board' ? blocker.release ?? 'the release' : `#${blocker.number}`;

const names = (checks: readonly CheckReading[]): string => listed(checks.map((c) => c.name));

/** A conflict by the checks that block the merge, or by the log of one that builds every platform. */
export function detectByChecks(facts: CheckFacts): Detection {
  const { checks, blocker } = facts;
  if (checks === null) return none(`The checks that block the merge of ${blockerName(blocker)} could not be read.`, false);
  const red = checks.filter((c) => c.state === 'red');
  const once = checks.filter((c) => c.state === 'once');
  if (red.length === 0) {
    if (once.length > 0) return none(`${names(once)} failed once; that counts when it fails the same way again, or on another commit.`, false);
    const waiting = checks.filter((c) => c.state === 'waiting');
    return waiting.length > 0 ? none(`${names(waiting)} ${waiting.length === 1 ? 'has' : 'have'} not ended yet.`, false) : none(`No check that blocks the merge of ${blockerName(blocker)} is red.`);
  }
  const blamed = red.map((check) => ({ check, ...blameOf(check, facts) }));
  const platforms = [...new Set(blamed.flatMap((b) => b.platforms))];
  const nobody = blamed.filter((b) => b.platforms.length === 0).map((b) => b.check);
  if (platforms.length > 1) return { kind: 'suspect', platforms, because: `${listed(platforms)} are red together (${names(red)}), so ${blockerName(blocker)} itself is the likely cause.` };
  const [platform] = platforms;
  if (platform === undefined || nobody.length > 0) return none(`${names(nobody)} ${nobody.length === 1 ? 'is' : 'are'} red${platform === undefined ? '' : `, beside those of ${platform}`}, and of no platform alone.`);
  return ofOne(platform, blamed, once, facts);
}

interface Blame { readonly platforms: readonly PlatformId[]; readonly log: readonly LogEvidence[]; readonly byLog: boolean }

/** Whose fault a red check may be: its platform's, or that at which the log of a check for all of them points. */
function blameOf(check: CheckReading, { logs }: CheckFacts): Blame {
  const log = logs.get(check.name);
  if (check.platforms.length === 1) return { platforms: check.platforms, log: log?.kind === 'one' && log.platform === check.platforms[0] ? log.evidence : [], byLog: false };
  if (log === undefined || log.kind === 'none') return { platforms: [], log: [], byLog: true };
  return { platforms: log.kind === 'one' ? [log.platform] : log.platforms, log: log.evidence, byLog: true };
}

type Blamed = Blame & { readonly check: CheckReading };

function ofOne(platform: PlatformId, blamed: readonly Blamed[], once: readonly CheckReading[], facts: CheckFacts): Detection {
  const refused = refusal(platform, facts.project);
  if (refused !== null) return none(refused);
  const others = (facts.checks ?? []).filter((c) => !blamed.some((b) => b.check === c));
  const alien = once.filter((c) => !c.platforms.includes(platform));
  if (alien.length > 0) return none(`${names(alien)} failed too, so far once: that is to be seen first.`, false);
  const byLog = blamed.every((b) => b.byLog);
  const siblings = siblingsOf(platform, others);
  if (!byLog) {
    const waiting = siblings.filter((c) => c.state !== 'green');
    if (waiting.length > 0) return none(`${names(waiting)} ${waiting.length === 1 ? 'has' : 'have'} not ended yet, so nobody can tell whether only ${platform} is red.`, false);
    if (siblings.length === 0) return none(`No other check blocks the merge of ${blockerName(facts.blocker)}, so nothing shows that only ${platform} is red.`);
  }
  const red = blamed.map((b) => b.check);
  return {
    kind: 'conflict', platform, remedy: remedyFor(platform, red, others),
    evidence: {
      way: byLog ? 'log' : 'checks', base: baseOf(red), checks: red.map(({ name, url, failure }) => ({ name, url, failure })), log: blamed.flatMap((b) => b.log).slice(0, 6),
      because: inTurn(baseOf(red), sayBase(platform, baseOf(red), facts), byLog ? becauseLog(platform, blamed) : becauseChecks(red, siblings, facts)),
    },
  };
}

/** Why this platform's build is never proposed to be turned off; null: it may be. */
export function refusal(platform: PlatformId, project: Pick<Project, 'platforms' | 'reference'>): string | null {
  if (platform === project.reference) return `Only ${platform} is red, which every other platform is compared with: it is never turned off.`;
  const tracked = project.platforms.find((p) => p.id === platform);
  if (tracked === undefined) return `${platform} is not one of the tracked platforms.`;
  return tracked.build === 'off' ? `${platform} is not built already.` : null;
}

/** The checks that show that others are well: other platforms' where there are some, else all others. */
function siblingsOf(platform: PlatformId, others: readonly CheckReading[]): readonly CheckReading[] {
  const foreign = others.filter((c) => !c.platforms.includes(platform));
  const ports = foreign.filter((c) => c.platforms.length > 0);
  return ports.length > 0 ? ports : foreign;
}

/** Tests alone: the check is waived. Where nothing shows that it is built, or its build is red, the build is turned off. */
function remedyFor(platform: PlatformId, red: readonly CheckReading[], others: readonly CheckReading[]): Remedy {
  const builds = others.filter((c) => c.kind === 'build' && (c.platforms.includes(platform) || c.platforms.length !== 1));
  return red.every((c) => c.kind === 'test') && builds.some((c) => c.state === 'green') && builds.every((c) => c.state === 'green') ? 'waive' : 'deactivate';
}

const baseOf = (red: readonly CheckReading[]): ConflictEvidence['base'] =>
  red.some((c) => c.base === 'red') ? 'red' : red.every((c) => c.base === 'green') ? 'green' : 'unknown';

function becauseChecks(red: readonly CheckReading[], siblings: readonly CheckReading[], { checks, blocker }: CheckFacts): string {
  const [first] = red;
  const how = first === undefined ? '' : first.commits > 1 ? `, on ${first.commits} commits` : first.failed > 1 ? `, ${first.failed === 2 ? 'twice' : `${first.failed} times`} the same way` : '';
  return `Of ${counted(checks?.length ?? 0, 'check')} that ${checks?.length === 1 ? 'blocks' : 'block'} the merge of ${blockerName(blocker)}, only ${names(red)} ${red.length === 1 ? 'is' : 'are'} red${how}; ${listed(siblings.map((c) => c.name), 3)} ${siblings.length === 1 ? 'is' : 'are'} green.`;
}

const becauseLog = (platform: PlatformId, blamed: readonly Blamed[]): string => {
  const [line] = blamed.flatMap((b) => b.log);
  return `${names(blamed.map((b) => b.check))} ${blamed.length === 1 ? 'builds' : 'build'} every platform and ${blamed.length === 1 ? 'is' : 'are'} red; the log names ${platform} alone where it failed${line === undefined ? '' : ` (line ${line.line}: ${line.says})`}.`;
};

/** That the blocker broke it is said first. */
const inTurn = (base: ConflictEvidence['base'], about: string, seen: string): string => base === 'green' ? `${about} ${seen}` : `${seen} ${about}`;


function sayBase(platform: PlatformId, base: ConflictEvidence['base'], { branch, blocker }: Pick<CheckFacts, 'branch' | 'blocker'>): string {
  switch (base) {
    case 'green': return `${blockerName(blocker)} broke ${platform}: on ${branch} it is green.`;
    case 'red': return `On ${branch} it is red too, so ${platform} was broken before ${blockerName(blocker)}.`;
    case 'unknown': return `Whether it is green on ${branch} is not known.`;
    default: return base satisfies never;
  }
}

/** What is known of the blocking board. */
export interface BoardFacts {
  readonly project: Pick<Project, 'platforms' | 'reference'>;
  readonly release: Release;
  /** Live incidents of the project. */
  readonly incidents: readonly Incident[];
  readonly now: number;
}

/** A conflict by a job of one platform that is red on the blocking board within 7 days before the cut. */
export function detectByBoard({ project, release, incidents, now }: BoardFacts): Detection {
  const cut = cutOf(release, now);
  if (cut === null || cut - now > BOARD_WINDOW) return none('No cut is within 7 days.');
  const own = incidents.filter((i) => i.kind === 'breakage' && i.state === 'open' && i.scope === 'here' && i.classified === null);
  const red = own.flatMap((i) => standingJobs(i)).filter((j) => j.board === 'blocking' && j.state === 'failing' && !j.flake && isOf(j, project, release));
  const platforms = [...new Set(red.map((j) => j.platform))];
  if (platforms.length > 1) return { kind: 'suspect', platforms, because: `${listed(platforms)} are red on the blocking board together, so something that they share is the likely cause.` };
  const [platform] = platforms;
  if (platform === undefined) return none('No job of a single platform is red on the blocking board.');
  const refused = refusal(platform, project);
  if (refused !== null) return none(refused);
  return { kind: 'conflict', platform, remedy: red.some((j) => j.suite === 'build') ? 'deactivate' : 'waive', evidence: boardEvidence(platform, red, release, cut, now, own.filter((i) => i.platform === platform).flatMap((i) => i.surroundings.platformsPassing)) };
}

/** A job without a branch tests the main one, from which the current release is cut. */
const isOf = ({ key, platform }: IncidentJob, { platforms }: BoardFacts['project'], release: Release): boolean => {
  const branch = platforms.find((p) => p.id === platform)?.jobs.find((j) => j.key === key)?.branch ?? null;
  return branch === null || branch === release.branch;
};

/** `passing`: other platforms on which the same suites pass. */
function boardEvidence(platform: PlatformId, red: readonly IncidentJob[], release: Release, cut: number, now: number, passing: readonly PlatformId[]): ConflictEvidence {
  const others = [...new Set(passing)];
  const since = Math.min(...red.map((j) => j.streak?.since ?? now));
  return {
    way: 'board', base: 'red', log: [], checks: red.map((j) => ({ name: j.name, url: j.links.logs ?? j.links.page, failure: j.failingTests[0]?.name ?? null })),
    because: `${listed(red.map((j) => j.name))} of ${platform} ${red.length === 1 ? 'is' : 'are'} red on the board that blocks ${release.name ?? 'the release'}, since ${day(since, now)}; it is cut on ${day(cut, now)}. ${others.length > 0 ? `The same suites are green on ${listed(others, 3)}.` : `No other platform runs the same suites just now, so whether only ${platform} has it is not known.`}`,
  };
}

/** What somebody with the right to says (`/arch conflict`), with what the checks show. Several red platforms contradict them. */
export function detectBySaying(platform: PlatformId, by: string, reason: string, facts: CheckFacts): Detection {
  const seen = detectByChecks(facts);
  if (seen.kind === 'suspect') return seen;
  if (seen.kind === 'conflict' && seen.platform === platform) return seen;
  const refused = refusal(platform, facts.project);
  if (refused !== null) return none(refused);
  const own = (facts.checks ?? []).filter((c) => c.state === 'red' && c.platforms.includes(platform));
  const shown = seen.kind === 'conflict' ? seen.evidence.because : seen.because;
  return {
    kind: 'conflict', platform, remedy: 'deactivate',
    evidence: {
      way: 'said', base: own.length === 0 ? 'unknown' : baseOf(own), checks: own.map(({ name, url, failure }) => ({ name, url, failure })), log: [],
      because: `${by} says so${reason === '' ? '' : `: “${reason}”`}. The checks by themselves: ${shown}`,
    },
  };
}

/** The way in which a conflict was seen, in words: `by its checks`. */
export const wayName = (way: Way): string => ({ checks: 'by its checks', log: 'by the log', board: 'by the blocking board', said: 'by hand' })[way];

/** Owners of a platform as configured. */
export const ownersOf = (project: Project, platform: PlatformId): readonly string[] => platformOf(project, platform)?.owners ?? [];
