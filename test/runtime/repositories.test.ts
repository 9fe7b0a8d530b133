import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Inbox } from '../../src/runtime/deliveries.ts';
import { Dispatcher } from '../../src/runtime/dispatch.ts';
import { startsNothing } from '../../src/runtime/door.ts';
import { pollProject } from '../../src/runtime/poll.ts';
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

describe('a repository that somebody made under the former name of a tracked one', () => {
  const said = (event: 'repository.renamed' | 'issues.labeled' | 'issues.deleted' | 'issue_comment.created', repo: { readonly id: number; readonly fullName: string }, more: object = {}) => ({
    event, repo, actor: { login: 'mallory', type: 'User' }, at: on.clock.now, ...more,
  });
  const issue = { number: 7, state: 'open', labels: [], authorLogin: null, url: 'u', isPull: false };
  let count = 0;
  const hears = async (payload: ReturnType<typeof said>): Promise<void> => {
    const inbox = new Inbox(on.rt);
    await inbox.receive({ id: `d${++count}`, surface: 'github', event: payload.event, payload });
    await inbox.work();
  };
  const incident = async () => (await on.store.incidents('demo', 0))[0];
  /** Its issue is #7, and its repository has another name now. */
  const renamed = async (): Promise<void> => {
    called('demo/demo');
    await learnRepositories(on.rt);
    on.brings('PPFFF');
    await pollProject(on.rt, on.tracked, new AbortController().signal);
    await new Dispatcher(on.rt).drain();
    await hears(said('repository.renamed', { id: 5, fullName: 'demo/new' }, { repoWas: 'demo/demo' }));
    expect(await warnings()).toEqual([expect.stringContaining('demo/demo is called demo/new now')]);
  };

  it('has no say about it, whatever happens to its issues of the same numbers', async () => {
    await renamed();
    const before = await incident();
    expect(before?.issue?.number).toBe(7);
    const impostor = { id: 99, fullName: 'Demo/demo' };
    await hears(said('issues.labeled', impostor, { label: 'kind/flake', issue }));
    await hears(said('issues.deleted', impostor, { issue }));
    on.edge.members.add('@demo/s390x-owners mallory');
    await hears(said('issue_comment.created', impostor, { issue, comment: { id: 1, url: 'u', body: '/arch ack', authorLogin: 'mallory' } }));
    await hears(said('repository.renamed', impostor, { repoWas: 'demo/evil' }));
    expect(await incident()).toEqual(before);
    expect(await startsNothing(on.rt, said('issues.labeled', impostor, { label: 'kind/flake', issue }))).toBe(true);
    // The tracked one is heard under its new name as before.
    await hears(said('issues.labeled', { id: 5, fullName: 'demo/new' }, { label: 'kind/flake', issue }));
    expect((await incident())?.classified).toMatchObject({ as: 'flake' });
  });

  it('is the tracked one itself where that has its name again, and the warning is over', async () => {
    await renamed();
    await hears(said('repository.renamed', { id: 5, fullName: 'demo/demo' }, { repoWas: 'demo/new' }));
    expect(await warnings()).toEqual([]);
    await hears(said('issues.labeled', { id: 5, fullName: 'demo/demo' }, { label: 'kind/flake', issue }));
    expect((await incident())?.classified).toMatchObject({ as: 'flake' });
  });
});
