import { afterEach, describe, expect, it } from 'vitest';
import { DAY, readable } from './held.ts';
import { linkerLog, Town } from './town.ts';

/** linux/arm in Kubernetes, 2023 (policy.md): a linker failure in the one job that builds everything, nobody who can test a fix, no owner. It is dropped. */

const PORT = 'linux/arm';
const at = (iso: string): number => Date.parse(iso);
const LOG = linkerLog(PORT, "/usr/local/go/pkg/tool/linux_amd64/link: running arm-linux-gnueabihf-gcc failed: exit status 1\n(.text+0x2bc): relocation truncated to fit: R_ARM_CALL against `runtime.duffcopy'", 'kubelet');

describe('linux/arm in 2023', () => {
  let town: Town;
  afterEach(() => town.end());

  it('has nobody to fix it, is turned off with one approval more, and leads are asked what is to become of it', async () => {
    town = await Town.begin({
      start: at('2023-02-09T10:00:00Z'), port: PORT, owners: [], step: 3, release: { name: 'v1.27', date: '2023-04-11' },
      also: { 'build/common.sh': '#!/bin/bash\nreadonly KUBE_MANIFEST_ARCHES="amd64 arm arm64"\nfor image in linux/amd64 linux/arm linux/arm64; do :; done\n' },
    });
    const { held } = town;
    const blocker = await town.conflict('go1.20', LOG);
    expect(held.told(blocker)).toEqual([expect.stringMatching(/^@signal, \*\*linux\/arm is in the way of this release blocker\.\*\* #1 broke linux\/arm: on main it is green\. cross build builds every platform and is red; the log names linux\/arm alone/)]);
    const { fixBy } = await town.only();
    expect(new Date(fixBy).toISOString()).toMatch(/^2023-02-10T10:0/);
    await held.until(fixBy);
    const proposal = town.proposal();
    expect(readable(proposal.body)).toContain('**Tried:** nothing was said of it.');
    expect(readable(proposal.body)).toContain('**One approval more than usual,** as linux/arm stands on step 3.');
    expect(readable(proposal.body)).toContain('It is named elsewhere too, which this does not change: `build/common.sh:2` and `build/common.sh:3`.');
    expect(readable(proposal.body)).toContain('0 of 3 approvals');
    await town.approve(proposal, 'ivan', 'maria');
    expect([await town.only(), town.pulls()]).toMatchObject([{ stage: 'deciding' }, []]);
    await town.approve(proposal, 'anna');
    const pull = town.pull();
    expect(readable(pull.body)).toContain('Also naming it, and not changed here: `build/common.sh:2` and `build/common.sh:3`.');
    expect(readable(town.reactivation().body)).toMatch(/^linux\/arm has no owners: whoever needs it can bring it back\. \*\*the linux\/arm build is about to be turned off on main\*\*/);
    await held.github.person('ivan').merge(pull);
    await held.settle();
    await town.cross('go1.20', 'success');
    await held.github.person('smarter').merge(blocker);
    await held.settle();
    expect(town.builds()).toEqual([false, false, false]);

    const issue = town.reactivation();
    await town.live(15 * DAY, 'fail', 5 * DAY);
    expect(held.told(issue)).toEqual([
      'It helped: #1 is green.',
      expect.stringMatching(/^@signal, linux\/arm: it has been off since Fri 10 Feb/),
      expect.stringMatching(/^@ivan, @maria and @anna, linux\/arm was to be off for a time, and it has been off since Fri 10 Feb 10:\d\d UTC\. Is somebody at work on it, or does it leave the release\? `\/arch demote linux\/arm <reason>` proposes to say so openly; .*`\/arch reactivate <reason>` proposes to turn it on again\.$/),
    ]);
    expect(held.github.mentions().filter((m) => m.handle === '@ivan' && m.issue.number === issue.number)).toHaveLength(1);

    await held.says('ivan', issue, '/arch demote linux/arm nobody can test it, and nobody owns it');
    const step = town.proposal();
    expect(readable(step.title)).toMatch(/ linux\/arm .*from release \(3\) to test \(2\)/);
    expect(readable(step.body)).toContain('“nobody can test it, and nobody owns it”');
    await town.approve(step, 'maria', 'anna');
    expect(readable(step.body)).toContain('Decided by `maria` and `anna`');
    expect(held.told(step).at(-1)).toMatch(/this is the patch for them to apply to `project\.yml`:[^]*^-    step: 3\n\+    step: 2$/m);
    await held.restart(town.configuration({ step: 2, release: { name: 'v1.28', date: '2023-08-15' } }));
    await town.live(60 * DAY, 'fail', 30 * DAY);
    expect([issue.state, town.builds()]).toEqual(['open', [false, false, false]]);
    expect(held.told(issue).at(-1)).toMatch(/^@ivan, @maria and @anna, linux\/arm was to be off for a time/);
    expect(town.heard('#tiers').filter((m) => m.startsWith('*linux/arm moves from release (3) to test (2).*'))).toHaveLength(1);
  }, 240_000);
});
