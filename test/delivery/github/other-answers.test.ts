import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../../../demo/stand-ins/common/answer.ts';
import type { Clients } from '../../../src/delivery/github/clients.ts';
import { createFileHistory } from '../../../src/delivery/github/file-history.ts';
import { createGitData } from '../../../src/delivery/github/git-data.ts';
import type { GitHub } from '../../../src/delivery/github/index.ts';
import { again, anIncident, ensure, filed, first, opened, REPO, subjectOf, tell } from './fixtures.ts';
import { world, writes, type World } from './world.ts';

let w: World;
let github: GitHub;
beforeEach(async () => {
  w = await world();
  github = w.connect();
});
afterEach(() => w.gh.close());

const always = (alter: (answer: Answer) => Answer): void => { w.gh.faults.add({ kind: 'alter', times: Infinity, alter }); };
const typed = (type: string | null) => ({ headers: { 'content-type': _, ...headers } = {}, ...answer }: Answer): Answer =>
  ({ ...answer, headers: { ...headers, ...type !== null && { 'content-type': type } } });
const lean = (value: unknown): unknown => Array.isArray(value) ? value.map(lean) : typeof value !== 'object' || value === null ? value
  : Object.fromEntries(Object.entries(value).filter(([key]) => !['html_url', 'expires_at', 'created_at', 'state_reason', 'performed_via_github_app', 'comments'].includes(key)).map(([key, v]) => [key, lean(v)]));
const leanly = (answer: Answer): Answer => typeof answer.body === 'string' ? { ...answer, body: JSON.stringify(lean(JSON.parse(answer.body))) } : answer;

/** Files the issue and tells the opening there, looks for both once more, and answers what was written. */
async function story(): Promise<string[]> {
  const incident = anIncident();
  expect(await github.execute(ensure(incident), subjectOf(incident), first)).toMatchObject({ ok: true, receipt: { number: 1, state: 'open' } });
  const known = filed({ ...incident, facts: [opened()] });
  expect(await github.execute(tell(known, 1), subjectOf(known), first)).toMatchObject({ ok: true });
  expect(await github.execute(ensure(incident), subjectOf(incident), again)).toMatchObject({ ok: true, receipt: { number: 1 } });
  expect(await github.execute(tell(known, 1), subjectOf(known), again)).toMatchObject({ ok: true });
  return writes(w.gh).filter((r) => !r.endsWith('/labels'));
}
const ONCE = [`POST /repos/${REPO}/issues`, `POST /repos/${REPO}/issues/1/comments`];

const saying = (data: unknown): Pick<Clients, 'inRepo'> => ({ inRepo: (_repo, _route, _params, schema) => Promise.resolve({ ok: true, data: schema.parse(data), headers: {} }) });

describe('somebody whom GitHub does not know', () => {
  it.each([[{}], [null]])('wrote a commit as %j, which can be read all the same', async (author) => {
    const compared = { merge_base_commit: { sha: 'a' }, commits: [{ sha: 'b', author }, { sha: 'c', author: { login: 'olga', type: 'User' } }] };
    expect(await createGitData(saying(compared)).compare(REPO, 'a', 'c')).toMatchObject({ ok: true, data: { commits: [{ author: null }, { author: { login: 'olga' } }] } });
    expect(await createFileHistory(saying([{ sha: 'b', html_url: '', author }])).commits(REPO, 'Makefile', 'b', { deadline: 1_000 })).toEqual({ ok: true, value: [{ sha: 'b', url: '', author: null }] });
  });
});

describe('an answer that says the same in another way', () => {
  it.each([[null], ['application/vnd.github+json'], ['application/vnd.github.v3+json; charset=utf-8']])('is read though it calls itself %j', async (type) => {
    always(typed(type));
    expect(await story()).toEqual(ONCE);
  });

  it('is read though a page to sign in at, which does not say what it is, is none', async () => {
    w.gh.faults.add({ kind: 'alter', match: { method: 'GET', path: /\/issues$/ }, alter: () => ({ status: 200, headers: {}, body: '<html>Sign in</html>' }) });
    expect(await github.execute(ensure(anIncident()), subjectOf(anIncident()), first)).toMatchObject({ ok: false, retry: true });
  });

  it('is enough without the addresses of pages, the end of a token and what else nobody needs', async () => {
    always(leanly);
    expect(await story()).toEqual(ONCE);
    expect(await github.pull(REPO, 1, { deadline: 3_000 })).toMatchObject({ state: 'missing' });
  });
});
