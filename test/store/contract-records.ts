import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Bench } from './contract.ts';
import { NOW, PROJECT, audit, ping, run, state, warning } from './samples.ts';

export function recordsAndRoles(at: () => Bench): void {
  it('keeps the audit in order and lets nobody change or take away a line', async () => {
    const { store, engine } = at();
    await store.commit({ at: NOW, audit: [audit('incident:one', 'opened'), audit('incident:two')] });
    await store.commit({ at: NOW, audit: [{ ...audit('incident:one', 'joined'), at: NOW - 5, evidence: undefined }] });
    const lines = [audit('incident:one', 'opened'), { ...audit('incident:one', 'joined'), at: NOW - 5, evidence: null }];
    expect(await store.auditOf('incident:one')).toEqual(lines);
    await expect(sql`update audit set actor = 'somebody else'`.execute(engine.db)).rejects.toThrow(/append-only/);
    await expect(sql`delete from audit where entity = 'incident:one'`.execute(engine.db)).rejects.toThrow(/append-only/);
    expect(await store.auditOf('incident:one')).toEqual(lines);
  });

  it('records a mention once', async () => {
    const { store } = at();
    await store.commit({ at: NOW, pings: [ping('b', { at: NOW + 2 }), ping('a', { at: NOW + 1, mode: 'shadow' }), ping('a', { mode: 'live' })] });
    await store.commit({ at: NOW, pings: [ping('b', { mode: 'dry' })] });
    expect(await store.pings({ since: NOW, limit: 9 })).toEqual([ping('a', { at: NOW + 1, mode: 'shadow' }), ping('b', { at: NOW + 2 })]);
    expect((await store.pings({ since: NOW, limit: 1 })).map((p) => p.key)).toEqual(['a']);
    expect((await store.pings({ since: NOW + 2, limit: 9 })).map((p) => p.key)).toEqual(['b']);
  });

  it('gives a role to one owner at a time', async () => {
    const { store } = at();
    expect(await store.lease('poll:k', 'a', NOW, 100)).toEqual({ held: true, fence: 1 });
    expect(await store.lease('poll:k', 'b', NOW + 99, 100)).toEqual({ held: false, fence: 1 });
    expect(await store.lease('poll:k', 'a', NOW + 99, 100)).toEqual({ held: true, fence: 1 });
    expect(await store.lease('poll:k', 'b', NOW + 198, 100)).toEqual({ held: false, fence: 1 });
    expect(await store.lease('poll:k', 'b', NOW + 199, 100)).toEqual({ held: true, fence: 2 });
    expect(await store.lease('poll:k', 'a', NOW + 200, 100)).toEqual({ held: false, fence: 2 });
    expect(await store.lease('poll:j', 'a', NOW + 200, 100)).toEqual({ held: true, fence: 1 });
    await store.release('b', NOW + 201);
    expect(await store.lease('poll:k', 'a', NOW + 201, 100)).toEqual({ held: true, fence: 3 });
    expect(await store.lease('poll:j', 'b', NOW + 201, 100)).toEqual({ held: false, fence: 1 });
  });

  it('takes nothing of whoever led before, and everything of one who lets the role run out and takes it again', async () => {
    const { store } = at();
    const lead = { role: 'poll:k', owner: 'a', fence: (await store.lease('poll:k', 'a', NOW, 100)).fence };
    const says = (key: string, by = lead) => store.commit({ at: NOW, lead: by, pings: [ping(key)] });
    expect(await says('first')).toBe('committed');
    await store.lease('poll:k', 'a', NOW + 500, 100);
    expect(await says('late')).toBe('committed');
    const heir = { role: 'poll:k', owner: 'b', fence: (await store.lease('poll:k', 'b', NOW + 600, 100)).fence };
    expect([await says('too late'), await says('heir', heir)]).toEqual(['conflict', 'committed']);
    // The role itself comes back, but not what was found out before.
    const again = { ...lead, fence: (await store.lease('poll:k', 'a', NOW + 800, 100)).fence };
    expect([await says('of old'), await says('anew', again)]).toEqual(['conflict', 'committed']);
    expect((await store.pings({ since: 0, limit: 99 })).map((p) => p.key).sort()).toEqual(['anew', 'first', 'heir', 'late']);
    await expect(store.saveReadings(PROJECT, NOW, [{ state: state('a'), runs: [] }], lead)).rejects.toThrow('read later');
    expect(await store.jobStates(PROJECT)).toEqual([]);
    await store.saveReadings(PROJECT, NOW, [{ state: state('a'), runs: [] }], again);
    expect(await store.jobStates(PROJECT)).toEqual([state('a')]);
  });

  it('knows what time it is where several servers share it', async () => {
    const { store } = at();
    const time = await store.time();
    if (store.engine === 'sqlite') expect(time).toBeNull();
    else expect(new Date(time ?? 0).getUTCFullYear()).toBeGreaterThan(2024);
  });

  it('keeps since when a warning stands and when it was told, and begins anew after it was cleared', async () => {
    const { store } = at();
    const told = (key: string, text: string, since: number, toldAt: number | null, clearedAt: number | null = null) =>
      ({ ...warning(key), text, since, toldAt, clearedAt });
    expect(await store.raiseWarnings([warning('s:b'), warning('s:a'), warning('s:b', { text: 'later' })], NOW)).toEqual([told('s:b', 'later', NOW, null), told('s:a', 'mend s:a', NOW, null)]);
    await store.markWarningTold('s:a', NOW + 1);
    expect(await store.raiseWarnings([warning('s:a', { text: 'worse', urgency: 'lasting' })], NOW + 2)).toEqual([{ ...told('s:a', 'worse', NOW, NOW + 1), urgency: 'lasting' }]);
    expect(await store.clearWarnings(PROJECT, 's:', ['s:b'], NOW + 3)).toEqual([{ ...told('s:a', 'worse', NOW, NOW + 1, NOW + 3), urgency: 'lasting' }]);
    expect(await store.clearWarnings(PROJECT, 's:', ['s:b'], NOW + 4)).toEqual([]);
    expect(await store.raiseWarnings([warning('s:a')], NOW + 5)).toEqual([told('s:a', 'mend s:a', NOW + 5, null)]);
    expect(await store.raiseWarnings([], NOW)).toEqual([]);
  });

  it('counts from now on for how long a warning stands that is dated by a clock which was set back since', async () => {
    const { store } = at();
    await store.raiseWarnings([warning('s:a'), warning('s:b')], NOW + 3_600_000);
    expect((await store.raiseWarnings([warning('s:a')], NOW)).map((w) => w.since)).toEqual([NOW]);
    expect((await store.raiseWarnings([warning('s:a')], NOW - 500)).map((w) => w.since)).toEqual([NOW]);
  });

  it('clears the warnings of one project under exactly the prefix', async () => {
    const { store } = at();
    await store.raiseWarnings([warning('a_b:1'), warning('axb:2'), warning('a_b:3'), warning('a_b:4', { project: 'other' }), warning('a%:\u00e9\u{1F600}:5')], NOW);
    expect((await store.clearWarnings(PROJECT, 'a_b:', ['a_b:3'], NOW)).map((w) => w.key)).toEqual(['a_b:1']);
    expect((await store.clearWarnings(PROJECT, 'a%:\u00e9\u{1F600}', [], NOW)).map((w) => w.key)).toEqual(['a%:\u00e9\u{1F600}:5']);
    expect((await store.warnings(PROJECT)).map((w) => w.key)).toEqual(['a_b:3', 'axb:2']);
    expect((await store.warnings()).map((w) => w.key)).toEqual(['a_b:3', 'a_b:4', 'axb:2']);
  });

  it('agrees on the first value of a key', async () => {
    const { store } = at();
    expect(await store.meta('marker')).toBeNull();
    expect(await Promise.all([store.settle('marker', 'x'), store.settle('marker', 'x')])).toEqual(['x', 'x']);
    expect(await store.settle('marker', 'y')).toBe('x');
    await store.setMeta('marker', 'z');
    await store.setMeta('new', 'n');
    expect([await store.meta('marker'), await store.meta('new')]).toEqual(['z', 'n']);
  });

  it('refuses a time that is not a number', async () => {
    await expect(at().store.lease('x', 'me', Number.NaN, 5)).rejects.toThrow(/not a number/);
  });

  it('takes infinity for as many, as early and as late as there is', async () => {
    const { store } = at();
    await store.commit({ at: NOW, pings: [ping('p')] });
    await store.saveReadings(PROJECT, NOW, [{ state: state('a'), runs: [run(1)] }]);
    expect(await store.pings({ since: -Infinity, limit: Infinity })).toHaveLength(1);
    expect(await store.rollups(PROJECT, 'a', -Infinity, Infinity)).toHaveLength(1);
    expect((await store.lastRuns(PROJECT, ['a'], Infinity)).get('a')).toHaveLength(1);
    expect(await store.dueIncidents(Infinity, Infinity)).toEqual([]);
    expect(await store.listActions({ limit: Infinity })).toEqual([]);
  });

  it('answers while it is open, not when it is closed, and closes twice without complaint', async () => {
    const { store } = at();
    expect(await store.ping()).toBe(true);
    await store.close();
    await store.close();
    expect(await store.ping()).toBe(false);
  });
}
