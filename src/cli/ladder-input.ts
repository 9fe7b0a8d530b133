import { formatFinding } from '../config/finding.ts';
import type { LoadedProject } from '../config/load.ts';
import { loadFile } from '../config/load-files.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Ladder } from '../domain/ladder.ts';
import { counted, moment } from '../domain/time.ts';
import { readHistory, type History } from '../history/index.ts';
import { parseMoment } from '../history/time.ts';
import { incidentsOf } from '../policy/ladder/incidents-of.ts';
import { withGoPorts } from '../runtime/ladder-facts.ts';
import { plain, Refusal } from './io.ts';
import { atTheirPace, paceNotes, slowJobs } from './pace.ts';

/** A project with the ladder that it names. */
export interface Climbing {
  readonly loaded: LoadedProject;
  readonly ladder: Ladder;
}

/** Reads a project's file. Rejects with a Refusal that names its mistakes. */
export async function loadClimbing(file: string): Promise<Climbing> {
  const loaded = await loadFile(file);
  if (!loaded.ok) throw new Refusal(loaded.errors.map(formatFinding).join('\n'));
  if (loaded.ladder === null) throw new Error(`${file}: read without its ladder`);
  return { loaded, ladder: loaded.ladder };
}

/** Reads a history from disk. Rejects with a Refusal that names the lines that cannot be read. */
export async function loadHistory(folder: string, { loaded }: Climbing): Promise<History> {
  const read = await readHistory(folder, loaded.project);
  if (!read.ok) throw new Refusal(plain(read.errors.join('\n')));
  const { history } = read;
  return { ...history, notes: [...history.notes, ...paceNotes(slowJobs(history.evidence.platforms, loaded))] };
}

/** The record that a history makes, as of `until` (epoch ms): with the breakages that its runs tell of. */
export function evidenceFrom({ evidence, acks, span }: History, { loaded }: Climbing, until: number): Evidence {
  const { platforms } = evidence;
  const incidents = incidentsOf(loaded.project, atTheirPace(platforms, slowJobs(platforms, loaded)), acks, until);
  return withGoPorts({ since: span === null ? until : evidence.since, platforms: platforms.map((p) => ({ ...p, incidents: incidents.get(p.platform) ?? [] })) });
}

/** A moment that was given on the command line, in UTC where it does not say (epoch ms). */
export function momentGiven(option: string, text: string): number {
  const at = parseMoment(text);
  if (at === null) throw new Refusal(`${option}: expected a time such as 2026-11-20T10:00:00Z, found "${text}".`);
  return at;
}

/** What a reader should know of the history before they believe what is concluded from it. `now`: the clock (epoch ms). */
export function notesOn({ evidence, span, notes }: History, now: number): string[] {
  const later = evidence.platforms.reduce((sum, p) => sum + p.jobs.reduce((n, j) => n + j.runs.filter((r) => r.started > now).length, 0), 0);
  return [
    ...notes.map(plain),
    ...(span === null ? ['The history is empty: no run and no event is in it.'] : []),
    ...(later > 0 ? [`Not looked at: ${counted(later, 'run')} in the future (after ${moment(now, now)}).`] : []),
  ];
}

/** What is odd in a history, for a terminal. */
export const oddIn = ({ findings, leftOut }: Pick<History, 'findings' | 'leftOut'>): Pick<History, 'findings' | 'leftOut'> => ({ findings: findings.map(plain), leftOut });

/** How much of a history was not used, as `--json` has it. */
export const leftOutJson = ({ leftOut: { runs, events, repeated } }: Pick<History, 'leftOut'>): unknown => ({ runs, events, repeated_runs: repeated });

/** Paragraphs for whoever reads the conclusion: lines of the history to look at, and notes. */
export const toRead = (notes: readonly string[], findings: readonly string[]): string[] => [
  ...(findings.length > 0 ? [`In the history:\n${findings.map((f) => `  ${f}`).join('\n')}`] : []),
  ...(notes.length > 0 ? [notes.join('\n')] : []),
];
