import { expect, it } from 'vitest';
import type { Identity } from '../../src/domain/person.ts';
import type { Bench } from './contract.ts';
import { HOUR, NILS, NOW, OLGA, audit, code } from './samples.ts';

export function peopleAndCodes(at: () => Bench): void {
  const prove = (...identities: Identity[]) => at().store.commit({ at: NOW, identities });

  it('knows who a Slack member is by workspace and member, as it was proven last', async () => {
    const { store } = at();
    expect(await store.identity(OLGA)).toBeNull();
    await prove({ slack: OLGA, login: 'olga', at: NOW }, { slack: { ...OLGA, team: 'T2' }, login: 'nina', at: NOW });
    expect(await store.identity(OLGA)).toEqual({ slack: OLGA, login: 'olga', at: NOW });
    await prove({ slack: OLGA, login: 'olga-new', at: NOW + 5 }, { slack: NILS, login: 'olga', at: NOW + 5 });
    expect(await store.identity(OLGA)).toEqual({ slack: OLGA, login: 'olga-new', at: NOW + 5 });
    expect((await store.identity(NILS))?.login).toBe('olga');
    expect((await store.identity({ ...OLGA, team: 'T2' }))?.login).toBe('nina');
    expect(await store.identity({ ...OLGA, team: '' })).toBeNull();
  });

  it('keeps the newest code of a member and nobody else\'s less', async () => {
    const { store } = at();
    await store.commit({ at: NOW, codes: [code('h1', OLGA)] });
    await store.commit({ at: NOW, codes: [code('h2', NILS), code('h3', { ...OLGA, team: 'T2' })] });
    expect(await store.linkCode('h1')).toEqual(code('h1', OLGA));
    const newer = code('h4', OLGA, { createdAt: NOW + 1, expires: NOW + 2 * HOUR });
    expect(await store.commit({ at: NOW, codes: [newer] })).toBe('committed');
    expect(await store.linkCode('h1')).toBeNull();
    expect(await store.linkCode('h4')).toEqual(newer);
    for (const hash of ['h2', 'h3']) expect((await store.linkCode(hash))?.hash).toBe(hash);
  });

  it('takes the same code given out again for the same, and refuses one that is somebody else\'s', async () => {
    const { store } = at();
    await store.commit({ at: NOW, codes: [code('h', OLGA)] });
    expect(await store.commit({ at: NOW, codes: [code('h', OLGA, { expires: NOW + 2 * HOUR })] })).toBe('committed');
    expect((await store.linkCode('h'))?.expires).toBe(NOW + 2 * HOUR);
    expect(await store.commit({ at: NOW, codes: [code('h', NILS)] })).toBe('conflict');
    expect((await store.linkCode('h'))?.slack).toEqual(OLGA);
  });

  it('takes a code once, and with it who was linked', async () => {
    const { store } = at();
    await store.commit({ at: NOW, codes: [code('h', OLGA)] });
    const link = (login: string) => store.commit({ at: NOW, usedCode: 'h', identities: [{ slack: OLGA, login, at: NOW }], audit: [audit(`person:${login}`, 'linked')] });
    expect(await link('olga')).toBe('committed');
    expect(await link('mallory')).toBe('conflict');
    expect(await store.linkCode('h')).toBeNull();
    expect((await store.identity(OLGA))?.login).toBe('olga');
    expect(await store.auditOf('person:mallory')).toEqual([]);
    expect(await store.commit({ at: NOW, usedCode: 'never given' })).toBe('conflict');
  });

  it('refuses the code that a newer one has replaced', async () => {
    const { store } = at();
    await store.commit({ at: NOW, codes: [code('old', OLGA)] });
    await store.commit({ at: NOW, codes: [code('new', OLGA)] });
    expect(await store.commit({ at: NOW, usedCode: 'old', identities: [{ slack: OLGA, login: 'olga', at: NOW }] })).toBe('conflict');
    expect(await store.identity(OLGA)).toBeNull();
    expect(await store.commit({ at: NOW, usedCode: 'new' })).toBe('committed');
  });

  it('keeps a used code where the rest of the decision is refused', async () => {
    const { store } = at();
    await store.commit({ at: NOW, codes: [code('h', OLGA)] });
    expect(await store.commit({ at: NOW, usedCode: 'h', delivery: { id: 'nobody has it', attempts: 1 } })).toBe('conflict');
    expect(await store.linkCode('h')).toEqual(code('h', OLGA));
  });

  it('tells what an actor did, newest first', async () => {
    const { store } = at();
    const did = (what: string, when: number, actor = 'github:olga') => ({ ...audit('incident:one', what), at: when, actor });
    await store.commit({ at: NOW, audit: [did('a', NOW + 2), did('b', NOW + 1), did('c', NOW + 2), did('d', NOW + 3, 'slack:olga'), did('e', NOW + 3, 'github:olgas')] });
    await store.commit({ at: NOW, audit: [did('f', NOW)] });
    expect(await store.auditBy('github:olga', NOW, 9)).toEqual([did('c', NOW + 2), did('a', NOW + 2), did('b', NOW + 1), did('f', NOW)]);
    expect((await store.auditBy('github:olga', NOW + 1, 9)).map((e) => e.what)).toEqual(['c', 'a', 'b']);
    expect((await store.auditBy('github:olga', -Infinity, 2)).map((e) => e.what)).toEqual(['c', 'a']);
    expect(await store.auditBy('github:nobody', -Infinity, Infinity)).toEqual([]);
  });
}
