import { heldAt, subjectOf } from '../domain/asked.ts';
import { inFile, parametersOf, type Parameter } from '../domain/criteria.ts';
import { CIRCUMSTANCES, type CriterionName, type CriterionUse, type Ladder } from '../domain/ladder.ts';
import { areBuilt, overlap, scopeOf, scopeWords } from '../domain/scope.ts';
import type { Finding } from './finding.ts';
import { filled, findingAt, lacks, type DraftStep, type DraftUse, type Layer } from './ladder-draft.ts';
import { inFileValue } from './ladder-schema.ts';

interface Found {
  readonly errors: Finding[];
  readonly doubts: Finding[];
}

/** What in a ladder makes no sense (errors), and what is questionable (doubts). */
export function contradictions(ladder: Ladder, steps: readonly DraftStep[], layers: readonly Layer[]): Found {
  const found: Found = { errors: [], doubts: [] };
  steps.forEach((step, i) => {
    const below = steps[i - 1];
    if (!lacks(step.origin, 'build', 'release')) grants(step, below, found);
    step.hold.forEach((use) => { weakerThanBelow({ ladder, steps, layers }, step, use, found); own({ ladder, layers }, step, use, 'hold', found); });
    step.enter.forEach((use) => { weakerThanHold(ladder, step, use, found); own({ ladder, layers }, step, use, 'enter', found); });
    suitesAskedFor(ladder, step, found);
    if (i > 0 && step.step > 0 && (below?.step ?? 0) > 0 && step.hold.length + step.enter.length === 0) {
      found.doubts.push(findingAt(step.origin, `${said(step)} asks for nothing that the step below does not; nobody is ever proposed for it`));
    }
  });
  if (!layers.some((l) => l.missing?.clocks)) for (const layer of layers) faster(ladder, layer, found);
  return found;
}

/** `step 2 (test)`; a name with a mistake is no name. */
const said = ({ step, name }: Pick<DraftStep, 'step' | 'name'>): string => name === undefined ? `step ${step}` : `step ${step} (${name})`;

/** What is granted grows from step to step, and nothing is released that is not built. */
function grants(step: DraftStep, below: DraftStep | undefined, { errors }: Found): void {
  const at = (field: 'build' | 'release') => step[field] === undefined ? step.origin : { ...step.origin, path: [...step.origin.path, field] };
  if (step.release === 'on' && step.build !== 'on') errors.push(findingAt(at('release'), `${said(step)} puts into the release what it does not build; set \`build: on\`, or take the release away`));
  for (const field of ['build', 'release'] as const) {
    if (below?.[field] === 'on' && step[field] !== 'on') errors.push(findingAt(at(field), `${said(step)} takes away what ${said(below)} grants: \`${field}: on\``));
  }
}

/** What a use asks for in numbers: `more` where a larger one asks for more. */
const DIRECTIONS: Readonly<Partial<Record<CriterionName, Readonly<Record<string, 'more' | 'less'>>>>> = {
  'suites-present': { passedWithin: 'less' }, 'on-board': { board: 'more' }, 'pass-rate': { share: 'more' }, 'failure-streak': { runs: 'less', for: 'less' },
  'run-cadence': { within: 'less' }, 'duration-percentile': { within: 'less' }, 'green-streak': { runs: 'more', for: 'more' }, 'same-commit-passes': { passes: 'more' },
  'parity': { share: 'more' }, 'owners-declared': { count: 'more' }, 'owner-response': { share: 'more', ackWithin: 'less', fixWithin: 'less' },
  'active-owners': { people: 'more', within: 'less' }, 'time-at-step': { for: 'more', cycles: 'more' }, 'toolchain-support': { level: 'more' },
};

/** The first parameter by which `use` asks for less than `other`, where it asks for more in none. */
function weaker(use: CriterionUse, other: CriterionUse): string | null {
  const sides = Object.entries(DIRECTIONS[use.criterion] ?? {}).map(([key, direction]) => {
    const [a, b] = [rank(use, key), rank(other, key)];
    return { key, by: a === null || b === null ? 0 : (a - b) * (direction === 'more' ? 1 : -1) };
  });
  return sides.some((s) => s.by > 0) ? null : sides.find((s) => s.by < 0)?.key ?? null;
}

/** A number, or a word's place among those that there are. */
function rank({ criterion, params }: CriterionUse, key: string): number | null {
  const [value, parameter] = [params[key], parametersOf(criterion)[key]];
  if (typeof value === 'number') return value;
  return parameter?.kind === 'choice' && typeof value === 'string' ? parameter.of.indexOf(value) : null;
}

const shown = (use: CriterionUse, key: string): string => {
  const parameter: Parameter | undefined = parametersOf(use.criterion)[key];
  return parameter === undefined ? '' : `\`${inFile(key)}: ${inFileValue(parameter.kind, use.params[key])}\``;
};

const paramAt = (use: DraftUse, key: string) => use.given[key] === undefined ? use.origin : { ...use.origin, path: [...use.origin.path, inFile(key)] };

const scopeOfDraft = ({ components = [], branches }: DraftStep) => scopeOf({ components, branches });

/** The finding stands where the change is: with what the topmost layer says, be it the stricter or the weaker of the two. */
function weakerThanBelow({ ladder, steps, layers }: { readonly ladder: Ladder; readonly steps: readonly DraftStep[]; readonly layers: readonly Layer[] }, step: DraftStep, draft: DraftUse, { errors }: Found): void {
  const use = filled(draft);
  const below = heldAt({ steps: ladder.steps.filter((s) => s.step < step.step) }, step.step).find((u) => subjectOf(u) === subjectOf(use) && overlap(u.scope, scopeOfDraft(step)));
  const key = below === undefined ? null : weaker(use, below);
  if (below === undefined || key === null || [step, ...steps.filter((s) => s.step === below.step)].some((s) => lacks(s.origin, 'components', 'branches'))) return;
  const stricter = steps.filter((s) => s.step < step.step).flatMap((s) => s.hold.map((u) => ({ at: s, draft: u }))).findLast((s) => subjectOf(filled(s.draft)) === subjectOf(use) && overlap(scopeOfDraft(s.at), scopeOfDraft(step)));
  const above = (origin: DraftUse['origin']): number => layers.indexOf(origin.layer);
  if (stricter && above(stricter.draft.origin) > above(draft.origin)) {
    errors.push(findingAt(paramAt(stricter.draft, key), `${said(stricter.at)} asks for more than ${said(step)} above it: ${shown(below, key)} here, ${shown(use, key)} there; let step ${step.step} ask for as much`));
    return;
  }
  errors.push(findingAt(paramAt(draft, key), `${said(step)} asks for less than step ${below.step}: ${shown(use, key)} here, ${shown(below, key)} there`));
}

function weakerThanHold(ladder: Ladder, step: DraftStep, draft: DraftUse, { errors }: Found): void {
  const use = filled(draft);
  const held = heldAt(ladder, step.step).find((u) => subjectOf(u) === subjectOf(use) && overlap(u.scope, scopeOfDraft(step)));
  const key = held === undefined ? null : weaker(use, held);
  if (held === undefined || key === null || lacks(step.origin, 'components', 'branches')) return;
  errors.push(findingAt(paramAt(draft, key), `coming to ${said(step)} takes less than holding it: ${shown(use, key)} under \`enter\`, ${shown(held, key)} under \`hold\``));
}

/** What a use says that cannot be meant. */
function own({ ladder, layers }: { readonly ladder: Ladder; readonly layers: readonly Layer[] }, step: DraftStep, draft: DraftUse, where: 'hold' | 'enter', { errors }: Found): void {
  const { criterion, params } = filled(draft);
  const wrong = (message: string, key?: string): void => void errors.push(findingAt(key === undefined ? draft.origin : paramAt(draft, key), message));
  const neither = (a: string, b: string): boolean => params[a] === null && params[b] === null;
  const longer = (a: string, b: string): void => {
    if (typeof params[a] === 'number' && typeof params[b] === 'number' && params[a] > params[b]) wrong(`\`${inFile(a)}\` is longer than \`${inFile(b)}\` (${inFileValue('duration', params[b])})`, a);
  };
  const [asked, about] = [namesOf({ criterion, params }, 'components'), step.components ?? []];
  if (asked.length > 0 && !areBuilt(asked, about)) wrong(`is asked of ${asked.join(', ')}, and ${said(step)} is about ${scopeWords(scopeOfDraft(step))} only; let the two agree`, 'components');
  if (criterion === 'pass-rate') longer('minWindow', 'maxWindow');
  if (criterion === 'owner-response') longer('window', 'maxWindow');
  if ((criterion === 'failure-streak' || criterion === 'green-streak') && neither('runs', 'for')) wrong('asks for nothing; give it `runs`, `for`, or both');
  if (criterion === 'build-switch') {
    for (const field of ['build', 'release'] as const) {
      if (params[field] === 'off' && (step[field] ?? 'off') === 'on') wrong(`must be off, and ${said(step)} turns it on`, field);
    }
  }
  if (criterion !== 'time-at-step') return;
  if (where === 'hold') wrong('how long a platform has stood somewhere is judged when it comes to a step; write it under `enter`');
  if (neither('for', 'cycles')) wrong('asks for nothing; give it `for`, `cycles`, or both');
  const at = params['step'];
  if (typeof at !== 'number') return;
  if (!ladder.steps.some((s) => s.step === at)) {
    if (layers.some((l) => l.missing?.steps)) return;
    wrong(`this ladder has no step ${at}; it has ${ladder.steps.map((s) => s.step).join(', ')}`, 'step');
  } else if (at >= step.step) wrong(`a platform cannot have stood on step ${at} before it comes to step ${step.step}`, 'step');
}

/** A criterion that looks at certain suites looks at nothing where no step asks for jobs of them. */
function suitesAskedFor(ladder: Ladder, step: DraftStep, { doubts }: Found): void {
  const asked = new Set([...heldAt(ladder, step.step), ...step.enter.map(filled)].filter((u) => u.criterion === 'suites-present').flatMap((u) => namesOf(u)));
  for (const draft of [...step.hold, ...step.enter]) {
    if (draft.criterion === 'suites-present') continue;
    const alone = namesOf(filled(draft)).filter((suite) => !asked.has(suite));
    if (alone.length > 0) doubts.push(findingAt(paramAt(draft, 'suites'), `looks at ${alone.join(', ')}, of which this step asks for no job (suites-present)`));
  }
}

const namesOf = ({ params }: CriterionUse, key = 'suites'): readonly string[] => Array.isArray(params[key]) ? params[key] as string[] : [];

/** A sooner end is sooner, and of something that is asked for. */
function faster(ladder: Ladder, layer: Layer, { errors, doubts }: Found): void {
  const used = new Set<string>([...CIRCUMSTANCES, ...ladder.steps.flatMap((s) => s.hold.map((u) => u.criterion))]);
  for (const [criterion, given] of Object.entries(layer.input.demotion?.faster ?? {})) {
    if (given === undefined) continue;
    const { warn_after, propose_after } = given;
    const origin = { layer, path: ['demotion', 'faster', criterion] };
    if (!used.has(criterion)) doubts.push(findingAt(origin, 'no step asks for this criterion under `hold`', 'key'));
    if (warn_after > ladder.demotion.warnAfter || propose_after > ladder.demotion.proposeAfter) {
      errors.push(findingAt(origin, `is slower than for every other criterion (${ladder.demotion.warnAfter}d and ${ladder.demotion.proposeAfter}d)`));
    }
  }
}
