import { StatementSync } from 'node:sqlite';
import { CompiledQuery } from 'kysely';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Engine } from '../../src/store/engine.ts';
import { openEngine } from '../../src/store/open.ts';
import { storeOver } from '../../src/store/over.ts';
import type { Store } from '../../src/store/store.ts';
import { NOW, PROJECT, TODAY, event, run, state } from './samples.ts';

let engine: Engine;
let store: Store;
beforeEach(async () => {
  engine = await openEngine({ dataDir: '/nowhere', mode: 'memory' });
  store = storeOver(engine);
  await store.saveReadings(PROJECT, NOW, [{ state: state('a'), runs: [run(1)] }]);
  await store.commit({ at: NOW, events: [event('e')] });
});
afterEach(() => store.close());

/** How SQLite goes about the last statement of a question: what it seeks in a table, and by which index. */
async function planOf(ask: () => Promise<unknown>): Promise<string[]> {
  const asked = vi.spyOn(engine.db.getExecutor(), 'executeQuery');
  await ask();
  const [query] = asked.mock.calls.at(-1) ?? [];
  asked.mockRestore();
  if (!query) throw new Error('nothing was asked');
  const { rows } = await engine.db.executeQuery<{ detail: string }>(CompiledQuery.raw(`explain query plan ${query.sql}`, [...query.parameters]));
  return rows.map((row) => row.detail).filter((detail) => /^(SEARCH|SCAN)/.test(detail));
}

it.each<[string, () => Promise<unknown>, string[]]>([
  ['the incidents of every poll', () => store.incidents(PROJECT, NOW), [
    'SEARCH incidents USING INDEX incidents_by_close (project=? AND closed_at=?)', 'SEARCH incidents USING INDEX incidents_by_close (project=? AND closed_at>?)', 'SCAN i']],
  ['the incidents since a moment', () => store.incidentsSince(PROJECT, NOW), ['SEARCH incidents USING INDEX incidents_by_open (project=? AND (opened_at,id)>(?,?))']],
  ['what happened since a moment', () => store.platformEvents(PROJECT, NOW), ['SEARCH platform_events USING INDEX platform_events_by_time (project=? AND at>?)']],
  ['the good days of a year', () => store.goodDays(PROJECT, TODAY - 365, TODAY), ['SEARCH good_days USING PRIMARY KEY (project=? AND day>? AND day<?)']],
  ['the rows of an incident that is open for a year', () => store.entityActions('incident:i', NOW), [
    'SEARCH outbox USING INTEGER PRIMARY KEY (rowid=?)', 'SEARCH outbox USING COVERING INDEX outbox_by_entity (entity=? AND seq>?)', 'SEARCH o USING INDEX outbox_by_entity (entity=?)',
    'SEARCH u USING INDEX outbox_unfinished (entity=?)',
    'SEARCH outbox USING COVERING INDEX outbox_families (family>? AND family<?)', 'SCAN f', 'SEARCH o USING COVERING INDEX outbox_families (family>? AND family<?)',
    'SCAN f', 'SEARCH o USING COVERING INDEX outbox_families (family=? AND state=?)', 'SCAN f', 'SEARCH o USING COVERING INDEX outbox_families (family=? AND state=?)',
  ]],
  ['the runs of a job', () => store.runsSince(PROJECT, 'a', NOW), ['SEARCH r USING PRIMARY KEY (job=?)']],
])('seeks %s, however much there is of other years', async (_, ask, plan) => {
  expect(await planOf(ask)).toEqual(plan);
});

it.each<[string, () => Promise<unknown>]>([
  ['prolonged every other second', async () => { for (const prolong of ['renewActions', 'renewDeliveries'] as const) await store[prolong]({ owner: 'me', now: NOW, leaseFor: 5, held: ['a'] }); }],
  ['given back', () => store.release('me', NOW)],
  ['taken back at start', () => store.releaseAll(NOW)],
])('looks only at what is unfinished where it is %s, however many deliveries of weeks there are', async (how, ask) => {
  const run = vi.spyOn(StatementSync.prototype, 'run');
  await ask();
  const statements = (run.mock.contexts as StatementSync[]).map((statement) => statement.expandedSQL).filter((text) => /^update "?(?:inbox|outbox)/.test(text));
  run.mockRestore();
  const plans = await Promise.all(statements.map(async (text) => (await engine.db.executeQuery<{ detail: string }>(CompiledQuery.raw(`explain query plan ${text}`))).rows.map((r) => r.detail)));
  const tables = plans.map((plan) => plan.filter((step) => /(?:outbox|inbox) USING/.test(step)));
  expect(tables).toEqual([['SEARCH outbox USING INDEX outbox_by_state (state=?)'], [how.startsWith('prolonged') ? 'SEARCH inbox USING INDEX sqlite_autoindex_inbox_1 (id=?)' : 'SCAN inbox USING INDEX inbox_unfinished']]);
});
