import { CRITERIA, type Hurry, type Ladder, type Step } from '../domain/ladder.ts';
import { didYouMean } from '../domain/suggest.ts';
import { explain } from './explain.ts';
import { fileFinding, inOrder, quote, show } from './finding.ts';
import type { Finding, Problem } from './finding.ts';
import { contradictions } from './ladder-contradictions.ts';
import { filled, layOver, missingParams, type DraftStep, type Layer } from './ladder-draft.ts';
import { remnantOf } from './ladder-partial.ts';
import { ladderSchema, type LadderInput } from './ladder-schema.ts';
import { isMapping } from './raw.ts';
import { notText, readYaml } from './yaml.ts';

/** The text of a ladder's file. */
export interface LadderFile {
  /** The file's name in messages. */
  readonly file: string;
  readonly text: string;
}

/** The ladders that there are, by name. */
export type LadderFiles = ReadonlyMap<string, LadderFile>;

export type LadderReading =
  | {
    readonly ok: true;
    readonly ladder: Ladder;
    /** What is questionable in it, and keeps nothing from running. */
    readonly doubts: readonly Finding[];
  }
  | { readonly ok: false; readonly errors: readonly Finding[] };

const MOST_BYTES = 2 ** 20;
const MOST_LAYERS = 8;

/** Reads a ladder by its name. `asked`: where it is named, for the case that there is none. Pure; never throws. */
export function readLadder(name: string, files: LadderFiles, asked: (message: string) => Finding): LadderReading {
  const layers = layersOf(name, files, asked, []);
  return layers.ok ? compose(name, layers) : layers;
}

/** A ladder that a project writes out, or changes. `place`: puts a problem whose path begins at the ladder into the project's file. */
export function ownLadder(input: LadderInput, project: string, files: LadderFiles, place: (problem: Problem) => Finding): LadderReading {
  const under = baseOf(input, files, place, []);
  if (!under.ok) return under;
  return compose(input.name ?? `${project}-ladder`, { layers: [...under.layers, { input, place, base: input.extends === undefined, missing: null }], errors: under.errors });
}

/**
 * What makes no sense in a ladder that is written out in a project's file whose shape has mistakes, be it in the ladder or
 * elsewhere; those of shape were told. `place`: as above.
 */
export function senseOf(value: unknown, files: LadderFiles, place: (problem: Problem) => Finding): readonly Finding[] {
  const parsed = ladderSchema.safeParse(value, { reportInput: true });
  const layer = parsed.success ? { input: parsed.data, place, base: parsed.data.extends === undefined, missing: null } : whatIsLeft(value, explain(parsed.error.issues, ladderSchema), place);
  if (layer === null) return [];
  const under = baseOf(layer.input, files, place, []);
  const found = under.ok ? compose('', { layers: [...under.layers, layer], errors: under.errors }) : under;
  return found.ok ? [] : found.errors;
}

/** The layer that a text with mistakes of shape makes without what they are about; null: nothing that can be read is left. */
function whatIsLeft(value: unknown, problems: readonly Problem[], place: (problem: Problem) => Finding): Layer | null {
  const remnant = remnantOf(value, problems);
  const parsed = ladderSchema.safeParse(remnant.value);
  if (!parsed.success) return null;
  const placed = (problem: Problem): Finding => place({ ...problem, path: remnant.original(problem.path) });
  return { input: parsed.data, place: placed, base: parsed.data.extends === undefined, missing: remnant.missing };
}

/** `errors`: mistakes of shape in layers that could be read without what they are about. */
interface Stack { readonly layers: readonly Layer[]; readonly errors: readonly Finding[] }
type Layers = ({ readonly ok: true } & Stack) | { readonly ok: false; readonly errors: readonly Finding[] };

function baseOf(input: LadderInput, files: LadderFiles, place: (problem: Problem) => Finding, above: readonly string[]): Layers {
  if (input.extends === undefined) return { ok: true, layers: [], errors: [] };
  return layersOf(input.extends, files, (message) => place({ path: ['extends'], at: 'value', message }), above);
}

/** The text of a ladder and of those that it stands on, the lowest first. */
function layersOf(name: string, files: LadderFiles, asked: (message: string) => Finding, above: readonly string[]): Layers {
  const refused = (...errors: Finding[]): Layers => ({ ok: false, errors });
  const found = files.get(name);
  if (found === undefined) return refused(asked(`no ladder is called ${quote(name)}${didYouMean(name, files.keys()) || `; there ${files.size === 1 ? 'is' : 'are'} ${[...files.keys()].join(', ') || 'none'}`}`));
  if (above.includes(name) || above.length >= MOST_LAYERS) return refused(asked(`${quote(name)} stands on itself: ${[...above, name].join(' extends ')}`));
  const read = readText(found, name);
  if (!read.ok) return read;
  const under = baseOf(read.layer.input, files, read.layer.place, [...above, name]);
  const errors = [...under.errors, ...read.errors];
  return under.ok ? { ok: true, layers: [...under.layers, read.layer], errors } : refused(...errors);
}

type ReadText = { readonly ok: true; readonly layer: Layer; readonly errors: readonly Finding[] } | { readonly ok: false; readonly errors: readonly Finding[] };

function readText({ file, text }: LadderFile, name: string): ReadText {
  const refused = notText(text, file, MOST_BYTES);
  if (refused !== null) return { ok: false, errors: [refused] };
  const reading = readYaml(text, file);
  if (!reading.ok) return reading;
  const { value, place } = reading.yaml;
  if (!isMapping(value)) return { ok: false, errors: [fileFinding(file, `expected a ladder, a mapping with \`steps\`; found ${show(value)}`)] };
  const parsed = ladderSchema.safeParse(value, { reportInput: true });
  const problems = parsed.success ? [] : explain(parsed.error.issues, ladderSchema);
  const errors = [...reading.errors, ...problems.map(place)];
  if (parsed.success && parsed.data.name !== undefined && parsed.data.name !== name) {
    errors.push(place({ path: ['name'], at: 'value', message: `a ladder is called like its file: ${quote(name)}` }));
  }
  const layer = parsed.success ? { input: parsed.data, place, base: parsed.data.extends === undefined, missing: null } : whatIsLeft(value, problems, place);
  return layer === null ? { ok: false, errors: inOrder(errors) } : { ok: true, layer, errors };
}

/** The layers as one ladder, the first the lowest; all mistakes of shape and of sense together. */
function compose(name: string, { layers, errors: shape }: Stack): LadderReading {
  const errors: Finding[] = [...shape];
  let steps: readonly DraftStep[] = [];
  let ordered = true;
  for (const layer of layers) {
    if (layer.base && layer.input.steps === undefined && layer.missing === null) errors.push(layer.place({ path: ['steps'], at: 'parent', message: 'missing; expected a list of steps, or `extends` with the ladder that this one stands on' }));
    const laid = layOver(steps, layer);
    steps = laid.steps;
    ordered &&= laid.inOrder;
    errors.push(...laid.errors);
  }
  errors.push(...steps.flatMap((s) => [...s.hold, ...s.enter]).flatMap(missingParams));
  // Steps that stand in no order cannot be held against each other.
  if (!ordered) return { ok: false, errors: byFile(errors, layers) };
  const ladder = toLadder(name, layers.map((l) => l.input), steps);
  const found = contradictions(ladder, steps, layers);
  errors.push(...found.errors);
  return errors.length > 0 ? { ok: false, errors: byFile(errors, layers) } : { ok: true, ladder, doubts: inOrder(found.doubts) };
}

/** Each file's in its order; that of the topmost layer last. */
const byFile = (errors: readonly Finding[], layers: readonly Layer[]): readonly Finding[] => {
  const files = layers.map((l) => l.place({ path: [], at: 'value', message: '' }).file);
  return inOrder(errors).sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file));
};

function toLadder(name: string, inputs: readonly LadderInput[], drafts: readonly DraftStep[]): Ladder {
  const last = <T>(of: (input: LadderInput) => T | undefined, otherwise: T): T => inputs.map(of).findLast((value) => value !== undefined) ?? otherwise;
  const sooner = inputs.map((input) => input.demotion?.faster ?? {});
  const faster = sooner.flatMap((of) => CRITERIA.flatMap((criterion) => of[criterion] === undefined ? [] : [[criterion, graceOf(of[criterion])] as const]));
  const when = whenOf(sooner);
  const steps = drafts.map((s): Step => ({
    step: s.step, name: s.name ?? '', grants: s.grants ?? [], build: s.build ?? 'off', release: s.release ?? 'off', components: s.components ?? [], ...s.branches === undefined ? {} : { branches: s.branches },
    hold: s.hold.map(filled), enter: s.enter.map(filled),
  }));
  return {
    name, source: last((i) => i.source, null), steps: steps[0]?.step === 0 ? steps : [OFF, ...steps],
    promotion: { days: last((i) => i.promotion?.after, 14) },
    demotion: {
      warnAfter: last((i) => i.demotion?.warn_after, 14), proposeAfter: last((i) => i.demotion?.propose_after, 28),
      heldInFreeze: last((i) => i.demotion?.held_in_freeze, true), faster: Object.fromEntries(faster), ...when === undefined ? {} : { when },
    },
    unknownAfter: last((i) => i.unknown_after, 14), adoptionCycles: last((i) => i.adoption_cycles, 2),
  };
}

interface GraceInput { readonly warn_after: number; readonly propose_after: number }
const graceOf = ({ warn_after, propose_after }: GraceInput) => ({ warnAfter: warn_after, proposeAfter: propose_after });

/** The circumstances that the layers name, those of the topmost that names them; undefined: none. */
function whenOf(sooner: readonly NonNullable<NonNullable<LadderInput['demotion']>['faster']>[]): Hurry | undefined {
  const silent = sooner.findLast((of) => of['owners-unresponsive'] !== undefined)?.['owners-unresponsive'];
  const late = sooner.findLast((of) => of['release-delayed'] !== undefined)?.['release-delayed'];
  if (silent === undefined && late === undefined) return undefined;
  return {
    ...silent === undefined ? {} : { 'owners-unresponsive': { ...graceOf(silent), incidents: silent.incidents, ackWithin: silent.ack_within } },
    ...late === undefined ? {} : { 'release-delayed': { ...graceOf(late), times: late.times, within: late.within } },
  };
}

/** Where a platform stands of which nothing is asked; every ladder has it. */
const OFF: Step = { step: 0, name: 'off', grants: [], build: 'off', release: 'off', components: [], hold: [], enter: [] };
