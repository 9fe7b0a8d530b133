import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Run } from '../../src/domain/run.ts';
import { DAY } from '../../src/store/values.ts';
import type { Bench } from './contract.ts';
import { NILS, NOW, OLGA, PROJECT, TODAY, claim, closed, code, decided, event, incident, planned, proposal, quiet, run, state, warning } from './samples.ts';

const KEEP = { runs: 90 * DAY, rollups: 1_000 * DAY };

export function upkeep(at: () => Bench): void {
  const save = (key: string, runs: Run[]) => at().store.saveReadings(PROJECT, NOW, [{ state: state(key), runs }]);
  const maintain = async (now = NOW, keep = KEEP): Promise<void> => {
    for (let i = 0; i < 50; i++) if (!await at().store.maintain(now, keep)) return;
    throw new Error('upkeep does not end');
  };
  const days = async (key: string) => (await at().store.rollups(PROJECT, key, 0, TODAY + 9)).map((d) => [d.day - TODAY, d.passed, d.failed, d.flaky]);
  const onDay = (build: string, day: number, outcome: Run['outcome'] = 'pass'): Run => run(build, { started: (TODAY + day) * DAY, outcome });
  const count = async (table: 'runs' | 'rollups' | 'outbox' | 'inbox' | 'warnings'): Promise<number> =>
    (await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(at().engine.db)).rows[0]?.n ?? -1;

  it('counts days the same before and after rolling them up', async () => {
    await save('a', [onDay('1', -2), onDay('2', -2, 'fail'), onDay('3', -2, 'fail'), onDay('4', -1, 'flaky'), onDay('5', 0)]);
    await save('b', [onDay('1', -1)]);
    const expected = [[-2, 1, 2, 0], [-1, 0, 0, 1], [0, 1, 0, 0]];
    expect(await days('a')).toEqual(expected);
    await maintain();
    await maintain();
    expect(await days('a')).toEqual(expected);
    expect(await days('b')).toEqual([[-1, 1, 0, 0]]);
    expect(await count('rollups')).toBe(3);
    expect(await at().store.rollups(PROJECT, 'a', TODAY - 2, TODAY - 2)).toEqual([{ key: 'a', day: TODAY - 2, passed: 1, failed: 2, flaky: 0 }]);
    expect(await at().store.rollups(PROJECT, 'a', TODAY, TODAY)).toEqual([{ key: 'a', day: TODAY, passed: 1, failed: 0, flaky: 0 }]);
    expect(await at().store.rollups('other', 'a', 0, TODAY)).toEqual([]);
  });

  it('counts a day anew when a run of it comes late or ends otherwise', async () => {
    await save('a', [onDay('1', -3), onDay('2', -1)]);
    await maintain();
    await save('a', [onDay('1', -3, 'fail'), onDay('9', -2)]);
    expect(await days('a')).toEqual([[-3, 0, 1, 0], [-2, 1, 0, 0], [-1, 1, 0, 0]]);
    await maintain();
    expect(await days('a')).toEqual([[-3, 0, 1, 0], [-2, 1, 0, 0], [-1, 1, 0, 0]]);
  });

  it('counts the older of two late days as well', async () => {
    await save('a', [onDay('1', -1)]);
    await save('a', [onDay('2', -3)]);
    await save('a', [onDay('3', -2)]);
    const expected = [[-3, 1, 0, 0], [-2, 1, 0, 0], [-1, 1, 0, 0]];
    expect(await days('a')).toEqual(expected);
    await maintain();
    expect(await days('a')).toEqual(expected);
  });

  it('rolls today up once it is over', async () => {
    await save('a', [onDay('1', 0), onDay('2', -1)]);
    await maintain();
    expect(await count('rollups')).toBe(1);
    await maintain(NOW + DAY);
    expect(await count('rollups')).toBe(2);
    expect(await days('a')).toEqual([[-1, 1, 0, 0], [0, 1, 0, 0]]);
  });

  it('drops old runs and keeps their days, even where a source shows some of them again', async () => {
    await save('a', [onDay('1', -100), onDay('2', -100), onDay('3', -100, 'fail'), onDay('4', -10)]);
    await maintain();
    expect(await count('runs')).toBe(1);
    expect(await days('a')).toEqual([[-100, 2, 1, 0], [-10, 1, 0, 0]]);
    await save('a', [onDay('1', -100), onDay('7', -101), onDay('4', -10, 'fail')]);
    const expected = [[-101, 1, 0, 0], [-100, 2, 1, 0], [-10, 0, 1, 0]];
    expect(await days('a')).toEqual(expected);
    await maintain(NOW + DAY);
    expect(await count('runs')).toBe(1);
    expect(await days('a')).toEqual(expected);
  });

  it('drops roll-ups in their turn, and nothing of today whatever it is told to keep', async () => {
    await save('a', [onDay('1', -30), onDay('2', 0)]);
    await maintain();
    await maintain(NOW + DAY, { runs: 0, rollups: 5 * DAY });
    expect(await days('a')).toEqual([[0, 1, 0, 0]]);
    await save('a', [onDay('3', 1)]);
    await maintain(NOW + 2 * DAY, { runs: -5 * DAY, rollups: 5 * DAY });
    await save('a', [onDay('4', 2)]);
    await maintain(NOW + 2 * DAY, { runs: -5 * DAY, rollups: 5 * DAY });
    expect((await at().store.lastRuns(PROJECT, ['a'], 9)).get('a')?.map((r) => r.build)).toEqual(['4']);
    expect(await days('a')).toEqual([[0, 1, 0, 0], [1, 1, 0, 0], [2, 1, 0, 0]]);
  });

  it('works through many jobs in bounded steps and says when there is more', async () => {
    const many = Array.from({ length: 1_100 }, (_, i) => ({ state: state(`job-${i}`), runs: [onDay('1', -95), onDay('2', -1)] }));
    await at().store.saveReadings(PROJECT, NOW, many);
    expect(await at().store.maintain(NOW, KEEP)).toBe(true);
    await maintain();
    expect([await count('runs'), await count('rollups')]).toEqual([1_100, 2_200]);
    expect(await at().store.maintain(NOW, KEEP)).toBe(false);
  });

  it('drops rows that nothing refers to and keeps those that a live incident or a person may need', async () => {
    const { store, engine } = at();
    const over = incident('over');
    await store.commit({ at: NOW, incidents: [{ expected: null, incident: over }] });
    await store.commit({ at: NOW, incidents: [{ expected: 1, incident: closed(over, NOW) }] });
    await store.commit({ at: NOW, incidents: [{ expected: null, incident: incident('live') }] });
    const of = (entity: string) => ['superseded', 'recorded', 'done', 'dead', 'pending'].map((s) => planned(`${entity}/${s}`, { entity, summary: s }));
    await store.commit({ at: NOW, actions: [...of('incident:over'), ...of('incident:live'), ...of('warning:w')] });
    await sql`update outbox set state = summary`.execute(engine.db);
    const left = async () => (await store.listActions({ limit: 99 })).map((r) => r.key).sort();
    await maintain(NOW + 89 * DAY);
    expect(await left()).toHaveLength(15);
    await maintain(NOW + 91 * DAY);
    const live = of('incident:live').map((p) => p.key);
    expect(await left()).toEqual([...live, ...['dead', 'done', 'pending'].flatMap((s) => [`incident:over/${s}`, `warning:w/${s}`])].sort());
    await maintain(NOW + 1_001 * DAY);
    expect(await left()).toEqual([...live, 'incident:over/pending', 'warning:w/pending'].sort());
  });

  it('keeps of what was written again and again the last version only, and everything else of an incident or a warning that stands', async () => {
    const { store, engine } = at();
    await store.commit({ at: NOW, incidents: [{ expected: null, incident: incident('live') }], proposals: [{ expected: null, proposal: proposal('open') }] });
    const of = (entity: string) => [
      ...['done', 'dead', 'done', 'done', 'dead', 'superseded'].map((s, n) => planned(`${entity}:text:${n}`, { entity, summary: s, family: `${entity}:text` })),
      ...['done', 'done'].map((s, n) => planned(`${entity}:comment:${n}`, { entity, summary: s, family: null })),
    ];
    for (const entity of ['incident:live', 'step-warning:stands', 'proposal:open']) await store.commit({ at: NOW, actions: of(entity) });
    await sql`update outbox set state = summary`.execute(engine.db);
    const left = async (entity: string) => (await store.entityActions(entity)).map((r) => r.key.slice(entity.length + 1));
    const all = of('').map((p) => p.key.slice(1));
    await maintain(NOW + 7 * DAY);
    expect(await left('incident:live')).toEqual(all);
    await maintain(NOW + 7 * DAY + 1);
    for (const entity of ['incident:live', 'step-warning:stands']) expect(await left(entity)).toEqual(all.filter((k) => !['text:0', 'text:2'].includes(k)));
    expect(await left('proposal:open')).toEqual(all);
  });

  it('keeps the rows of a proposal until it has been decided for a while, and the proposal and what it brought about for ever', async () => {
    const { store, engine } = at();
    const over = proposal('over');
    await store.commit({ at: NOW, proposals: [{ expected: null, proposal: over }, { expected: null, proposal: proposal('open') }], quiets: [{ expected: null, quiet: quiet('mute') }] });
    await store.commit({ at: NOW, proposals: [{ expected: 1, proposal: decided(over, NOW + DAY) }] });
    const of = (entity: string) => ['superseded', 'recorded', 'done', 'dead', 'pending'].map((s) => planned(`${entity}/${s}`, { entity, summary: s }));
    await store.commit({ at: NOW, actions: [...of('proposal:over'), ...of('proposal:open')] });
    await sql`update outbox set state = summary`.execute(engine.db);
    const left = async (entity: string) => (await store.entityActions(entity)).map((r) => r.state);
    await maintain(NOW + 91 * DAY);
    expect([await left('proposal:over'), await left('proposal:open')]).toEqual([['superseded', 'recorded', 'done', 'dead', 'pending'], ['superseded', 'recorded', 'done', 'dead', 'pending']]);
    await maintain(NOW + 92 * DAY);
    expect(await left('proposal:over')).toEqual(['done', 'dead', 'pending']);
    await maintain(NOW + 1_001 * DAY);
    expect([await left('proposal:over'), await left('proposal:open')]).toEqual([['pending'], ['superseded', 'recorded', 'done', 'dead', 'pending']]);
    expect([(await store.proposal('over'))?.state, (await store.quiets(PROJECT, 0)).length]).toEqual(['approved', 1]);
  });

  it('drops no incident, nothing on record about a platform and no good day, however long ago', async () => {
    const { store } = at();
    const over = incident('over');
    await store.commit({ at: NOW, incidents: [{ expected: null, incident: over }], events: [event('e')] });
    await store.commit({ at: NOW, incidents: [{ expected: 1, incident: closed(over, NOW) }] });
    await store.noteGoodDay(PROJECT, ['grid'], TODAY);
    await maintain(NOW + 4_000 * DAY, { runs: DAY, rollups: DAY });
    expect(await store.incidentsSince(PROJECT, 0)).toEqual([closed(over, NOW)]);
    expect(await store.platformEvents(PROJECT, 0)).toEqual([event('e')]);
    expect(await store.goodDays(PROJECT, 0, TODAY)).toEqual(new Map([['grid', new Set([TODAY])]]));
  });

  it('tells the runs since a moment as far back as they are kept, and never less than 12 weeks by default', async () => {
    await save('a', [onDay('1', -91), onDay('2', -85), onDay('3', 0)]);
    await maintain();
    expect((await at().store.runsSince(PROJECT, 'a', 0)).map((r) => r.build)).toEqual(['2', '3']);
  });

  it('forgets the answers to commands after a month, written or given up, and never one that waits', async () => {
    const { store, engine } = at();
    const of = (entity: string) => ['superseded', 'recorded', 'done', 'dead', 'pending', 'leased'].map((s) => planned(`${entity}/${s}`, { entity, summary: s }));
    await store.commit({ at: NOW, actions: [...of('command:d1'), ...of('commander:d1'), ...of('warning:w')] });
    await sql`update outbox set state = summary, lease_until = 0`.execute(engine.db);
    const left = async (entity: string) => (await store.entityActions(entity)).map((r) => r.state);
    await maintain(NOW + 30 * DAY);
    expect(await left('command:d1')).toHaveLength(6);
    await maintain(NOW + 30 * DAY + 1);
    expect(await left('command:d1')).toEqual(['pending', 'leased']);
    expect([(await left('commander:d1')).length, (await left('warning:w')).length]).toEqual([6, 6]);
  });

  it('forgets codes that have expired', async () => {
    const { store } = at();
    await store.commit({ at: NOW, codes: [code('old', OLGA, { expires: NOW + 5 }), code('new', NILS, { expires: NOW + 50 })] });
    await maintain(NOW + 5);
    expect((await store.linkCode('old'))?.slack).toEqual(OLGA);
    await maintain(NOW + 6);
    expect([await store.linkCode('old'), (await store.linkCode('new'))?.slack]).toEqual([null, NILS]);
  });

  it('forgets handled deliveries and cleared warnings after a while', async () => {
    const { store } = at();
    await store.receive(['done', 'waiting'].map((id) => ({ id, surface: 'slack', event: 'x', payload: null })), NOW);
    await store.claimDeliveries(claim('me', NOW, { limit: 1 }));
    await store.commit({ at: NOW, delivery: { id: 'done', attempts: 1 } });
    await store.raiseWarnings([warning('a'), warning('b')], NOW);
    await store.clearWarnings(PROJECT, 'a', [], NOW);
    await maintain(NOW + 20 * DAY);
    expect([await count('inbox'), await count('warnings')]).toEqual([2, 2]);
    await maintain(NOW + 36 * DAY);
    expect([await count('inbox'), await count('warnings')]).toEqual([1, 1]);
  });
}
