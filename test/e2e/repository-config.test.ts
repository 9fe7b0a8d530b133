import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { CheckRun, Issue } from '../../demo/stand-ins/github/index.ts';
import { configOf } from './configuration.ts';
import { World } from './world.ts';

vi.setConfig({ testTimeout: 300_000, maxConcurrency: 4 });

const REPO = 'octo/kube';
const FILE = '.github/archsignal.yml';
const PORT = 'linux/s390x';

/** A project as its repository keeps it. Unless it names a source that the operator's own file names too, it is never read. */
function configured({ step = 2, owner = '@octo/s390x-owners', incidents = '#kube', source = 'https://192.0.2.1', every = '1h' } = {}): string {
  const text = configOf({
    name: 'kube', repo: REPO, release: '{ name: v1, leads: ["@octo/leads"], ci_signal: ["@octo/signal"] }', channels: { incidents, tiers: '#kube-tiers' }, extra: `polling: { every: ${every}, timeout: 1s }`,
    platforms: { 'linux/amd64': { suites: ['e2e'], owners: ['@octo/amd64-owners'] }, [PORT]: { suites: ['e2e'], owners: [owner] } },
  }, source);
  const at = text.indexOf('step: 2', text.indexOf(PORT));
  return `${text.slice(0, at)}step: ${step}${text.slice(at + 'step: 2'.length)}`;
}

async function inWorld(story: (world: World) => Promise<void>, env: Record<string, string> = {}): Promise<void> {
  const world = await World.begin({ env: { REPOSITORY_HOSTS: '192.0.2.1', REPOSITORY_CHANNELS: '#kube, #kube-tiers', ...env } });
  mkdirSync(join(world.dir, 'empty'));
  try {
    world.github.repo(REPO);
    for (const team of ['s390x-owners', 'amd64-owners', 'leads', 'signal']) world.github.team(`octo/${team}`, ['olga']);
    for (const login of ['other', 'porter']) world.github.team('octo/people', [login]);
    world.slack.channel('#kube');
    world.slack.channel('#kube-tiers');
    await story(world);
  } finally {
    await world.end();
  }
}

const checks = (world: World): CheckRun[] => world.github.repo(REPO).checkRuns;
const told = (run: CheckRun | undefined): unknown => run && { conclusion: run.conclusion, title: run.title, annotations: run.annotations.map((a) => `${a.path}:${a.line} ${a.level} ${a.title}`) };

/** Who is said to own the port: the answer of whatever is in force. */
async function ownersOf(world: World): Promise<string> {
  const issue = await world.github.person('olga').open(REPO, { title: 'a question' });
  await world.github.person('olga').comment(issue, `/arch owners ${PORT}`);
  const answers = (): string[] => issue.comments.filter((c) => c.user.login === 'archsignal[bot]').map((c) => c.body);
  await world.until(() => answers().length > 0, 'it is answered');
  return answers().join('\n');
}

/** Ends the program at the first request that fits, once its effect is there, and starts another. */
function killAt(world: World, method: string, path: RegExp): () => boolean {
  let killed = false;
  world.github.onRequest(async (moment, seen) => {
    if (killed || moment !== 'done' || seen.method !== method || !path.test(seen.path)) return;
    killed = true;
    await world.program.kill();
    await world.launch();
  });
  return () => killed;
}

const warnings = async (world: World): Promise<string[]> => (await world.ready()).warnings.filter((w) => w.includes(FILE));

it.concurrent('follows the file on the default branch through pull requests, with a server that is killed', () => inWorld(async (world) => {
  const olga = world.github.person('olga');
  await olga.commit(REPO, FILE, configured());
  await world.start();
  await world.until(() => world.log.includes('a configuration from a repository is in force'), 'the file is in force');
  expect(await ownersOf(world)).toContain('octo/s390x-owners');

  // A mistake is told on its line, once.
  const killed = killAt(world, 'POST', /\/check-runs$/);
  await olga.commit(REPO, FILE, configured().replace('    owners: ["@octo/s390x-owners"]', '    ownerz: ["@octo/s390x-owners"]'), 'typo');
  const pull = await olga.openPull(REPO, { title: 'Typo', head: 'typo' });
  await world.until(() => checks(world).length > 0 && killed(), 'it is checked');
  const line = configured().split('\n').findIndex((l) => l.includes('@octo/s390x-owners')) + 1;
  expect(told(checks(world)[0])).toEqual({ conclusion: 'failure', title: '1 mistake', annotations: [`${FILE}:${line} failure platforms.linux/s390x.ownerz`] });
  expect(checks(world)[0]?.annotations[0]?.message).toContain('owners');

  // Mended, the check tells what it would change; a pull request that leaves the file alone has none.
  await olga.commit(REPO, FILE, configured({ step: 1, owner: '@porter' }), 'typo');
  await olga.commit(REPO, 'README.md', 'hello', 'other');
  await olga.openPull(REPO, { title: 'Other', head: 'other' });
  await world.until(() => checks(world).length > 1, 'it is checked again');
  expect(told(checks(world)[1])).toMatchObject({ conclusion: 'success' });
  expect(checks(world)[1]?.summary).toContain('moves from test (2) to build (1)');
  expect(checks(world)[1]?.summary).toMatch(/owners added: `porter`[^]*owners gone: `octo\/s390x-owners`/);

  // Merged, it is in force, recorded, and announced once.
  const interrupted = killAt(world, 'GET', /\/contents\//);
  await olga.merge(pull);
  await world.until(interrupted, 'the server is killed while it reads');
  await world.until(() => world.slack.messages('#kube-tiers').length > 0, 'the step is announced');
  await world.program.kill();
  await world.start();
  expect(await ownersOf(world)).toContain('`porter`');
  expect(world.slack.messages('#kube-tiers').map((m) => m.text)).toEqual([expect.stringContaining('moves from test (2) to build (1).')]);
  expect(checks(world)).toHaveLength(2);
  expect(world.github.issues('demo/demo')).toEqual([]);

  // Edits by command are pull requests to the same file, and checked as any other.
  const question = await olga.open(REPO, { title: 'another owner' });
  await olga.comment(question, `/arch owners ${PORT} add @nils`);
  const pulls = (): Issue[] => world.github.issues(REPO).filter((i) => i.pull !== null && i.user.login === 'archsignal[bot]');
  await world.until(() => pulls().length > 0 && checks(world).length > 2, 'the edit is proposed, and checked');
  expect([told(checks(world)[2]), checks(world)[2]?.summary]).toEqual([expect.objectContaining({ conclusion: 'success' }), expect.stringContaining('owners added: `nils`')]);
  const [edit] = pulls();
  if (edit) await olga.merge(edit);
  await world.until(async () => (await ownersOf(world)).includes('`nils`'), 'the edit is in force');
}));

it.concurrent('keeps in force what was good, through a bad push, a start without GitHub, and until the file is gone', () => inWorld(async (world) => {
  const olga = world.github.person('olga');
  // Nothing stands on disk.
  const none = { CONFIG: join(world.dir, 'empty') };
  await world.start(none);
  await olga.commit(REPO, FILE, configured());
  await world.until(() => world.log.includes('a configuration from a repository is in force'), 'the file is in force');

  await olga.commit(REPO, FILE, configured({ incidents: '#general', owner: '@other' }));
  await world.until(() => checks(world).length > 0, 'the commit is checked');
  const head = world.github.repo(REPO).git.at('main')?.sha;
  expect([checks(world)[0]?.headSha, told(checks(world)[0])]).toEqual([head, { conclusion: 'failure', title: '1 mistake', annotations: [expect.stringMatching(/archsignal\.yml:\d+ failure slack\.channels\.incidents$/)] }]);
  expect(await warnings(world)).toEqual([expect.stringMatching(/^octo\/kube: .*has 1 mistake, so it is not taken up\. What has been in force since .* stays in force/)]);
  await world.until(() => world.slack.messages('#kube').some((m) => m.text.includes('it is not taken up')), 'the channel hears of it');
  expect(await ownersOf(world)).toContain('octo/s390x-owners');

  await world.program.kill();
  const away = world.github.faults.add({ kind: 'status', status: 503, match: { path: /\/contents\/|\/app\/installations$|\/installation\/repositories/ }, times: Infinity });
  await world.start();
  expect(await ownersOf(world)).toContain('octo/s390x-owners');
  expect(away.hits).toBeGreaterThan(0);
  away.remove();

  await olga.commit(REPO, FILE, configured({ owner: '@porter' }));
  await world.until(async () => (await warnings(world)).length === 0, 'the warning is over');
  expect(await ownersOf(world)).toContain('`porter`');
  expect(checks(world)).toHaveLength(1);

  await olga.remove(REPO, FILE);
  await world.until(() => world.log.includes('the project is no longer tracked'), 'it is no longer tracked');
  await world.quiet(2);
  expect((await world.ready()).ready).toBe(true);
  expect((await world.ready())['sources']).toEqual([expect.objectContaining({ project: 'demo' })]);
}));

it.concurrent('lets the operator\'s own file come first, and gives no repository another\'s name', () => inWorld(async (world) => {
  world.github.repo('demo/other');
  const thief = configOf({ repo: 'demo/other', extra: 'polling: { every: 1h }' }, 'https://192.0.2.1');
  await world.github.person('eve').commit('demo/other', FILE, thief);
  await world.github.person('olga').commit('demo/demo', FILE, configOf({ release: '{ leads: ["@demo/thieves"] }' }, 'https://192.0.2.1'));
  await world.start();
  await world.until(() => world.github.repo('demo/other').checkRuns.length > 0, 'the thief hears of it');
  const [run] = world.github.repo('demo/other').checkRuns;
  expect(run?.annotations.map((a) => a.message)).toContain('a project of another repository is called "demo" here; choose another name, or ask whoever operates Archsignal');
  await world.quiet(2);
  expect(world.github.repo('demo/demo').checkRuns).toEqual([]);
  expect(world.log).not.toContain('a configuration from a repository is in force');
}, { REPOSITORY_CHANNELS: '#signal' }));

it.concurrent('polls a source inside the network where the operator\'s own file names it', () => inWorld(async (world) => {
  const olga = world.github.person('olga');
  await olga.commit(REPO, FILE, configured({ source: world.ci.url, every: '1s' }));
  world.runs('linux/s390x e2e', 'FFF');
  await world.start();
  const incident = (): Issue | undefined => world.github.issues(REPO).find((i) => i.title.includes('failing'));
  await world.until(() => incident() !== undefined, 'its breakage is filed');
  expect(incident()?.body).toContain('@octo/s390x-owners');
}));
