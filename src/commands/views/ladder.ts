import type { CriterionResult, Ladder } from '../../domain/ladder.ts';
import { scopeOf, scopeWords } from '../../domain/scope.ts';
import { bullets, coded, says, type Block, type Spans, type Text } from '../../domain/text.ts';
import { counted, day, moment } from '../../domain/time.ts';
import type { PlatformEvaluation, StandingWarning } from '../../policy/ladder/evaluate.ts';
import { metWords } from '../../policy/step-matter.ts';
import { criteriaTable } from '../../policy/step-words.ts';
import { evaluatedOf, named } from '../step-verbs.ts';
import type { Scene } from '../verb.ts';
import type { Platform } from '../../domain/project.ts';

/** Where a platform stands on its ladder: the criteria of its step and of the next, and what follows from them. */
export function ladderView(platform: Platform, { ladder: evaluated, now }: Scene): Text {
  const evaluation = evaluatedOf(platform.id, evaluated);
  if (!evaluated || evaluation === null) return [says(`It stands on step ${platform.step}. Its ladder has not been evaluated yet, which happens daily.`)];
  const { ladder } = evaluated;
  return [
    says(...standing(evaluation, ladder, now), ...[evaluation.step, evaluation.next].flatMap((step): Spans => step === null ? [] : aboutWords(ladder, step))),
    ...part(`To hold ${named(ladder, evaluation.step)}`, evaluation.criteria, ladder, now),
    ...(evaluation.next === null ? [] : part(`To come to ${named(ladder, evaluation.next)}, besides`, evaluation.ahead, ladder, now)),
    ...follows(evaluation, ladder, now),
  ];
}

function standing({ step, since, next, demotions }: PlatformEvaluation, ladder: Ladder, now: number): Spans {
  const from = since === null ? ', since when is not on record' : ` since ${day(since, now)}`;
  const above = next === null ? 'there is no higher one' : `the next is ${named(ladder, next)}`;
  const before = demotions === 0 ? '' : ` It has been demoted ${demotions === 1 ? 'once' : `${demotions} times`}.`;
  return ['On ', coded(ladder.name), ' it stands on ', { bold: named(ladder, step) }, `${from}; ${above}.${before}`];
}

/** What a step is about, where that is not the whole platform. */
function aboutWords(ladder: Ladder, step: number): Spans {
  const found = ladder.steps.find((s) => s.step === step);
  const words = found === undefined ? '' : scopeWords(scopeOf(found));
  return words === '' ? [] : [` ${named(ladder, step)} is about ${words} only.`];
}

/** What is missing comes first. */
function part(title: string, results: readonly CriterionResult[], ladder: Ladder, now: number): Block[] {
  if (results.length === 0) return [says({ bold: `${title}:` }, ' nothing is asked.')];
  const inOrder = results.toSorted((a, b) => Number(a.verdict === 'met') - Number(b.verdict === 'met'));
  return [says({ bold: `${title}:` }, ` ${metWords(results)}.`), criteriaTable(inOrder, now, (step) => named(ladder, step))];
}

function follows({ proposal, warnings, hurry = [] }: PlatformEvaluation, ladder: Ladder, now: number): Block[] {
  const lines: Spans[] = [
    ...(warnings.length + Number(proposal?.kind === 'demote') === 0 ? [] : hurry).map((h): Spans => [`It goes faster than usual: ${h.because}. A criterion is warned of after ${counted(h.warnAfter, 'day')}, and a step down proposed ${counted(h.proposeAfter, 'day')} later.`]),
    ...(proposal === null ? [] : [[`By its record it is to move ${proposal.kind === 'promote' ? 'up' : 'down'} to ${named(ladder, proposal.to)}: that is proposed to the release leads${held(proposal.heldUntil, now)}.`]]),
    ...warnings.map((w): Spans => [warned(w, now)]),
  ];
  return lines.length === 0 ? [] : [bullets(...lines)];
}

function held(until: number | null, now: number): string {
  if (until === null) return '';
  return until === Infinity ? ', and in force after the release at the earliest' : `, and in force on ${moment(until, now)} at the earliest`;
}

function warned({ criterion, kind, since, days, earlier, daysLeft }: StandingWarning, now: number): string {
  const left = daysLeft === null ? '' : daysLeft === 0 ? '; a step down is proposed' : `; in ${counted(daysLeft, 'more such day')} a step down is proposed`;
  return `${criterion} has been ${kind} since ${day(since, now)}${earlier ? ' or longer' : ''} (${earlier ? 'at least ' : ''}${counted(days, 'day')} that count)${left}.`;
}
