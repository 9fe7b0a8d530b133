import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { parseGitHubEvent } from '../../../src/delivery/github/index.ts';
import { reduce, type Reduced } from '../../../src/delivery/github/listen.ts';

type Payload = Record<string, unknown> & { readonly repository: { default_branch: string } };
const EXAMPLES = createRequire(import.meta.url)('@octokit/webhooks-examples') as { name: string; examples: Payload[] }[];
const DOOR = { bots: [], isOurs: () => false };
const FILE = '.github/archsignal.yml';

/** A real payload with other fields. */
function real(name: string, action: string | undefined, over: (payload: Payload) => object): Payload {
  const found = (EXAMPLES.find((e) => e.name === name)?.examples ?? []).find((e) => e['action'] === action && (name !== 'push' || String(e['ref']).startsWith('refs/heads/')));
  if (!found) throw new Error(`no example of ${name}.${String(action)}`);
  const payload = structuredClone(found);
  return { ...payload, ...over(payload) };
}

const heard = (name: string, payload: Payload): Reduced => reduce(name, payload, 1, DOOR);
const used = (name: string, payload: Payload): unknown => {
  const reduced = heard(name, payload);
  return reduced.use ? parseGitHubEvent(JSON.parse(JSON.stringify(reduced.event))) : reduced.why;
};

describe('a push', () => {
  const commit = (over: object): object => ({ id: 'c', added: [], removed: [], modified: [], ...over });
  const push = (commits: readonly object[] | null, over: object = {}): unknown =>
    used('push', real('push', undefined, ({ repository }) => ({ ref: `refs/heads/${repository.default_branch}`, commits, forced: false, deleted: false, ...over })));

  it('is heard where a commit touches the file on the default branch', () => {
    for (const how of ['added', 'removed', 'modified']) expect(push([commit({ added: ['a'] }), commit({ [how]: [FILE] })])).toMatchObject({ event: 'push', repo: { fullName: 'Codertocat/Hello-World', id: 186853002 }, actor: { login: 'Codertocat' } });
    expect(push([commit({ modified: ['.github/archsignal.yaml'] })])).toMatchObject({ event: 'push' });
  });

  it('is not heard otherwise', () => {
    expect(push([commit({ added: ['a', `sub/${FILE}`, `${FILE}.bak`] })])).toBe('unused');
    expect(push([commit({ modified: [FILE] })], { ref: 'refs/heads/other' })).toBe('unused');
    expect(push([commit({ modified: [FILE] })], { ref: 'refs/tags/v1' })).toBe('unused');
    expect(push([], { deleted: true })).toBe('unused');
  });

  it('is heard where it does not tell all: rewritten, without commits, or with too many', () => {
    expect(push([commit({ added: ['a'] })], { forced: true })).toMatchObject({ event: 'push' });
    expect(push([])).toMatchObject({ event: 'push' });
    expect(push(null)).toMatchObject({ event: 'push' });
    expect(push(Array.from({ length: 2_048 }, () => commit({ added: ['a'] })))).toMatchObject({ event: 'push' });
  });
});

describe('a pull request', () => {
  const pull = (action: string, base: string, over: object = {}): unknown =>
    used('pull_request', real('pull_request', action === 'edited' ? 'opened' : action, (p) => ({ action, pull_request: { ...p['pull_request'] as object, base: { ref: base === 'default' ? p.repository.default_branch : base }, head: { sha: 'abc' } }, ...over })));

  it('against the default branch is heard with the commit at its head', () => {
    for (const action of ['opened', 'synchronize', 'reopened']) expect(pull(action, 'default')).toMatchObject({ event: `pull_request.${action}`, pull: { number: 2, sha: 'abc' } });
    expect(pull('edited', 'default', { changes: { base: { ref: { from: 'other' } } } })).toMatchObject({ event: 'pull_request.edited' });
  });

  it('is not heard against another, nor when only its words were edited', () => {
    expect([pull('opened', 'other'), pull('synchronize', 'other'), pull('edited', 'default', { changes: { body: { from: 'x' } } })]).toEqual(['unused', 'unused', 'unused']);
    expect(pull('closed', 'other')).toMatchObject({ event: 'pull_request.closed' });
  });
});

describe('a check that is asked for again', () => {
  const run = (over: object): unknown => used('check_run', real('check_run', 'rerequested', (p) => ({ check_run: { ...p['check_run'] as object, name: 'archsignal configuration', head_sha: 'abc', pull_requests: [], ...over } })));

  it('is known by its own name, whatever fork its pull request comes from', () => {
    expect(run({ external_id: 'configuration.17' })).toMatchObject({ event: 'check_run.rerequested', check: { sha: 'abc', pulls: [17] } });
    expect(run({ external_id: 'configuration.17.delivery' })).toMatchObject({ check: { pulls: [17] } });
    expect(run({ external_id: 'configuration.17', name: 'lint' })).toBe('unused');
  });

  it('is about the default branch where it is about no pull request', () => {
    const branch = real('check_run', 'rerequested', () => ({})).repository.default_branch;
    expect(run({ external_id: 'configuration.default.3', check_suite: { head_branch: branch } })).toMatchObject({ check: { sha: 'abc', pulls: [] } });
  });

  it('may be a whole suite', () => {
    const suite = (over: object): unknown => used('check_suite', real('check_suite', 'rerequested', (p) => ({ check_suite: { ...p['check_suite'] as object, head_sha: 'abc', pull_requests: [], ...over } })));
    expect(suite({ pull_requests: [{ number: 4 }] })).toMatchObject({ check: { sha: 'abc', pulls: [4] } });
    expect(suite({ head_branch: 'topic' })).toBe('unused');
  });
});

describe('a repository', () => {
  it('is heard of when its default branch is another, and not for other settings', () => {
    const edited = (changes: object): unknown => used('repository', real('repository', 'edited', () => ({ changes })));
    expect(edited({ default_branch: { from: 'old' } })).toMatchObject({ event: 'repository.edited' });
    expect(edited({ description: { from: 'old' } })).toBe('unused');
  });
});

it('lets in a bot that is read like people where its repository says so, and nowhere else', () => {
  const payload = real('issue_comment', 'created', (p) => ({ sender: { ...p['sender'] as object, type: 'Bot', login: 'k8s-ci-robot[bot]' } }));
  const at = (repo: string): boolean => reduce('issue_comment', payload, 1, { isOurs: () => false, bots: (asked) => asked === repo ? ['k8s-ci-robot'] : [] }).use;
  expect([at('Codertocat/Hello-World'), at('octo/other')]).toEqual([true, false]);
});
