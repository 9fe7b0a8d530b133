import { defaultParams, inFile, parametersOf, type Parameter } from '../domain/criteria.ts';
import { subjectOf } from '../domain/asked.ts';
import { CRITERIA, type CriterionName, type CriterionUse } from '../domain/ladder.ts';
import type { Finding, Path, Problem } from './finding.ts';
import type { Missing } from './ladder-partial.ts';
import type { LadderInput, StepInput, UseInput } from './ladder-schema.ts';

/** One text that a ladder is made of; a ladder that `extends` another has several. */
export interface Layer {
  readonly input: LadderInput;
  /** Places a problem whose path begins at the ladder. */
  readonly place: (problem: Problem) => Finding;
  /** Nothing lies under it. */
  readonly base: boolean;
  /** What was taken out of it, as it has mistakes; null: nothing. */
  readonly missing: Missing | null;
}

/** Where something of a ladder is written. */
export interface Origin {
  readonly layer: Layer;
  readonly path: Path;
}

export interface DraftUse {
  readonly criterion: CriterionName;
  /** As given, under the parameters' own names. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly origin: Origin;
}

export interface DraftStep extends Omit<StepInput, 'hold' | 'enter' | 'without'> {
  readonly origin: Origin;
  readonly hold: readonly DraftUse[];
  readonly enter: readonly DraftUse[];
}

export const findingAt = ({ layer, path }: Origin, message: string, at: Problem['at'] = 'value'): Finding => layer.place({ path, at, message });

/** The steps of a ladder with those of the layer laid over them, and what is wrong in that. `inOrder`: the layer's own are. */
export function layOver(below: readonly DraftStep[], layer: Layer): { readonly steps: readonly DraftStep[]; readonly errors: readonly Finding[]; readonly inOrder: boolean } {
  const order = orderErrors(layer);
  const errors: Finding[] = [...order];
  const steps = [...below];
  layer.input.steps?.forEach((input, i) => {
    const index = steps.findIndex((s) => s.step === input.step);
    const path = ['steps', i];
    const base = steps[index];
    const [hold, enter] = [overUses(base?.hold ?? [], input.hold ?? [], layer, [...path, 'hold'], errors), overUses(base?.enter ?? [], input.enter ?? [], layer, [...path, 'enter'], errors)];
    const gone = withoutOf(input, base, layer, path, errors);
    const kept = (use: DraftUse): boolean => !gone.has(use.criterion);
    const { hold: _h, enter: _e, without: _w, ...fields } = input;
    const step: DraftStep = { ...base, ...definedOf(fields), step: input.step, origin: { layer, path }, hold: hold.filter(kept), enter: enter.filter(kept) };
    if (step.name === undefined && !lacks(step.origin)) errors.push(layer.place({ path: [...path, 'name'], at: 'parent', message: 'missing; expected the name of the step, such as `name: build`' }));
    if (index >= 0) steps[index] = step;
    else steps.push(step);
  });
  return { steps: layer.base ? steps : steps.sort((a, b) => a.step - b.step), errors, inOrder: order.length === 0 };
}

/** One of these fields of a step was taken out for its mistakes; none named: anything but criteria. */
export const lacks = ({ layer, path }: Origin, ...fields: readonly (keyof StepInput)[]): boolean => layer.missing?.ofStep(path, fields) === true;

const definedOf = <T extends object>(fields: T): T => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;

/** Steps stand once each, the lowest first. */
function orderErrors(layer: Layer): Finding[] {
  const steps = layer.input.steps ?? [];
  return steps.flatMap(({ step }, i): Finding[] => {
    const before = steps[i - 1]?.step ?? -1;
    const message = steps.slice(0, i).some((s) => s.step === step) ? `step ${step} stands twice on this ladder`
      : step < before ? `step ${step} stands behind step ${before}; steps are listed lowest first` : null;
    return message === null ? [] : [layer.place({ path: ['steps', i, 'step'], at: 'value', message })];
  });
}

function withoutOf(input: StepInput, base: DraftStep | undefined, layer: Layer, path: Path, errors: Finding[]): Set<CriterionName> {
  if (layer.missing !== null || (base !== undefined && base.origin.layer.missing !== null)) return new Set(input.without ?? []);
  const own = new Set([...base?.hold ?? [], ...base?.enter ?? []].map((use) => use.criterion));
  input.without?.forEach((criterion, i) => {
    if (own.has(criterion)) return;
    const message = layer.base ? '`without` takes out what another ladder asks for, and needs `extends`'
      : `step ${input.step} does not ask for ${criterion} itself${own.size === 0 ? '' : `; it asks for ${[...own].join(', ')}`}`;
    errors.push(layer.place({ path: [...path, 'without', i], at: 'value', message }));
  });
  return new Set(input.without ?? []);
}

/** A use by the same criterion and subject changes the parameters that it gives; any other is one more. */
function overUses(below: readonly DraftUse[], inputs: readonly UseInput[], layer: Layer, path: Path, errors: Finding[]): readonly DraftUse[] {
  const uses = [...below];
  const own: DraftUse[] = [];
  inputs.forEach((input, i) => {
    const use = draftUse(input, { layer, path: [...path, i] });
    const repeated = own.some((o) => sameSubject(o, use));
    own.push(use);
    if (repeated) errors.push(findingAt(use.origin, `${use.criterion} stands twice here for the same thing; keep one of them`));
    const met = meant(below, use);
    if (met === 'several') errors.push(findingAt(use.origin, `${use.criterion} stands more than once on the step that this is laid over; say which is meant by its ${subjects(use.criterion).map(inFile).join(' and ')}`));
    if (met === null || met === 'several' || repeated) uses.push(use);
    else uses[uses.indexOf(met)] = { ...use, given: { ...met.given, ...use.given } };
  });
  return uses;
}

/** The use below that this one changes: of the same subject, or the only one of its criterion where no subject is given. */
function meant(below: readonly DraftUse[], use: DraftUse): DraftUse | 'several' | null {
  const alike = below.filter((u) => u.criterion === use.criterion);
  const same = alike.find((u) => sameSubject(u, use));
  if (same !== undefined || subjects(use.criterion).some((key) => use.given[key] !== undefined)) return same ?? null;
  return alike.length > 1 ? 'several' : alike[0] ?? null;
}

const subjects = (criterion: CriterionName): string[] => Object.entries(parametersOf(criterion)).filter(([, p]) => p.subject === true).map(([key]) => key);
const sameSubject = (a: DraftUse, b: DraftUse): boolean => subjectOf(filled(a)) === subjectOf(filled(b));

/** The use with its defaults; what must be given and was not is not there. */
export const filled = ({ criterion, given }: Pick<DraftUse, 'criterion' | 'given'>): CriterionUse => ({ criterion, params: { ...defaultParams(criterion), ...given } });

function draftUse(input: UseInput, origin: Origin): DraftUse {
  if (typeof input === 'string') return { criterion: input, given: {}, origin };
  const criterion = CRITERIA.find((name) => input[name] !== undefined) ?? CRITERIA[0];
  const written: Readonly<Record<string, unknown>> = input[criterion] ?? {};
  const given = Object.fromEntries(Object.keys(parametersOf(criterion)).map((key) => [key, written[inFile(key)]] as const).filter(([, value]) => value !== undefined));
  return { criterion, given, origin: { ...origin, path: [...origin.path, criterion] } };
}

const EXAMPLES: Readonly<Record<Parameter['kind'], string>> = { share: '75%', duration: '14d', count: '2', names: '[unit, e2e]', text: 'go', flag: 'true', choice: '' };
const KINDS: Readonly<Record<Parameter['kind'], string>> = {
  share: 'a share', duration: 'a duration with its unit', count: 'a whole number', names: 'a list of names', text: 'one line of text', flag: 'true or false', choice: 'a word',
};

/** Parameters that must be given and are not. */
export function missingParams(use: DraftUse): Finding[] {
  return Object.entries(parametersOf(use.criterion)).filter(([key, p]) => p.default === undefined && use.given[key] === undefined).map(([key, p]) => {
    const example = p.kind === 'choice' ? p.of[0] ?? '' : EXAMPLES[p.kind];
    const expected = p.kind === 'choice' ? p.of.join(' or ') : KINDS[p.kind];
    return findingAt({ ...use.origin, path: [...use.origin.path, inFile(key)] }, `missing; expected ${expected}, such as \`${inFile(key)}: ${example}\`. ${p.says}`, 'parent');
  });
}
