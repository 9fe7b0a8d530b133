import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Proposal } from '../../src/domain/proposal.ts';
import type { Quiet } from '../../src/domain/quiet.ts';
import { DAY } from '../../src/store/values.ts';
import type { Bench } from './contract.ts';
import { HOUR, NOW, PROJECT, audit, decided, downtime, incident, planned, proposal, quiet, vote } from './samples.ts';

const ids = (rows: readonly { id: string }[]): string[] => rows.map((r) => r.id);

export function proposalsAndQuiets(at: () => Bench): void {
  const write = (expected: number | null, p: Proposal) => at().store.commit({ at: NOW, proposals: [{ expected, proposal: p }] });
  const hush = (expected: number | null, q: Quiet) => at().store.commit({ at: NOW, quiets: [{ expected, quiet: q }] });

  it('gives a proposal back as it was stored, unknown fields of a newer version included', async () => {
    const { store } = at();
    const one = {
      ...proposal('one', { votes: [vote('nina'), vote('olaf', { kind: 'object', reason: 'not now' })], because: 'its job is gone', messages: { '#leads': { channel: 'C1', ts: '1.2' } } }),
      addedLater: { by: 'a newer version' },
    };
    expect(await write(null, one)).toBe('committed');
    expect(await store.proposal('one')).toEqual(one);
    expect(await store.proposal('two')).toBeNull();
  });

  it('refuses a vote counted on an older revision, an id that exists and one that does not', async () => {
    const { store } = at();
    const one = proposal('one');
    await write(null, one);
    const next = { ...one, revision: 2, votes: [vote('nina')] };
    expect(await write(1, next)).toBe('committed');
    expect(await write(1, { ...one, revision: 2, votes: [vote('olaf')] })).toBe('conflict');
    expect(await write(null, proposal('one', { project: 'other' }))).toBe('conflict');
    expect(await write(4, proposal('none', { revision: 5 }))).toBe('conflict');
    expect(await store.proposal('one')).toEqual(next);
    expect(await store.proposal('none')).toBeNull();
    await expect(write(2, next)).rejects.toThrow(/proposal one .* revision 2 over 2/);
  });

  it('lists what is open and what was decided lately, the oldest first', async () => {
    const { store } = at();
    const by = (hoursAgo: number): Partial<Proposal> => ({ proposer: { by: 'olga', surface: 'github', at: NOW - hoursAgo * HOUR } });
    for (const [id, hoursAgo, ended] of [['old', 9, 7], ['late', 8, 1], ['long', 20, null], ['new', 0, null]] as const) {
      const p = proposal(id, by(hoursAgo));
      await write(null, p);
      if (ended !== null) await write(1, decided(p, NOW - ended * HOUR));
    }
    await write(null, proposal('elsewhere', { project: 'other' }));
    expect(ids(await store.proposals(PROJECT, NOW - HOUR))).toEqual(['long', 'late', 'new']);
    expect(ids(await store.proposals(PROJECT, NOW - HOUR + 1))).toEqual(['long', 'new']);
    expect(ids(await store.proposals(PROJECT, -Infinity))).toEqual(['long', 'old', 'late', 'new']);
  });

  it('finds a proposal by the issue that it has or had, whatever the case of the repository', async () => {
    const { store } = at();
    const ref = (number: number) => ({ repo: 'Kubernetes/kubernetes', number, url: `https://github.example/${number}` });
    // Asked before, it is remembered: what is written later has to be known all the same.
    expect(await store.knowsIssue('kubernetes/kubernetes', 8)).toBe(false);
    const one = proposal('one', { issue: ref(5) });
    await write(null, one);
    expect((await store.proposalByIssue('kubernetes/Kubernetes', 5))?.id).toBe('one');
    await write(1, { ...one, revision: 2, issue: ref(8) });
    for (const number of [5, 8]) expect((await store.proposalByIssue('kubernetes/kubernetes', number))?.id).toBe('one');
    expect(await store.proposalByIssue('kubernetes/kubernetes', 6)).toBeNull();
    expect([await store.knowsIssue('kubernetes/Kubernetes', 8), await store.knowsIssue('kubernetes/kubernetes', 6)]).toEqual([true, false]);
    expect(await store.proposalByIssue('kubernetes/test-infra', 5)).toBeNull();
    await write(null, proposal('two', { proposer: { by: 'nils', surface: 'slack', at: NOW - HOUR }, issue: ref(5) }));
    expect((await store.proposalByIssue('kubernetes/kubernetes', 5))?.id).toBe('two');
    expect(await store.incidentByIssue('kubernetes/kubernetes', 5)).toBeNull();
  });

  it('tells which open proposals want a word or have ended, soonest first, an objection counted in', async () => {
    const { store } = at();
    const ends = { warnAt: null, expiresAt: NOW + 10.5 };
    await write(null, proposal('warned', { warnAt: NOW + 20, expiresAt: NOW + 90 }));
    await write(null, proposal('ends', ends));
    await write(null, proposal('objected', { ...ends, votes: [vote('olaf', { kind: 'object', at: NOW })] }));
    await write(null, proposal('over', { ...ends, state: 'expired', decidedAt: NOW }));
    expect(await store.dueProposals(NOW + 9, 10)).toEqual([]);
    expect(await store.dueProposals(NOW + 20, 10)).toEqual([{ id: 'ends', project: PROJECT }, { id: 'warned', project: PROJECT }]);
    expect(ids(await store.dueProposals(NOW + 20, 1))).toEqual(['ends']);
    expect(ids(await store.dueProposals(NOW + 12 * HOUR + 11, 10))).toEqual(['ends', 'warned', 'objected']);
    await write(1, decided(proposal('warned'), NOW, 'withdrawn'));
    expect(ids(await store.dueProposals(Infinity, Infinity))).toEqual(['ends', 'objected']);
  });

  it('leaves a proposal that cannot be read aside, keeps its row, and says so', async () => {
    const { store, engine, logged } = at();
    await write(null, proposal('one', { warnAt: NOW, issue: { repo: 'a/b', number: 1, url: '' } }));
    await write(null, proposal('two'));
    await sql`update proposals set document = replace(document, '"kind":"mute"', '"kind":"launch"') where id = 'one'`.execute(engine.db);
    expect(ids(await store.proposals(PROJECT, 0))).toEqual(['two']);
    expect(await store.proposal('one')).toBeNull();
    expect(await store.proposalByIssue('a/b', 1)).toBeNull();
    expect(await store.dueProposals(NOW, 10)).toEqual([]);
    expect(await write(null, proposal('one'))).toBe('conflict');
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('proposals');
  });

  it('gives mutes and downtimes back until they are over, those to come included', async () => {
    const { store } = at();
    const [mute, down, later] = [quiet('mute', { proposal: 'one', reason: 'a broken disk' }), downtime('down', NOW - HOUR, NOW + HOUR), downtime('later', NOW + DAY, NOW + 2 * DAY)];
    for (const q of [mute, down, later]) expect(await hush(null, q)).toBe('committed');
    await hush(null, quiet('elsewhere', { project: 'other' }));
    expect(await store.quiets(PROJECT, NOW)).toEqual([down, later, mute]);
    expect(ids(await store.quiets(PROJECT, NOW + HOUR - 1))).toEqual(['down', 'later', 'mute']);
    expect(ids(await store.quiets(PROJECT, NOW + HOUR))).toEqual(['later', 'mute']);
    expect(await hush(1, { ...later, revision: 2, ended: { by: 'nils', at: NOW + 5 } })).toBe('committed');
    expect(ids(await store.quiets(PROJECT, NOW + HOUR))).toEqual(['mute']);
    expect((await store.quiets(PROJECT, NOW)).find((q) => q.id === 'later')?.ended).toEqual({ by: 'nils', at: NOW + 5 });
    expect(await store.quiets(PROJECT, Infinity)).toEqual([]);
    expect(await store.quiets(PROJECT, -Infinity)).toHaveLength(3);
  });

  it('lists them in the order in which they were said', async () => {
    for (const [id, said] of [['b', 2], ['c', 1], ['a', 2]] as const) await hush(null, quiet(id, { at: NOW + said }));
    expect(ids(await at().store.quiets(PROJECT, NOW))).toEqual(['c', 'a', 'b']);
  });

  it('refuses to end a mute that somebody else has ended, and one whose id is taken', async () => {
    const { store } = at();
    const one = quiet('one');
    await hush(null, one);
    expect(await hush(1, { ...one, revision: 2, ended: { by: 'nils', at: NOW } })).toBe('committed');
    expect(await hush(1, { ...one, revision: 2, ended: { by: 'olga', at: NOW } })).toBe('conflict');
    expect(await hush(null, downtime('one', NOW, NOW + 1))).toBe('conflict');
    expect(await hush(1, { ...quiet('none'), revision: 2 })).toBe('conflict');
    expect((await store.quiets(PROJECT, 0)).map((q) => [q.id, q.ended?.by])).toEqual([['one', 'nils']]);
    await expect(hush(2, one)).rejects.toThrow(/mute one .* revision 1 over 2/);
  });

  it('leaves a mute that cannot be read aside and says so', async () => {
    const { store, engine, logged } = at();
    await hush(null, quiet('one'));
    await hush(null, quiet('two'));
    await sql`update quiets set document = '{"id":"one"}' where id = 'one'`.execute(engine.db);
    expect(ids(await store.quiets(PROJECT, 0))).toEqual(['two']);
    expect(logged).toHaveLength(1);
  });

  it('writes a proposal, what it brings about and who said so together or not at all', async () => {
    const { store } = at();
    await write(null, proposal('one'));
    const approve = (expected: number) => store.commit({
      at: NOW, proposals: [{ expected, proposal: decided({ ...proposal('one'), revision: expected }, NOW) }], quiets: [{ expected: null, quiet: quiet('mute', { proposal: 'one' }) }],
      incidents: [{ expected: null, incident: incident('told') }], audit: [audit('proposal:one', 'approved')], actions: [planned('k', { entity: 'proposal:one' })],
    });
    expect(await approve(2)).toBe('conflict');
    expect([await store.quiets(PROJECT, 0), await store.auditOf('proposal:one'), await store.entityActions('proposal:one'), await store.incident('told')]).toEqual([[], [], [], null]);
    expect(await approve(1)).toBe('committed');
    expect(ids(await store.quiets(PROJECT, 0))).toEqual(['mute']);
    expect((await store.proposal('one'))?.state).toBe('approved');
    const again = await store.commit({ at: NOW, proposals: [{ expected: null, proposal: proposal('two') }], quiets: [{ expected: null, quiet: quiet('mute') }] });
    expect([again, await store.proposal('two')]).toEqual(['conflict', null]);
  });
}
