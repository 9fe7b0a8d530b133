import type { Finding } from '../../config/load.ts';
import type { FileAt, Good, Remark, RepositoryConfiguration, Seen } from '../../domain/configuration.ts';
import type { Place, Verdict } from './judge.ts';

/** Mistakes that are kept; the check run tells more of them. */
const MOST_KEPT = 20;

const remark = ({ line, column, path, message }: Finding): Remark => ({ line, column, path, message });

/** What is known after a look: what stands there, and what is in force. Null: the same as before. */
export function next(before: RepositoryConfiguration | null, { id, fullName }: Place, file: FileAt, verdict: Verdict, now: number): RepositoryConfiguration | null {
  const after: RepositoryConfiguration = {
    repository: id, revision: (before?.revision ?? 0) + 1, repo: fullName,
    seen: file.kind === 'none' ? null : seenOf(file, verdict, now), good: goodOf(before?.good ?? null, fullName, file, verdict, now),
  };
  if (before === null) return after.seen === null ? null : after;
  return said(before) === said(after) ? null : after;
}

const seenOf = ({ path, commit, sha, unread }: Exclude<FileAt, { kind: 'none' }>, verdict: Verdict, at: number): Seen => ({
  path, commit, sha, at, ...unread === undefined ? {} : { unread }, mistakes: verdict.kind === 'bad' ? verdict.result.errors.slice(0, MOST_KEPT).map(remark) : [],
  unused: verdict.kind === 'copy' ? `The project ${verdict.of.project.name} is configured by the operator's own file, which comes first.` : null,
});

/** A mistake leaves in force what is in force; a file that is gone, or that the operator's own takes the place of, is in force no more. */
function goodOf(before: Good | null, repo: string, file: FileAt, verdict: Verdict, at: number): Good | null {
  if (verdict.kind === 'bad') return before;
  if (verdict.kind !== 'good' || file.kind !== 'file') return null;
  const { path, commit, sha, text } = file;
  return { path, commit, sha, at, text, repo, project: verdict.result.project.name };
}

/** What it says, whenever and on whichever commit that was read. */
const said = ({ repo, seen, good }: RepositoryConfiguration): string =>
  JSON.stringify([repo, seen && { ...seen, at: 0, commit: '' }, good && { ...good, at: 0, commit: '' }]);
