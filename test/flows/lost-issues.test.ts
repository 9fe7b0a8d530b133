import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import { HOUR } from './held.ts';
import { REPO, Town } from './town.ts';

/** Somebody deletes the issue of something that stands, or moves it away: people would be led to nothing until the next news. */

let town: Town;
beforeEach(async () => {
  town = await Town.begin({ start: Date.UTC(2026, 10, 17, 8), port: 'linux/ppc64le', owners: ['@porter'], release: { name: 'v1.37', date: '2026-12-09' } });
});
afterEach(() => town.end());

const WAYS = { delete: (issue: Issue) => town.held.github.person('anna').delete(issue), move: (issue: Issue) => town.held.github.person('anna').transfer(issue, 'kubernetes/elsewhere') };
const gone = async (issue: Issue, way: keyof typeof WAYS, heard: boolean): Promise<void> => {
  town.held.github.repo('kubernetes/elsewhere');
  const { hooks } = town.held.github;
  if (!heard) hooks.hold();
  await WAYS[way](issue);
  await town.held.pass(heard ? 60_000 : HOUR);
  if (!heard) hooks.lose();
};

describe('an issue that is gone', () => {
  it.each([['delete', true], ['delete', false], ['move', true]] as const)('of a proposal (%s, told of it: %s) is followed by another at once, which calls nobody, and where it is decided', async (way, heard) => {
    const { proposal } = await town.proposed();
    const called = town.held.github.mentions().length;
    await gone(proposal, way, heard);
    const next = town.proposal();
    expect([next.number === proposal.number, next.state, town.labelled('proposal').length, town.held.github.mentions().length]).toEqual([false, 'open', 1, called]);
    expect(town.card().text).toContain(`|kubernetes/kubernetes#${next.number}>`);
    await town.approve(next);
    expect((await town.proposals()).map((p) => p.state)).toEqual(['approved']);
  });

  it('of a deactivation is followed by another as long as the build is off, and no other by a fourth time', async () => {
    await town.approved();
    await town.held.github.person('ivan').merge(town.pull());
    await town.held.pass(HOUR);
    const seen = [];
    for (let i = 0; i < 5; i++) {
      const issue = town.labelled('reactivation').at(-1);
      if (issue) await gone(issue, 'delete', i % 2 === 0);
      seen.push(issue?.number ?? null);
    }
    expect(new Set(seen.filter((n) => n !== null)).size).toBe(4);
    expect(seen.at(-1)).toBeNull();
  });
});

describe('a repository whose issues are switched off', () => {
  it('has lost none of them: each goes on as it was once they are on again', async () => {
    const { held } = town;
    town.runs(4, 'fail');
    await held.pass(2 * HOUR, HOUR);
    const repo = held.github.state.repo(REPO);
    repo.hasIssues = false;
    town.runs(4, 'pass');
    await held.pass(3 * HOUR, HOUR);
    expect((await held.program.rt.store.warnings('kubernetes')).map((w) => w.text)).toContainEqual(expect.stringContaining('Issues are switched off in the repository, so nothing can be filed or told there. Switch them on in its settings'));
    town.runs(4, 'fail', HOUR);
    await held.pass(2 * HOUR, HOUR);
    repo.hasIssues = true;
    town.runs(4, 'pass', HOUR);
    await held.pass(2 * HOUR, HOUR);
    expect(town.labelled('incident').map((i) => [i.number, i.state])).toEqual([[1, 'closed']]);
    expect(town.labelled('incident')[0]?.body).not.toContain('This continues');
  });
});
