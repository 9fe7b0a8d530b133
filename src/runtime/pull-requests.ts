import { readFile } from 'node:fs/promises';
import type { Action, ActionResult, Editor, OutboxRow, PlannedAction } from '../domain/action.ts';
import { fileShown } from '../domain/project.ts';
import { says, type Text } from '../domain/text.ts';
import { createEditor } from '../config/editor.ts';
import { patchOf } from '../domain/patch.ts';
import { answerTo } from './commands/answer.ts';
import type { Runtime } from './context.ts';

type Wanted = Extract<Action, { kind: 'ensure-pull-request' }>;

/**
 * What whoever asked for a pull request is told when its row has ended: where it is, why there is none, or the patch for
 * the operator where the configuration is not in the repository. Null: it has not ended.
 */
export async function tellAsker(rt: Runtime, row: OutboxRow, result: ActionResult): Promise<PlannedAction | null> {
  const { action } = row;
  if (action.kind !== 'ensure-pull-request') return null;
  const said = { source: row.entity.replace(/^command:/, ''), project: row.project, since: row.createdAt };
  if (isStuck(row, action, result)) return answerTo(action.tell, [says('GitHub does not take the pull request just now: ', action.title, '. It is opened as soon as GitHub does, and its link follows here.')], said);
  const text = await outcomeOf(rt, row, action, result);
  return text === null ? null : answerTo(action.tell, [...text, ...action.note ?? []], { ...said, n: 2 });
}

/** Tries after which somebody who waits in Slack is told that it takes longer: a second or two. */
const PATIENCE = 3;
/** A wait that GitHub asks for (ms) from which on they are told at once. */
const LONG = 3_000;

/** Whether whoever asked waits for GitHub, and hears nothing otherwise: on GitHub itself there is no answering then. */
const isStuck = (row: OutboxRow, { tell }: Wanted, result: ActionResult): boolean =>
  tell.surface === 'slack' && !result.ok && result.retry && (row.attempts === PATIENCE || (row.attempts === 1 && (result.after ?? 0) > LONG));

async function outcomeOf(rt: Runtime, row: OutboxRow, action: Wanted, result: ActionResult): Promise<Text | null> {
  if (result.ok) {
    const { receipt } = result;
    if (receipt.kind !== 'pull-request' || receipt.number === 0) return null;
    return [says('Opened ', { words: `${receipt.repo}#${receipt.number}`, link: receipt.url }, `: ${action.title}. It takes effect when it is merged.`)];
  }
  if (result.retry) return null;
  if (result.lost === 'not-here') return patchFor(rt, row, action);
  return [says(`The pull request could not be opened: ${result.reason} Nothing was changed.`)];
}

/** The edit as a patch of the operator's own file: it is theirs to apply. */
async function patchFor(rt: Runtime, row: OutboxRow, action: Wanted): Promise<Text> {
  const project = rt.projects.get(row.project)?.project;
  const nowhere: Text = [says('The configuration of ', { code: row.project }, ' is not in ', { code: action.repo }, ', so no pull request can be opened there. Whoever operates Archsignal has to make the change.')];
  if (!project || project.origin === 'repository') return nowhere;
  const before = await readFile(project.file, 'utf8').catch(() => null);
  const edited = before === null ? null : editorOf(rt).apply(action.edit, before);
  if (before === null || edited === null) return nowhere;
  switch (edited.kind) {
    case 'other': return nowhere;
    case 'same': return [says('It stands so already in ', { code: fileShown(project) }, '. Nothing was changed.')];
    case 'refused': return [says('It could not be changed in ', { code: fileShown(project) }, `: ${edited.reason} Nothing was changed.`)];
    case 'edited': return asPatch(action.repo, fileShown(project), before, edited.text);
    default: return edited satisfies never;
  }
}

const asPatch = (repo: string, file: string, before: string, after: string): Text => [
  says('The configuration is not in ', { code: repo }, ' but with whoever operates Archsignal, so this is the patch for them to apply to ', { code: file }, ':'),
  { kind: 'code', language: 'diff', text: patchOf(file, before, after) },
];

/** How files are edited for the tracked projects. */
export const editorOf = (rt: Pick<Runtime, 'projects'>): Editor => createEditor((name) => rt.projects.get(name)?.project ?? null);
