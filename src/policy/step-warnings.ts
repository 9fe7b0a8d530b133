import type { IssueRef } from '../domain/incident.ts';
import type { Ladder } from '../domain/ladder.ts';
import type { AuditKind } from '../domain/audit.ts';
import type { AuditEntry, Ping } from '../domain/notice.ts';
import type { Project } from '../domain/project.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { FollowedBy, StepWarning, WarnedCriterion } from '../domain/step-warning.ts';
import { day as dayName } from '../domain/time.ts';
import type { PlatformEvaluation, StandingWarning } from './ladder/evaluate.ts';
import { expectedAt, type Ahead } from './ladder/expected.ts';
import { idOf } from './proposals.ts';
import { isMet, stepBelow } from './step-matter.ts';
import { stepName } from './step-words.ts';
import { askedFor } from './world.ts';

/** A new version of a warning, and the audit entries and mentions that go with it. `expected`: the revision it was made from; null: it is new. */
export interface WarningChange {
  readonly expected: number | null;
  readonly warning: StepWarning;
  readonly audit: readonly AuditEntry[];
  readonly pings: readonly Omit<Ping, 'mode'>[];
}

/** Everything that a decision about a platform's warning rests on. */
export interface WarningFacts {
  readonly project: Project;
  readonly ladder: Ladder;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly unmentionable: ReadonlySet<string>;
  /** Open proposals, and those decided lately. */
  readonly proposals: readonly Proposal[];
  readonly ahead: Ahead;
}

/** The warning's id: of the platform, its step, and the time since which it stands there. */
export const warningId = ({ name }: Pick<Project, 'name'>, { platform, step, since }: Pick<PlatformEvaluation, 'platform' | 'step' | 'since'>): string =>
  idOf('warning', platform, [name, String(step), String(since ?? 0)]);

/**
 * What an evaluation means for the platform's warnings. `standing`: those of its warnings that are not over. `same`: the one
 * of this step and time, if there is one, whatever became of it. What stands already is kept true, and nobody asked again.
 */
export function tendWarning(evaluation: PlatformEvaluation, standing: readonly StepWarning[], same: StepWarning | null, facts: WarningFacts): WarningChange[] {
  const id = warningId(facts.project, evaluation);
  const elsewhere = standing.filter((w) => w.id !== id).map((w) => end(w, [movedOn(w, evaluation, facts)], facts.now));
  const known = standing.find((w) => w.id === id) ?? null;
  if (evaluation.warnings.length === 0) return known === null ? elsewhere : [...elsewhere, end(known, turned(known, evaluation, facts.now), facts.now)];
  if (known === null) return [...elsewhere, raise(evaluation, same, facts)];
  const change = refresh(known, evaluation, facts);
  return change === null ? elsewhere : [...elsewhere, change];
}

/** The end of a warning about a platform that is not tracked any more. */
export const endUntracked = (warning: StepWarning, now: number): WarningChange => end(warning, [`${warning.platform} is not tracked any more.`], now);

function raise(evaluation: PlatformEvaluation, before: StepWarning | null, facts: WarningFacts): WarningChange {
  const { project, now } = facts;
  const { platform } = evaluation;
  const turn = (before?.turn ?? 0) + 1;
  const owners = askedFor(facts, { kind: 'breakage', scope: 'here', platform }, 'again');
  const warning: StepWarning = {
    id: warningId(project, evaluation), project: project.name, repo: project.repo, platform, ...stepsOf(evaluation, facts.ladder),
    revision: (before?.revision ?? 0) + 1, shown: (before?.shown ?? 0) + 1, state: 'open', turn, raisedAt: now, filedTurn: before?.filedTurn ?? 0,
    criteria: criteriaOf(evaluation, facts), owners, followedBy: followedBy(platform, now, facts.proposals), dismissed: null, over: null,
    issue: before?.issue ?? null, messages: {},
  };
  return {
    expected: before?.revision ?? null, warning, audit: [audited(warning, 'raised', 'archsignal', now, { criteria: warning.criteria, owners })],
    pings: owners.map((handle) => ({ key: `${warning.id}:raised.${turn}:${handle}`, at: now, project: project.name, incident: warning.id, fact: 'raised', handle })),
  };
}

function refresh(warning: StepWarning, evaluation: PlatformEvaluation, facts: WarningFacts): WarningChange | null {
  const next: StepWarning = { ...warning, ...stepsOf(evaluation, facts.ladder), criteria: criteriaOf(evaluation, facts), followedBy: followedBy(warning.platform, warning.raisedAt, facts.proposals) ?? warning.followedBy };
  const names = (w: StepWarning): string => w.criteria.map((c) => c.criterion).join();
  // What the days bring is no entry of its own.
  return changed(warning, next, names(warning) === names(next) ? [] : [audited(warning, 'changed', 'archsignal', facts.now, { criteria: next.criteria })]);
}

/** The warning with another revision, and shown anew; null where nothing differs. */
function changed(before: StepWarning, next: StepWarning, audit: readonly AuditEntry[]): WarningChange | null {
  if (inOrder(before) === inOrder(next)) return null;
  return { expected: before.revision, warning: { ...next, revision: before.revision + 1, shown: before.shown + 1 }, audit, pings: [] };
}

/** A value as text in which the order of its keys makes no difference: what comes from the store has another one. */
const inOrder = (value: unknown): string => JSON.stringify(value, (_, v: unknown) =>
  typeof v === 'object' && v !== null && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => a < b ? -1 : 1)) : v);

function end(warning: StepWarning, because: readonly string[], now: number): WarningChange {
  const next: StepWarning = { ...warning, state: 'over', over: { at: now, because }, revision: warning.revision + 1, shown: warning.shown + 1 };
  return { expected: warning.revision, warning: next, audit: [audited(warning, 'over', 'archsignal', now, { because })], pings: [] };
}

/** Somebody closed its issue: it is silent until what it warns of has turned once. Null: it is over, or closed already. */
export function dismissWarning(warning: StepWarning, by: string, occasion: { readonly now: number; readonly evidence: unknown }): WarningChange | null {
  if (warning.state !== 'open') return null;
  const { now, evidence } = occasion;
  return changed(warning, { ...warning, state: 'dismissed', dismissed: { by, at: now } }, [audited(warning, 'dismissed', `github:${by}`, now, evidence)]);
}

/** Somebody opened its issue again. Null: it is open, or over. */
export function resumeWarning(warning: StepWarning, by: string, occasion: { readonly now: number; readonly evidence: unknown }): WarningChange | null {
  if (warning.state !== 'dismissed') return null;
  const { now, evidence } = occasion;
  return changed(warning, { ...warning, state: 'open', dismissed: null }, [audited(warning, 'resumed', `github:${by}`, now, evidence)]);
}

/** The warning as it follows from what has become of a proposal; null: it is about something else, or says so already. */
export function noteFollowing(warning: StepWarning, proposal: Proposal): WarningChange | null {
  const found = followedBy(warning.platform, warning.raisedAt, [proposal]);
  return found === null || warning.state === 'over' ? null : changed(warning, { ...warning, followedBy: found }, []);
}

/** Begun anew: what was only recorded, or told to a shadow channel, has no issue and no message. */
export const forgotten = (warning: StepWarning, now: number): WarningChange => {
  const ended = end(warning, ['It was told in another mode only.'], now);
  return { ...ended, warning: { ...ended.warning, issue: null, messages: {}, filedTurn: 0 } };
};

const stepsOf = (evaluation: PlatformEvaluation, ladder: Ladder): Pick<StepWarning, 'step' | 'below' | 'asked' | 'sooner'> => {
  const named = (number: number): StepWarning['step'] => ({ number, name: ladder.steps.find((s) => s.step === number)?.name ?? '' });
  const { step, criteria } = evaluation;
  const below = stepBelow(ladder, evaluation);
  return { step: named(step), below: below === null ? null : named(below), asked: new Set(criteria.map((c) => c.criterion)).size, sooner: evaluation.hurry?.map((h) => h.because) };
};

/** What is sure comes before what nobody can tell, and what is nearest to a demotion first. */
function criteriaOf({ warnings, criteria }: PlatformEvaluation, { ladder, now, ahead }: WarningFacts): readonly WarnedCriterion[] {
  return warnings.map((w): WarnedCriterion => {
    const { criterion, kind, since, days, earlier, daysLeft } = w;
    const found = criteria.find((c) => c.criterion === criterion && c.verdict === kind) ?? criteria.find((c) => c.criterion === criterion && !isMet(c));
    return {
      criterion, kind, since, days, earlier, daysLeft, because: found?.because ?? lately(w), links: found?.links ?? [],
      expectedAt: daysLeft === null ? null : expectedAt(daysLeft, now, ladder, ahead),
    };
  }).sort((a, b) => (a.daysLeft ?? Infinity) - (b.daysLeft ?? Infinity) || a.since - b.since);
}

/** On the day of the evaluation it is otherwise, and that day does not count. */
const lately = ({ kind }: StandingWarning): string => `It was ${kind} on the last days that count.`;

/** The newest proposal to demote the platform that came since. */
function followedBy(platform: string, since: number, proposals: readonly Proposal[]): FollowedBy | null {
  const found = proposals.filter(({ matter: m, proposer, decidedAt }) => m.kind === 'step' && m.platform === platform && m.to < m.from && (proposer.at >= since || decidedAt === null)).at(-1);
  return found === undefined ? null : { id: found.id, state: found.state, issue: found.issue };
}

function movedOn({ platform, step }: StepWarning, evaluation: PlatformEvaluation, { ladder }: WarningFacts): string {
  const now = ladder.steps.find((s) => s.step === evaluation.step) ?? { name: '' };
  return evaluation.step === step.number ? `It came to ${stepName(step.number, step)} anew.` : `${platform} stands on ${stepName(evaluation.step, now)} now, and no longer on ${stepName(step.number, step)}.`;
}

/** What has become of each criterion that it warned of, in sentences. */
function turned({ criteria: warned }: StepWarning, { criteria }: PlatformEvaluation, now: number): string[] {
  return warned.map(({ criterion }) => {
    const own = criteria.filter((c) => c.criterion === criterion);
    const short = own.find((c) => !isMet(c));
    if (own.length === 0) return `${criterion} is not asked for any more.`;
    if (short === undefined) return `${criterion} is met again: ${own.at(-1)?.because ?? ''}`;
    if (short.exceptedUntil !== null) return `${criterion} is excepted until ${dayName(short.exceptedUntil, now)}: ${short.because}`;
    return `${criterion} has turned in between, so its days are counted anew: ${short.because}`;
  });
}

/** The warning with what a receipt tells: its issue, and that it stands there for this turn. Null: nothing new. */
export function withIssue(warning: StepWarning, issue: IssueRef, opened: boolean): StepWarning | null {
  const filedTurn = opened ? warning.turn : warning.filedTurn;
  if (warning.issue?.number === issue.number && warning.filedTurn === filedTurn) return null;
  return { ...warning, issue, filedTurn, revision: warning.revision + 1 };
}

const audited = ({ project, id }: Pick<StepWarning, 'project' | 'id'>, what: AuditKind, actor: string, at: number, evidence: unknown): AuditEntry =>
  ({ at, project, entity: `step-warning:${id}`, what, actor, evidence });
