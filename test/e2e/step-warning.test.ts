import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { Issue } from '../../demo/stand-ins/github/index.ts';
import { openStore } from '../../src/store/open.ts';
import { World } from './world.ts';

vi.setConfig({ testTimeout: 300_000 });

const DAY = 86_400_000;
const REPO = 'demo/demo';
const PORT = 'linux/s390x';

/** Three failed runs in a row are too many for the step above build; warned of after 3 days, and proposed after so many more. */
const ladder = (proposeAfter: number): string => `ladder: { name: ours, adoption_cycles: 0, demotion: { warn_after: 3d, propose_after: ${proposeAfter}d }, steps: [
  { step: 1, name: build, grants: ["Anybody can build it."] }, { step: 2, name: test, build: on, grants: ["It may be built by default."], hold: [{ failure-streak: { runs: 3 } }] }] }`;
const spec = (proposeAfter: number) => ({ history: 0, release: '{ name: v1, leads: ["@demo/leads"], ci_signal: ["@demo/signal"], quorum: 1 }', channels: { tiers: '#tiers', proposals: '#leads' }, extra: `${ladder(proposeAfter)}\nswitches: [{ file: hack/build.sh, format: shell-array, at: PLATFORMS }]` });

/** A store in which the ladder was first asked about the platforms long ago. */
async function adopted(world: World): Promise<void> {
  const store = await openStore({ dataDir: join(world.dir, 'data'), mode: 'server' });
  const at = Date.now() - 40 * DAY;
  await store.commit({ at, events: ([PORT, 'linux/amd64'] as const).map((platform) => ({ id: `adopted:${platform}`, project: 'demo', platform, at, kind: 'adopted', step: 2 })) });
  await store.close();
}

/** Ends the program once what it asked GitHub for has had its effect, and starts another. */
function killAt(world: World, path: RegExp): () => boolean {
  let killed = false;
  world.github.onRequest(async (moment, seen) => {
    if (killed || moment !== 'done' || seen.method !== 'POST' || !path.test(seen.path)) return;
    killed = true;
    await world.program.kill();
    await world.launch();
  });
  return () => killed;
}

const labelled = (issue: Issue, label: string): boolean => issue.labels.some((l) => l.name === label);
const all = (world: World, label: string): Issue[] => world.github.issues(REPO).filter((i) => i.pull === null && labelled(i, label));
const pulls = (world: World): Issue[] => world.github.issues(REPO).filter((i) => i.pull !== null);
const said = (issue: Issue | undefined): string[] => issue?.comments.filter((c) => c.user.login === 'archsignal[bot]').map((c) => c.body) ?? [];
const tiers = (world: World): string[] => world.slack.messages('#tiers').map((m) => m.text);

it('warns of a step in public, proposes, carries out and announces, each once, however often the server is killed', async () => {
  const world = await World.begin(spec(20));
  try {
    const file = join(world.dir, 'demo.yml');
    const deploy = async (change: (text: string) => string): Promise<void> => {
      writeFileSync(file, change(readFileSync(file, 'utf8')));
      await world.program.stop();
      await world.start();
    };
    for (const [name, job] of world.jobs) {
      for (let i = 60; i > 0; i--) job.run({ outcome: name === `${PORT} e2e` && i < 30 ? 'fail' : 'pass', at: Date.now() - i * DAY / 3, commit: world.commit() });
    }
    await adopted(world);

    // The warning: once, and its owners are called once.
    const firstKill = killAt(world, /\/issues$/);
    await world.start();
    await world.until(() => firstKill() && tiers(world).some((t) => t.includes(`|${REPO}#`)), 'the warning is filed and told');
    await world.quiet();
    const [warning, ...more] = all(world, 'help wanted');
    expect([more, warning?.title, warning?.labels.map((l) => l.name).sort()]).toEqual([[], `[${PORT}] may lose its step test (2): help wanted`, ['arch/linux-s390x', 'archsignal', 'help wanted']]);
    expect(warning?.body).toMatch(/@demo\/s390x-owners, \*\*linux\/s390x does not meet the one criterion of test \(2\)\.\*\*[^]*\| \*\*failure-streak\*\* unmet \|[^]*a demotion is proposed about [^|]* more \|/);
    expect(tiers(world)).toEqual([expect.stringMatching(/linux\/s390x may lose its step test \(2\):/)]);

    // The ladder is made stricter: a proposal, to which the warning leads, with the switches that go with it.
    await deploy((text) => text.replace('propose_after: 20d', 'propose_after: 4d'));
    await world.until(() => said(warning).length > 0, 'the warning leads to the proposal');
    const [proposal, ...others] = all(world, 'archsignal/proposal');
    expect([others, said(warning)]).toEqual([[], [expect.stringContaining(`/issues/${proposal?.number}), whether to move linux/s390x`)]]);
    expect(proposal?.body).toMatch(/Move linux\/s390x from test \(2\) to build \(1\)\?[^]*A public warning came before[^]*Turn linux\/s390x off in `hack\/build\.sh`, `PLATFORMS`/);

    // Approved, it is one pull request that the leads are asked to review, and the proposal stays open until the merge.
    if (!proposal || !warning) throw new Error('unreachable');
    await world.github.person('leads-member').commit(REPO, 'config/demo.yml', readFileSync(file, 'utf8'));
    const secondKill = killAt(world, /\/pulls$/);
    await world.github.person('leads-member').comment(proposal, '/arch approve');
    await world.until(() => secondKill() && said(proposal).some((c) => c.includes('Opened')), 'the pull request is opened and told');
    await world.quiet();
    const [pull] = pulls(world);
    if (!pull) throw new Error('unreachable');
    expect([pulls(world).length, pull.pull?.reviewTeams, proposal.state]).toEqual([1, ['leads'], 'open']);
    expect(pull.body).toMatch(/Decided by `leads-member` in[^]*\| failure-streak \|/);

    // Merged and deployed: told where it was proposed, announced, and the warning is over.
    await world.github.person('leads-member').merge(pull);
    await world.until(() => proposal.state === 'closed', 'the proposal is closed');
    expect(said(proposal).filter((c) => c.includes('Approved and done'))).toEqual([expect.stringMatching(/Merged as .*by `leads-member`/)]);
    await deploy(() => world.github.repo(REPO).git.read('main', 'config/demo.yml') ?? '');
    await world.until(() => tiers(world).some((t) => t.includes('moves from')) && warning.state === 'closed', 'it is announced, and the warning is closed');
    await world.program.kill();
    await world.start();
    await world.quiet();
    expect(tiers(world)).toEqual([expect.stringContaining('linux/s390x is no longer warned of on test (2)'), expect.stringMatching(/moves from test \(2\) to build \(1\)[^]*Decided by `leads-member` in .*merged as/)]);
    expect(said(warning).at(-1)).toContain('linux/s390x stands on build (1) now, and no longer on test (2).');
    expect(world.github.mentions().filter((m) => m.handle === '@demo/s390x-owners' && m.url.includes(`/${warning.number}`))).toHaveLength(1);
    expect([all(world, 'help wanted').length, all(world, 'archsignal/proposal').length, pulls(world).length, world.slack.pings()]).toEqual([1, 1, 1, []]);
  } finally {
    await world.end();
  }
});
