import type { PlannedAction } from '../../domain/action.ts';
import type { RepositoryConfiguration } from '../../domain/configuration.ts';
import type { AuditEntry } from '../../domain/notice.ts';
import { counted, moment } from '../../domain/time.ts';
import type { Runtime } from '../context.ts';
import { clear, raise } from '../warnings.ts';

/** What people are told under: the project, or the repository where none is in force. */
export const projectOf = ({ good, repo }: RepositoryConfiguration): string => good?.project ?? repo;

const short = (commit: string): string => commit.slice(0, 7);

/** The line of the audit about a change of what is known. */
export function auditOf(before: RepositoryConfiguration | null, after: RepositoryConfiguration, at: number): AuditEntry {
  const { repo, seen, good } = after;
  const bad = (seen?.mistakes.length ?? 0) > 0;
  const what = bad ? 'refused' : good !== null ? 'taken up' : seen !== null ? 'unused' : 'ended';
  const evidence = { repo, path: seen?.path ?? before?.seen?.path ?? null, commit: seen?.commit ?? null, sha: seen?.sha ?? null, mistakes: seen?.mistakes ?? [], inForce: good?.sha ?? null };
  return { at, project: good?.project ?? before?.good?.project ?? repo, entity: 'configuration', what, actor: 'archsignal', evidence };
}

/**
 * The check run on the commit of the default branch: where a mistake stands there, and where the very commit that had one
 * has none any more (the operator allows more than before).
 */
export function checkOf(before: RepositoryConfiguration | null, after: RepositoryConfiguration, at: number): PlannedAction[] {
  const { repository, revision, repo, seen } = after;
  const had = before?.seen !== null && before?.seen !== undefined && before.seen.mistakes.length > 0;
  if (seen === null || (seen.mistakes.length === 0 && !(had && before.seen.sha === seen.sha))) return [];
  const entity = `configuration:${repository}`;
  return [{
    key: `${entity}:ensure-check-run:${revision}`, project: projectOf(after), entity, destination: `github:${repo}`, family: null,
    action: { kind: 'ensure-check-run', repo, repository, sha: seen.commit, pull: null, id: `configuration.default.${revision}`, since: at },
    summary: `tell on ${repo}@${short(seen.commit)} what ${seen.path} comes to`,
  }];
}

const mistakesKey = (repository: number): string => `configuration:${repository};`;

const unreadKey = (repository: number): string => `configuration-unread:${repository};`;

/** Keeps the warnings about a file as they should be. */
export async function warn(rt: Runtime, before: RepositoryConfiguration | null, after: RepositoryConfiguration): Promise<void> {
  await warnOfMistakes(rt, before, after);
  await warnOfUnread(rt, before, after);
}

/** Takes the warning back wherever it stands, or wherever but under `keep` where it is to stand there. */
async function clearElsewhere(rt: Runtime, key: string, before: RepositoryConfiguration | null, after: RepositoryConfiguration, keep: string | null): Promise<void> {
  for (const other of new Set([before?.good?.project, before?.repo, after.repo, projectOf(after)])) {
    if (other !== undefined && other !== keep) await clear(rt, other, key);
  }
}

/** One stands while two files stand on the default branch, of which one is not read. */
async function warnOfUnread(rt: Runtime, before: RepositoryConfiguration | null, after: RepositoryConfiguration): Promise<void> {
  const { repository, seen, repo } = after;
  const key = unreadKey(repository);
  const project = projectOf(after);
  await clearElsewhere(rt, key, before, after, seen?.unread === undefined ? null : project);
  if (seen?.unread === undefined) return;
  await raise(rt, [{
    key, project, urgency: 'now',
    text: `${repo}: ${seen.unread} stands beside ${seen.path} and is not read, so what it says has no effect. Keep one of the two.`,
  }]);
}

/** One stands while what stands on the default branch is not in force for its mistakes. */
async function warnOfMistakes(rt: Runtime, before: RepositoryConfiguration | null, after: RepositoryConfiguration): Promise<void> {
  const { repository, seen, good, repo } = after;
  const key = mistakesKey(repository);
  const project = projectOf(after);
  const [first] = seen?.mistakes ?? [];
  await clearElsewhere(rt, key, before, after, first === undefined ? null : project);
  if (seen === null || first === undefined) return;
  const stays = good === null ? 'Nothing is tracked by it so far.' : `What has been in force since ${moment(good.at, rt.now())} stays in force (${short(good.commit)}).`;
  await raise(rt, [{
    key, project, urgency: 'now',
    text: `${repo}: ${seen.path} at ${short(seen.commit)} has ${counted(seen.mistakes.length, 'mistake')}, so it is not taken up. ${stays} Line ${first.line}, ${first.path}: ${first.message}`,
  }]);
}
