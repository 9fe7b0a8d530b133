import type { OutboxRow } from '../domain/action.ts';
import type { WarningRow } from '../domain/notice.ts';
import { counted } from '../domain/time.ts';
import type { Store } from '../store/store.ts';
import type { Runtime } from './context.ts';
import { raise } from './warnings.ts';

const PREFIX = 'outbox:';

/** The key of the warning about a given-up row; ends so that no other row's key begins with it. */
export const rowWarning = (row: Pick<OutboxRow, 'key'>): string => `${PREFIX}${row.key};`;

/** What was asked for, in a reason: the rest of it is the same for everything that fails for this reason. */
const REQUEST = / to (?:GET|POST|PUT|PATCH|DELETE) \S+/g;

/** Before and after the reason in a warning's text, which is read again to compare what it says with another. */
const BEFORE = ' and has given up: ';
const AFTER = ' When it is mended, try again with ';

/** An answer that is lost, on an issue that somebody has locked for one, takes nothing of what it answered with it. */
const AFTER_ALL = ' Only the answer is lost: what was asked for there was done or refused all the same, and `archsignal audit` says which.';

const isAnswer = ({ entity, action }: Pick<OutboxRow, 'entity' | 'action'>): boolean =>
  entity.startsWith('command:') && (action.kind === 'post-comment' || action.kind === 'whisper');

/** Why a write was given up, as its warning says, without what was asked for; null: the warning is about something else. */
function causeIn({ key, text }: Pick<WarningRow, 'key' | 'text'>): string | null {
  const [from, to] = [text.indexOf(BEFORE), text.lastIndexOf(AFTER)];
  return key.startsWith(PREFIX) && from >= 0 && to > from ? text.slice(from + BEFORE.length, to).replace(REQUEST, '') : null;
}

/**
 * Somebody is told of a write that was given up (behaviour 30), once for each reason: an archived repository or a permission
 * that was taken away stops everything there. What concerns Slack itself is not told in Slack.
 */
export async function warnOfDeadRow(rt: Runtime, row: OutboxRow, reason: string, handled: boolean): Promise<void> {
  // A notice that cannot be told has been logged; telling of it would only fail again.
  if (row.action.kind === 'notice') return;
  const text = handled
    ? `${reason} Archsignal goes on with another issue.`
    : `Archsignal could not ${row.summary}${BEFORE}${reason}${AFTER}\`archsignal outbox retry '${row.key}'\`, or all that was given up with \`archsignal outbox retry --all\`.${isAnswer(row) ? AFTER_ALL : ''}`;
  // Nor does it concern everybody that somebody's question could not be answered.
  const quiet = row.destination.startsWith('slack:') || row.entity.startsWith('command:');
  const warning = { key: rowWarning(row), project: row.project, text };
  await oneByOne(rt.store, async () => raise(rt, [{ ...warning, urgency: quiet || await isTold(rt, warning) ? 'log' : 'now' }]));
}

/** Whether people have been told of another write that was given up for the same reason, and it is not made yet. */
async function isTold({ store }: Runtime, warning: { readonly key: string; readonly project: string; readonly text: string }): Promise<boolean> {
  const cause = causeIn(warning);
  return cause !== null && (await store.warnings(warning.project)).some((w) => w.key !== warning.key && w.toldAt !== null && causeIn(w) === cause);
}

const turns = new WeakMap<Store, Promise<unknown>>();

/** Rows are often given up side by side, and each has to see what the one before it told. */
function oneByOne<T>(store: Store, work: () => Promise<T>): Promise<T> {
  const mine = (turns.get(store) ?? Promise.resolve()).then(work);
  turns.set(store, mine.catch(() => undefined));
  return mine;
}

/** The texts of standing warnings, those about writes that were given up for one reason gathered into one; in their order. */
export function gathered(warnings: readonly WarningRow[]): string[] {
  const groups = Map.groupBy(warnings, (w) => `${w.project} ${causeIn(w) ?? w.key}`);
  return [...groups.values()].flatMap(([first, ...others]) => first === undefined ? [] : [
    others.length === 0 ? first.text : `${first.text} ${counted(others.length, 'other write')} ${others.length === 1 ? 'was' : 'were'} given up for the same reason: \`archsignal outbox list --state dead\` shows ${others.length === 1 ? 'it' : 'them'}.`,
  ]);
}
