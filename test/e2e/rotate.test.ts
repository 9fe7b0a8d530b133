import { expect, it, vi } from 'vitest';
import { World } from './world.ts';

vi.setConfig({ testTimeout: 300_000, maxConcurrency: 4 });

const OWNER = 's390x-owners-member';

async function inWorld(story: (world: World) => Promise<void>): Promise<void> {
  const world = await World.begin();
  try {
    await world.start();
    world.runs('linux/s390x e2e', 'FFF');
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('|#1>')), 'the breakage is told');
    await story(world);
  } finally {
    await world.end();
  }
}

/** Ends the server and starts it with another environment, as an operator does who has put another secret there. */
async function restarted(world: World, env: Readonly<Record<string, string>>): Promise<void> {
  expect(await world.program.stop()).toBe(0);
  world.also(env);
  await world.start();
}

const message = (world: World): string => world.slack.messages('#signal').map((m) => m.text).join('\n');

it.concurrent('the webhook secret: what GitHub signed with the old one is refused, and asked for again', () => inWorld(async (world) => {
  await restarted(world, { WEBHOOK_SECRET: 'a-secret-of-today' });
  await world.github.person(OWNER).comment('demo/demo#1', '/arch ack');
  await world.until(() => world.github.hooks.deliveries.some((d) => d.event === 'issue_comment' && d.statusCode === 401), 'the comment is refused');
  expect(world.program.log).toContain('a webhook was refused: its signature does not match WEBHOOK_SECRET');
  await world.program.stop();
  const { url } = await world.launch();
  // Now it is on the App's page too, before the server asks for what failed.
  world.github.sendWebhooksTo({ url: `${url}/github/webhooks`, secret: 'a-secret-of-today' });
  await world.until(() => message(world).includes('has it'), 'the command is carried out');
  expect(world.log).not.toContain('a-secret-of-today');
}));

it.concurrent('Slack\'s signing secret: what is signed with the old one is refused in words, and with the new one taken', () => inWorld(async (world) => {
  await restarted(world, { SLACK_SIGNING_SECRET: 'a-signature-of-today' });
  const ask = (secret?: string): Promise<{ status: number }> => world.slack.send.command({ user: 'olga', channel: '#signal', text: 'status' }, secret === undefined ? {} : { secret });
  expect((await ask()).status).toBe(401);
  expect(world.program.log).toMatch(/a request to \/slack\/events was refused: .* SLACK_SIGNING_SECRET is another App's/);
  expect((await ask('a-signature-of-today')).status).toBe(200);
  expect(world.log).not.toContain('a-signature-of-today');
}));

it.concurrent('Slack\'s token: GitHub goes on without it, and what was given up is told with the new one, once', () => inWorld(async (world) => {
  const revoked = world.slack.fail(null, 'token_revoked', { times: Infinity });
  world.runs('linux/s390x unit', 'FFF');
  await world.until(() => world.github.issues('demo/demo')[0]?.title.includes('unit') === true, 'GitHub goes on');
  await world.until(async () => (await world.ready()).warnings.some((w) => w.includes('given up')), 'operators are told');
  const { ready, warnings, slack } = await world.ready();
  expect(ready).toBe(true);
  expect(slack).toMatchObject({ ok: false, reason: expect.stringContaining('(token_revoked): install the app again') as unknown });
  expect(warnings.filter((w) => w.includes('given up'))).toHaveLength(1);
  revoked.remove();
  await restarted(world, {});
  expect((await world.archsignal('outbox', 'retry', '--all')).code).toBe(0);
  await world.until(() => message(world).includes('unit'), 'it is told');
  await world.until(async () => (await world.ready()).warnings.length === 0, 'the warning is over');
  await world.quiet();
  expect(world.slack.messages('#signal')).toHaveLength(1);
  expect(world.slack.thread(world.slack.messages('#signal')[0] as never).filter((m) => m.text.includes('unit failing too'))).toHaveLength(1);
}));

it.concurrent('the App\'s key: GitHub\'s no is said whole, what is to be written waits, and the right key makes it good', () => inWorld(async (world) => {
  const refused = world.github.faults.add({ kind: 'status', status: 401, body: { message: 'A JSON web token could not be decoded' }, times: Infinity, match: { path: /\/installation$|access_tokens$/ } });
  await world.program.stop();
  const program = await world.launch();
  await world.until(() => program.log.includes('check that APP_ID (') && program.log.includes('nothing can be written to demo/demo now'), 'the log says so');
  world.runs('linux/s390x e2e', 'PP');
  await world.until(async () => (await world.archsignal('outbox', 'list')).out.includes('demo/demo#1'), 'what is to be written waits');
  refused.remove();
  await world.program.stop();
  await world.start();
  await world.until(() => world.github.issues('demo/demo')[0]?.state === 'closed', 'it is closed');
  expect((await world.archsignal('outbox', 'list')).out).toBe('Nothing waits and nothing was given up.\n');
}));
