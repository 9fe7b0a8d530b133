import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Bench } from './contract.ts';
import { HOUR, NOW, PROJECT, audit, claim, closed, incident, keysOf, ping, planned } from './samples.ts';

const ids = (rows: readonly { id: string }[]): string[] => rows.map((r) => r.id);

export function incidentsAndDecisions(at: () => Bench): void {
  it('gives an incident back as it was stored, unknown fields of a newer version included', async () => {
    const { store } = at();
    const one = { ...incident('one'), addedLater: { by: 'a newer version' } };
    expect(await store.commit({ at: NOW, incidents: [{ expected: null, incident: one }] })).toBe('committed');
    expect(await store.incident('one')).toEqual(one);
    expect(await store.incident('two')).toBeNull();
  });

  it('refuses a decision made on an older revision, an id that exists and one that does not', async () => {
    const { store } = at();
    const one = incident('one');
    await store.commit({ at: NOW, incidents: [{ expected: null, incident: one }] });
    const next = { ...one, revision: 2, shown: 2 };
    expect(await store.commit({ at: NOW, incidents: [{ expected: 1, incident: next }] })).toBe('committed');
    expect(await store.commit({ at: NOW, incidents: [{ expected: 1, incident: { ...one, revision: 2, shown: 9 } }] })).toBe('conflict');
    expect(await store.commit({ at: NOW, incidents: [{ expected: null, incident: incident('one', { platform: 'linux/arm64' }) }] })).toBe('conflict');
    expect(await store.commit({ at: NOW, incidents: [{ expected: 4, incident: incident('none', { revision: 5, platform: 'linux/arm' }) }] })).toBe('conflict');
    expect(await store.incident('one')).toEqual(next);
    await expect(store.commit({ at: NOW, incidents: [{ expected: 2, incident: next }] })).rejects.toThrow(/revision 2 over 2/);
  });

  it('holds one open incident per platform and kind', async () => {
    const { store } = at();
    const open = (id: string, over = {}) => store.commit({ at: NOW, incidents: [{ expected: null, incident: incident(id, over) }] });
    expect(await open('one')).toBe('committed');
    expect(await open('two')).toBe('conflict');
    expect(await open('three', { kind: 'stale' })).toBe('committed');
    expect(await open('four', { platform: 'linux/arm64' })).toBe('committed');
    expect(await open('five', { project: 'other' })).toBe('committed');
    expect(await open('six', { summarisedBy: 'flood' })).toBe('committed');
    expect(await open('seven', { state: 'dismissed' })).toBe('committed');
    expect(await store.commit({ at: NOW, incidents: [{ expected: 1, incident: incident('seven', { revision: 2 }) }] })).toBe('conflict');
    expect((await store.incident('seven'))?.state).toBe('dismissed');
  });

  it('closes one and opens another in its place with one decision, in either order', async () => {
    const { store } = at();
    const one = incident('one');
    await store.commit({ at: NOW, incidents: [{ expected: null, incident: one }] });
    const two = incident('two', { previous: { id: 'one', issue: null } });
    const changes = [{ expected: null, incident: two }, { expected: 1, incident: closed(one, NOW) }];
    expect(await store.commit({ at: NOW, incidents: changes })).toBe('committed');
    expect(ids(await store.incidents(PROJECT, NOW + 1))).toEqual(['two']);
  });

  it('writes nothing of a decision that is refused', async () => {
    const { store } = at();
    await store.commit({ at: NOW, incidents: [{ expected: null, incident: incident('one') }] });
    expect(await store.commit({
      at: NOW,
      incidents: [{ expected: null, incident: incident('two', { platform: 'linux/arm64' }) }, { expected: 7, incident: incident('one', { revision: 8 }) }],
      audit: [audit('incident:two')], actions: [planned('k')], pings: [ping('p')],
    })).toBe('conflict');
    expect(await store.incident('two')).toBeNull();
    expect(await store.auditOf('incident:two')).toEqual([]);
    expect(await store.countActions()).toEqual({});
    expect(await store.pings({ since: 0, limit: 10 })).toEqual([]);
  });

  it('lists what lives and what closed lately', async () => {
    const { store } = at();
    const old = incident('old', { openedAt: NOW - 9 * HOUR });
    const late = incident('late', { openedAt: NOW - 8 * HOUR });
    const decide = (expected: number | null, i: typeof old) => store.commit({ at: NOW, incidents: [{ expected, incident: i }] });
    await decide(null, old); await decide(1, closed(old, NOW - 7 * HOUR));
    await decide(null, late); await decide(1, closed(late, NOW - HOUR));
    await decide(null, incident('now'));
    await decide(null, incident('silent', { platform: 'linux/arm64', state: 'dismissed', openedAt: NOW - 20 * HOUR }));
    await decide(null, incident('elsewhere', { project: 'other' }));
    expect(ids(await store.incidents(PROJECT, NOW - 2 * HOUR))).toEqual(['silent', 'late', 'now']);
    expect(ids(await store.incidents(PROJECT, NOW - HOUR))).toEqual(['silent', 'late', 'now']);
    expect(ids(await store.incidents(PROJECT, -Infinity))).toEqual(['silent', 'old', 'late', 'now']);
    expect((await store.lastClosed(PROJECT, 'linux/s390x', 'breakage'))?.id).toBe('late');
    expect(await store.lastClosed(PROJECT, 'linux/s390x', 'stale')).toBeNull();
  });

  it('finds an incident by the issue that it has or had, whatever the case of the repository', async () => {
    const { store } = at();
    const ref = (number: number) => ({ repo: 'Kubernetes/kubernetes', number, url: `https://github.example/${number}` });
    // Asked before, it is remembered: what is written later has to be known all the same.
    expect(await store.knowsIssue('kubernetes/kubernetes', 8)).toBe(false);
    const one = incident('one', { issue: ref(5) });
    await store.commit({ at: NOW, incidents: [{ expected: null, incident: one }] });
    await store.commit({ at: NOW, incidents: [{ expected: 1, incident: { ...one, revision: 2, issue: ref(8), lostIssues: [ref(5)], generation: 2 } }] });
    for (const number of [5, 8]) expect((await store.incidentByIssue('kubernetes/Kubernetes', number))?.id).toBe('one');
    expect(await store.incidentByIssue('kubernetes/kubernetes', 6)).toBeNull();
    expect(await store.incidentByIssue('kubernetes/test-infra', 5)).toBeNull();
    for (const number of [5, 8, 6]) expect(await store.knowsIssue('kubernetes/Kubernetes', number)).toBe(number !== 6);
    expect(await store.knowsIssue('kubernetes/test-infra', 5)).toBe(false);
    const two = incident('two', { platform: 'linux/arm64', openedAt: NOW - HOUR, issue: ref(5) });
    await store.commit({ at: NOW, incidents: [{ expected: null, incident: two }] });
    expect((await store.incidentByIssue('kubernetes/kubernetes', 5))?.id).toBe('two');
  });

  it('tells whose deadline has come, soonest first', async () => {
    const { store } = at();
    const decide = (id: string, over: Parameters<typeof incident>[1]) => store.commit({ at: NOW, incidents: [{ expected: null, incident: incident(id, over) }] });
    await decide('a', { platform: 'linux/a', remindAt: NOW + 20, escalateAt: NOW + 90 });
    await decide('b', { platform: 'linux/b', escalateAt: NOW + 10.5 });
    await decide('c', { platform: 'linux/c', state: 'dismissed', remindAt: NOW, stillFailingAt: NOW + 30 });
    await decide('d', { platform: 'linux/d', state: 'closed', closedAt: NOW, remindAt: NOW });
    await decide('e', { platform: 'linux/e' });
    expect(await store.dueIncidents(NOW + 9, 10)).toEqual([]);
    expect(ids(await store.dueIncidents(NOW + 20, 10))).toEqual(['b', 'a']);
    expect(ids(await store.dueIncidents(NOW + 99, 2))).toEqual(['b', 'a']);
    expect(await store.dueIncidents(NOW + 99, 10)).toHaveLength(3);
  });

  it('leaves an incident that cannot be read aside, keeps its place, and says so', async () => {
    const { store, engine, logged } = at();
    await store.commit({ at: NOW, incidents: [{ expected: null, incident: incident('one', { remindAt: NOW, issue: { repo: 'a/b', number: 1, url: '' } }) }] });
    await store.commit({ at: NOW, incidents: [{ expected: null, incident: incident('two', { kind: 'stale' }) }] });
    await sql`update incidents set document = replace(document, '"scope":"here"', '"scope":"elsewhere"') where id = 'one'`.execute(engine.db);
    expect(ids(await store.incidents(PROJECT, 0))).toEqual(['two']);
    expect(await store.incident('one')).toBeNull();
    expect(await store.incidentByIssue('a/b', 1)).toBeNull();
    expect(await store.dueIncidents(NOW, 10)).toEqual([]);
    expect(await store.commit({ at: NOW, incidents: [{ expected: null, incident: incident('three') }] })).toBe('conflict');
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('one');
  });

  it('reads an incident again when another replica has changed it, and as it was when nobody has', async () => {
    const { store, engine } = at();
    await store.commit({ at: NOW, incidents: [{ expected: null, incident: incident('one') }] });
    const before = await store.incidents(PROJECT, 0);
    expect(await store.incidents(PROJECT, 0)).toEqual(before);
    const revision = (before[0]?.revision ?? 0) + 1;
    await sql`update incidents set revision = ${revision}, document = ${JSON.stringify({ ...before[0], revision, scope: 'everywhere' })} where id = 'one'`.execute(engine.db);
    expect((await store.incidents(PROJECT, 0)).map((i) => [i.revision, i.scope])).toEqual([[revision, 'everywhere']]);
    await store.commit({ at: NOW, incidents: [{ expected: revision, incident: incident('one', { revision: revision + 1, state: 'closed', closedAt: NOW }) }] });
    expect(await store.incidents(PROJECT, NOW + 1)).toEqual([]);
  });

  it('settles a row and a delivery together with what follows from them', async () => {
    const { store } = at();
    await store.commit({ at: NOW, actions: [planned('first')] });
    await store.receive([{ id: 'd', surface: 'github', event: 'issues.closed', payload: {} }], NOW);
    const [row] = await store.claimActions(claim('me', NOW));
    const [held] = await store.claimDeliveries(claim('me', NOW));
    expect(await store.commit({
      at: NOW, incidents: [{ expected: null, incident: incident('one') }], actions: [planned('second')],
      settled: { key: 'first', attempts: row?.attempts ?? 0, state: 'superseded', error: 'not wanted' }, delivery: { id: 'd', attempts: held?.attempts ?? 0 },
    })).toBe('committed');
    expect((await store.listActions({ state: 'superseded', limit: 9 })).map((r) => [r.key, r.lastError])).toEqual([['first', 'not wanted']]);
    expect(keysOf(await store.claimActions(claim('me', NOW)))).toEqual(['second']);
    expect(await store.claimDeliveries(claim('me', NOW + HOUR))).toEqual([]);
  });
}
