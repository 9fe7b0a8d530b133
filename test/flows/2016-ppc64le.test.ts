import { afterEach, describe, expect, it } from 'vitest';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import { DAY, HOUR, readable } from './held.ts';
import { buildFile, GOLANG, linkerLog, REPO, Town } from './town.ts';

/** linux/ppc64le in Kubernetes, 2016 to 2017, as the founding proposal tells it (policy.md): nine months, two conflicts. */

const PORT = 'linux/ppc64le';
const at = (iso: string): number => Date.parse(iso);
const KUBEMARK = linkerLog(PORT, '/usr/local/go/pkg/tool/linux_amd64/link: running powerpc64le-linux-gnu-gcc failed: exit status 1', 'kubemark');

/** The build file as somebody leaves it who turns on by hand all but the last list. */
function allButOne(text: string): string {
  const lines = text.split('\n');
  const last = lines.findLastIndex((l) => l.includes('# archsignal'));
  return lines.filter((l, i) => i >= last || !l.includes('# archsignal')).map((l, i, left) => i < left.findLastIndex((m) => m.includes('# archsignal')) ? l.replace(`# ${PORT}`, PORT) : l).join('\n');
}

describe('linux/ppc64le in 2016', () => {
  let town: Town;
  afterEach(() => town.end());

  const last = (on: Issue): string => town.held.told(on).at(-1) ?? '';
  const day = (moment: number | null | undefined): string => new Date(moment ?? 0).toISOString().slice(0, 10);

  /** A blocker needs it off; hours of attempts; the edit ends up in the blocker's own pull request; an issue the same day. */
  async function offInTheBlocker(): Promise<void> {
    const { held } = town;
    const blocker = await town.conflict();
    expect(await town.only()).toMatchObject({ stage: 'fixing', evidence: { way: 'log', base: 'green' }, earlier: 0 });
    expect(last(blocker)).toMatch(/^@porter, \*\*linux\/ppc64le is in the way of this release blocker\.\*\* #1 broke linux\/ppc64le: on main it is green\. cross build builds every platform and is red; the log names linux\/ppc64le alone/);
    expect(last(blocker)).toContain('by Fri 20 May 05:00 UTC (1 d). After that release leads are asked to turn the linux/ppc64le build off for it.');
    expect(town.heard('#signal')).toHaveLength(1);
    for (const tried of ['a larger code model, same failure', 'binutils 2.26, same failure']) {
      await held.pass(3 * HOUR);
      await held.says('porter', blocker, `/arch attempt ${tried}`);
    }
    expect(town.labelled('proposal')).toEqual([]);
    await held.says('porter', blocker, '/arch give-up the linker has to be fixed upstream');
    const proposal = town.proposal();
    expect(readable(proposal.title)).toMatch(/^Turn off the linux\/ppc64le build for v1\.3 so that #1 can merge\?$/);
    expect(readable(proposal.body)).toContain('`porter` “a larger code model, same failure”; `porter` “binutils 2.26, same failure”; `porter` has given up: “the linker has to be fixed upstream”.');
    await town.approve(proposal, 'ivan', 'maria');
    expect(await town.only()).toMatchObject({ stage: 'doing' });
    const [own, reactivation] = [town.pull(), town.reactivation()];
    expect(reactivation.number).toBeLessThan(own.number);
    expect(reactivation.body).toContain('is about to be turned off on main**');
    await inTheBlocker(blocker, own);
    expect(last(own)).toMatch(/^The linux\/ppc64le build is off on main already, by another commit, so this is not needed any more\. Closed\.$/);
    expect([own.state, own.pull?.mergedAt, reactivation.state]).toEqual(['closed', null, 'open']);
    expect([town.builds(), day((await town.only()).times.off)]).toEqual([[false, false, false], '2016-05-19']);
    expect(held.told(reactivation)).toEqual([expect.stringMatching(/^It helped: #1 is merged\.$/)]);
    expect(town.heard('#tiers').at(-1)).toMatch(/\*The linux\/ppc64le build is off on main\* since Thu 19 May 11:\d\d UTC\. The way back: <.*\|kubernetes\/kubernetes#3>\.$/m);
  }

  /** Its author takes the edit in. Green without the platform is no fix, and ends nothing. */
  async function inTheBlocker(blocker: Issue, own: Issue): Promise<void> {
    const { held } = town;
    await held.github.person('smarter').commit(REPO, GOLANG, town.file(own.pull?.head), 'federation');
    await town.cross('federation', 'success');
    expect(await town.only()).toMatchObject({ stage: 'doing', outcome: null });
    await held.github.person('ivan').merge(blocker);
    await held.settle();
    expect(await town.only()).toMatchObject({ stage: 'watching', pull: null, moot: { number: own.number } });
  }

  /** The toolchain is mended upstream in five days; all but one list is back in three weeks. */
  async function partlyBack(): Promise<void> {
    const { held } = town;
    const issue = town.reactivation();
    await held.says('porter', issue, '/arch waits-for golang/go#15823');
    await town.live(5 * DAY, 'fail');
    await held.says('porter', issue, '/arch waits-for done');
    expect(last(issue)).toMatch(/golang\/go#15823 is released\. What is missing for linux\/ppc64le to be built again: build passed 0 of 3 times in a row\.$/);
    await town.live(16 * DAY, 'fail', 8 * DAY);
    expect(held.told(issue).slice(-2)).toEqual([
      expect.stringMatching(/^@porter, linux\/ppc64le: it has been off since Thu 19 May 11:\d\d UTC\. What is missing for its way back: build passed 0 of 3 times in a row\. Leads are asked about it on Thu 2 Jun/),
      expect.stringMatching(/^@ivan, @maria and @anna, linux\/ppc64le was to be off for a time, and it has been off since Thu 19 May 11:\d\d UTC\. Is somebody at work on it, or does it leave the release\?/),
    ]);
    await held.github.person('porter').commit(REPO, GOLANG, allButOne(town.file()));
    await held.github.person('porter').close(issue);
    await held.settle();
    expect(town.builds()).toEqual([true, true, false]);
    expect([issue.state, ...held.told(issue).slice(-2).sort()]).toEqual(['open', expect.stringMatching(/^Open again: linux\/ppc64le is still off/), 'Partly back: a part of it is built again, so its issue stays open.']);
    expect(issue.body).toContain('A part of it is back already.');
  }

  /** Broken again by another component, for the second time; the first try does not help. */
  async function brokenAgain(): Promise<void> {
    const { held } = town;
    const blocker = await town.conflict('kubemark', KUBEMARK);
    expect(await town.conflicts()).toMatchObject([{ stage: 'watching' }, { stage: 'fixing', earlier: 1 }]);
    expect(last(blocker)).toContain('It was turned off 1 time before.');
    const until = (await town.only()).fixBy;
    await held.until(until - HOUR);
    expect(await town.only()).toMatchObject({ stage: 'fixing' });
    await held.until(until);
    const proposal = town.proposal();
    expect(readable(proposal.body)).toContain('**Before this:** linux/ppc64le was turned off once.');
    expect(readable(proposal.body)).not.toContain('named elsewhere');
    await town.approve(proposal, 'ivan', 'anna');
    await held.github.person('ivan').merge(town.pull());
    await held.settle();
    expect(town.builds()).toEqual([false, false, false]);
    await held.pass(HOUR);
    await town.cross('kubemark', 'failure', KUBEMARK);
    expect(held.told(proposal).at(-1)).toMatch(/^\*\*It did not help:\*\* #\d+ is still red in a run that began after it was turned off\. .* Release leads are asked whether it is turned on again\.$/);
    expect(town.heard('#tiers').at(-1)).toContain('*It did not help:*');
    const back = town.proposal();
    expect([back.title, back.state]).toEqual(['Turn the linux/ppc64le build on main on again?', 'open']);
    expect(readable(back.body)).toMatch(/\*\*Evidence:\*\* Turning it off did not help: #\d+ is still red without it\./);
    await held.pass(2 * HOUR);
    await town.cross('kubemark', 'success');
    expect([back.state, back.body]).toEqual(['closed', expect.stringContaining('turning it off helped after all.')]);
    expect(last(town.reactivation())).toMatch(/^It helped: #\d+ is green\.$/);
    await held.github.person('smarter').merge(blocker);
  }

  /** v1.4 goes out without it; its exit test holds in the end, and each decision's own reverse brings its part back. */
  async function backForGood(): Promise<void> {
    const { held } = town;
    const two = town.labelled('reactivation');
    expect(two.map((i) => i.state)).toEqual(['open', 'open']);
    for (const [i, builds] of [[false, false, true], [true, true, true]].entries()) {
      const proposal = town.proposal();
      expect([proposal.state, town.labelled('proposal').filter((p) => p.state === 'open').length]).toEqual(['open', 1]);
      expect(readable(proposal.body)).toContain('linux/ppc64le passed 3 times in a row since it was turned off.');
      await town.approve(proposal, 'ivan', 'maria');
      const judged = await held.program.rt.store.meta('recheck:kubernetes');
      await held.github.person('ivan').merge(town.pull());
      await town.live(2 * DAY, 'pass');
      expect([i, town.builds()]).toEqual([i, builds]);
      if (i === 1) expect(await held.program.rt.store.meta('recheck:kubernetes')).not.toBe(judged);
    }
    expect(town.file()).toBe(buildFile(PORT));
    expect(await town.conflicts()).toMatchObject([{ stage: 'over', outcome: 'back' }, { stage: 'over', outcome: 'back' }]);
    for (const issue of two) {
      expect([issue.state, issue.title]).toEqual(['closed', 'Turn the linux/ppc64le build on main on again']);
      expect(last(issue)).toBe('Over: linux/ppc64le is built again.');
    }
  }

  it('is turned off in the blocker itself, comes back in parts, breaks again, misses a release, and is back after nine months', async () => {
    town = await Town.begin({ start: at('2016-05-19T05:00:00Z'), port: PORT, owners: ['@porter'], release: { name: 'v1.3', date: '2016-07-01' } });
    const { held } = town;
    await offInTheBlocker();
    await partlyBack();
    await held.restart(town.configuration({ release: { name: 'v1.4', date: '2016-09-26' } }));
    await town.live(at('2016-08-10T12:00:00Z') - held.now, 'fail', 31 * DAY);
    await brokenAgain();
    await town.live(at('2016-09-27T00:00:00Z') - held.now, 'fail', 16 * DAY);
    expect(last(town.reactivation())).toMatch(/^@ivan, @maria and @anna, linux\/ppc64le was to be off for a time, and it has been off since Thu 11 Aug/);
    expect(town.builds()).toEqual([false, false, false]);
    await held.restart(town.configuration({ release: { name: 'v1.6', date: '2017-03-28' } }));
    await town.live(at('2017-02-12T12:00:00Z') - held.now, 'fail', 35 * DAY);
    expect(town.labelled('proposal').every((p) => p.state === 'closed')).toBe(true);
    await town.live(3 * DAY, 'pass');
    await backForGood();
    expect(day(held.now).slice(0, 7)).toBe('2017-02');
  }, 240_000);
});
