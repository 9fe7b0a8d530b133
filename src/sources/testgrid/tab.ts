import { failure } from '../failure.ts';
import type { Failure } from '../failure.ts';
import type { Validators } from '../wire.ts';
import { unreadable } from './context.ts';
import type { PollContext } from './context.ts';
import type { TabTask } from './dashboard.ts';
import type { Grid } from './grid.ts';
import type { NoteKind } from './memory.ts';
import { normalize } from './normalize.ts';
import type { Normalized, Oddities } from './normalize.ts';

/** Reads one tab's table into readings of its jobs. Null, or why it could not be read. */
export async function readTab(task: TabTask, context: PollContext): Promise<Failure | null> {
  const answer = await context.api.grid(context, task.dashboard, task.tab.name, validatorsFor(task, context));
  const why = !answer.ok ? answer : answer.unchanged ? keep(task, context) : take(task, answer.value, answer.validators, context);
  if (why) unreadable(task.dashboard, task.tab, why, context);
  return why;
}

/** Only where all of its jobs were read from a table before, so that "unchanged" leaves none without a reading. */
function validatorsFor(task: TabTask, { memory }: PollContext): Validators | null {
  const [first = null, ...others] = task.tab.jobs.map((j) => memory.tab(j.key)?.validators ?? null);
  return others.every((v) => v !== null) ? first : null;
}

/** The summary changed, the table did not. */
function keep(task: TabTask, { memory }: PollContext): null {
  for (const { key } of task.tab.jobs) {
    const seen = memory.tab(key);
    if (seen) memory.remember(task.dashboard, key, { ...seen, print: task.print });
  }
  return null;
}

function take(task: TabTask, grid: Grid, validators: Validators | null, context: PollContext): Failure | null {
  const page = context.page(task.dashboard, task.tab.name);
  const results: Extract<Normalized, { ok: true }>[] = [];
  for (const job of task.tab.jobs) {
    const result = normalize(grid, { job, page });
    if (!result.ok) return failure('schema', result.message);
    results.push(result);
  }
  for (const { reading, oddities } of results) {
    context.memory.remember(task.dashboard, reading.key, { print: task.print, validators: task.silent ? null : validators, notes: notesOf(oddities, task.silent) });
    // A status that TestGrid does not give makes results neither green nor red; that nothing ran or finished stands.
    if (!task.silent || reading.runs.length === 0) context.runs.push(reading);
    else context.readings.push({ kind: 'unknown', key: reading.key, problem: 'unreadable', reason: context.say.statusEmpty(task.dashboard, task.tab.name) });
  }
  return null;
}

function notesOf(oddities: Oddities, silent: boolean): NoteKind[] {
  const notes: NoteKind[] = [];
  if (silent) notes.push('status');
  if (oddities.mixedUnits) notes.push('units');
  if (oddities.untimed > 0) notes.push('untimed');
  if (oddities.misfits > 0) notes.push('misfits');
  return notes;
}
