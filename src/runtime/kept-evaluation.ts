import { z } from 'zod';
import type { Evaluated } from '../commands/verb.ts';
import { CIRCUMSTANCES, CRITERIA } from '../domain/ladder.ts';
import type { Runtime } from './context.ts';

/** The last evaluation of a project, as it is kept for every replica. JSON has no Infinity, which says that a demotion is held until a date is known. */

const keyOf = (project: string): string => `evaluation:${project}`;

const criterion = z.enum(CRITERIA);
const circumstance = z.enum(CIRCUMSTANCES);
const onOff = z.enum(['off', 'on']);
const text = z.string();
const number = z.number();
const platform = z.templateLiteral([z.string(), '/', z.string()]);
const moment = z.union([number, z.literal('Infinity').transform(() => Infinity)]);
const use = z.object({ criterion, params: z.record(text, z.unknown()) });
const grace = z.object({ warnAfter: number, proposeAfter: number });
const result = z.object({
  criterion, step: number, verdict: z.enum(['met', 'unmet', 'unknown']), because: text,
  links: z.array(z.object({ words: text, link: text })), exceptedUntil: moment.nullable(),
});

const ladder = z.object({
  name: text, source: text.nullable(),
  steps: z.array(z.object({ step: number, name: text, grants: z.array(text), build: onOff, release: onOff, components: z.array(text), branches: z.array(text).optional(), hold: z.array(use), enter: z.array(use) })),
  promotion: z.object({ days: number }), demotion: grace.extend({ heldInFreeze: z.boolean(), faster: z.partialRecord(criterion, grace), when: z.object({
    'owners-unresponsive': grace.extend({ incidents: number, ackWithin: number }).optional(), 'release-delayed': grace.extend({ times: number, within: number }).optional(),
  }).optional() }),
  unknownAfter: number, adoptionCycles: number,
});

const evaluation = z.object({
  platform, step: number, next: number.nullable(), below: number.nullish(), since: number.nullable(), criteria: z.array(result), ahead: z.array(result),
  proposal: z.object({ kind: z.enum(['promote', 'demote']), to: number, because: z.array(criterion), sooner: z.array(circumstance).optional(), heldUntil: moment.nullable() }).nullable(),
  warnings: z.array(z.object({ criterion, kind: z.enum(['unmet', 'unknown']), since: number, days: number, earlier: z.boolean(), daysLeft: number.nullable() })),
  hurry: z.array(grace.extend({ name: circumstance, because: text })).optional(),
  adoptionUntil: z.exactOptional(moment.nullable()), demotions: number,
});

const kept: z.ZodType<Evaluated> = z.object({ ladder, platforms: z.array(evaluation) });

/** Keeps an evaluation in the place of the one before. */
export const keepEvaluation = (rt: Runtime, project: string, evaluated: Evaluated): Promise<void> =>
  rt.store.setMeta(keyOf(project), JSON.stringify(evaluated, (_, value: unknown) => value === Infinity ? 'Infinity' : value));

/** The evaluation that is kept; null: nobody has evaluated the project yet, or another version has, and the next evaluation replaces it. */
export async function keptEvaluation(rt: Runtime, project: string): Promise<Evaluated | null> {
  const stored = await rt.store.meta(keyOf(project));
  if (stored === null) return null;
  const parsed = kept.safeParse(jsonOf(stored));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  rt.log.warn({ project, where: issue?.path.join('.'), problem: issue?.message }, 'the last evaluation cannot be read, as another version wrote it; it is set aside until the next one');
  return null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
