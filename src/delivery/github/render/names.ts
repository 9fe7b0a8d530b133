import type { Briefing } from '../../../domain/briefing.ts';
import type { IssueRef } from '../../../domain/incident.ts';
import { listed } from '../../../domain/time.ts';
import { code, link, plain, safeUrl } from './inert.ts';

/** The accounts that an enterprise makes for its people have an underscore: `olga_acme`. */
const HANDLE = /^@[A-Za-z0-9][A-Za-z0-9_-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/;
const SHA = /^[0-9a-f]{7,64}$/i;

/** A handle as it is named without calling anybody: in code style, without its `@`. */
export const named = (handle: string): string => code(handle.replace(/^@/, ''), 100);

/** Whether GitHub can call it: `@login` or `@org/team`. */
export const isHandle = (handle: string): boolean => HANDLE.test(handle);

/** A handle as it is called to act; what is no handle is only named. */
const mentioned = (handle: string): string => isHandle(handle) ? handle : named(handle);

/** A text for these people: `@org/team, @login, this has …`; for nobody, the text as it is. */
export function addressed(handles: readonly string[], mention: boolean, text: string): string {
  if (handles.length === 0) return text;
  const goingOn = text.replace(/^(\*\*)?(The|All|This|Nobody|No) /, (start) => start.toLowerCase());
  const people = handles.map((h) => mention ? mentioned(h) : named(h)).join(', ');
  return text.startsWith('- ') ? `${people}:\n\n${text}` : `${people}, ${goingOn}`;
}

/** Several handles in a sentence, named. */
export const namedList = (handles: readonly string[]): string => listed(handles.map(named), 6);

/** A commit's short name in code style, linked; what is no commit's name, in plain words. */
export function commit(sha: string, briefing: Briefing): string {
  return SHA.test(sha) ? link(`\`${shortSha(sha)}\``, `${briefing.repoUrl}/commit/${sha}`) : plain(sha, 40);
}

const shortSha = (sha: string): string => sha.slice(0, 7).toLowerCase();

/** The commits after `from` up to `to`, as a link to their comparison; null where there is nothing to compare. */
export function range(from: string | null, to: string | null, briefing: Briefing): string | null {
  if (from === null || to === null || !SHA.test(from) || !SHA.test(to) || shortSha(from) === shortSha(to)) return null;
  return link(`\`${shortSha(from)}…${shortSha(to)}\``, `${briefing.repoUrl}/compare/${from}...${to}`);
}

/** Another issue of ours, linked. */
export const issueLink = (issue: IssueRef): string => {
  const page = URL.parse(issue.url);
  const words = `${issue.repo}#${issue.number}`;
  // Our own issue: the trace that the link leaves there is wanted.
  return page && safeUrl(page.origin) !== null ? `[${words}](${page.href})` : words;
};
