import { isDeepStrictEqual } from 'node:util';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { ParsedNode, YAMLMap } from 'yaml';
import { jobKey, type Board, type JobKey } from '../domain/job.ts';
import type { PlatformId } from '../domain/platform.ts';
import { BOM, failed, keyOf, pairIn, read, refuse, sectionOf, spliced, type Found, type TextEdit } from './edit-place.ts';
import { get, list, text as textOf } from './raw.ts';
import type { Splice } from './splice-list.ts';

/** Which job's board is meant to change, and how. */
export interface BoardEdit {
  readonly platform: PlatformId;
  readonly job: JobKey;
  readonly from: Board;
  readonly to: Board;
}

/**
 * Sets a job's `board:` in a configuration's text, and leaves every other byte as it stands: located by parsing, spliced, and
 * parsed again to prove that only this word has changed. Refused where it is not `from` any more: what was decided was about
 * that. Never throws.
 */
export function editBoard(source: string, { platform, job, from, to }: BoardEdit): TextEdit {
  const bom = source.startsWith(BOM) ? BOM : '';
  const text = source.slice(bom.length);
  const before = read(text);
  if (!before.ok) return refuse(before.reason);
  const found = locate(text, before.value, platform, job);
  if (!found.ok) return refuse(found.reason);
  const { name, index, board, splice, item } = found.place;
  if (board === to) return { kind: 'same' };
  if (board !== from || splice === null) return refuse(`${item} on ${name} stands on ${board === null ? 'no board' : `the ${board} board`} there, and not on the ${from} one any more, so the decision was about something else.`);
  const edited = spliced(text, [{ ...splice, by: to }]);
  const after = read(edited);
  if (after.ok && isDeepStrictEqual(after.value, withBoard(before.value, name, index, to))) return { kind: 'edited', text: bom + edited };
  return refuse(`the board of ${item} on ${name} is written in a way that cannot be edited without touching more than this one word; change it by hand.`);
}

interface Place {
  readonly name: string;
  readonly index: number;
  /** The job as the file calls it. */
  readonly item: string;
  readonly board: string | null;
  /** Null: it has no line of its own. */
  readonly splice: Omit<Splice, 'by'> | null;
}

function locate(text: string, value: unknown, platform: PlatformId, job: JobKey): Found<Place> {
  const found = sectionOf(text, platform);
  if (!found.ok) return found;
  const { name, section, doc } = found.place;
  const jobs = pairIn(section, (key) => key === 'jobs')?.value;
  if (isAlias(jobs) || (isSeq(jobs) && jobs.anchor !== undefined)) return failed(`the jobs of ${name} are shared with another place of the file; change it by hand.`);
  const keys = keysOf(value, name, platform);
  const index = keys.indexOf(job);
  if (!isSeq(jobs) || index < 0) return failed(`${name} has no such job there (${job}).`);
  if (keys.indexOf(job, index + 1) >= 0) return failed(`the job stands twice under ${name} there (${job}); put them together first.`);
  const entry = jobs.items[index];
  if (!isMap(entry) || shared(entry)) return failed(`a job of ${name} is put together from other places of the file (an alias or a merge key); change it by hand.`);
  const item = textOf(get(jobsOf(value, name)[index], 'name')) ?? job;
  const board = pairIn(entry, (key) => key === 'board')?.value ?? null;
  if (board === null) return { ok: true, place: { name, index, item, board: null, splice: null } };
  if (!isScalar(board) || typeof board.value !== 'string' || board.anchor !== undefined || doc.errors.length > 0) return failed(`the board of ${item} on ${name} is no plain word; change it by hand.`);
  const [start, end] = (board as ParsedNode).range;
  const quoted = /^["']/.test(text.slice(start, end)) ? 1 : 0;
  return { ok: true, place: { name, index, item, board: board.value, splice: { from: start + quoted, to: end - quoted } } };
}

const shared = (entry: YAMLMap): boolean => entry.anchor !== undefined || entry.items.some((pair) => keyOf(pair) === '<<');

const jobsOf = (value: unknown, name: string): readonly unknown[] => list(get(get(get(value, 'platforms'), name), 'jobs'));

/** The keys of the platform's jobs, as a configuration of this text would have them. */
function keysOf(value: unknown, name: string, platform: PlatformId): (JobKey | null)[] {
  return jobsOf(value, name).map((job) => {
    const [called, source] = [textOf(get(job, 'name')), textOf(get(job, 'source'))];
    if (called === null || source === null) return null;
    const grid = textOf(get(get(get(value, 'sources'), source), 'kind')) === 'testgrid';
    return jobKey({ platform, source, name: called, dashboard: grid ? textOf(get(job, 'dashboard')) : null, tab: grid ? textOf(get(job, 'tab')) ?? called : null });
  });
}

/** The plain values with another board for the job. */
function withBoard(value: unknown, name: string, index: number, board: Board): unknown {
  const copy = structuredClone(value) as { platforms: Record<string, { jobs: { board: string }[] }> };
  const job = copy.platforms[name]?.jobs[index];
  if (job) job.board = board;
  return copy;
}
