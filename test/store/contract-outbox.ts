import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { OutboxRow, PlannedAction } from '../../src/domain/action.ts';
import type { Settlement } from '../../src/store/store.ts';
import type { Bench } from './contract.ts';
import { GITHUB, NOW, SLACK, claim, keysOf, planned, receipt } from './samples.ts';

type Ended = Settlement extends infer S ? S extends Settlement ? Omit<S, 'key' | 'attempts'> : never : never;

export function outbox(at: () => Bench): void {
  const plan = (actions: PlannedAction[], when = NOW) => at().store.commit({ at: when, actions });
  const take = (now = NOW, owner = 'me', over = {}) => at().store.claimActions({ ...claim(owner, now), ...over });
  const one = async (now = NOW, owner = 'me'): Promise<OutboxRow> => {
    const [row] = await take(now, owner);
    if (!row) throw new Error('nothing to claim');
    return row;
  };
  const settle = (row: OutboxRow, ended: Ended, when = NOW) =>
    at().store.commit({ at: when, settled: { key: row.key, attempts: row.attempts, ...ended } });
  const fail = (row: OutboxRow, notBefore: number) => settle(row, { state: 'pending', notBefore, error: '502' });
  const states = async (): Promise<Record<string, string>> =>
    Object.fromEntries((await at().store.listActions({ limit: 99 })).map((r) => [r.key, r.state]));

  it('keeps a planned row once, with everything in it', async () => {
    const row = planned('k', { family: 'f', destination: SLACK });
    await plan([row]);
    await plan([{ ...row, summary: 'another' }], NOW + 5);
    expect(await at().store.entityActions('incident:one')).toEqual([{ ...row, state: 'pending', attempts: 0, notBefore: NOW, createdAt: NOW, updatedAt: NOW, lastError: null, receipt: null }]);
    expect(await at().store.entityActions('incident:two')).toEqual([]);
  });

  it('gives of an entity the rows since a moment, those that wait, and the newest that is done or given up of each family', async () => {
    const { store, engine } = at();
    const [early, late] = [NOW, NOW + 1_000];
    const of = (key: string, family: string | null, over: Partial<PlannedAction> = {}) => planned(key, { family: family === null ? null : `incident:one:${family}`, ...over });
    await plan([of('done1', 'issue'), of('dead1', 'issue'), of('done2', 'issue'), of('dead2', 'issue'), of('begun', 'issue'), of('done3', 'message'), of('told', null), of('lost', null), of('waits', null), of('held', null)], early);
    await plan([of('other', 'issue', { entity: 'incident:one1', family: 'incident:one1:issue' }), of('another', 'issue', { entity: 'incident:onf', family: 'incident:onf:issue' })], early);
    await sql`update outbox set state = case when key like 'done%' or key in ('told', 'other', 'another') then 'done' when key like 'dead%' or key = 'lost' then 'dead' when key = 'begun' then 'superseded' when key = 'held' then 'leased' else 'pending' end, lease_until = 0`.execute(engine.db);
    expect(keysOf(await store.entityActions('incident:one', late))).toEqual(['done2', 'dead2', 'done3', 'waits', 'held']);
    await plan([of('new', null)], late);
    await sql`update outbox set state = 'done' where key = 'new'`.execute(engine.db);
    expect(keysOf(await store.entityActions('incident:one', late))).toEqual(['done2', 'dead2', 'done3', 'waits', 'held', 'new']);
    expect(keysOf(await store.entityActions('incident:one', early))).toEqual(keysOf(await store.entityActions('incident:one')));
    expect(await store.entityActions('incident:one')).toHaveLength(11);
    expect(await store.entityActions('incident:none', late)).toEqual([]);
  });

  it('takes the oldest row of each entity and destination only', async () => {
    await plan([planned('a1'), planned('a2'), planned('s1', { destination: SLACK }), planned('b1', { entity: 'incident:two' })]);
    expect(keysOf(await take())).toEqual(['a1', 's1', 'b1']);
    expect(await take()).toEqual([]);
    const [a1] = await at().store.entityActions('incident:one');
    await settle(a1 as OutboxRow, { state: 'done', receipt: receipt() });
    expect(keysOf(await take())).toEqual(['a2']);
  });

  it('takes what nobody knows of yet before the answers to commands, and those in their order with what room is left', async () => {
    const answer = (n: number) => planned(`answer ${n}`, { entity: `command:gh${n}${n === 1 ? ':seen' : ''}` });
    await plan([answer(1), answer(2), answer(3), planned('z', { entity: 'warning:z' }), planned('a', { entity: 'blocker:a' }), planned('i1'), planned('i2')]);
    expect(keysOf(await take(NOW, 'me', { limit: 2 }))).toEqual(['z', 'a']);
    expect(keysOf(await take(NOW, 'me', { limit: 2 }))).toEqual(['answer 1', 'i1']);
    expect(keysOf(await take(NOW, 'me', { limit: 1 }))).toEqual(['answer 2']);
    const [i1] = await at().store.entityActions('incident:one');
    await settle(i1 as OutboxRow, { state: 'done', receipt: receipt() });
    expect(keysOf(await take(NOW, 'me', { limit: 1 }))).toEqual(['i2']);
    expect(keysOf(await take())).toEqual(['answer 3']);
  });

  it('takes no more than asked and nothing for a destination to skip', async () => {
    await plan([planned('a', { entity: 'x:1' }), planned('b', { entity: 'x:2', destination: SLACK }), planned('c', { entity: 'x:3' })]);
    expect(await take(NOW, 'me', { limit: 0 })).toEqual([]);
    expect(keysOf(await take(NOW, 'me', { skip: [SLACK], limit: 1 }))).toEqual(['a']);
    expect(keysOf(await take(NOW, 'me', { skip: [GITHUB, SLACK] }))).toEqual([]);
    expect(keysOf(await take(NOW, 'me', { skip: [GITHUB] }))).toEqual(['b']);
  });

  it('holds a failed row, and what comes after it, until its time', async () => {
    await plan([planned('a1'), planned('a2')]);
    await fail(await one(), NOW + 100.7);
    expect(await take(NOW + 99)).toEqual([]);
    expect(await at().store.nextActionAt()).toBe(NOW + 100);
    const again = await one(NOW + 100);
    expect(again).toMatchObject({ key: 'a1', attempts: 2, state: 'leased', lastError: '502' });
    await settle(again, { state: 'dead', error: '422' });
    expect((await one(NOW + 100)).key).toBe('a2');
  });

  it('says when the next turn comes, not when a row behind another would be due', async () => {
    const { store } = at();
    expect(await store.nextActionAt()).toBeNull();
    await plan([planned('a1'), planned('a2'), planned('s', { destination: SLACK })], NOW);
    expect(await store.nextActionAt()).toBe(NOW);
    const [a1, s] = await take();
    expect(await store.nextActionAt()).toBe(NOW + 10_000);
    await fail(s as OutboxRow, NOW + 500);
    expect(await store.nextActionAt()).toBe(NOW + 500);
    expect(await store.nextActionAt([SLACK])).toBe(NOW + 10_000);
    await settle(a1 as OutboxRow, { state: 'done', receipt: receipt() });
    expect(await store.nextActionAt([SLACK])).toBe(NOW);
  });

  it('lets nothing wait for a moment that was named by a clock which was set back since, nor what replaces it', async () => {
    const ahead = NOW + 3_600_000;
    await plan([planned('failed'), planned('replaced', { entity: 'incident:two', family: 'f' })], ahead);
    for (const row of await take(ahead)) await settle(row, { state: 'pending', notBefore: ahead + 500, error: '502' }, ahead);
    await plan([planned('planned', { entity: 'incident:three' })], ahead);
    await plan([planned('newer', { entity: 'incident:two', family: 'f' })], NOW);
    expect(keysOf(await take(NOW)).sort()).toEqual(['failed', 'newer', 'planned']);
    expect(await take(NOW)).toEqual([]);
  });

  it('gives a row whose lease ran out to the next one, and refuses the first one\'s settlement', async () => {
    await plan([planned('a')]);
    const first = await one(NOW, 'dead');
    expect(await take(NOW + 9_999, 'heir')).toEqual([]);
    const second = await one(NOW + 10_000, 'heir');
    expect(second.attempts).toBe(2);
    expect(await settle(first, { state: 'done', receipt: receipt(1) })).toBe('conflict');
    expect(await settle(second, { state: 'done', receipt: receipt(2) })).toBe('committed');
    expect(await settle(second, { state: 'dead', error: 'again' })).toBe('conflict');
    expect((await at().store.entityActions('incident:one'))[0]).toMatchObject({ state: 'done', receipt: receipt(2), lastError: null });
  });

  it('prolongs what its owner has in hand, and nothing that it does not know to have', async () => {
    await plan([planned('a'), planned('b', { entity: 'incident:two' })]);
    await take(NOW, 'me', { limit: 1 });
    await take(NOW, 'other', { limit: 1 });
    const renew = (owner: string, ...held: string[]) => at().store.renewActions({ owner, now: NOW + 9_000, leaseFor: 10_000, held });
    await renew('me', 'a', 'b', 'c');
    await renew('other');
    expect(keysOf(await take(NOW + 18_000, 'heir'))).toEqual(['b']);
    expect(keysOf(await take(NOW + 19_000, 'heir'))).toEqual(['a']);
  });

  it('prolongs one row for whoever still has it, and tells others that they have not', async () => {
    await plan([planned('a')]);
    const first = await one(NOW, 'me');
    const keep = (now: number, owner = 'me', { key, attempts } = first) => at().store.keepAction({ key, attempts, owner, now, leaseFor: 10_000 });
    expect([await keep(NOW + 9_000), await keep(NOW + 9_000, 'other')]).toEqual([true, false]);
    expect(await take(NOW + 18_999, 'heir')).toEqual([]);
    // Run out, and nobody has taken it: it is still this owner's.
    expect(await keep(NOW + 50_000)).toBe(true);
    const second = await one(NOW + 60_000, 'heir');
    expect([await keep(NOW + 60_001), await keep(NOW + 60_001, 'heir', second)]).toEqual([false, true]);
    await settle(second, { state: 'done', receipt: receipt() });
    expect(await keep(NOW + 60_002, 'heir', second)).toBe(false);
  });

  it('gives back what one owner holds, with its attempts, and everything on SQLite', async () => {
    const { store } = at();
    await plan([planned('a'), planned('b', { entity: 'incident:two' })]);
    await take(NOW, 'me', { limit: 1 });
    await take(NOW, 'other', { limit: 1 });
    await store.release('me', NOW + 1);
    expect((await take(NOW + 1)).map((r) => [r.key, r.attempts])).toEqual([['a', 2]]);
    await store.releaseAll(NOW + 2);
    expect(keysOf(await take(NOW + 2))).toEqual(store.engine === 'sqlite' ? ['a', 'b'] : []);
  });

  it('replaces an older row of the family that waits, not one that is under way, done, or of another family', async () => {
    const of = (key: string, family: string | null, entity = 'incident:one') => planned(key, { family, entity });
    await plan([of('done', 'f')]);
    await settle(await one(), { state: 'done', receipt: receipt() });
    await plan([of('leased', 'f'), of('free', null), of('other', 'g')]);
    await take();
    await plan([of('older', 'f')]);
    await plan([of('newer', 'f')]);
    await plan([of('older', 'f')]);
    expect(await states()).toEqual({ done: 'done', leased: 'leased', free: 'pending', other: 'pending', older: 'superseded', newer: 'pending' });
  });

  it('lets a row that replaces a failed one wait as long, and look first', async () => {
    await plan([planned('a', { family: 'f' })]);
    await fail(await one(), NOW + 300);
    await plan([planned('b', { family: 'f' })], NOW + 1);
    expect(await states()).toEqual({ a: 'superseded', b: 'pending' });
    expect(await take(NOW + 299)).toEqual([]);
    const row = await one(NOW + 300);
    expect([row.key, row.attempts]).toEqual(['b', 2]);
    await settle(row, { state: 'done', receipt: receipt() });
    await plan([planned('c', { family: 'f' })], NOW + 301);
    expect((await one(NOW + 301)).attempts).toBe(1);
  });

  it('lets a failed row give way to a newer one of its family that was planned meanwhile', async () => {
    await plan([planned('a', { family: 'f' })]);
    const row = await one();
    await plan([planned('b', { family: 'f' })], NOW + 1);
    expect(await take(NOW + 1)).toEqual([]);
    await fail(row, NOW + 300);
    expect(await states()).toEqual({ a: 'superseded', b: 'pending' });
    expect(await take(NOW + 299)).toEqual([]);
    expect(await take(NOW + 300)).toMatchObject([{ key: 'b', attempts: 2 }]);
  });

  it('records a dry run without anything to claim or replace, and takes it up when it is planned for real', async () => {
    const { store } = at();
    await plan([planned('live', { family: 'f' })]);
    await store.commit({ at: NOW, record: true, actions: [planned('dry', { family: 'f' }), planned('live', { family: 'f' })] });
    expect(await states()).toEqual({ live: 'pending', dry: 'recorded' });
    expect(keysOf(await take())).toEqual(['live']);
    await plan([planned('dry', { family: 'f' })], NOW + 9);
    expect((await store.listActions({ state: 'pending', limit: 9 }))[0]).toMatchObject({ key: 'dry', notBefore: NOW + 9 });
  });

  it('tries a dead row again when asked', async () => {
    const { store } = at();
    await plan([planned('a')]);
    expect(await store.reviveAction('a', NOW)).toBe(false);
    await settle(await one(), { state: 'dead', error: '404' });
    expect(await take(NOW + 99)).toEqual([]);
    expect(await store.reviveAction('a', NOW + 5)).toBe(true);
    expect(await store.reviveAction('nothing', NOW + 5)).toBe(false);
    expect(await one(NOW + 5)).toMatchObject({ key: 'a', attempts: 2 });
  });

  it('lists and counts by state', async () => {
    const { store } = at();
    await plan([planned('a'), planned('b'), planned('c', { entity: 'incident:two' })]);
    await take(NOW, 'me', { limit: 1 });
    expect(await store.countActions()).toEqual({ leased: 1, pending: 2 });
    expect(keysOf(await store.listActions({ limit: 2 }))).toEqual(['c', 'b']);
    expect(keysOf(await store.listActions({ state: 'leased', limit: 2 }))).toEqual(['a']);
    await plan([planned('s', { destination: SLACK })]);
    expect(keysOf(await store.listActions({ state: 'pending', to: 'slack:', limit: 9 }))).toEqual(['s']);
    expect(keysOf(await store.listActions({ state: 'pending', to: 'slack:#', limit: 0 }))).toEqual([]);
    expect(keysOf(await store.listActions({ to: SLACK.slice(0, -1), limit: 9 }))).toEqual(['s']);
    expect(keysOf(await store.listActions({ to: `${SLACK}%`, limit: 9 }))).toEqual([]);
  });

  it('sets a row aside that cannot be read, lists it with the reason, and goes on with the next', async () => {
    const { store, engine, logged } = at();
    await plan([planned('odd'), planned('next')]);
    await sql`update outbox set action = '{"kind":"send-pigeon","incident":"one"}' where key = 'odd'`.execute(engine.db);
    expect(await take()).toEqual([]);
    expect(keysOf(await take())).toEqual(['next']);
    const [odd] = await store.listActions({ state: 'dead', limit: 9 });
    expect(odd).toMatchObject({ key: 'odd', summary: 'do odd', action: { kind: 'send-pigeon' } });
    expect(odd?.lastError).toMatch(/cannot be read .*kind/);
    expect(keysOf(await store.entityActions('incident:one'))).toEqual(['next']);
    expect(logged).toHaveLength(1);
    expect(await store.reviveAction('odd', NOW)).toBe(true);
    await sql`update outbox set state = 'done' where key = 'next'`.execute(engine.db);
    expect(await take()).toEqual([]);
    expect(await store.countActions()).toEqual({ dead: 1, done: 1 });
  });

  it('shows a row whose receipt cannot be read as one without', async () => {
    const { store, engine, logged } = at();
    await plan([planned('a')]);
    await settle(await one(), { state: 'done', receipt: receipt() });
    await sql`update outbox set receipt = 'not json'`.execute(engine.db);
    expect((await store.entityActions('incident:one'))[0]).toMatchObject({ key: 'a', state: 'done', receipt: null });
    expect(logged).toHaveLength(1);
  });
}
