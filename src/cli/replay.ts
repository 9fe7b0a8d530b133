import { duration } from '../config/scalars.ts';
import type { Ladder } from '../domain/ladder.ts';
import type { PlatformId } from '../domain/platform.ts';
import { counted, day, listed, moment } from '../domain/time.ts';
import type { History } from '../history/index.ts';
import { adoptionEnd } from '../policy/ladder/cycles.ts';
import { replay as replayLadder, type Replay } from '../policy/ladder/replay.ts';
import { factsOf } from '../runtime/ladder-facts.ts';
import { columns, Refusal, type Io } from './io.ts';
import { evidenceFrom, leftOutJson, loadClimbing, loadHistory, momentGiven, notesOn, oddIn, toRead, type Climbing } from './ladder-input.ts';

export interface ReplayOptions {
  readonly config: string;
  readonly history: string;
  readonly from?: string;
  readonly to?: string;
  readonly approveAfter: string;
  readonly adoption?: boolean;
  readonly json?: boolean;
}

/** Runs a ladder over a past time: every change of step that there would have been. */
export async function replay(io: Io, options: ReplayOptions): Promise<void> {
  const approveAfter = duration('How long until a proposal is approved.', { min: 0 }).safeParse(options.approveAfter);
  if (!approveAfter.success) throw new Refusal(`--approve-after: expected a duration such as 7d, found "${options.approveAfter}".`);
  const given = { from: options.from === undefined ? null : momentGiven('--from', options.from), to: options.to === undefined ? null : momentGiven('--to', options.to) };
  const climbing = await loadClimbing(options.config);
  const history = await loadHistory(options.history, climbing);
  const { from, to } = spanOf(given, history, io.now());
  const { ladder, loaded } = climbing;
  const adoptionUntil = options.adoption === true ? adoptionEnd(from, ladder.adoptionCycles, loaded.project.releases) : null;
  const result = replayLadder(evidenceFrom(history, climbing, to), ladder, factsOf(loaded, { teams: {}, adoptionUntil }), { from, to, approveAfter: approveAfter.data });
  const notes = [...notesOn(history, io.now()), ...(given.from !== null && given.from < from ? [`Replayed from ${moment(from, to)} on, where the record begins.`] : [])];
  io.out(options.json ? JSON.stringify(report(result, { from, to }, notes, oddIn(history)), null, 2) : readable(climbing, result, { from, to, clock: io.now() }, options.approveAfter, toRead(notes, oddIn(history).findings)));
}

interface Span { readonly from: number; readonly to: number }

/** The time to replay: as given, else from the first run to the end of the history, without its future. */
function spanOf(given: { readonly from: number | null; readonly to: number | null }, { span, evidence }: History, now: number): Span {
  if (span === null) throw new Refusal('The history is empty: there is no run and no event in it to replay.');
  const from = Math.max(given.from ?? evidence.since, evidence.since);
  const to = given.to ?? Math.min(span.to + 1, Math.max(now, evidence.since + 1));
  if (from >= to) throw new Refusal(`There is nothing to replay: it would begin at ${iso(from)}${given.from === null || given.from < evidence.since ? ', where the runs of the history begin,' : ''} and end at ${iso(to)}.`);
  if (to - from > LONGEST) throw new Refusal(`The time to replay is longer than 30 years (${iso(from)} to ${iso(to)}); give a shorter one with --from and --to.`);
  return { from, to };
}

const LONGEST = 30 * 366 * 86_400_000;

const iso = (at: number): string => new Date(at).toISOString();

/** The object that `replay --json` prints; its shape is the contract's, with more. */
const report = ({ changes, warnings }: Replay, { from, to }: Span, notes: readonly string[], history: Pick<History, 'findings' | 'leftOut'>): unknown => ({
  from: iso(from), to: iso(to),
  changes: changes.map((c) => ({ at: iso(c.at), platform: c.platform, kind: c.kind, from: c.from, to: c.to, because: c.because, sooner: c.sooner })),
  warnings: warnings.map((w) => ({ at: iso(w.at), platform: w.platform, criterion: w.criterion, kind: w.kind })),
  findings: history.findings, notes, left_out: leftOutJson(history),
});

function readable({ loaded, ladder }: Climbing, { changes, warnings }: Replay, { from, to, clock }: Span & { readonly clock: number }, approveAfter: string, more: readonly string[]): string {
  const name = nameIn(ladder);
  const rows = [
    ...changes.map((c) => ({ at: c.at, cells: [c.platform, c.kind === 'promote' ? 'up' : 'down', `${name(c.from)} to ${name(c.to)}`, listed(c.because, 20) + (c.sooner.length === 0 ? '' : `; sooner for ${listed(c.sooner)}`)] })),
    ...warnings.map((w) => ({ at: w.at, cells: [w.platform, 'warning', `${w.criterion} ${w.kind}`, ''] })),
  ].sort((a, b) => a.at - b.at);
  const told = rows.length === 0 ? 'No platform would have moved, and nobody would have been warned.'
    : columns([['WHEN', 'PLATFORM', 'WHAT', '', 'BECAUSE OF'], ...rows.map((r) => [day(r.at, clock), ...r.cells])]);
  return [
    `${loaded.project.name} on the ladder ${ladder.name}, from ${moment(from, clock)} to ${moment(to, clock)}, every proposal approved after ${approveAfter} unless its evidence turns.`,
    told, `${counted(changes.length, 'change')}, ${counted(warnings.length, 'warning')}${ends(changes, name)}.`,
    ...more,
  ].join('\n\n');
}

const nameIn = (ladder: Ladder) => (step: number): string => `${ladder.steps.find((s) => s.step === step)?.name ?? '?'} (${step})`;

/** Where those that moved stand at the end. */
function ends(changes: Replay['changes'], name: (step: number) => string): string {
  const last = new Map<PlatformId, number>(changes.map((c) => [c.platform, c.to]));
  return last.size === 0 ? '' : `; at the end ${listed([...last].map(([platform, step]) => `${platform} stands on ${name(step)}`), 10)}`;
}
