import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Look } from '../../../src/domain/blocker-look.ts';
import type { FileHistory } from '../../../src/delivery/github/index.ts';
import { REPO } from './fixtures.ts';
import { world, type World } from './world.ts';

const FILE = '.github/archsignal.yml';
const in3s = { deadline: 3_000 };
let w: World;
let history: FileHistory;
beforeEach(async () => {
  w = await world();
  history = w.connect().fileHistory;
});
afterEach(() => w.gh.close());

const head = (branch = 'main'): string => w.gh.repo(REPO).git.at(branch)?.sha ?? '';
const valueOf = <T>(look: Look<T>): T => {
  if (!look.ok) throw new Error(look.why);
  return look.value;
};
const commits = async () => valueOf(await history.commits(REPO, FILE, head(), in3s));

it('lists the commits that changed a file with who wrote them, the newest first, and no others', async () => {
  const [olga, ivan] = [w.gh.person('olga'), w.gh.person('ivan')];
  await olga.commit(REPO, FILE, 'one');
  await ivan.commit(REPO, 'README.md', 'hello');
  await ivan.commit(REPO, FILE, 'two');
  await olga.commit(REPO, 'README.md', 'hello again');
  const found = await commits();
  expect(found.map((c) => c.author)).toEqual(['ivan', 'olga']);
  expect(found[0]?.url).toContain(`/commit/${found[0]?.sha}`);
  expect(await Promise.all(found.map(async (c) => valueOf(await history.textAt(REPO, FILE, c.sha, in3s))))).toEqual(['two', 'one']);
  expect(valueOf(await history.textAt(REPO, 'none.yml', head(), in3s))).toBeNull();
});

it('tells a commit that a merged pull request brought from one that was pushed', async () => {
  const [olga, ivan] = [w.gh.person('olga'), w.gh.person('ivan')];
  await olga.commit(REPO, FILE, 'one');
  await olga.commit(REPO, FILE, 'two', 'change');
  const pull = await olga.openPull(REPO, { title: 'Two', head: 'change' });
  await olga.commit(REPO, 'README.md', 'meanwhile');
  await ivan.merge(pull);
  const [brought, pushed] = await commits();
  expect(brought?.author).toBe('olga');
  expect(valueOf(await history.pullOf(REPO, brought?.sha ?? '', in3s))).toEqual({ number: pull.number, url: expect.stringContaining(`/pull/${pull.number}`) as string, author: 'olga', mergedBy: 'ivan' });
  expect(valueOf(await history.pullOf(REPO, pushed?.sha ?? '', in3s))).toBeNull();
});

it('takes no open pull request for the one that brought a commit', async () => {
  await w.gh.person('olga').commit(REPO, FILE, 'two', 'change');
  await w.gh.person('olga').openPull(REPO, { title: 'Two', head: 'change' });
  expect(valueOf(await history.pullOf(REPO, head('change'), in3s))).toBeNull();
});

it('says when it cannot be read, and whether asking again may help', async () => {
  const broken = w.gh.faults.add({ kind: 'status', status: 503, times: Infinity, match: { path: /\/commits$/ } });
  expect(await history.commits(REPO, FILE, head(), { deadline: 300 })).toMatchObject({ ok: false, lasting: false });
  broken.remove();
  w.gh.auth.permissions = { metadata: 'read' };
  expect(await history.commits(REPO, FILE, head(), in3s)).toMatchObject({ ok: false, lasting: true });
});
