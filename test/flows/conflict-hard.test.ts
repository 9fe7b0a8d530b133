import { afterEach, describe, expect, it } from 'vitest';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import { DAY, HOUR, readable } from './held.ts';
import { buildFile, GOLANG, linkerLog, REPO, Town, type Place } from './town.ts';

/** The moments at which the conflict procedure could go wrong: each through the whole program. */

const PORT = 'linux/ppc64le';
const START = Date.UTC(2026, 10, 17, 8, 0);
const place: Place = { start: START, port: PORT, owners: ['@porter'], release: { name: 'v1.37', date: '2026-12-09' } };

/** The build file without the port, as somebody leaves it who edits by hand. */
const without = (text: string): string => text.split('\n').filter((l) => l.trim() !== PORT).join('\n');
const ON = [true, true, true];
const OFF = [false, false, false];

let town: Town;
afterEach(() => town.end());
const begin = async (over: Partial<Place> = {}): Promise<Town> => { town = await Town.begin({ ...place, ...over }); return town; };
const told = (on: Issue): string[] => town.held.told(on);
const open = (): string[] => town.held.github.issues(REPO, 'open').map((i) => readable(i.title));

describe('approvals', () => {
  it('from GitHub and Slack at once, in any order and told twice, decide once', async () => {
    await begin();
    const { proposal } = await town.proposed();
    const { github } = town.held;
    github.hooks.hold();
    await github.person('ivan').comment(proposal, '/arch approve');
    await github.person('porter').comment(proposal, '/arch object the fix lands tomorrow');
    await Promise.all([town.press('maria', 'approve'), github.hooks.release({ reverse: true, times: 2 })]);
    await town.held.settle();
    expect(await town.only()).toMatchObject({ stage: 'doing' });
    expect(told(proposal).filter((t) => t.startsWith('**Approved'))).toHaveLength(1);
    expect([town.labelled('reactivation').length, town.pulls().length]).toEqual([1, 1]);
    expect(readable(proposal.body)).toContain('Decided by `ivan` and `maria`');
  });

  it('of one lead in two places count once', async () => {
    await begin();
    const { proposal } = await town.proposed();
    await town.approve(proposal, 'ivan');
    await town.press('ivan', 'approve');
    await town.held.settle();
    expect(await town.only()).toMatchObject({ stage: 'deciding' });
    expect(readable(proposal.body)).toContain('1 of 2 approvals (`ivan`)');
    expect(town.pulls()).toEqual([]);
  });

  it('do not come from the blocker\'s author or from strangers', async () => {
    await begin({ leads: ['@ivan', '@maria', '@smarter'] });
    const { proposal } = await town.proposed();
    await town.approve(proposal, 'smarter', 'stranger', 'ivan');
    expect(await town.only()).toMatchObject({ stage: 'deciding' });
    expect(readable(proposal.body)).toContain('An approval by `smarter`, who has a part in it, does not count.');
  });

  it('of a lead who has left the team in between do not count any more', async () => {
    await begin({ leads: ['@kubernetes/leads'] });
    const { github } = town.held;
    const { proposal } = await town.proposed();
    await town.approve(proposal, 'ivan');
    github.team('kubernetes/leads').members.delete('ivan');
    await town.approve(proposal, 'maria');
    expect(await town.only()).toMatchObject({ stage: 'deciding' });
    await town.approve(proposal, 'anna');
    expect(await town.only()).toMatchObject({ stage: 'doing' });
    expect(readable(proposal.body)).toContain('Decided by `maria` and `anna`');
  });

  it('said before the proposal ran out, and heard after it, count', async () => {
    await begin();
    const { proposal } = await town.proposed();
    await town.approve(proposal, 'ivan');
    await town.held.until(START + 3 * DAY - HOUR);
    town.held.github.hooks.hold();
    await town.held.github.person('maria').comment(proposal, '/arch approve');
    await town.held.pass(3 * HOUR);
    expect(await town.only()).toMatchObject({ stage: 'over', outcome: 'declined' });
    await town.held.github.hooks.release();
    await town.held.settle();
    expect(await town.only()).toMatchObject({ stage: 'doing', outcome: null });
    await town.held.github.person('ivan').merge(town.pull());
    await town.held.settle();
    expect(town.builds()).toEqual(OFF);
  });
});

describe('the file', () => {
  it('that changes under the pull request is planned anew on its new base, and nothing is forced', async () => {
    await begin();
    await town.approved();
    const pull = town.pull();
    const more = town.file().replace('readonly KUBE_SERVER_PLATFORMS=(', 'readonly KUBE_SERVER_PLATFORMS=(\n  linux/s390x');
    await town.held.github.person('ivan').commit(REPO, GOLANG, more);
    await town.held.settle();
    await town.held.pass(HOUR);
    expect(town.builds(pull.pull?.head)).toEqual(OFF);
    expect([town.file(pull.pull?.head).includes('linux/s390x'), pull.pull?.forced, town.pulls().length]).toEqual([true, [], 1]);
    await town.held.github.person('ivan').merge(pull);
    await town.held.settle();
    expect([town.builds(), town.file().includes('linux/s390x')]).toEqual([OFF, true]);
  });

  it('in which somebody turns it off by hand while owners have time is taken as it is, with an issue for its way back', async () => {
    await begin();
    const blocker = await town.conflict();
    await town.held.github.person('ivan').commit(REPO, GOLANG, without(town.file()));
    await town.held.pass(HOUR);
    expect(await town.only()).toMatchObject({ stage: 'watching', proposal: null });
    expect(readable(town.reactivation().body)).toMatch(/^@porter, \*\*the linux\/ppc64le build is off on main since Tue 17 Nov/);
    expect(readable(town.reactivation().body)).toContain('nobody decided it');
    expect(told(blocker).at(-1)).toContain('it was turned off without a decision');
    expect(town.labelled('proposal')).toEqual([]);
    await town.held.github.person('ivan').merge(blocker);
    await town.held.github.person('ivan').commit(REPO, GOLANG, buildFile(PORT));
    await town.held.pass(HOUR);
    expect([await town.only(), town.reactivation().state]).toMatchObject([{ stage: 'over', outcome: 'back' }, 'closed']);
  });

  it('in which somebody merges the edit before enough leads approved leaves nothing to decide, and is watched', async () => {
    await begin();
    const { proposal } = await town.proposed();
    await town.approve(proposal, 'ivan');
    await town.held.github.person('maria').commit(REPO, GOLANG, without(town.file()), 'by-hand');
    await town.held.github.person('maria').merge(await town.held.github.person('maria').openPull(REPO, { title: 'Drop ppc64le', head: 'by-hand', base: 'main' }));
    await town.held.pass(HOUR);
    expect(await town.only()).toMatchObject({ stage: 'watching' });
    expect([proposal.state, readable(proposal.body)]).toEqual(['closed', expect.stringContaining('linux/ppc64le is off already')]);
    expect(town.reactivation().state).toBe('open');
    expect(town.pulls()).toEqual([]);
  });

  it('that the App may not write is given as a patch on the blocker, whose author applies it', async () => {
    await begin();
    town.held.github.auth.permissions = { ...town.held.github.auth.permissions, contents: 'read' };
    const { blocker } = await town.approved();
    const patch = told(blocker).at(-1) ?? '';
    expect(patch).toMatch(/^It was decided to turn the linux\/ppc64le build off on main, and Archsignal cannot open that pull request: /);
    expect(patch).toContain('This is the edit; it may go into this pull request, or into one of its own. Apply it with `git apply`:');
    expect(patch.match(/^-  linux\/ppc64le$/gm)).toHaveLength(3);
    expect(patch).toMatch(/Its way back is \[kubernetes\/kubernetes#3\]/);
    expect([town.pulls(), town.reactivation().state]).toEqual([[], 'open']);
    await town.held.github.person('smarter').commit(REPO, GOLANG, without(town.file()), 'federation');
    await town.held.github.person('ivan').merge(blocker);
    await town.held.settle();
    expect([await town.only(), town.builds()]).toMatchObject([{ stage: 'watching' }, []]);
  });
});

describe('the blocker', () => {
  const STAGES: readonly (readonly [string, () => Promise<Issue>])[] = [
    ['owners have time', () => town.conflict()],
    ['leads decide', async () => (await town.proposed()).blocker],
    ['the pull request is open', async () => (await town.approved()).blocker],
  ];

  it.each(STAGES)('that blocks no more while %s ends it, and takes back what was begun', async (_, until) => {
    await begin();
    const blocker = await until();
    await town.held.github.person('ivan').unlabel(blocker, 'release-blocker');
    await town.held.settle();
    expect(await town.only()).toMatchObject({ stage: 'over', outcome: 'unblocked' });
    expect([open(), town.builds()]).toEqual([[readable(blocker.title)], ON]);
    const [proposal] = town.labelled('proposal');
    if (proposal !== undefined && town.pulls().length === 0) expect(readable(proposal.body)).toContain('does not block the release any more: it carries no label release-blocker');
  });

  it('that blocks no more once it is off changes nothing: the way back stays open', async () => {
    await begin();
    const { blocker } = await town.approved();
    await town.held.github.person('ivan').merge(town.pull());
    await town.held.github.person('ivan').unlabel(blocker, 'release-blocker');
    await town.held.settle();
    expect([await town.only(), town.reactivation().state, town.builds()]).toMatchObject([{ stage: 'watching' }, 'open', OFF]);
  });

  it('that is pushed by force keeps its conflict until its new commit shows what is so', async () => {
    await begin();
    await town.conflict();
    await town.held.github.person('smarter').forcePush(REPO, 'pkg/federation.go', 'package federation // anew\n', 'federation');
    await town.held.settle();
    expect(await town.only()).toMatchObject({ stage: 'fixing' });
    await town.cross('federation', 'success');
    expect(await town.only()).toMatchObject({ stage: 'over', outcome: 'fixed' });
  });

  it('that breaks two platforms is the suspect, which is said once, and nothing is proposed', async () => {
    await begin();
    const blocker = await town.blocker();
    const log = `${linkerLog(PORT, '/usr/bin/powerpc64le-linux-gnu-ld: relocation truncated to fit: R_PPC64_REL24', 'hyperkube')}\n/usr/bin/aarch64-linux-gnu-ld: relocation truncated to fit: R_AARCH64_CALL26\n`;
    for (let i = 0; i < 3; i++) await town.cross('federation', 'failure', log);
    await town.held.pass(2 * DAY);
    expect(told(blocker)).toEqual([expect.stringMatching(/^linux\/.* and linux\/.* are red together \(cross build\), so #1 itself is the likely cause\. No platform is proposed to be turned off for it\.$/)]);
    expect(await town.conflicts()).toEqual([]);
  });

  it('that fails once and is green then is no conflict', async () => {
    await begin();
    const blocker = await town.blocker();
    await town.cross('federation', 'failure');
    await town.held.pass(DAY);
    await town.cross('federation', 'success');
    expect([told(blocker), await town.conflicts()]).toEqual([[], []]);
  });
});

describe('the reactivation issue', () => {
  it('that is closed by hand while the build is off is opened again, each time', async () => {
    await begin();
    await town.approved();
    await town.held.github.person('ivan').merge(town.pull());
    await town.held.settle();
    const issue = town.reactivation();
    for (let i = 1; i < 3; i++) {
      await town.held.github.person('stranger').close(issue);
      await town.held.settle();
      expect([issue.state, told(issue).filter((t) => t.startsWith('Open again: linux/ppc64le is still off')).length]).toEqual(['open', i]);
      await town.held.pass(HOUR);
    }
  });
});

describe('a part of what is off', () => {
  it('comes back before the rest where somebody asks for it, and the rest follows when the exit test holds', async () => {
    await begin();
    const { blocker } = await town.approved();
    await town.held.github.person('ivan').merge(town.pull());
    await town.cross('federation', 'success');
    await town.held.github.person('smarter').merge(blocker);
    await town.held.settle();
    const issue = town.reactivation();
    await town.held.says('porter', issue, '/arch reactivate client');
    const part = town.proposal();
    expect(part.title).toBe('Turn the linux/ppc64le client build on main on again?');
    expect(readable(part.body)).toMatch(/stays open for the rest\..*porter asks for it\. The exit test does not hold yet/s);
    await town.approve(part);
    const pull = town.pull();
    expect([pull.title, town.builds(pull.pull?.head)]).toEqual(['Turn the linux/ppc64le client build on main on again', [false, false, true]]);
    await town.held.github.person('anna').merge(pull);
    await town.held.settle();
    expect([await town.only(), issue.state, town.builds()]).toMatchObject([{ stage: 'watching', backProposal: null, wishedBack: null }, 'open', [false, false, true]]);
    expect(told(issue).at(-1)).toContain('a part of it is built again');
    await town.live(2 * DAY, 'pass');
    expect(town.proposal().title).toBe('Turn the linux/ppc64le build on main on again?');
    await town.approve(town.proposal());
    await town.held.github.person('anna').merge(town.pull());
    await town.held.settle();
    expect([await town.only(), issue.state, town.file()]).toMatchObject([{ stage: 'over', outcome: 'back' }, 'closed', buildFile(PORT)]);
  });
});

describe('the pull request', () => {
  it('that is merged into another branch turns nothing off, and puts the question to the leads again', async () => {
    await begin();
    const { proposal } = await town.approved();
    const { git } = town.held.github.repo(REPO);
    git.branches.set('elsewhere', git.at('main')?.sha ?? '');
    const pull = town.pull();
    if (pull.pull) Object.assign(pull.pull, { base: 'elsewhere' });
    await town.held.github.person('ivan').merge(pull);
    await town.held.pass(HOUR);
    expect(await town.only()).toMatchObject({ stage: 'deciding', pull: null, times: { off: null } });
    expect([proposal.state, town.builds()]).toEqual(['open', ON]);
    await town.approve(proposal, 'ivan');
    await town.approve(proposal, 'maria');
    const again = town.pulls().filter((p) => p.state === 'open');
    expect(again.map((p) => p.pull?.base)).toEqual(['main']);
    if (again[0]) await town.held.github.person('ivan').merge(again[0]);
    await town.held.settle();
    expect([town.builds(), await town.only()]).toMatchObject([OFF, { stage: 'watching' }]);
  });

  it('that is closed without being merged puts the question to the leads again', async () => {
    await begin();
    const { proposal } = await town.approved();
    await town.held.github.person('anna').close(town.pull());
    await town.held.settle();
    expect(await town.only()).toMatchObject({ stage: 'deciding', pull: null });
    expect(proposal.state).toBe('open');
    expect(told(proposal).at(-1)).toContain('Its pull request was closed without being merged, so the approval does not hold any more.');
  });
});

describe('the blocking board', () => {
  it('whose job of one platform is red within a week of the cut is a conflict with the release', async () => {
    await begin({ jobs: '{ name: e2e, source: grid, dashboard: board, tab: e2e-ppc, suite: e2e, trigger: periodic, board: blocking, stale_after: 60d }' });
    const { held } = town;
    const e2e = held.ci.job({ dashboard: 'board', tab: 'e2e-ppc', suite: 'e2e' });
    const runs = (outcome: 'pass' | 'fail'): void => { for (let i = 4; i > 0; i--) e2e.run({ outcome, at: held.now - i * HOUR, commit: `${i}`.repeat(40) }); };
    runs('pass');
    await held.until(Date.UTC(2026, 10, 30));
    runs('fail');
    await held.pass(2 * HOUR);
    expect(await town.conflicts()).toEqual([]);
    await held.until(Date.UTC(2026, 11, 2, 1));
    expect(await town.only()).toMatchObject({ platform: PORT, stage: 'fixing', blocker: { kind: 'board', release: 'v1.37' }, remedy: 'waive', evidence: { way: 'board' } });
    const [incident] = town.labelled('incident');
    expect(incident === undefined ? [] : told(incident).at(-1)).toMatch(/^@porter, \*\*linux\/ppc64le is in the way of v1\.37\.\*\* e2e of linux\/ppc64le is red on the board that blocks v1\.37, since Sun 29 Nov; it is cut on Wed 9 Dec\. No other platform runs the same suites just now, so whether only linux\/ppc64le has it is not known\./);
    runs('pass');
    await held.pass(2 * HOUR);
    expect(await town.only()).toMatchObject({ stage: 'over', outcome: 'fixed' });
  });
});
