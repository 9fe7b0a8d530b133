import { formatFinding } from '../config/finding.ts';
import type { Evidence, ProjectFacts } from '../domain/evidence.ts';
import type { CriterionResult, Ladder } from '../domain/ladder.ts';
import { scopeOf, scopeWords } from '../domain/scope.ts';
import { counted, day, listed, moment, span } from '../domain/time.ts';
import type { History } from '../history/index.ts';
import { adoptionEnd } from '../policy/ladder/cycles.ts';
import { evaluate as evaluateLadder, type PlatformEvaluation, type StandingWarning } from '../policy/ladder/evaluate.ts';
import { adoptedAt, storedEvidence } from '../runtime/evidence.ts';
import { factsOf } from '../runtime/ladder-facts.ts';
import { knownTeams } from '../runtime/teams.ts';
import { openStore } from '../store/open.ts';
import { columns, type Io } from './io.ts';
import { evidenceFrom, leftOutJson, loadClimbing, loadHistory, momentGiven, notesOn, oddIn, toRead, type Climbing } from './ladder-input.ts';

export interface EvaluateOptions {
  readonly config: string;
  readonly history?: string;
  readonly now?: string;
  readonly json?: boolean;
}

/** A history that ends longer before the moment of judgement than this looks silent (milliseconds). */
const LONG_AGO = 3 * 86_400_000;

/** Judges every platform against its ladder, by the store or by a history on disk. */
export async function evaluate(io: Io, options: EvaluateOptions): Promise<void> {
  const now = options.now === undefined ? io.now() : momentGiven('--now', options.now);
  const climbing = await loadClimbing(options.config);
  const rests = options.history === undefined ? await fromStore(io, climbing, now) : await fromHistory(io, climbing, options.history, now);
  const facts: ProjectFacts = factsOf(climbing.loaded, rests);
  const platforms = evaluateLadder(rests.evidence, climbing.ladder, facts, now);
  const findings = climbing.loaded.findings.map(formatFinding);
  io.out(options.json ? JSON.stringify(report(platforms, now, findings, rests), null, 2) : readable(climbing, platforms, { now, clock: io.now() }, findings, rests));
}

interface Rests {
  readonly evidence: Evidence;
  readonly adoptionUntil: number | null;
  /** As the server last read them; of a history nobody knows. */
  readonly teams: ProjectFacts['teams'];
  readonly notes: readonly string[];
  /** What is odd in the history, and how much of it was not used; null: it comes from the store. */
  readonly history: Pick<History, 'findings' | 'leftOut'> | null;
}

async function fromStore(io: Io, { loaded: { project }, ladder }: Climbing, now: number): Promise<Rests> {
  const env = io.env();
  const store = await openStore({ databaseUrl: env.DATABASE_URL, dataDir: env.DATA_DIR, mode: 'reader', log: io.log });
  try {
    const first = await adoptedAt(store, project);
    return { evidence: await storedEvidence(store, project, now), adoptionUntil: first === null ? null : adoptionEnd(first, ladder.adoptionCycles, project.releases), teams: await knownTeams(store, project.name), notes: [], history: null };
  } finally {
    await store.close();
  }
}

async function fromHistory(io: Io, climbing: Climbing, folder: string, now: number): Promise<Rests> {
  const history = await loadHistory(folder, climbing);
  const silent = history.span !== null && now - history.span.to > LONG_AGO
    ? [`The history ends ${span(now - history.span.to)} before the moment that is judged (${moment(history.span.to, now)}); --now judges an earlier one.`] : [];
  return { evidence: evidenceFrom(history, climbing, now), adoptionUntil: null, teams: {}, notes: [...notesOn(history, Math.max(now, io.now())), ...silent], history: oddIn(history) };
}

const iso = (at: number | null): string | null => at === null || !Number.isFinite(at) ? null : new Date(at).toISOString();

/** The object that `evaluate --json` prints; its shape is the contract's, with more. */
function report(platforms: readonly PlatformEvaluation[], now: number, findings: readonly string[], { notes, history }: Rests): unknown {
  const criterion = ({ step, criterion: name, verdict, because, exceptedUntil, links }: CriterionResult) =>
    ({ step, criterion: name, verdict, because, excepted_until: iso(exceptedUntil), links: links.map((l) => l.link) });
  return {
    now: iso(now),
    platforms: platforms.map((p) => ({
      platform: p.platform, step: p.step, since: iso(p.since), criteria: [...p.criteria, ...p.ahead].map(criterion),
      proposal: p.proposal === null ? null : { kind: p.proposal.kind, to: p.proposal.to, because: p.proposal.because, sooner: p.proposal.sooner ?? [], held_until: iso(p.proposal.heldUntil) },
      warnings: p.warnings.map((w) => ({ criterion: w.criterion, kind: w.kind, since: iso(w.since), days: w.days, earlier: w.earlier, days_left: w.daysLeft })),
      faster: (p.hurry ?? []).map((h) => ({ circumstance: h.name, because: h.because, warn_after_days: h.warnAfter, propose_after_days: h.proposeAfter })),
      demotions: p.demotions,
    })),
    findings: [...findings, ...history?.findings ?? []], notes, ...history === null ? {} : { left_out: leftOutJson(history) },
  };
}

function readable({ loaded, ladder }: Climbing, platforms: readonly PlatformEvaluation[], { now, clock }: { readonly now: number; readonly clock: number }, findings: readonly string[], { notes, history }: Rests): string {
  const name = (step: number): string => stepWithScope(ladder, step);
  return [
    `${loaded.project.name} on the ladder ${ladder.name}, as of ${moment(now, clock)}.`,
    ...platforms.map((p) => platformText(p, ladder, name, now)),
    ...(findings.length > 0 ? [`Where the configuration and the ladder disagree:\n${findings.map((f) => `  ${f}`).join('\n')}`] : []),
    ...toRead(notes, history?.findings ?? []),
  ].join('\n\n');
}

function platformText(p: PlatformEvaluation, ladder: Ladder, name: (step: number) => string, now: number): string {
  const since = p.since === null ? '' : ` since ${day(p.since, now)}`;
  const demoted = p.demotions === 0 ? '' : `, demoted ${counted(p.demotions, 'time')} so far`;
  return [
    `${p.platform}: ${name(p.step)}${since}${demoted}`,
    p.criteria.length === 0 ? '  Nothing is asked of it here.' : `  To stay: ${tally(p.criteria)}.\n${table(p.criteria, now)}`,
    ...(p.next === null ? [] : [p.ahead.length === 0 ? `  ${name(p.next)} asks for nothing besides.` : `  For ${name(p.next)}: ${tally(p.ahead)}.\n${table(p.ahead, now)}`]),
    ...(p.hurry ?? []).map((h) => `  Faster than usual: ${h.because}. What does not hold is warned of after ${counted(h.warnAfter, 'day')}, and a demotion is proposed ${counted(h.proposeAfter, 'day')} later.`),
    ...p.warnings.map((w) => `  Warning: ${warningText(w, now)}`),
    ...(p.proposal === null ? [] : [`  Proposed: ${p.proposal.kind} to ${name(p.proposal.to)}, because of ${listed(p.proposal.because, 20)}.${heldText(p.proposal.heldUntil, ladder, now)}`]),
  ].join('\n');
}

const tally = (results: readonly CriterionResult[]): string => {
  const verdicts = (['met', 'unmet', 'unknown'] as const).map((verdict) => ({ verdict, n: results.filter((r) => r.verdict === verdict).length }));
  return verdicts.filter(({ verdict, n }) => n > 0 || verdict === 'met').map(({ verdict, n }) => `${n} ${verdict}`).join(', ');
};

const table = (results: readonly CriterionResult[], now: number): string =>
  columns(results.map((r) => [`    ${r.verdict}`, r.criterion, r.because + (r.exceptedUntil === null ? '' : ` Excepted until ${day(r.exceptedUntil, now)}.`)]));

function warningText({ criterion, kind, since, days, earlier, daysLeft }: StandingWarning, now: number): string {
  const long = `${criterion} has been ${kind} since ${day(since, now)}${earlier ? ' or longer, on at least' : ', on'} ${counted(days, 'day')} that ${days === 1 ? 'counts' : 'count'}`;
  if (daysLeft === null) return `${long}.`;
  return daysLeft === 0 ? `${long}: long enough for a demotion.` : `${long}; after ${daysLeft} more a demotion is proposed.`;
}

/** `step 2 (test)`, `step 2 (test, about server only)`. */
function stepWithScope({ steps }: Ladder, step: number): string {
  const found = steps.find((s) => s.step === step);
  const words = found === undefined ? '' : scopeWords(scopeOf(found));
  return `step ${step} (${found?.name ?? 'not on this ladder'}${words === '' ? '' : `, about ${words} only`})`;
}

const heldText = (until: number | null, ladder: Ladder, now: number): string => until === null || !ladder.demotion.heldInFreeze ? ''
  : Number.isFinite(until) ? ` Code is frozen: not in force before ${day(until, now)}.` : ' Code is frozen: not in force before the release.';
