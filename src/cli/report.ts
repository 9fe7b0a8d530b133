import { markdown } from '../delivery/github/render/text.ts';
import { says } from '../domain/text.ts';
import { moment } from '../domain/time.ts';
import { evaluate } from '../policy/ladder/evaluate.ts';
import { reportOf, type Report, type Waiting } from '../policy/report.ts';
import { WEEK } from '../policy/report-time.ts';
import { reportText } from '../policy/report-words.ts';
import { factsOf } from '../runtime/ladder-facts.ts';
import { storedReport } from '../runtime/reports.ts';
import { openStore } from '../store/open.ts';
import { Refusal, type Io } from './io.ts';
import { evidenceFrom, loadClimbing, loadHistory, momentGiven, notesOn, oddIn, type Climbing } from './ladder-input.ts';

export interface ReportOptions {
  readonly config: string;
  readonly history?: string;
  readonly now?: string;
  readonly from?: string;
  readonly json?: boolean;
}

interface Span { readonly from: number; readonly to: number }

/** The release signal of the week up to a moment, in Markdown: by the store, or by a history on disk. */
export async function report(io: Io, options: ReportOptions): Promise<void> {
  const to = options.now === undefined ? io.now() : momentGiven('--now', options.now);
  const from = options.from === undefined ? to - WEEK : momentGiven('--from', options.from);
  if (from >= to) throw new Refusal(`--from: ${moment(from, to)} is not before the end of the report, ${moment(to, to)}.`);
  const climbing = await loadClimbing(options.config);
  const { found, notes } = options.history === undefined ? { found: await fromStore(io, climbing, { from, to }), notes: [] } : await fromHistory(io, climbing, options.history, { from, to });
  if (options.json) return io.out(JSON.stringify(asJson(found, notes), null, 2));
  io.out(markdown([...reportText(found, climbing.ladder), ...notes.map((n) => says(n))], { mention: false }));
}

async function fromStore(io: Io, { loaded, ladder }: Climbing, time: Span): Promise<Report> {
  const env = io.env();
  const store = await openStore({ databaseUrl: env.DATABASE_URL, dataDir: env.DATA_DIR, mode: 'reader', log: io.log });
  try {
    return await storedReport(store, loaded, ladder, time);
  } finally {
    await store.close();
  }
}

async function fromHistory(io: Io, climbing: Climbing, folder: string, { from, to }: Span): Promise<{ readonly found: Report; readonly notes: readonly string[] }> {
  const history = await loadHistory(folder, climbing);
  const evidence = evidenceFrom(history, climbing, to);
  const { loaded, ladder } = climbing;
  const facts = factsOf(loaded, { teams: {}, adoptionUntil: null });
  const evaluations = evaluate(evidence, ladder, facts, to);
  return { found: reportOf({ project: loaded.project, from, to, ladder, evidence, evaluations, freezes: facts.freezes, incidents: null, tests: null, proposals: [] }), notes: [...oddIn(history).findings, ...notesOn(history, Math.max(to, io.now()))] };
}

const iso = (at: number | null): string | null => at === null || !Number.isFinite(at) ? null : new Date(at).toISOString();

/** Times in ISO 8601, durations in milliseconds. */
const asJson = (r: Report, notes: readonly string[]): unknown => ({
  project: r.project, from: iso(r.from), to: iso(r.to),
  platforms: r.platforms.map(({ platform, step, moved, rate, before, daysOff, opened, closed, open, acknowledged, fixed }) => ({
    platform, step, moved: moved === null ? null : { at: iso(moved.at), from: moved.from, to: moved.to }, rate, before, days_off: daysOff, opened, closed, open,
    median_to_acknowledge_ms: acknowledged, median_to_fix_ms: fixed,
  })),
  flaky_jobs: r.flakyJobs.map(({ job, flakes, runs }) => ({ platform: job.platform, job: job.name, flakes, runs })), flaky_tests: r.flakyTests,
  waiting: r.waiting.map(waitingJson), ending: r.ending.map((e) => ({ ...e, until: iso(e.until) })), notes,
});

function waitingJson(waiting: Waiting): unknown {
  const { kind, who } = waiting;
  switch (waiting.kind) {
    case 'incident': return { kind, who, platform: waiting.platform, since: iso(waiting.since), url: waiting.url };
    case 'proposal': return { kind, who, platform: waiting.proposal.matter.platform, id: waiting.proposal.id, url: waiting.proposal.issue?.url ?? null };
    case 'warning': return { kind, who, platform: waiting.platform, criteria: waiting.warnings.map((w) => ({ criterion: w.criterion, verdict: w.kind, since: iso(w.since), days_left: w.daysLeft })) };
    default: return waiting satisfies never;
  }
}
