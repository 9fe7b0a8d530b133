import { expect, it } from 'vitest';
import type { Conflict } from '../../src/domain/conflict.ts';
import { DAY } from '../../src/store/values.ts';
import type { Bench } from './contract.ts';
import { NOW, PROJECT, audit, claim, conflict, planned } from './samples.ts';

const issue = (number: number) => ({ repo: 'Kubernetes/kubernetes', number, url: `https://github.example/${number}` });
const over = (at: number): Partial<Conflict> => ({ stage: 'over', outcome: 'fixed', facts: [{ n: 1, at, kind: 'over', asks: [], detail: 'it is green' }] });

export function conflictsOfPlatforms(at: () => Bench): void {
  const write = (expected: number | null, c: Conflict) => at().store.commit({ at: NOW, conflicts: [{ expected, conflict: c }], audit: [audit(`conflict:${c.id}`)] });

  it('gives a conflict back as it was stored, unknown fields of a newer version included', async () => {
    const { store } = at();
    const full = {
      ...conflict('one', {
        reactivation: issue(4), pull: issue(5), patch: { diff: '-a\u0000', why: 'It may not.' }, unmarked: [{ file: 'f.json', at: null, cuts: [{ entry: 1, offset: 0, piece: '"x"' }] }],
        gaveUp: { by: 'olga', at: NOW, reason: '\ud800' }, plan: { removed: [], diff: null, byHand: 'It is written by a program.', elsewhere: [], waiting: [], fileOwners: ['@a/b'] },
      }), addedLater: [1],
    };
    expect(await write(null, full)).toBe('committed');
    expect(await store.conflict('one')).toEqual(full);
    expect(await store.conflict('two')).toBeNull();
  });

  it('refuses what was decided on an older revision, with everything that goes with it', async () => {
    const { store } = at();
    await write(null, conflict('one'));
    const next = conflict('one', { revision: 2, stage: 'proposing' });
    expect(await write(1, next)).toBe('committed');
    expect([await write(1, conflict('one', { revision: 2 })), await write(null, conflict('one')), await write(1, conflict('none', { revision: 2 }))]).toEqual(['conflict', 'conflict', 'conflict']);
    expect(await store.conflict('one')).toEqual(next);
    expect(await store.auditOf('conflict:one')).toHaveLength(2);
  });

  it('lists those of the project that stand, and those that were over lately, the oldest first', async () => {
    const { store } = at();
    const since = (detected: number) => ({ times: { ...conflict('x').times, detected } });
    for (const c of [conflict('b', since(NOW + 2)), conflict('a', since(NOW + 3)), conflict('old', over(NOW - 9)), conflict('late', { ...over(NOW), ...since(NOW + 1) }), conflict('elsewhere', { project: 'other' })]) await write(null, c);
    expect((await store.conflicts(PROJECT, NOW)).map((c) => c.id)).toEqual(['late', 'b', 'a']);
    expect((await store.conflicts(PROJECT, 0)).map((c) => c.id)).toEqual(['old', 'late', 'b', 'a']);
  });

  it('says whose deadline has come, the soonest first: the owners’ time, and while it is off the next word about it', async () => {
    const { store } = at();
    const off = { ...conflict('x').times, off: NOW };
    for (const c of [
      conflict('fix', { fixBy: NOW - 1 }), conflict('later', { fixBy: NOW + 1 }), conflict('put', { stage: 'deciding', fixBy: NOW - 5 }), conflict('over', { ...over(NOW), fixBy: NOW - 5 }),
      conflict('off', { stage: 'watching', times: off, remindAt: NOW - 3, expiresAt: NOW + 9 }), conflict('quiet', { stage: 'watching', times: off }),
    ]) await write(null, c);
    expect((await store.dueConflicts(NOW, 9)).map((c) => c.id)).toEqual(['off', 'fix']);
    expect(await store.dueConflicts(NOW, 1)).toEqual([{ id: 'off', project: PROJECT }]);
  });

  it('finds a conflict by the reactivation issue that it has or had, whatever the case of the repository', async () => {
    const { store } = at();
    // Asked before, it is remembered: what is written later has to be known all the same.
    expect(await store.knowsIssue('kubernetes/kubernetes', 8)).toBe(false);
    await write(null, conflict('one', { reactivation: issue(5) }));
    await write(1, conflict('one', { revision: 2, reactivation: issue(8) }));
    for (const number of [5, 8]) expect((await store.conflictByIssue('kubernetes/Kubernetes', number))?.id).toBe('one');
    expect(await store.conflictByIssue('kubernetes/kubernetes', 6)).toBeNull();
    expect([await store.knowsIssue('kubernetes/Kubernetes', 8), await store.knowsIssue('kubernetes/kubernetes', 6)]).toEqual([true, false]);
  });

  it('keeps the rows of a conflict that stands, however old they are', async () => {
    const { store } = at();
    await write(null, conflict('stands'));
    await write(null, conflict('ended', over(NOW)));
    await store.commit({ at: NOW, actions: ['stands', 'ended'].map((id) => planned(`conflict:${id}:k`, { entity: `conflict:${id}` })) });
    for (const row of await store.claimActions(claim('me', NOW))) await store.commit({ at: NOW, settled: { key: row.key, attempts: row.attempts, state: 'done', receipt: { kind: 'done' } } });
    while (await store.maintain(NOW + 900 * DAY, { runs: 90 * DAY, rollups: 800 * DAY }));
    expect([(await store.entityActions('conflict:stands')).length, (await store.entityActions('conflict:ended')).length]).toEqual([1, 0]);
  });
}
