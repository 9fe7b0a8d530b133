import type { CriterionResult, Ladder } from '../../domain/ladder.ts';
import { scopeOf, scopeWords } from '../../domain/scope.ts';
import { bullets, coded, says, type Block, type Spans, type Text } from '../../domain/text.ts';
import { counted, day, moment } from '../../domain/time.ts';
import type { PlatformEvaluation, StandingWarning } from '../../policy/ladder/evaluate.ts';
import { metWords } from '../../policy/step-matter.ts';
import { criteriaTable } from '../../policy/step-words.ts';
import { evaluatedOf, named } from '../step-verbs.ts';
import type { Scene } from '../verb.ts';
import { linked } from './wording.ts';
import type { Platform } from '../../domain/project.ts';

/** Where a platform stands on its ladder: the criteria of its step and of the next, and what follows from them. */
export function ladderView(platform: Platform, scene: Scene): Text {
  const { ladder: evaluated, now } = scene;
  const evaluation = evaluatedOf(platform.id, evaluated);
  if (!evaluated || evaluation === null) return [says(`It stands on step ${platform.step}. Its ladder has not been evaluated yet, which happens daily.`)];
  const { ladder } = evaluated;
  return [
    says(...standing(evaluation, ladder, now), ...[evaluation.step, evaluation.next].flatMap((step): Spans => step === null ? [] : aboutWords(ladder, step))),
    ...part(`To hold ${named(ladder, evaluation.step)}`, evaluation.criteria, ladder, now),
    ...(evaluation.next === null ? [] : part(`To come to ${named(ladder, evaluation.next)}, besides`, evaluation.ahead, ladder, now)),
    ...follows(evaluation, ladder, scene),
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

function follows(evaluation: PlatformEvaluation, ladder: Ladder, scene: Scene): Block[] {
  const { proposal, warnings, hurry = [] } = evaluation;
  const lines: Spans[] = [
    ...(warnings.length + Number(proposal?.kind === 'demote') === 0 ? [] : hurry).map((h): Spans => [`It goes faster than usual: ${h.because}. A criterion is warned of after ${counted(h.warnAfter, 'day')}, and a step down proposed ${counted(h.proposeAfter, 'day')} later.`]),
    ...(proposal === null ? [] : [[`By its record it is to move ${proposal.kind === 'promote' ? 'up' : 'down'} to ${named(ladder, proposal.to)}: `, ...askedFor(evaluation.platform, proposal, scene), '.']]),
    ...warnings.map((w): Spans => [warned(w, scene.now)]),
  ];
  return lines.length === 0 ? [] : [bullets(...lines)];
}

/** Whether that was put to the release leads, and what they made of it: what was decided on is not proposed again for a month. */
function askedFor(platform: string, { to, heldUntil }: NonNullable<PlatformEvaluation['proposal']>, { proposals, now }: Scene): Spans {
  const own = proposals.filter(({ matter }) => matter.kind === 'step' && matter.platform === platform && matter.to === to);
  const last = own.find((p) => p.state === 'open') ?? own.toSorted((a, b) => (b.decidedAt ?? 0) - (a.decidedAt ?? 0))[0];
  if (last === undefined) return [heldUntil === null ? 'that is proposed to the release leads' : `that is put to the release leads ${heldUntil === Infinity ? 'after the release' : `on ${moment(heldUntil, now)}`} at the earliest`];
  const where: Spans = last.issue === null || last.issue.number <= 0 ? [] : [', in ', linked(`#${last.issue.number}`, last.issue.url)];
  switch (last.state) {
    case 'open': return ['that is proposed to the release leads', ...where];
    case 'approved': return ['release leads have approved it', ...where];
    case 'rejected': return ['release leads have decided against it', ...where, '. It may be proposed again after a month'];
    case 'withdrawn': case 'expired': case 'invalid': return ['it was proposed', ...where, ', and not decided. It may be proposed again after a month'];
    default: return last.state satisfies never;
  }
}

function warned({ criterion, kind, since, days, earlier, daysLeft }: StandingWarning, now: number): string {
  const left = daysLeft === null ? '' : daysLeft === 0 ? '; that calls for a step down' : `; in ${counted(daysLeft, 'more such day')} it calls for a step down`;
  return `${criterion} has been ${kind} since ${day(since, now)}${earlier ? ' or longer' : ''} (${earlier ? 'at least ' : ''}${counted(days, 'day')} that count)${left}.`;
}
