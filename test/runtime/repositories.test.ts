import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Dispatcher } from '../../src/runtime/dispatch.ts';
import { configuredName, learnRepositories } from '../../src/runtime/repositories.ts';
import { stage, type Stage } from './fixtures.ts';

let on: Stage;
beforeEach(async () => { on = await stage({ project: { channels: { incidents: '#signal', tiers: null, proposals: null } } }); });
afterEach(() => on.store.close());

const called = (fullName: string | null): void => { on.edge.repositoryOf = async () => fullName === null ? null : { id: 5, fullName }; };
const warnings = async (): Promise<string[]> => (await on.store.warnings('demo')).map((w) => w.text);
const notices = async (): Promise<number> => {
  await new Dispatcher(on.rt).drain();
  return on.edge.done.filter((d) => d.kind === 'notice').length;
};

describe('a repository at start', () => {
  it('that was renamed meanwhile is known under the name in the configuration, and its operator is told once of the new one', async () => {
    called('demo/renamed');
    await learnRepositories(on.rt);
    await learnRepositories(on.rt);
    expect(configuredName(on.rt, { id: 5, fullName: 'demo/renamed' })).toBe('demo/demo');
    expect(await warnings()).toEqual([expect.stringMatching(/^demo\/demo is called demo\/renamed now\. .*write the new one under `repo` in /)]);
    expect(await notices()).toBe(1);
  });

  it('that is called as in the configuration, in any case, is no news, and what was told is over', async () => {
    called('demo/renamed');
    await learnRepositories(on.rt);
    called(null);
    await learnRepositories(on.rt);
    expect(await warnings()).toHaveLength(1);
    called('Demo/demo');
    await learnRepositories(on.rt);
    expect(await warnings()).toEqual([]);
  });
});
