import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Delivery } from '../../src/store/store.ts';
import type { Bench } from './contract.ts';
import { NOW, audit, claim } from './samples.ts';

const delivery = (id: string, over: Partial<Delivery> = {}): Delivery =>
  ({ id, surface: 'github', event: 'issues.closed', payload: { number: 5, text: 'a\u0000' }, ...over });

export function deliveries(at: () => Bench): void {
  const take = (now = NOW, owner = 'me', over = {}) => at().store.claimDeliveries({ ...claim(owner, now), ...over });
  const finish = (id: string, attempts: number) => at().store.commit({ at: NOW, audit: [audit(`delivery:${id}`)], delivery: { id, attempts } });

  it('takes a delivery once, however often it comes', async () => {
    const { store } = at();
    expect(await store.receive([delivery('d1')], NOW)).toEqual([true]);
    expect(await store.receive([delivery('d1', { event: 'other' })], NOW + 1)).toEqual([false]);
    expect(await store.receive([delivery('d2', { surface: 'slack', payload: undefined })], NOW + 1)).toEqual([true]);
    expect(await take(NOW + 1)).toEqual([
      { ...delivery('d1'), lane: 'd1', receivedAt: NOW, attempts: 1 }, { ...delivery('d2', { surface: 'slack', payload: null }), lane: 'd2', receivedAt: NOW + 1, attempts: 1 }]);
    expect(await take(NOW + 1)).toEqual([]);
    expect(await finish('d1', 1)).toBe('committed');
    expect(await store.receive([delivery('d1')], NOW + 2)).toEqual([false]);
  });

  it('tells of each of many what is new, also where one of them comes twice among them', async () => {
    const { store } = at();
    await store.receive([delivery('known')], NOW);
    expect(await store.receive(['a', 'known', 'b', 'a', 'c\u0000'].map((id) => delivery(id)), NOW)).toEqual([true, false, true, false, true]);
    expect(await store.receive([], NOW)).toEqual([]);
    expect((await take()).map((d) => d.id)).toEqual(['known', 'a', 'b', 'c\ufffd']);
  });

  it('hands out one of a lane at a time, in order, and holds back no other lane', async () => {
    const { store } = at();
    await store.receive([['a1', 'a'], ['a2', 'a'], ['b1', 'b'], ['a3', 'a'], ['b2', 'b']].map(([id = '', lane = '']) => delivery(id, { lane })), NOW);
    const ids = async (...of: Parameters<typeof take>): Promise<string[]> => (await take(...of)).map((d) => d.id);
    expect(await ids()).toEqual(['a1', 'b1']);
    expect(await ids(NOW, 'other')).toEqual([]);
    await finish('b1', 1);
    expect(await ids(NOW, 'other')).toEqual(['b2']);
    await store.deferDelivery('a1', 1, { notBefore: NOW + 50, error: 'later', dead: false });
    expect(await ids(NOW, 'other')).toEqual(['a2']);
    expect(await ids(NOW + 50)).toEqual([]);
    await finish('a2', 1);
    expect(await ids(NOW + 50)).toEqual(['a1']);
    expect(await ids(NOW + 10_050, 'other')).toEqual(['a1', 'b2']);
    expect(await ids(NOW + 10_050, 'me')).toEqual([]);
  });

  it('stores and takes in hand at once, one of a lane and no more than asked, where no other server has the store', async () => {
    const { store } = at();
    const claims = (over = {}) => ({ ...claim('me', NOW), ...over });
    const alone = store.engine === 'sqlite';
    await store.receive([delivery('before', { lane: 'a' })], NOW);
    const first = await store.receiveInHand([delivery('after', { lane: 'a' }), delivery('b'), delivery('b'), delivery('c')], claims({ limit: 2 }));
    expect(first).toEqual({ fresh: [true, true, false, true], held: alone ? [{ ...delivery('before'), lane: 'a', receivedAt: NOW, attempts: 1 }, { ...delivery('b'), lane: 'b', receivedAt: NOW, attempts: 1 }] : [] });
    // What is known already takes nothing, and neither does who has no room.
    expect(await store.receiveInHand([delivery('b')], claims())).toEqual({ fresh: [false], held: [] });
    expect(await store.receiveInHand([delivery('d')], claims({ limit: 0 }))).toEqual({ fresh: [true], held: [] });
    expect(await store.receiveInHand([], claims())).toEqual({ fresh: [], held: [] });
    expect((await take()).map((d) => d.id)).toEqual(alone ? ['c', 'd'] : ['before', 'b', 'c', 'd']);
    expect(await finish('before', 1)).toBe('committed');
    expect((await take()).map((d) => d.id)).toEqual(['after']);
  });

  it('hands them out in order, no more than asked, again when the lease ran out', async () => {
    const { store } = at();
    await store.receive(['b', 'a', 'c'].map((id) => delivery(id)), NOW);
    expect((await take(NOW, 'first', { limit: 2 })).map((d) => d.id)).toEqual(['b', 'a']);
    await store.renewDeliveries({ owner: 'first', now: NOW + 5_000, leaseFor: 10_000, held: ['b', 'c'] });
    await store.renewDeliveries({ owner: 'second', now: NOW + 5_000, leaseFor: 10_000, held: ['a'] });
    expect((await take(NOW + 10_000, 'second', { limit: 1 })).map((d) => [d.id, d.attempts])).toEqual([['a', 2]]);
    expect((await take(NOW + 10_000, 'second')).map((d) => [d.id, d.attempts])).toEqual([['c', 1]]);
    expect((await take(NOW + 15_000, 'second')).map((d) => [d.id, d.attempts])).toEqual([['b', 2]]);
    expect(await finish('b', 1)).toBe('conflict');
    expect(await store.auditOf('delivery:b')).toEqual([]);
    expect(await finish('b', 2)).toBe('committed');
    expect(await finish('b', 2)).toBe('conflict');
  });

  it('do not wait for a moment that was named by a clock which was set back since', async () => {
    const { store } = at();
    const ahead = NOW + 3_600_000;
    await store.receive([delivery('d', { lane: 'a' }), delivery('e')], ahead);
    await take(ahead, 'me', { limit: 1 });
    await store.deferDelivery('d', 1, { notBefore: ahead + 1_000, error: 'later', dead: false });
    await store.receive([delivery('f', { lane: 'a' })], NOW);
    expect((await take()).map((d) => [d.id, d.attempts])).toEqual([['d', 2], ['e', 1]]);
    await store.deferDelivery('d', 2, { notBefore: NOW + 1_000, error: 'later', dead: false });
    expect((await take()).map((d) => d.id)).toEqual(['f']);
  });

  it('wait for minutes where they are told to, by a clock that goes as it should', async () => {
    const { store } = at();
    await store.receive([delivery('d')], NOW);
    await take();
    await store.deferDelivery('d', 1, { notBefore: NOW + 300_000, error: 'later', dead: false });
    expect(await take()).toEqual([]);
    expect((await take(NOW + 300_000)).map((d) => d.id)).toEqual(['d']);
  });

  it('is deferred, set aside and released by its holder only', async () => {
    const { store } = at();
    await store.receive([delivery('d')], NOW);
    await take();
    await store.deferDelivery('d', 7, { notBefore: NOW, error: 'not mine', dead: true });
    await store.deferDelivery('d', 1, { notBefore: NOW + 50, error: 'GitHub is away', dead: false });
    expect(await take(NOW + 49)).toEqual([]);
    expect((await take(NOW + 50)).map((d) => d.attempts)).toEqual([2]);
    await store.release('me', NOW + 51);
    expect((await take(NOW + 51)).map((d) => d.attempts)).toEqual([3]);
    await store.deferDelivery('d', 3, { notBefore: NOW, error: 'broken', dead: true });
    expect(await take(NOW + 99_999)).toEqual([]);
    expect(await store.receive([delivery('d')], NOW)).toEqual([false]);
  });

  it('sets one aside that cannot be read', async () => {
    const { store, engine, logged } = at();
    await store.receive([delivery('odd'), delivery('even')], NOW);
    await sql`update inbox set payload = '{' where id = 'odd'`.execute(engine.db);
    expect((await take()).map((d) => d.id)).toEqual(['even']);
    expect(await take(NOW + 99_999)).toMatchObject([{ id: 'even' }]);
    expect(logged).toHaveLength(1);
  });
}
