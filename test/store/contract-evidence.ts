import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { PlatformEvent } from '../../src/domain/event.ts';
import { DAY } from '../../src/store/values.ts';
import type { Bench } from './contract.ts';
import { HOUR, NOW, PROJECT, TODAY, audit, closed, event, incident, run, state } from './samples.ts';

const ids = (rows: readonly { id: string }[]): string[] => rows.map((r) => r.id);

export function evidence(at: () => Bench): void {
  const learn = (...events: PlatformEvent[]) => at().store.commit({ at: NOW, events });
  const builds = async (key: string, since: number): Promise<string[]> => (await at().store.runsSince(PROJECT, key, since)).map((r) => r.build);

  it('gives what happened to platforms back, the oldest first, unknown fields of a newer version included', async () => {
    const { store } = at();
    const common = { project: PROJECT, platform: 'linux/arm/v7' } as const;
    const step: PlatformEvent = { ...common, id: 'step', at: NOW, kind: 'step', from: 2, to: 3, by: 'olga', url: null, proposal: 'p' };
    const adopted = { ...common, id: 'adopted', at: NOW - 5, kind: 'adopted', step: 2, addedLater: { by: 'a newer version' } } as const;
    expect(await learn(step, event('b'), adopted)).toBe('committed');
    expect(await learn(event('a'))).toBe('committed');
    expect(await store.platformEvents(PROJECT, -Infinity)).toEqual([adopted, step, event('b'), event('a')]);
    expect(ids(await store.platformEvents(PROJECT, NOW))).toEqual(['step', 'b', 'a']);
    expect(await store.platformEvents(PROJECT, NOW + 1)).toEqual([]);
    expect(await store.platformEvents('other', 0)).toEqual([]);
  });

  it('keeps the first telling of a happening, and the happenings of two projects apart', async () => {
    const { store } = at();
    await learn(event('one'), event('one', { by: 'mallory' }));
    expect(await learn(event('one', { by: 'nils', at: NOW - 9 }), event('two'))).toBe('committed');
    await learn(event('one', { project: 'other', by: 'nina' }));
    expect(await store.platformEvents(PROJECT, 0)).toEqual([event('one'), event('two')]);
    expect(await store.platformEvents('other', 0)).toEqual([event('one', { project: 'other', by: 'nina' })]);
  });

  it('lets nobody change or take away what happened', async () => {
    const { store, engine } = at();
    await learn(event('one'));
    await expect(sql`update platform_events set at = 0`.execute(engine.db)).rejects.toThrow(/append-only/);
    await expect(sql`delete from platform_events where id = 'one'`.execute(engine.db)).rejects.toThrow(/append-only/);
    expect(await store.platformEvents(PROJECT, 0)).toEqual([event('one')]);
  });

  it('remembers nothing of a decision that is refused', async () => {
    const { store } = at();
    expect(await store.commit({ at: NOW, events: [event('one')], audit: [audit('platform:x')], delivery: { id: 'nobody has it', attempts: 1 } })).toBe('conflict');
    expect(await store.platformEvents(PROJECT, 0)).toEqual([]);
  });

  it('leaves a happening that cannot be read aside and says so once', async () => {
    const { store, engine, logged } = at();
    await learn(event('one'), event('two'));
    await engine.db.insertInto('platform_events').values({ id: 'sung', project: PROJECT, platform: 'linux/s390x', kind: 'sung', at: NOW, document: JSON.stringify({ ...event('sung'), kind: 'sung' }) }).execute();
    await learn(event('three'));
    for (let i = 0; i < 2; i++) expect(ids(await store.platformEvents(PROJECT, 0))).toEqual(['one', 'two', 'three']);
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('sung');
  });

  it('reads a long record whole, also where many things happened at one moment', async () => {
    const many = Array.from({ length: 2_300 }, (_, i) => event(`e${i}`, { at: NOW - (i % 3) }));
    await learn(...many);
    expect(ids(await at().store.platformEvents(PROJECT, NOW - 1))).toEqual([1, 0].flatMap((ago) => ids(many.filter((e) => e.at === NOW - ago))));
  });

  it('knows the days on which each source was read well, those asked for and no others', async () => {
    const { store } = at();
    await store.noteGoodDay(PROJECT, ['grid', 'prow'], TODAY - 2);
    await store.noteGoodDay(PROJECT, ['grid'], TODAY - 1);
    await store.noteGoodDay(PROJECT, ['grid', 'é\u0000', 'grid'], TODAY);
    await store.noteGoodDay('other', ['grid'], TODAY - 3);
    expect(await store.goodDays(PROJECT, TODAY - 2, TODAY)).toEqual(new Map([
      ['grid', new Set([TODAY - 2, TODAY - 1, TODAY])], ['prow', new Set([TODAY - 2])], ['é\uFFFD', new Set([TODAY])]]));
    expect(await store.goodDays(PROJECT, TODAY - 1, TODAY - 1)).toEqual(new Map([['grid', new Set([TODAY - 1])]]));
    expect([...await store.goodDays(PROJECT, -Infinity, Infinity)].map(([source]) => source)).toEqual(['grid', 'prow', 'é\uFFFD']);
    expect(await store.goodDays(PROJECT, TODAY, TODAY - 1)).toEqual(new Map());
  });

  it('writes a good day once, and again where it could not be written', async () => {
    const { store, engine } = at();
    const written = async (): Promise<number> => (await engine.db.selectFrom('good_days').selectAll().execute()).length;
    await expect(store.noteGoodDay(PROJECT, ['grid'], Number.NaN)).rejects.toThrow();
    await engine.db.schema.alterTable('good_days').renameTo('elsewhere').execute();
    await expect(store.noteGoodDay(PROJECT, ['grid'], TODAY)).rejects.toThrow();
    await engine.db.schema.alterTable('elsewhere').renameTo('good_days').execute();
    for (let i = 0; i < 2; i++) await store.noteGoodDay(PROJECT, ['grid'], TODAY);
    expect(await written()).toBe(1);
    await engine.db.deleteFrom('good_days').execute();
    await store.noteGoodDay(PROJECT, ['grid'], TODAY);
    expect(await written()).toBe(0);
    await store.noteGoodDay(PROJECT, ['grid', 'prow'], TODAY + 1);
    await store.noteGoodDay(PROJECT, [], TODAY + 1);
    expect(await written()).toBe(2);
  });

  it('lists every incident since it opened, whatever became of it, the oldest first', async () => {
    const { store } = at();
    const opened = async (id: string, hoursAgo: number, over: Parameters<typeof incident>[1] = {}) => {
      const one = incident(id, { openedAt: NOW - hoursAgo * HOUR, ...over });
      await store.commit({ at: NOW, incidents: [{ expected: null, incident: one }] });
      return one;
    };
    for (const [id, hoursAgo] of [['long over', 900], ['b', 9], ['a', 9]] as const) {
      await store.commit({ at: NOW, incidents: [{ expected: 1, incident: closed(await opened(id, hoursAgo), NOW - hoursAgo * HOUR) }] });
    }
    await opened('dismissed', 5, { state: 'dismissed' });
    await opened('open', 4);
    await opened('elsewhere', 3, { project: 'other' });
    expect(ids(await store.incidentsSince(PROJECT, -Infinity))).toEqual(['long over', 'a', 'b', 'dismissed', 'open']);
    expect(ids(await store.incidentsSince(PROJECT, NOW - 9 * HOUR))).toEqual(['a', 'b', 'dismissed', 'open']);
    expect(ids(await store.incidentsSince(PROJECT, NOW - 9 * HOUR + 1))).toEqual(['dismissed', 'open']);
    expect((await store.incidentsSince(PROJECT, NOW - 4 * HOUR))[0]).toEqual(incident('open', { openedAt: NOW - 4 * HOUR }));
  });

  it('reads a long history of incidents whole and leaves one that cannot be read aside', async () => {
    const { store, engine, logged } = at();
    const many = Array.from({ length: 450 }, (_, i) => incident(`i${String(i).padStart(3, '0')}`, { state: 'closed', openedAt: NOW - (450 - i) % 2, closedAt: NOW }));
    await store.commit({ at: NOW, incidents: many.map((one) => ({ expected: null, incident: one })) });
    await sql`update incidents set document = '{"id":"i007"}' where id = 'i007'`.execute(engine.db);
    const order = [1, 0].flatMap((ago) => ids(many.filter((i) => i.openedAt === NOW - ago)));
    expect(ids(await store.incidentsSince(PROJECT, 0))).toEqual(order.filter((id) => id !== 'i007'));
    expect(logged).toHaveLength(1);
  });

  it('gives the runs of one job since a moment, the oldest first, by build where they began together', async () => {
    const { store } = at();
    const full = run('7', { started: NOW - 3 * HOUR, finished: NOW - 2 * HOUR, outcome: 'flaky', commit: 'aa', url: 'https://logs' });
    const runs = [run('9007199254740993', { started: NOW }), run('9007199254740992', { started: NOW }), run('999', { started: NOW }), full, run('8', { started: NOW - 5 * DAY })];
    await store.saveReadings(PROJECT, NOW, [{ state: state('a'), runs }, { state: state('b'), runs: [run('1')] }]);
    await store.saveReadings('other', NOW, [{ state: state('a'), runs: [run('2')] }]);
    expect(await builds('a', -Infinity)).toEqual(['8', '7', '999', '9007199254740992', '9007199254740993']);
    expect((await store.runsSince(PROJECT, 'a', NOW - 3 * HOUR))[0]).toEqual(full);
    expect(await builds('a', NOW - 3 * HOUR + 1)).toEqual(['999', '9007199254740992', '9007199254740993']);
    expect([await builds('never seen', 0), await builds('a', NOW + 1)]).toEqual([[], []]);
    const newest = (await store.lastRuns(PROJECT, ['a'], 99)).get('a') ?? [];
    expect(await store.runsSince(PROJECT, 'a', 0)).toEqual([...newest].reverse());
  });

  it('leaves a run whose outcome is not known aside and says so', async () => {
    const { store, engine, logged } = at();
    await store.saveReadings(PROJECT, NOW, [{ state: state('a\u0000'), runs: [run('1'), run('2')] }]);
    await sql`update runs set outcome = 'purple' where build = '1'`.execute(engine.db);
    expect(await builds('a\u0000', 0)).toEqual(['2']);
    expect(logged).toHaveLength(1);
  });
}
