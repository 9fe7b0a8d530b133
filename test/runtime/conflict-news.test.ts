import { describe, expect, it } from 'vitest';
import { parseGitHubEvent } from '../../src/delivery/github/events.ts';
import { concerns } from '../../src/runtime/conflicts/news.ts';
import { releaseOf } from '../policy/conflict-given.ts';

const project = { releases: [releaseOf()] };
const WATCHED = { numbers: [7], heads: ['c0ffee'] };
const issue = (number: number, labels: readonly string[] = []) => ({ number, state: 'open', labels, authorLogin: 'nils', url: 'u' });
const event = (name: string, more: object) => parseGitHubEvent({ event: name, repo: { fullName: 'demo/demo', id: 1 }, actor: { login: 'nils', type: 'User' }, at: 1, ...more });
const heard = (name: string, more: object, watched = WATCHED): boolean => concerns(event(name, more), project, watched);

describe('an event in a busy repository', () => {
  it('is heard where it is about what is watched: by its number, its commit, or the pull requests of its commit', () => {
    expect(heard('issues.closed', { issue: issue(7) })).toBe(true);
    expect(heard('check_run.completed', { check: { sha: 'c0ffee', pulls: [] } })).toBe(true);
    expect(heard('check_run.completed', { check: { sha: 'other', pulls: [7] } })).toBe(true);
    expect(heard('pull_request.synchronize', { pull: { number: 7, url: 'u', merged: false, mergedAt: null, sha: 'new' } })).toBe(true);
  });

  it('is not heard where it is about anything else', () => {
    expect(heard('check_run.completed', { check: { sha: 'other', pulls: [8] } })).toBe(false);
    expect(heard('pull_request.synchronize', { pull: { number: 8, url: 'u', merged: false, mergedAt: null, sha: 'new' } })).toBe(false);
    expect(heard('issues.labeled', { issue: issue(8, ['release-blocker']), label: 'kind/bug' })).toBe(false);
    expect(heard('issues.milestoned', { issue: issue(8), milestone: 'v1.36' })).toBe(false);
  });

  it('is heard where something comes to block the release, or may cease to', () => {
    const nothing = { numbers: [], heads: [] };
    expect(heard('pull_request.labeled', { pull: { number: 9, url: 'u', merged: false, mergedAt: null }, label: 'Release-Blocker' }, nothing)).toBe(true);
    expect(heard('issues.opened', { issue: issue(9, ['release-blocker']) }, nothing)).toBe(true);
    expect(heard('issues.labeled', { issue: issue(9), label: 'okay-after-beta1' }, nothing)).toBe(true);
    expect(heard('issues.milestoned', { issue: issue(9), milestone: 'V1.37' }, nothing)).toBe(true);
  });
});
