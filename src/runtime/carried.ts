import { stepIn } from '../config/step-in.ts';
import { parsePlatform } from '../domain/platform.ts';
import type { Edit } from '../domain/action.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { PullNow } from '../domain/pull.ts';
import { carries, carryingOf } from '../policy/carrying.ts';
import type { Runtime } from './context.ts';
import { editorOf } from './pull-requests.ts';

/** How long one question to GitHub may take (ms), repetitions included. */
const LIMIT = { deadline: 10_000 };

/** The tip of the default branch, as GitHub calls it in every repository. */
const DEFAULT = 'HEAD';

/**
 * Whether the configuration on the default branch says what was approved, now that the pull request which carries it out was
 * merged there: anybody who may push could have changed its branch before. Undefined: it is another one's, it is not merged
 * there, or that cannot be told from the file.
 */
export async function holdsChange(rt: Runtime, proposal: Proposal, found: PullNow): Promise<boolean | undefined> {
  const edit = carryingOf(proposal)?.edit;
  if (rt.github === null || edit === undefined || found.state !== 'merged' || found.into !== undefined || !carries(proposal, found) || proposal.pull?.state === 'merged') return undefined;
  for (const path of editorOf(rt).candidates(edit)) {
    const text = await rt.github.fileHistory.textAt(proposal.repo, path, DEFAULT, LIMIT);
    if (!text.ok) return undefined;
    const told = text.value === null ? 'other' : says(rt, edit, text.value);
    if (told !== 'other') return told ?? undefined;
  }
  return undefined;
}

/** Whether the text says what the edit would make it say; `other`: it is another project's, null: it cannot be told. */
function says(rt: Runtime, edit: Edit, text: string): boolean | 'other' | null {
  const { kind } = editorOf(rt).apply(edit, text);
  switch (kind) {
    case 'same': return true;
    case 'edited': return false;
    case 'other': return 'other';
    case 'refused': return differs(edit, text) ? false : null;
    default: return kind satisfies never;
  }
}

/** Whether the platform stands on a step there that is neither the one before nor the one that was approved. */
function differs(edit: Edit, text: string): boolean {
  const platform = parsePlatform(edit.platform);
  const step = edit.kind !== 'step' || platform === null ? null : stepIn(text, platform);
  return step !== null && edit.kind === 'step' && step !== edit.to;
}
