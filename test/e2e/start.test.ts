import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { Program, WEBHOOK_SECRET, World, freePort, type WorldSpec } from './world.ts';

vi.setConfig({ testTimeout: 300_000, maxConcurrency: 8 });

async function inWorld(story: (world: World) => Promise<void>, spec: WorldSpec = {}): Promise<void> {
  const world = await World.begin(spec);
  try {
    await story(world);
  } finally {
    await world.end();
  }
}

const E2E = 'linux/s390x e2e';
const ISSUES = { method: 'POST', path: '/repos/demo/demo/issues' };

/** Starts a server that is expected to refuse; what it said, without the log's own lines. */
async function refusal(world: World, more: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const program = new Program(await freePort(), world.env(more));
  const code = await program.exited;
  return { code, said: program.log.split('\n').filter((l) => l !== '' && !l.startsWith('{') && !l.startsWith('(ended: ')).join('\n') };
}

describe('a server', () => {
  it.concurrent('is refused with a sentence where another one has the folder, and the other goes on', () => inWorld(async (world) => {
    const first = await world.start();
    const { code, said } = await refusal(world, {});
    expect(code).toBe(1);
    expect(said).toMatch(/^Another Archsignal server is using \S+\/data: stop it first[^\n]*$/);
    expect(first.running).toBe(true);
    await first.kill();
    await world.start();
  }));

  it.concurrent('is refused with what to mend: configuration, secrets, port', () => inWorld(async (world) => {
    const bad = join(world.dir, 'bad.yml');
    writeFileSync(bad, 'version: 1\nproject: demo\nrepo: demo/demo\nsources: { grid: { kind: testgrid, url: "http://127.0.0.1:1" } }\nplatforms:\n  linux/s390x: { step: 2, build: on, jobs: [{ name: a, source: gird, dashboard: b, tab: c }] }\npolls: 3\n');
    const taken = createServer();
    await new Promise<void>((ok) => { taken.listen(0, '127.0.0.1', ok); });
    const { port } = taken.address() as AddressInfo;
    const [config, none, empty, key, busy] = await Promise.all([
      refusal(world, { CONFIG: bad }), refusal(world, { CONFIG: join(world.dir, 'not-there.yml') }), refusal(world, { WEBHOOK_SECRET: ' ' }), refusal(world, { PRIVATE_KEY: 'nonsense' }),
      new Program(port, world.env({ DATA_DIR: join(world.dir, 'elsewhere') })).exited,
    ]);
    taken.close();
    expect([config.code, none.code, empty.code, key.code, busy]).toEqual([1, 1, 1, 1, 1]);
    const lines = config.said.split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const line of lines) expect(line).toMatch(/^\S*bad\.yml:\d+:\d+: \S+: .+/);
    expect(config.said).toContain('gird');
    expect(config.said).toContain('polls');
    expect(none.said).toContain('not-there.yml');
    expect(empty.said).toMatch(/^WEBHOOK_SECRET: /);
    expect(key.said).toMatch(/^PRIVATE_KEY: /);
  }));

  it.concurrent('is refused in shadow where nothing could be told: Slack has a token and no way in, or none', () => inWorld(async (world) => {
    for (const none of ['SLACK_SIGNING_SECRET', 'SLACK_BOT_TOKEN']) {
      expect(await refusal(world, { SHADOW_CHANNEL: '#signal', [none]: '' }), none).toEqual({ code: 1, said: expect.stringMatching(/^SHADOW_CHANNEL is set, but Slack is not configured: set [^\n]+$/) as unknown });
    }
  }));

  it.concurrent('runs without Slack and says so on /readyz, which is well', () => inWorld(async (world) => {
    await world.start();
    world.runs(E2E, 'FFF');
    await world.until(() => world.github.issues('demo/demo').length === 1, 'the issue is filed');
    const { ready, slack } = await world.ready();
    expect(ready).toBe(true);
    expect(slack).toMatchObject({ configured: false, ok: false, reason: expect.stringContaining('running without Slack') as unknown });
    expect((await fetch(`${world.program.url}/slack/events`, { method: 'POST', body: '{}' })).status).toBe(404);
    expect(world.slack.requests).toHaveLength(0);
  }, { slack: false }));

  it.concurrent('goes on without GitHub or Slack answering at start, says so, and is well when they are', () => inWorld(async (world) => {
    const away = world.github.faults.add({ kind: 'status', status: 503, times: Infinity });
    const silent = world.slack.faults.add({ kind: 'cut-before', times: Infinity });
    const program = await world.launch();
    await world.until(async () => await fetch(`${program.url}/readyz`).then((r) => r.status === 503, () => false), 'it says that it is not ready');
    expect((await world.ready()).reasons.join()).toContain('503');
    world.runs(E2E, 'FFF');
    away.remove();
    silent.remove();
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('#1')), 'all is told');
    await world.until(async () => (await world.ready()).ready, 'it is ready');
    await world.quiet();
    expect(world.slack.messages('#signal')).toHaveLength(1);
  }));

  it.concurrent('says in its log at start what has to be mended on GitHub, as /readyz does', () => inWorld(async (world) => {
    world.github.auth.installed = false;
    const program = await world.launch();
    await world.until(() => program.log.includes('nothing can be written to demo/demo now'), 'it says so');
    expect(program.log).toContain('"reason":"The GitHub App is not installed on demo/demo: install it at ');
    await program.stop();
    world.github.auth.installed = true;
    world.github.faults.add({ kind: 'status', status: 403, body: { message: 'This installation has been suspended' }, times: Infinity, match: { path: /access_tokens$/ } });
    const again = await world.launch();
    await world.until(() => again.log.includes('nothing can be written to demo/demo now'), 'it says so again');
    expect(again.log).toContain('The App\'s installation is suspended: who administers the account can unsuspend it');
    expect((await world.ready()).reasons.join()).toContain('is suspended');
  }));

  it.concurrent('ends though GitHub hangs, and gives back what it held', () => inWorld(async (world) => {
    const program = await world.start();
    await world.quiet();
    const hang = world.github.faults.add({ kind: 'hang-after', times: Infinity, match: ISSUES });
    world.runs(E2E, 'FFF');
    await world.until(() => hang.hits === 1, 'GitHub hangs');
    program.signal('SIGTERM');
    program.signal('SIGTERM');
    expect(await program.exited).toBe(0);
    expect(program.log).toContain('"how":"late"');
    const { out } = await world.archsignal('outbox', 'list', '--json');
    expect((JSON.parse(out) as { key: string; state: string; attempts: number }[]).filter((r) => r.key.includes('ensure-issue'))).toEqual([expect.objectContaining({ state: 'pending', attempts: 1 })]);
    hang.remove();
    await world.start();
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('#1')), 'it goes on');
    await world.quiet();
    expect(world.github.issues('demo/demo')).toHaveLength(1);
    expect(world.slack.messages('#signal')).toHaveLength(1);
  }));

  it.concurrent('ends at once, with what is in hand finished, where nothing hangs', () => inWorld(async (world) => {
    const program = await world.start();
    world.github.faults.add({ kind: 'slow', ms: 1_500, match: ISSUES });
    world.runs(E2E, 'FFF');
    await world.until(() => world.github.requests.where(ISSUES).length === 1, 'the issue is on its way');
    program.signal('SIGINT');
    expect(await program.exited).toBe(0);
    expect(program.log).toContain('"how":"done"');
    const { out } = await world.archsignal('outbox', 'list', '--state', 'done', '--json');
    expect(out).toContain('"number": 1');
  }));

  it.concurrent('lets the command line read, poll and retry beside it', () => inWorld(async (world) => {
    await world.start();
    expect((await world.archsignal('outbox', 'list')).out).toBe('Nothing waits and nothing was given up.\n');
    world.github.faults.add({ kind: 'status', status: 422, body: { message: 'Validation Failed' }, match: ISSUES });
    world.runs(E2E, 'FFF');
    await world.until(async () => (await world.ready()).warnings.some((w) => w.includes('outbox retry')), 'operators are told');
    const key = /outbox retry '([^']+)'/.exec((await world.ready()).warnings.join('\n'))?.[1] ?? '';
    const list = await world.archsignal('outbox', 'list');
    expect(list.code).toBe(0);
    expect(list.out).toMatch(/^STATE +TRIES +SINCE +KEY +WHAT\ndead +1 /);
    expect(list.out).toContain(key);
    const unknown = await world.archsignal('outbox', 'retry', 'nonsense');
    expect([unknown.code, unknown.out]).toEqual([1, '']);
    expect(unknown.err).toContain('no given-up row has this key');
    expect((await world.archsignal('outbox', 'retry')).err).toContain('Name the rows to be tried again by their keys, or say --all');
    const poll = await world.archsignal('poll', '--config', join(world.dir, 'demo.yml'), '--json');
    expect(poll.code).toBe(0);
    expect((JSON.parse(poll.out) as { incidents: unknown[] }).incidents).toHaveLength(1);
    expect(await world.archsignal('outbox', 'retry', '--all')).toMatchObject({ code: 0, out: `${key}: will be tried again.\n` });
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('|#1>')), 'the issue is filed and named');
    await world.until(async () => (await world.ready()).warnings.length === 0, 'the warning is over');
    const pings = await world.archsignal('outbox', 'pings');
    expect(pings.out).toMatch(/live +@demo\/s390x-owners +opened/);
    await world.quiet();
    expect(world.github.mentions().map((m) => m.handle)).toEqual(['@demo/s390x-owners']);
  }));

  it.concurrent('writes no secret into its log, whatever goes wrong, at the finest level', () => inWorld(async (world) => {
    for (const kind of ['status', 'cut-middle', 'garbage', 'hang'] as const) {
      world.github.faults.add({ kind, match: { path: /installation$|access_tokens$/ } });
      world.slack.faults.add({ kind, match: { path: /auth\.test|conversations\.list/ } });
    }
    await world.keepRunning({ LOG_LEVEL: 'trace' });
    for (const kind of ['status', 'cut-after', 'garbage', 'truncate'] as const) {
      world.github.faults.add({ kind, match: ISSUES });
      world.slack.faults.add({ kind, match: { path: /chat\./ } });
    }
    world.runs(E2E, 'FFF');
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('#1')), 'all is told');
    world.github.auth.revokeAll();
    world.slack.fail('chat.update', 'invalid_auth');
    await world.github.hooks.send('issues', { action: 'closed' }, { secret: 'wrong' });
    world.runs(E2E, 'PP');
    await world.until(() => world.github.issues('demo/demo')[0]?.state === 'closed', 'the issue is closed');
    await world.quiet();
    const credentials = new Set([...world.github.requests, ...world.slack.requests].map((r) => r.headers.authorization?.replace(/^\w+ /, '') ?? '').filter((c) => c !== ''));
    expect(credentials.size).toBeGreaterThan(3);
    const key = world.env()['PRIVATE_KEY']?.split('\n')[3] ?? '';
    expect(key.length).toBeGreaterThan(40);
    for (const secret of [...credentials, key, WEBHOOK_SECRET, world.slack.token, world.slack.signingSecret]) expect(world.log.includes(secret), secret).toBe(false);
    expect(world.log).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY/);
    expect(world.log).toContain('"level":"debug"');
  }));

  it.concurrent('ends with a stack, and with nothing that hangs on the error, where nobody caught it', () => inWorld(async (world) => {
    const token = `ghs_${'t'.repeat(36)}`;
    const file = join(world.dir, 'bug.mjs');
    for (const how of ['throw bug();', 'void Promise.reject(bug());']) {
      writeFileSync(file, `setTimeout(() => { ${how} }, 1_500).unref();
        function bug() { return Object.assign(new Error('refused ${WEBHOOK_SECRET} with ${token}'), { request: { headers: { authorization: 'plain-words-of-mine' } } }); }`);
      const program = await world.launch({ NODE_OPTIONS: `--import=${file}` });
      expect(await program.exited).toBe(1);
      expect(program.log).toContain('Error: refused [secret] with [secret]\n    at bug');
      for (const secret of [WEBHOOK_SECRET, token, 'plain-words-of-mine']) expect(program.log).not.toContain(secret);
    }
  }));

  it.concurrent('says that its clock is far from GitHub\'s, which nothing else could tell it', () => inWorld(async (world) => {
    const server = await world.start({ NODE_OPTIONS: `--import=${resolve(import.meta.dirname, 'other-clock.ts')}`, CLOCK_AHEAD: String(365 * 86_400_000) });
    const warnings = async (): Promise<string> => ((await (await fetch(`${server.url}/readyz`)).json()) as { warnings: string[] }).warnings.join('\n');
    await world.until(async () => (await warnings()).includes("365 days ahead of GitHub's"), 'it says so');
    expect(server.log.split('\n').filter((l) => l.includes('days ahead of'))).toHaveLength(1);
  }));
});
