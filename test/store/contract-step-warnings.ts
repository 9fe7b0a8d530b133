import { expect, it } from 'vitest';
import type { StepWarning } from '../../src/domain/step-warning.ts';
import { DAY } from '../../src/store/values.ts';
import type { Bench } from './contract.ts';
import { NOW, PROJECT, audit, claim, planned, stepWarning as warning } from './samples.ts';

const issue = (number: number) => ({ repo: 'Kubernetes/kubernetes', number, url: `https://github.example/${number}` });

export function stepWarnings(at: () => Bench): void {
  const write = (expected: number | null, w: StepWarning) => at().store.commit({ at: NOW, stepWarnings: [{ expected, warning: w }], audit: [audit(`step-warning:${w.id}`)] });

  it('gives a warning back as it was stored, whatever has become of it, unknown fields of a newer version included', async () => {
    const { store } = at();
    const full = {
      ...warning('one', { followedBy: { id: 'p', state: 'rejected', issue: issue(3) }, dismissed: { by: 'olga', at: NOW }, over: { at: NOW, because: ['It is met.'] }, state: 'over', issue: issue(4), messages: { '#tiers': { channel: 'C1', ts: '1.2' } } }),
      addedLater: { deep: [1] },
    };
    expect(await write(null, full)).toBe('committed');
    expect(await store.stepWarning('one')).toEqual(full);
    expect(await store.stepWarning('two')).toBeNull();
  });

  it('refuses what was decided on an older revision, with everything that goes with it', async () => {
    const { store } = at();
    await write(null, warning('one'));
    const next = warning('one', { revision: 2, state: 'dismissed' });
    expect(await write(1, next)).toBe('committed');
    expect([await write(1, warning('one', { revision: 2 })), await write(null, warning('one')), await write(1, warning('none', { revision: 2 }))]).toEqual(['conflict', 'conflict', 'conflict']);
    expect(await store.stepWarning('one')).toEqual(next);
    expect(await store.auditOf('step-warning:one')).toHaveLength(2);
  });

  it('lists those of the project that are not over, the oldest first', async () => {
    const { store } = at();
    for (const w of [warning('b', { raisedAt: NOW + 1 }), warning('a', { raisedAt: NOW + 2, state: 'dismissed' }), warning('gone', { state: 'over', over: { at: NOW, because: [] } }), warning('elsewhere', { project: 'other' })]) await write(null, w);
    expect((await store.stepWarnings(PROJECT)).map((w) => w.id)).toEqual(['b', 'a']);
  });

  it('finds a warning by the issue that it has or had, whatever the case of the repository', async () => {
    const { store } = at();
    // Asked before, it is remembered: what is written later has to be known all the same.
    expect(await store.knowsIssue('kubernetes/kubernetes', 8)).toBe(false);
    await write(null, warning('one', { issue: issue(5) }));
    await write(1, warning('one', { revision: 2, issue: issue(8) }));
    for (const number of [5, 8]) expect((await store.stepWarningByIssue('kubernetes/Kubernetes', number))?.id).toBe('one');
    expect(await store.stepWarningByIssue('kubernetes/kubernetes', 6)).toBeNull();
    expect([await store.knowsIssue('kubernetes/Kubernetes', 8), await store.knowsIssue('kubernetes/kubernetes', 6)]).toEqual([true, false]);
  });

  it('keeps the rows of a warning that stands, however old they are', async () => {
    const { store } = at();
    await write(null, warning('stands'));
    await write(null, warning('ended', { state: 'over', over: { at: NOW, because: [] } }));
    await store.commit({ at: NOW, actions: ['stands', 'ended'].map((id) => planned(`step-warning:${id}:k`, { entity: `step-warning:${id}` })) });
    for (const row of await store.claimActions(claim('me', NOW))) await store.commit({ at: NOW, settled: { key: row.key, attempts: row.attempts, state: 'done', receipt: { kind: 'done' } } });
    while (await store.maintain(NOW + 900 * DAY, { runs: 90 * DAY, rollups: 800 * DAY }));
    expect([(await store.entityActions('step-warning:stands')).length, (await store.entityActions('step-warning:ended')).length]).toEqual([1, 0]);
  });
}
