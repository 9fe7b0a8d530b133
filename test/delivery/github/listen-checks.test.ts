import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { parseGitHubEvent, type GitHubEvent } from '../../../src/delivery/github/index.ts';
import { reduce } from '../../../src/delivery/github/listen.ts';
import { blockerNews } from '../../../src/runtime/blocker-news.ts';

type Payload = Record<string, unknown>;
const EXAMPLES = createRequire(import.meta.url)('@octokit/webhooks-examples') as { name: string; examples: Payload[] }[];
const DOOR = { bots: ['prow'], isOurs: () => false };

/** A real payload with other fields. */
const real = (name: string, over: Payload = {}): Payload => ({ ...structuredClone(EXAMPLES.find((e) => e.name === name)?.examples[0]), ...over });
const heard = (name: string, payload: Payload): GitHubEvent | string => {
  const reduced = reduce(name, payload, 77, DOOR);
  return reduced.use ? parseGitHubEvent(JSON.parse(JSON.stringify(reduced.event))) : reduced.why;
};
const news = (name: string, payload: Payload): unknown => {
  const event = heard(name, payload);
  return typeof event === 'string' ? event : blockerNews(event, 'o/r');
};

describe('a check that ends', () => {
  const run = (over: Payload): Payload => ({ ...real('check_run')['check_run'] as Payload, pull_requests: [], completed_at: '2026-11-20T10:00:00Z', ...over });

  it('is news of its commit, also where GitHub names no pull request of a fork', () => {
    expect(news('check_run', real('check_run', { action: 'completed', check_run: run({ head_sha: 'abc' }) }))).toEqual({ repo: 'o/r', number: null, sha: 'abc', at: Date.parse('2026-11-20T10:00:00Z') });
    expect(news('check_run', real('check_run', { action: 'completed', check_run: run({ head_sha: 'abc', pull_requests: [{ number: 12 }] }) }))).toMatchObject({ number: 12, sha: 'abc' });
    expect(news('check_suite', real('check_suite', { action: 'completed' }))).toMatchObject({ sha: expect.stringMatching(/^[0-9a-f]{40}$/) as string });
  });

  it('that is our own, or has only begun, is none', () => {
    expect(news('check_run', real('check_run', { action: 'completed', check_run: run({ name: 'archsignal configuration' }) }))).toBe('unused');
    expect(news('check_run', real('check_run', { action: 'created' }))).toBe('unused');
  });

  it('may be a commit status, once it has ended', () => {
    expect(news('status', real('status', { state: 'failure', sha: 'abc', updated_at: '2026-11-20T10:00:00Z' }))).toEqual({ repo: 'o/r', number: null, sha: 'abc', at: Date.parse('2026-11-20T10:00:00Z') });
    expect(news('status', real('status', { state: 'pending' }))).toBe('unused');
    expect(news('status', real('status', { state: 'failure', sha: null }))).toBe('unreadable');
  });
});

describe('a label', () => {
  const bot = { login: 'k8s-ci-robot[bot]', type: 'Bot' };
  it('on an issue counts whoever put it there; a bot\'s is marked as such', () => {
    const label = { name: 'release-blocker' };
    expect(heard('issues', real('issues', { action: 'labeled', label, sender: bot }))).toMatchObject({ event: 'issues.labeled', label: 'release-blocker', actor: { bot: true } });
    expect(news('issues', real('issues', { action: 'labeled', label, sender: bot }))).toMatchObject({ number: 1 });
    expect(heard('issues', real('issues', { action: 'assigned', sender: bot }))).toBe('bot');
    expect(heard('issue_comment', real('issue_comment', { action: 'created', sender: bot }))).toBe('bot');
  });

  it('or milestone of a pull request is news of it, on whichever branch', () => {
    for (const action of ['labeled', 'unlabeled', 'milestoned', 'demilestoned']) {
      const payload = real('pull_request', { action });
      expect(news('pull_request', { ...payload, pull_request: { ...payload['pull_request'] as Payload, base: { ref: 'release-1.37' } } })).toMatchObject({ repo: 'o/r', number: 2, sha: null });
    }
  });
});
