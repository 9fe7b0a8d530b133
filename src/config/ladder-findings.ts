import { heldAt, isAskedOf, standsOn, type AskedUse } from '../domain/asked.ts';
import { GO_FIRST_CLASS, GO_PORTS, goPort } from '../domain/go-ports.ts';
import type { Ladder, Step } from '../domain/ladder.ts';
import { parsePlatform } from '../domain/platform.ts';
import type { Platform, Project } from '../domain/project.ts';
import { areBuilt, isJobIn, isOneOf, isWhole, scopeOf, scopeWords } from '../domain/scope.ts';
import { counted, listed } from '../domain/time.ts';
import type { Problem } from './finding.ts';
import { namesOf } from './names.ts';
import { entries, get, list } from './raw.ts';

/** Suites that mean the same everywhere (contract, "The configuration file"). */
const KNOWN_SUITES = ['build', 'unit', 'integration', 'e2e', 'node-e2e', 'conformance'];

interface Matter {
  readonly project: Project;
  readonly platform: Platform;
  /** As the file spells it. */
  readonly spelled: string;
  readonly step: Step;
  readonly held: readonly AskedUse[];
  /** Something in `switches` turns the release off apart from the build; null: no switch is configured at all. */
  readonly releaseSwitch: boolean | null;
}

/** Platforms on steps that the ladder does not have. */
export function stepsNotThere(config: unknown, ladder: Ladder): Problem[] {
  const numbers = ladder.steps.map((s) => s.step);
  return entries(get(config, 'platforms')).flatMap(([name, platform]): Problem[] => {
    const step = get(platform, 'step');
    return typeof step !== 'number' || numbers.includes(step) ? []
      : [{ path: ['platforms', name, 'step'], at: 'value', message: `the ladder ${ladder.name} has no step ${step}; it has ${numbers.join(', ')}` }];
  });
}

/**
 * Where a configuration and its ladder disagree: matters of policy, which keep nothing from running. Only what the file
 * itself can tell; whether runs meet the criteria is for `evaluate`.
 */
export function ladderFindings(config: unknown, project: Project, ladder: Ladder): Problem[] {
  const switches = list(get(config, 'switches'));
  const releaseSwitch = switches.length === 0 ? null : switches.some((s) => get(s, 'controls') === 'release');
  const found = entries(get(config, 'platforms')).flatMap(([spelled]) => {
    const platform = project.platforms.find((p) => p.id === parsePlatform(spelled));
    const step = ladder.steps.find((s) => s.step === platform?.step);
    if (platform === undefined || step === undefined) return [];
    const matter: Matter = { project, platform, spelled, step, held: heldAt(ladder, step.step).filter((use) => isAskedOf(use, platform.components ?? [])), releaseSwitch };
    return [...notForIt(matter), ...notBuilt(matter), ...buildStands(matter), ...matter.held.flatMap((use) => CHECKS[use.criterion]?.(matter, use) ?? [])];
  });
  return [...unknownSuites(project, ladder), ...unknownScopes(project, ladder), ...found, ...forgotten(project, ladder)];
}

const at = ({ spelled }: Matter, field: string, message: string, where: Problem['at'] = 'value'): Problem => ({ path: ['platforms', spelled, field], at: where, message });
const named = (step: Pick<Step, 'step' | 'name'>): string => `step ${step.step} (${step.name})`;

/** It stands on a step that is about nothing that is built of it. */
function notForIt(matter: Matter): Problem[] {
  const { platform: { id, components = [] }, step } = matter;
  return areBuilt(step.components, components) ? []
    : [at(matter, 'step', `${named(step)} is about ${scopeWords(scopeOf(step))} only, and of ${id} only ${listed(components, 6)} is built; move it to a step that is about it, or name the rest under \`components\``)];
}

/** Jobs that test what is not built. */
function notBuilt({ platform: { jobs, components: built = [] }, spelled }: Matter): Problem[] {
  return jobs.flatMap(({ name, components = [] }, i): Problem[] => areBuilt(components, built) ? []
    : [{ path: ['platforms', spelled, 'jobs', i, 'components'], at: 'value', message: `${name} tests ${listed(components, 6)}, and of ${spelled} only ${listed(built, 6)} is built; one of the two does not hold` }]);
}

/** "Step 1, by default things should not build"; and what is not released yet does not ship. */
function buildStands(matter: Matter): Problem[] {
  const { platform, step, releaseSwitch } = matter;
  if (platform.build !== 'on') return [];
  if (step.build === 'off') return [at(matter, 'build', `is built by default, which ${named(step)} does not allow; set \`build: off\` and turn its switches off, or move it to a step that allows it`)];
  if (step.release === 'on' || releaseSwitch !== false) return [];
  return [at(matter, 'build', `ships with the release, as far as this file knows: no switch has \`controls: release\`, so what is built is released, which ${named(step)} does not allow; name the switch that parts the two, or turn the build off`)];
}

type Check = (matter: Matter, use: AskedUse) => Problem[];

const CHECKS: Partial<Record<AskedUse['criterion'], Check>> = {
  'suites-present': suitesPresent,
  'on-board': onBoard,
  'owners-declared': owners,
  'toolchain-support': toolchain,
};

const names = (use: AskedUse, key: string): readonly string[] => Array.isArray(use.params[key]) ? use.params[key] as string[] : [];
const asks = (matter: Matter, use: AskedUse): string => use.step === matter.step.step ? named(matter.step) : `${named(matter.step)}, like step ${use.step},`;

/** The platform's jobs that the step is about. */
const jobsIn = ({ platform, project }: Matter, { scope }: AskedUse) => platform.jobs.filter((j) => isJobIn(scope, j, project.releases[0]?.branch));
const within = ({ scope }: AskedUse): string => isWhole(scope) ? '' : ` for ${scopeWords(scope)}`;

/** Jobs of the suites, run by the triggers, that are promised. */
function suitesPresent(matter: Matter, use: AskedUse): Problem[] {
  const suites = names(use, 'suites');
  const counts = jobsIn(matter, use).filter((j) => use.params['thirdParty'] === true || j.reportedBy === null);
  const jobs = counts.filter((j) => suites.includes(j.suite));
  // A test that passes has been built: where the question is whether it builds at all, any job answers it.
  const told = (suite: string): boolean => jobs.some((j) => j.suite === suite) || (suite === 'build' && use.params['passedWithin'] !== null && counts.length > 0);
  const missing = suites.filter((suite) => !told(suite));
  const triggers = names(use, 'triggers').filter((trigger) => !counts.some((j) => j.trigger === trigger));
  const elsewhere = counts.length < jobsIn(matter, use).length ? ' (reports of third parties do not count here)' : '';
  return [
    ...(missing.length > 0 ? [at(matter, 'jobs', `${asks(matter, use)} asks for jobs of the ${plural('suite', missing)} ${listed(missing, 6)}, and none is configured${within(use)}${elsewhere}; add ${missing.length === 1 ? 'one' : 'them'}, or move the platform down until ${missing.length === 1 ? 'it runs' : 'they run'}`, 'key')] : []),
    ...(triggers.length > 0 && missing.length < suites.length ? [at(matter, 'jobs', `${asks(matter, use)} asks for at least one ${listed(triggers)} job, of whichever suite, and none is configured${within(use)}${elsewhere}; add one, or say \`trigger: ${triggers[0]}\` of the job that is one`, 'key')] : []),
  ];
}

const plural = (word: string, of: readonly unknown[]): string => of.length === 1 ? word : `${word}s`;

/** A board that is promised and not present. */
function onBoard(matter: Matter, use: AskedUse): Problem[] {
  const board = use.params['board'] === 'blocking' ? 'blocking' : 'informing';
  const dashboard = typeof use.params['dashboard'] === 'string' ? use.params['dashboard'] : null;
  const given = names(use, 'suites');
  const suites = given.length > 0 ? given : [...new Set(matter.held.filter((u) => u.criterion === 'suites-present').flatMap((u) => names(u, 'suites')))];
  const off = suites.filter((suite) => !jobsIn(matter, use).some((j) => j.suite === suite && standsOn(j, board, dashboard)));
  if (off.length === 0) return [];
  const boards = [board === 'informing' ? 'on the informing board, or on the blocking one' : 'on the blocking board', ...(dashboard === null ? [] : [`or on a ${dashboard} dashboard`])].join(', ');
  return [at(matter, 'jobs', `${asks(matter, use)} asks for ${off.length === 1 ? 'a job' : 'jobs'} of ${listed(off, 6)} ${boards}, and this file knows of none${within(use)}; say \`board: ${board}\` of the job that stands there, or bring one there`, 'key')];
}

/** A team may have any number of members. */
function owners(matter: Matter, use: AskedUse): Problem[] {
  const { owners: declared } = matter.platform;
  const needed = Number(use.params['count']);
  const countable = use.params['of'] === 'entries' || declared.every((o) => !o.includes('/'));
  if (!countable || declared.length >= needed) return [];
  return [at(matter, 'owners', `${asks(matter, use)} asks for ${counted(needed, 'owner')}, and ${declared.length === 0 ? 'nobody is' : `${declared.length} ${declared.length === 1 ? 'is' : 'are'}`} declared; name them under \`owners\`, or move the platform down`, declared.length === 0 ? 'key' : 'value')];
}

/** What Go itself says of its ports; of other toolchains nothing is known here. */
function toolchain(matter: Matter, use: AskedUse): Problem[] {
  if (String(use.params['toolchain']).toLowerCase() !== 'go') return [];
  const level = goPort(matter.platform.id);
  const asked = use.params['level'];
  if (level === 'first-class' || (level === 'supported' && asked === 'supported')) return [];
  const is = level === 'none' ? 'has no port' : 'has one that is not';
  const message = asked === 'supported' ? `${asks(matter, use)} asks for a platform that Go supports, and Go has no port for ${matter.platform.id} (${GO_PORTS.url})`
    : `${asks(matter, use)} asks for a first-class Go port, and for ${matter.platform.id} Go ${is}: its first-class ports are ${listed(GO_FIRST_CLASS, 20)} (${GO_PORTS.url}). The policy and the step contradict each other; one of them has to give way, or an exception has to say until when not`;
  return [at(matter, 'step', message)];
}

/** A suite that no job of any platform has, and that is none of the known ones, is most likely misspelt. */
function unknownSuites(project: Project, ladder: Ladder): Problem[] {
  const known = namesOf([...new Set([...KNOWN_SUITES, ...project.platforms.flatMap((p) => p.jobs.map((j) => j.suite))])]);
  const asked = new Set(ladder.steps.flatMap((s) => [...s.hold, ...s.enter]).flatMap((u) => Array.isArray(u.params['suites']) ? u.params['suites'] as string[] : []));
  return [...asked].filter((suite) => !known.has(suite)).map((suite) => ({
    path: ['ladder'], at: 'value', message: `the ladder ${ladder.name} asks for the suite ${JSON.stringify(suite)}, which no job of this file has${known.meant(suite)}`,
  }));
}

/** Components that mean the same everywhere (policy.md, "Other rules the seeds give"). */
const KNOWN_COMPONENTS = ['client', 'node', 'server'];

/** Patterns times branches that are held against each other; with more of them nobody is told of a pattern that no branch matches. */
const MOST_PAIRS = 200_000;

/** A step that is about something that this file does not have is about nothing. */
function unknownScopes(project: Project, ladder: Ladder): Problem[] {
  const { platforms, releases, switches = [] } = project;
  const jobs = platforms.flatMap((p) => p.jobs);
  const components = namesOf([...new Set([...KNOWN_COMPONENTS, ...[...platforms, ...jobs, ...switches].flatMap((x) => x.components ?? [])])]);
  const branches = namesOf([...new Set([...releases.map((r) => r.branch), ...jobs.flatMap((j) => j.branch ?? []), ...switches.flatMap((s) => s.branches)])]);
  const patterns = ladder.steps.reduce((sum, step) => sum + (step.branches?.length ?? 0), 0);
  const isThere = (pattern: string): boolean => patterns * branches.all.length > MOST_PAIRS || [null, ...branches.all].some((branch) => isOneOf(branch, [pattern], releases[0]?.branch));
  const told = (message: string): Problem => ({ path: ['ladder'], at: 'value', message });
  return ladder.steps.flatMap((step): Problem[] => [
    ...step.components.filter((c) => !components.has(c)).map((c) => told(`${named(step)} of the ladder ${ladder.name} is about the component ${JSON.stringify(c)}, which no platform, job or switch of this file has${components.meant(c)}`)),
    ...(step.branches ?? []).filter((b) => !isThere(b)).map((b) => told(`${named(step)} of the ladder ${ladder.name} is about the branch ${JSON.stringify(b)}, and no release, job or switch of this file is on one that is called so${branches.meant(b)}`)),
  ]);
}

const DAY = 86_400_000;

/** How far back at single runs a criterion looks (ms). */
const LOOKS_BACK: Partial<Record<AskedUse['criterion'], (params: AskedUse['params']) => unknown>> = {
  'pass-rate': (p) => p['maxWindow'], 'duration-percentile': (p) => p['window'], 'same-commit-passes': (p) => p['window'],
  'suites-present': (p) => p['passedWithin'], 'failure-streak': (p) => p['for'], 'green-streak': (p) => p['for'],
};

/** Criteria that look further back than the store remembers: the sums of each day stand in for single runs, and nothing for those. */
function forgotten({ retention }: Project, ladder: Ladder): Problem[] {
  const uses = ladder.steps.flatMap(({ step, name, hold, enter }) => [...hold, ...enter].map((use) => ({ ...use, at: named({ step, name }) })));
  const furthest = (reach: (use: typeof uses[number]) => unknown) => uses.map((use) => ({ use, ms: Number(reach(use) ?? 0) })).sort((a, b) => b.ms - a.ms)[0];
  const told = (field: 'runs' | 'rollups', found: ReturnType<typeof furthest>, message: (days: string, of: string) => string): Problem[] =>
    found === undefined || found.ms <= retention[field] ? []
      : [{ path: ['retention', field], at: 'value', message: message(counted(Math.ceil(found.ms / DAY), 'day'), `${found.use.criterion} of ${found.use.at}`) }];
  return [
    ...told('runs', furthest(({ criterion, params }) => LOOKS_BACK[criterion]?.(params)), (days, of) =>
      `${of} looks back up to ${days}, and single runs are kept for less; of older ones the sums of each day are known, without their order, their durations and their commits. Keep them for ${days} or longer`),
    ...told('rollups', furthest(({ params }) => typeof params['resetUnder'] === 'number' ? params['for'] : 0), (days, of) => `${of} looks back up to ${days} for poor weeks, and the sums of each day are kept for less. Keep them for ${days} or longer`),
  ];
}
