import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { createConfigurationFiles } from '../../../src/delivery/github/configuration-files.ts';
import type { Answer, Params } from '../../../src/delivery/github/answer.ts';
import { createHandles } from '../../../src/delivery/github/handles.ts';
import { createLabels } from '../../../src/delivery/github/labels.ts';
import { createPulls } from '../../../src/delivery/github/pulls.ts';
import { REPO } from './fixtures.ts';

const SIZE = 2;
const named = (...names: string[]) => names.map((name) => ({ name, login: name, filename: name }));

/** A server whose pages are as long as it likes, whatever it is asked for: its Link header alone tells that there are more. */
const short = (all: readonly object[], under?: string) => async <T>(_of: unknown, route: string, params: Params, schema: z.ZodType<T>): Promise<Answer<T>> => {
  if (!route.startsWith('GET')) return { ok: false, failure: { kind: 'refused', status: null, after: null, reason: `${route} was not to be asked` } };
  const page = Number(params['page']);
  const items = all.slice((page - 1) * SIZE, page * SIZE);
  const link = page * SIZE < all.length ? { link: `<https://api.github.com/x?page=${page + 1}>; rel="next"` } : {};
  return { ok: true, data: schema.parse(under === undefined ? items : { [under]: items }), headers: link };
};

describe('a list whose pages are shorter than was asked for', () => {
  it('is read to its end: the members of a team', async () => {
    expect(await createHandles({ inRepo: short(named('ada', 'bob', 'cleo', 'dora', 'eve')) }).members(REPO, '@kubernetes/owners')).toEqual(['ada', 'bob', 'cleo', 'dora', 'eve']);
  });

  it('is read to its end: the files of a pull request', async () => {
    const inRepo = short(named('a', 'b', 'c', '.github/archsignal.yml'));
    const files = createConfigurationFiles({ inRepo, asApp: () => Promise.reject(new Error()), inInstallation: inRepo, forget: () => Promise.resolve() }, createPulls({ inRepo }));
    expect(await files.touched(REPO, 1)).toMatchObject({ ok: true, data: true });
  });

  it('is read to its end: the repositories of an installation, or a project would end that goes on', async () => {
    const inInstallation = short([1, 2, 3].map((id) => ({ id, full_name: `octo/r${id}`, default_branch: 'main' })), 'repositories');
    const installations = short([{ id: 7 }, { id: 8 }, { id: 9 }]);
    const files = createConfigurationFiles({ inRepo: inInstallation, inInstallation, forget: () => Promise.resolve(), asApp: (route, params, schema) => installations(null, route, params, schema) }, createPulls({ inRepo: inInstallation }));
    const { repositories, complete } = await files.installed();
    expect([repositories.length, complete]).toEqual([9, true]);
  });

  it('is read to its end: the labels of a repository, which are not made again', async () => {
    const labels = createLabels({ inRepo: short(named('bug', 'help wanted', 'archsignal', 'archsignal/incident', 'arch/linux-s390x')) });
    expect(await labels.prepare(REPO, ['linux/s390x'])).toMatchObject({ ok: true });
  });
});
