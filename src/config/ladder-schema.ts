import { z } from 'zod';
import { inFile, parametersOf, type Parameter } from '../domain/criteria.ts';
import { CRITERIA, type CriterionName } from '../domain/ladder.ts';
import { quote } from './finding.ts';
import { duration, expectation, glob, line, name } from './scalars.ts';

/** The shape of a ladder as people write it; each criterion's parameters are those of `domain/criteria`. */

const PERCENT = /^(\d{1,3}(?:\.\d{1,3})?) ?%$/;

const share = (description: string) => z.union([z.number(), z.string()]).transform((found, ctx): number => {
  const percent = typeof found === 'string' ? PERCENT.exec(found)?.[1] : undefined;
  const value = typeof found === 'number' ? found : percent === undefined ? Number.NaN : Number(percent) / 100;
  if (value >= 0 && value <= 1) return value;
  const hint = typeof found === 'number' && value > 1 && value <= 100 ? `; write ${found}%` : '';
  ctx.addIssue({ code: 'custom', message: expectation('a share', '75%', typeof found === 'number' ? `the number ${found}` : quote(found)) + hint });
  return 0;
}).meta({ description, expected: 'a share', examples: ['75%', 0.75] });

const HOUR = 3_600_000;

const DAYS = /^(\d{1,4}) ?([dw])$/;

/** Days that can be judged, written as a duration. */
const days = (description: string) => z.string().transform((found, ctx): number => {
  const [, count = '', unit] = DAYS.exec(found) ?? [];
  const value = Number(count) * (unit === 'w' ? 7 : 1);
  if (count !== '' && value >= 1 && value <= 3_650) return value;
  ctx.addIssue({ code: 'custom', message: expectation('a number of days', '14d', quote(found)) });
  return 1;
}).meta({ description, expected: 'a number of days', examples: ['14d'] });

const wholeNumber = (description: string, min: number, max: number) =>
  z.number().int().min(min).max(max).meta({ description, expected: min === 0 ? 'a whole number from 0' : `a whole number from ${min}`, examples: [Math.max(min, 2)] });

const choice = (description: string, of: readonly string[], strict = true) =>
  (strict ? z.enum(of as [string, ...string[]]) : name('', of[0] ?? 'e2e')).meta({ description, expected: of.length > 3 ? `one of ${of.join(', ')}` : of.join(' or '), examples: [of[0] ?? ''] });

function names({ says, of }: Extract<Parameter, { kind: 'names' }>) {
  const word = of === undefined ? name('A name.', 'e2e') : choice('A word.', of);
  return z.array(word).refine((found) => new Set(found).size === found.length, { error: 'a name stands twice in this list' })
    .meta({ description: says, expected: 'a list of names', examples: [`[${(of ?? ['unit', 'e2e']).slice(0, 2).join(', ')}]`] });
}

function valueOf(parameter: Parameter): z.ZodType {
  const { says } = parameter;
  switch (parameter.kind) {
    case 'share': return share(says);
    case 'duration': return duration(says, { min: parameter.min, max: parameter.max });
    case 'count': return wholeNumber(says, parameter.min, parameter.max);
    case 'names': return names(parameter);
    case 'text': return line(says, 'go');
    case 'flag': return z.boolean().meta({ description: says, expected: 'true or false', examples: ['true'] });
    case 'choice': return choice(says, parameter.of);
    default: return parameter satisfies never;
  }
}

/** All may be left out here: what must be given is asked for when a ladder is complete, as one may stand on another. */
const paramsOf = (criterion: CriterionName) => z.strictObject(Object.fromEntries(Object.entries(parametersOf(criterion)).map(([key, parameter]) => {
  const value = valueOf(parameter);
  return [inFile(key), (parameter.default === null ? value.nullable() : value).optional()];
}))).meta({ description: `The parameters of ${criterion}.`, expected: 'a mapping of parameters', examples: ['{}'] });

/** A value with its unit as a file has it: `75%`, `36h`. */
export function inFileValue(kind: Parameter['kind'], value: unknown): string {
  if (kind === 'share' && typeof value === 'number') return `${Number((value * 100).toFixed(3))}%`;
  if (kind === 'duration' && typeof value === 'number') return inUnits(value);
  return Array.isArray(value) ? `[${value.join(', ')}]` : JSON.stringify(value).replaceAll('"', '');
}

const UNITS = [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1_000]] as const;
/** In the largest unit that leaves no rest. */
const inUnits = (value: number): string => {
  const [unit, size] = UNITS.find(([, size]) => value % size === 0) ?? ['ms', 1];
  return `${value / size}${unit}`;
};

/** `pass-rate: { share: 75% }`, or a criterion's name alone. */
const use = z.union([
  z.strictObject(Object.fromEntries(CRITERIA.map((criterion) => [criterion, paramsOf(criterion).optional()])))
    .refine((found) => Object.values(found).filter((params) => params !== undefined).length === 1, { error: 'expected one criterion here; begin each with a dash of its own', when: ({ issues }) => issues.length === 0 }),
  z.enum(CRITERIA).meta({ expected: 'a criterion', examples: ['native-hardware'] }),
]).meta({ id: 'criterion', description: 'A criterion with its parameters.', expected: 'a criterion', examples: ['pass-rate: { share: 75% }'] });

const uses = (description: string) => z.array(use).meta({ description, expected: 'a list of criteria', examples: ['[{ pass-rate: { share: 75% } }]'] }).optional();
const onOff = (description: string) => z.enum(['off', 'on']).meta({ description, expected: 'on or off', examples: ['off'] }).optional();
const GRACE = { warn_after: days('Days until the warning.'), propose_after: days('Days from the warning to the proposal.') };
const grace = z.strictObject(GRACE).meta({ expected: 'days until a warning and a proposal', examples: ['{ warn_after: 7d, propose_after: 14d }'] });

/** Criteria by name, and circumstances in which every criterion has less time. */
const faster = z.strictObject({
  ...Object.fromEntries(CRITERIA.map((criterion) => [criterion, grace.optional()])) as Record<CriterionName, z.ZodOptional<typeof grace>>,
  'owners-unresponsive': z.strictObject({
    ...GRACE,
    incidents: wholeNumber('So many last breakages, each of them with time to be acknowledged, that nobody has acknowledged; 2 without it.', 1, 100).default(2),
    ack_within: duration('How long a breakage may wait before it counts.', { min: HOUR }).prefault('7d'),
  }).meta({ description: 'The owners do not answer: every criterion has this time only.', expected: 'days until a warning and a proposal', examples: ['{ warn_after: 7d, propose_after: 14d }'] }).optional(),
  'release-delayed': z.strictObject({
    ...GRACE,
    times: wholeNumber('So many releases that the platform held up (`delayed_by` of a release); 1 without it.', 1, 20).default(1),
    within: duration('How long such a delay counts.', { min: 24 * HOUR }).prefault('365d'),
  }).meta({ description: 'The platform delayed a release: every criterion has this time only.', expected: 'days until a warning and a proposal', examples: ['{ warn_after: 7d, propose_after: 14d }'] }).optional(),
});

const step = z.strictObject({
  step: z.number().int().min(0).max(99).meta({ description: 'Its number.', expected: 'a whole number from 0', examples: [1] }),
  name: line('Its name.', 'build', 'the name of the step').optional(),
  grants: z.array(line('A sentence.', 'Binaries ship with the release.')).meta({ description: 'What standing here means, in sentences.', expected: 'a list of sentences', examples: ['["Binaries ship with the release."]'] }).optional(),
  build: onOff('Whether a platform on this step may be built by default; off without it.'),
  release: onOff('Whether it may be in the release artifacts; off without it.'),
  components: z.array(name('A component.', 'server')).max(100).meta({ description: 'It is about these components only; none: all.', expected: 'a list of components', examples: ['[client]'] }).optional(),
  branches: z.array(glob('A branch, * for any text.')).max(100).meta({ description: 'It is about these branches only; none: all.', expected: 'a list of branches', examples: ['["release-*"]'] }).optional(),
  hold: uses('What it takes to stand here, besides what the steps below ask for. A criterion that is named again replaces theirs.'),
  enter: uses('What it takes to come here, besides `hold`; the steps above do not ask for it.'),
  without: z.array(z.enum(CRITERIA)).meta({ description: 'With `extends`: criteria that this step no longer asks for.', expected: 'a list of criteria', examples: ['[parity]'] }).optional(),
}).meta({ description: 'A step: what it takes to stand on it, and what that grants.', expected: 'a step', examples: ['{ step: 1, name: build }'] });

/** Criteria that one text of a ladder may name; each is held against all others, and judged for every platform on every day. */
const MOST_CRITERIA = 200;

/** A ladder, written in its own file or in a project's. */
export const ladderSchema = z.strictObject({
  name: name('Its name.', 'our-steps').optional(),
  extends: name('The ladder that it stands on: a file in config/ladders/, without its ending. What is said here is laid over it.', 'kubernetes-steps').optional(),
  source: line('The document that it follows.', 'https://example.org/policy').optional(),
  steps: z.array(step).min(1).refine((steps) => steps.reduce((sum, s) => sum + (s.hold?.length ?? 0) + (s.enter?.length ?? 0), 0) <= MOST_CRITERIA, { error: `more than ${MOST_CRITERIA} criteria on one ladder; no policy needs that` }).meta({ description: 'Its steps, lowest first. Step 0, off, need not be named.', expected: 'a list of steps', examples: ['[{ step: 1, name: build }]'] }).optional(),
  promotion: z.strictObject({
    after: days('Every criterion of the next step must be met on each of so many last days; 14d without it.').optional(),
  }).meta({ description: 'When a promotion is proposed.', expected: 'a number of days as `after`', examples: ['{ after: 14d }'] }).optional(),
  demotion: z.strictObject({
    warn_after: days('A criterion unmet for so many days running: a public warning; 14d without it.').optional(),
    propose_after: days('Unmet for so many days more: a proposal, one step down; 28d without it.').optional(),
    held_in_freeze: z.boolean().meta({ description: 'Not in force between code freeze and release; true without it.', expected: 'true or false', examples: ['true'] }).optional(),
    faster: faster.meta({ description: 'Criteria that are warned of and acted on sooner, and circumstances in which all are: `owners-unresponsive`, `release-delayed`.', expected: 'a mapping of criteria and circumstances', examples: ['{ owner-response: { warn_after: 7d, propose_after: 14d } }'] }).optional(),
  }).meta({ description: 'When a demotion is proposed. All days are days that can be judged.', expected: 'a mapping of days', examples: ['{ warn_after: 14d }'] }).optional(),
  unknown_after: days('A criterion of which nothing is known for so many days is a warning; 14d without it.').optional(),
  adoption_cycles: wholeNumber('Release cycles from the first evaluation during which findings are listed without warnings and proposals; 2 without it.', 0, 20).optional(),
}).meta({ description: 'A ladder written out.', expected: 'a ladder', examples: ['{ extends: kubernetes-steps }'] });

export type LadderInput = z.output<typeof ladderSchema>;
export type StepInput = NonNullable<LadderInput['steps']>[number];
export type UseInput = NonNullable<StepInput['hold']>[number];
