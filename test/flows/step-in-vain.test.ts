import { afterEach, describe, expect, it } from 'vitest';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import { HOUR } from './held.ts';
import { REPO, Town } from './town.ts';

/** An approval of a step is carried out by a pull request whose branch anybody may push to who may push at all. */

const FILE = 'config/project.yml';
const PORT = 'linux/s390x';
const LADDER = 'ladder: { name: ours, adoption_cycles: 0, steps: [{ step: 1, name: build, grants: ["Anybody can build it."] }, { step: 2, name: test, grants: ["It may be built by default."] }] }';

let town: Town;
afterEach(() => town.end());

/** Approved, with its pull request open. */
async function approved(): Promise<{ readonly proposal: Issue; readonly pull: Issue }> {
  town = await Town.begin({ start: Date.UTC(2026, 10, 17, 8), port: PORT, owners: ['@porter'], release: { name: 'v1.37', date: '2026-12-09' }, extra: LADDER });
  const { held } = town;
  await held.github.person('ivan').commit(REPO, FILE, town.configuration());
  const somewhere = await held.github.person('signal').open(REPO, { title: 'Who looks after linux/s390x?', body: '' });
  await held.says('signal', somewhere, `/arch demote ${PORT} nobody answers`);
  const proposal = town.proposal();
  await town.approve(proposal);
  return { proposal, pull: town.pull() };
}

/** The configuration as it was goes onto the pull request's branch. */
async function emptied(pull: Issue): Promise<void> {
  await town.held.github.person('smarter').commit(REPO, FILE, town.configuration(), pull.pull?.head ?? '');
  await town.held.settle();
}

describe('the pull request of a step', () => {
  it('that was emptied before it was merged is not called done', async () => {
    const { proposal, pull } = await approved();
    const { held } = town;
    await emptied(pull);
    await held.github.person('smarter').merge(pull);
    await held.pass(HOUR);
    const { git } = held.github.repo(REPO);
    expect(git.read('main', FILE)).toContain('step: 2');
    expect(held.told(proposal).filter((t) => t.includes('Approved and done'))).toEqual([]);
    expect(held.told(proposal).filter((t) => t.includes('Approved, and dropped'))).toEqual([
      expect.stringMatching(/was merged by `smarter`, but the configuration on the default branch does not say so: the change was taken out of it before, or undone since\. The approval has lapsed with it\. [^]*\/arch demote/),
    ]);
    expect([proposal.state, (await town.proposals()).map((p) => p.pull)]).toEqual(['closed', [expect.objectContaining({ state: 'closed', inVain: true, by: 'smarter' })]]);
    // Somebody writes it by hand later, and that is nothing of that approval's.
    await held.github.person('ivan').commit(REPO, FILE, (git.read('main', FILE) ?? '').replace(`${PORT}:\n    step: 2`, `${PORT}:\n    step: 1`));
    await held.pass(HOUR);
    expect(held.told(proposal).filter((t) => t.includes('Approved and done'))).toEqual([]);
  });

  it('that was merged as it was made is done at once', async () => {
    const { proposal, pull } = await approved();
    await town.held.github.person('ivan').merge(pull);
    await town.held.settle();
    expect(town.held.told(proposal).at(-1)).toMatch(/Approved and done: .*Merged as .* by `ivan`/);
  });
});
