import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Project } from '../domain/project.ts';
import { Ledger, type History } from './ledger.ts';
import { linesOf, type Place } from './lines.ts';
import { parseEvent, parseRun } from './parse.ts';
import { Unreadable } from './record.ts';

export type { Ack, History } from './ledger.ts';

/** A history is used whole or not at all. Each error is a line, `file:line: what is wrong`. */
export type HistoryResult = { readonly ok: true; readonly history: History } | { readonly ok: false; readonly errors: readonly string[] };

/** More unreadable lines than this are not listed. */
const MOST_ERRORS = 20;

/**
 * Reads a project's history from a folder (contract, "The command line"): `runs.ndjson` and, where there is one,
 * `events.ndjson`. Never throws: what keeps it from being read is in the answer.
 */
export async function readHistory(folder: string, project: Project): Promise<HistoryResult> {
  const ledger = new Ledger(project);
  const runs = join(folder, 'runs.ndjson');
  const events = join(folder, 'events.ndjson');
  const [hasRuns, hasEvents] = [await kindOf(runs), await kindOf(events)];
  if (hasRuns !== 'file') return { ok: false, errors: [await missing(folder, runs, hasRuns)] };
  if (hasEvents === 'folder') return { ok: false, errors: [`${events}: this is a folder, not a file.`] };
  const errors = await read(runs, (line, at) => ledger.addRun(parseRun(line), at), MOST_ERRORS);
  if (hasEvents === 'file') errors.push(...await read(events, (line, at) => ledger.addEvent(parseEvent(line), at), MOST_ERRORS - errors.length));
  return errors.length > 0 ? { ok: false, errors } : { ok: true, history: ledger.close() };
}

type Found = 'file' | 'folder' | 'nothing';

const kindOf = (path: string): Promise<Found> => stat(path).then((s) => s.isDirectory() ? 'folder' as const : 'file' as const, () => 'nothing' as const);

async function missing(folder: string, runs: string, found: Found): Promise<string> {
  if (found === 'folder') return `${runs}: this is a folder, not a file.`;
  const where = await kindOf(folder);
  if (where === 'folder') return `${runs}: there is no such file. A history is a folder with runs.ndjson and, where there is one, events.ndjson.`;
  return where === 'file' ? `${folder}: this is a file; a history is a folder with runs.ndjson in it.` : `${folder}: there is no such folder.`;
}

/** Reads a file line by line; the lines that could not be read, at most `most` of them and no line after. */
async function read(file: string, take: (line: string, at: Place) => void, most: number): Promise<string[]> {
  const errors: string[] = [];
  if (most <= 0) return errors;
  try {
    for await (const lines of linesOf(file)) {
      for (const { number, text } of lines) {
        try {
          take(text, { file, number });
        } catch (error) {
          if (!(error instanceof Unreadable)) throw error;
          errors.push(`${file}:${number}: ${error.message}`);
          if (errors.length >= most) return [...errors, `${file}: read no further after ${most} lines that could not be read.`];
        }
      }
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    errors.push(`${file}: cannot be read: ${error.message}`);
  }
  return errors;
}
