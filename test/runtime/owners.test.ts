import { expect, it } from 'vitest';
import { checkOwners } from '../../src/runtime/owners.ts';
import { stage } from './fixtures.ts';

const RELEASE = {
  name: 'v1', branch: 'main', ciSignal: [], quorum: 1, date: null, freeze: null, milestone: 'v1', proposalExpires: 3_600_000,
  conflict: { blockerLabels: ['release-blocker'], fixWindow: 3_600_000, expiresAfter: 3_600_000 },
} as const;

it('says of release leads too that GitHub knows no such team, and that the App may not look into it, until it is otherwise', async () => {
  const here = await stage({ project: { releases: [{ ...RELEASE, leads: ['@demo/deciders'] }] } });
  const warned = async (leads: 'ok' | 'missing' | 'forbidden' | 'shut'): Promise<string[]> => {
    here.edge.handles = async (_, handle) => handle === '@demo/deciders' ? leads : 'ok';
    await checkOwners(here.rt, here.tracked);
    return (await here.store.warnings()).map((w) => w.text);
  };
  expect(await warned('missing')).toEqual([expect.stringMatching(/`demo\/deciders` does not exist on GitHub \(renamed or removed\?\), so nobody decides as a release lead by it\. Correct it\.$/)]);
  expect(await warned('forbidden')).toEqual([expect.stringMatching(/^The App may not look into `demo\/deciders`, so commands of its members are refused, .*Grant it the permission `members: read` on /)]);
  expect(await warned('shut')).toEqual([expect.stringMatching(/^The App may not look into `demo\/deciders`, so commands of its members are refused, .*does not say that a permission is missing.* Who administers it can mend that\. Commands work from then on/)]);
  expect(await warned('ok')).toEqual([]);
});
