import { expect, it } from 'vitest';
import type { RepositoryConfiguration } from '../../src/domain/configuration.ts';
import type { Bench } from './contract.ts';
import { NOW, audit } from './samples.ts';

const found = (repository: number, over: Partial<RepositoryConfiguration> = {}): RepositoryConfiguration => ({
  repository, revision: 1, repo: `octo/repo-${repository}`,
  seen: { path: '.github/archsignal.yml', commit: 'c1', sha: 's1', at: NOW, mistakes: [{ line: 3, column: 1, path: 'repo', message: 'missing' }], unused: null },
  good: { path: '.github/archsignal.yml', commit: 'c0', sha: 's0', at: NOW, text: 'version: 1\u0000\n', repo: 'octo/repo', project: 'demo' }, ...over,
});

export function configurationsOfRepositories(at: () => Bench): void {
  const write = (expected: number | null, configuration: RepositoryConfiguration) => at().store.commit({ at: NOW, configurations: [{ expected, configuration }], audit: [audit('configuration')] });

  it('gives back what is known of each repository, by its number', async () => {
    const { store } = at();
    expect(await store.configurations()).toEqual([]);
    const [one, other] = [found(9_007_199_254_740), found(5, { seen: null, good: null })];
    expect([await write(null, one), await write(null, other)]).toEqual(['committed', 'committed']);
    expect(await store.configurations()).toEqual([other, one]);
  });

  it('refuses what was read before somebody else\'s look, with everything that goes with it', async () => {
    const { store } = at();
    await write(null, found(5));
    const newer = found(5, { revision: 2, seen: null });
    expect(await write(1, newer)).toBe('committed');
    expect([await write(1, found(5, { revision: 2 })), await write(null, found(5))]).toEqual(['conflict', 'conflict']);
    expect(await store.configurations()).toEqual([newer]);
    expect(await store.auditOf('configuration')).toHaveLength(2);
  });

  it('has another version after every change', async () => {
    const { store } = at();
    const versions = [await store.configurationsVersion()];
    for (const [expected, configuration] of [[null, found(5)], [1, found(5, { revision: 2 })], [null, found(6)]] as const) {
      await write(expected, configuration);
      versions.push(await store.configurationsVersion());
    }
    expect(new Set(versions).size).toBe(4);
    await write(1, found(5, { revision: 2 }));
    expect(await store.configurationsVersion()).toBe(versions[3]);
  });
}
