import type { Annotation, Checked } from '../domain/configuration.ts';
import { says, type Block, type Spans, type Text } from '../domain/text.ts';
import { counted } from '../domain/time.ts';
import { differences, type InForce } from './differences.ts';
import type { Finding, LoadResult } from './load.ts';

/** Annotations that one request to GitHub may carry; more mistakes than these are only listed. */
const MOST_ANNOTATIONS = 50;
/** Mistakes that the summary lists. */
const MOST_LISTED = 100;
/** GitHub's limit is 64 KiB for a message, 255 characters for a title; nobody reads so much. */
const LONGEST_MESSAGE = 2_000;
const LONGEST_TITLE = 200;

/** What a check of a changed file tells. `before`: what is in force, null: nothing. `path`: where the file stands. */
export function checkedFile(result: LoadResult, { path, before }: { readonly path: string; readonly before: InForce | null }): Checked {
  if (!result.ok) return withMistakes(result.errors, path, before);
  const doubts = [...result.warnings.map((f) => annotation(f, path, 'warning')), ...result.findings.filter((f) => f.file === path).map((f) => annotation(f, path, 'notice'))];
  const changes = differences(before, result);
  const listed = [...result.warnings, ...result.findings];
  return {
    conclusion: 'success', title: doubts.length === 0 ? 'No mistake' : `No mistake, ${counted(doubts.length, 'doubt')}`,
    summary: [
      ...(changes.length === 0 ? [says('Nothing changes for Archsignal when this is merged.')] : [says('When this is on the default branch:'), { kind: 'list', items: changes } satisfies Block]),
      ...(listed.length === 0 ? [] : [says('Worth a look; it keeps nothing from being merged:'), listOf(listed)]),
    ],
    annotations: doubts.slice(0, MOST_ANNOTATIONS),
  };
}

function withMistakes(errors: readonly Finding[], path: string, before: InForce | null): Checked {
  return {
    conclusion: 'failure', title: counted(errors.length, 'mistake'),
    summary: [says(...instead(before)), listOf(errors)],
    annotations: errors.slice(0, MOST_ANNOTATIONS).map((f) => annotation(f, path, 'failure')),
  };
}

const instead = (before: InForce | null): Spans => before === null
  ? ['With this on the default branch Archsignal tracks nothing here: the file has to be without a mistake first.']
  : ['With this on the default branch nothing changes: the configuration of ', { code: before.project.name }, ' that is in force now stays in force until the file is without a mistake.'];

const listOf = (findings: readonly Finding[]): Block => ({
  kind: 'list',
  items: [
    ...findings.slice(0, MOST_LISTED).map((f): Spans => [`line ${f.line}, `, { code: f.path }, `: ${f.message}`]),
    ...(findings.length > MOST_LISTED ? [[`and ${findings.length - MOST_LISTED} more`] as Spans] : []),
  ],
});

const annotation = (finding: Finding, path: string, level: Annotation['level']): Annotation => ({
  path, line: Math.max(1, finding.line), level, title: cut(finding.path, LONGEST_TITLE), message: cut(finding.message, LONGEST_MESSAGE),
});

const cut = (text: string, longest: number): string => text.length > longest ? `${text.slice(0, longest - 1)}…` : text;

/** The same where another file stands beside the one that counts: whoever edits that one would believe that it does something. */
export const beside = (checked: Checked, path: string, unread: string): Checked => ({
  ...checked,
  title: `${checked.title}; ${unread} is not read`,
  summary: [says({ code: unread }, ' stands beside ', { code: path }, ' and is not read: what it says has no effect. Keep one of the two.'), ...checked.summary],
  annotations: [{ path: unread, line: 1, level: 'warning' as const, title: 'not read', message: `Archsignal reads ${path}, and not this file. Keep one of the two.` }, ...checked.annotations].slice(0, MOST_ANNOTATIONS),
});

/** What a check tells where the file itself decides nothing: it is not there any more, or the operator's own comes first. */
export const neutral = (title: string, summary: Text): Checked => ({ conclusion: 'neutral', title, summary, annotations: [] });
