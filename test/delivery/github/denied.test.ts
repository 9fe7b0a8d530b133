import { expect, it } from 'vitest';
import type { Answer } from '../../../src/delivery/github/answer.ts';
import { Denials } from '../../../src/delivery/github/denied.ts';

const HOUR = 3_600_000;
const OK: Answer<unknown> = { ok: true, data: {}, headers: {} };
const refused = (words: string, kind: 'forbidden' | 'missing' = 'forbidden'): Answer<unknown> => ({ ok: false, failure: { kind, status: 403, after: null, reason: `GitHub answered 403 to GET /x: ${words}` } });
const lacks = (permission: string): Answer<unknown> => refused(`Resource not accessible by integration. The App's installation lacks the permission \`${permission}\`: grant it on the App's settings page.`);

function denials(): { on: Denials; told: string[]; clock: { now: number } } {
  const [clock, told] = [{ now: 0 }, [] as string[]];
  return { on: new Denials(() => clock.now, (d) => { told.push(`${d.repo} ${d.permission}`); }), told, clock };
}

it('names a permission that was missed once, in each repository, with what to do', () => {
  const { on, told } = denials();
  for (const repo of ['demo/demo', 'demo/demo', 'demo/other']) on.learn(repo, 'GET pulls', lacks('pull_requests: read'));
  on.learn('demo/demo', 'PUT contents', lacks('contents: write'));
  expect(told).toEqual(['demo/demo pull_requests: read', 'demo/other pull_requests: read', 'demo/demo contents: write']);
  expect(on.now.map((d) => d.reason)[0]).toBe('The App\'s installation lacks the permission `pull_requests: read`: grant it on the App\'s settings page.');
});

it('takes an archived repository, a suspended App and what is not there for no missing permission', () => {
  const { on } = denials();
  on.learn('demo/demo', 'GET x', refused('The repository is archived, so nothing can be written there.'));
  on.learn('demo/demo', 'GET x', refused('The App\'s installation lacks the permission `x: y`: it says.', 'missing'));
  expect(on.now).toEqual([]);
});

it('is over when the same request came through there, when rights have changed there, or when nothing has missed it for a day', () => {
  const { on, told, clock } = denials();
  const miss = (): void => { on.learn('demo/demo', 'GET pulls', lacks('pull_requests: read')); };
  miss();
  on.learn('demo/demo', 'GET issues', OK);
  on.learn('demo/other', 'GET pulls', OK);
  on.forget('demo/other');
  expect(on.now).toHaveLength(1);
  on.learn('demo/demo', 'GET pulls', OK);
  expect(on.now).toEqual([]);
  miss();
  on.forget('Demo/demo');
  expect(on.now).toEqual([]);
  miss();
  clock.now += 25 * HOUR;
  expect(on.now).toHaveLength(1);
  clock.now += 1;
  expect(on.now).toEqual([]);
  expect(told).toHaveLength(3);
});
