import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { FaultSpec, Trouble } from '../../demo/stand-ins/common/faults.ts';
import { every, lateIssue, onWrites, tellInPeace, tellInTrouble, type Told, type Write } from './story.ts';
import { World } from './world.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 200_000, maxConcurrency: 16 });

let told: Told;
beforeAll(async () => {
  await inWorld(async (world) => {
    const { pictures, writes } = await tellInPeace(world);
    // Labels of platforms that never break are made ahead, and nobody's duty: one that fails is made when it is needed.
    told = { pictures, writes: writes.filter((w) => w !== 'POST /labels: arch/linux-amd64') };
  });
});

async function inWorld(story: (world: World) => Promise<void>, spec: Parameters<typeof World.begin>[0] = {}): Promise<void> {
  const world = await World.begin(spec);
  try {
    await story(world);
  } finally {
    await world.end();
  }
}

const SECONDARY = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.' };
const wait = { 'retry-after': '1' };

/** What happens to each write once: as GitHub does it, and as Slack does it. */
const TROUBLES: Readonly<Record<string, { readonly github: FaultSpec; readonly slack?: FaultSpec }>> = {
  'a 500 without effect': { github: { kind: 'status', status: 500 } },
  'a 502 after the effect': { github: { kind: 'status-after', status: 502 } },
  'a connection cut before the effect': { github: { kind: 'cut-before' } },
  'a connection cut after the effect': { github: { kind: 'cut-after' } },
  'a connection cut in the middle of the answer': { github: { kind: 'cut-middle' } },
  'garbage for an answer': { github: { kind: 'garbage' } },
  'a proxy\'s page for an answer': { github: { kind: 'html' } },
  'a proxy\'s redirect to where one signs in': { github: { kind: 'redirect', location: 'http://127.0.0.1:1/sign-in' } },
  'a truncated answer': { github: { kind: 'truncate' } },
  'a limit that asks for a second': { github: { kind: 'status', status: 403, headers: wait, body: SECONDARY }, slack: { kind: 'status', status: 429, headers: wait, body: { ok: false, error: 'ratelimited' } } },
  'a 429 that asks for a second': { github: { kind: 'status', status: 429, headers: wait, body: SECONDARY }, slack: { kind: 'status', status: 200, body: { ok: false, error: 'internal_error' } } },
};

/** Worlds that share the writes that hang: each costs the program's own time-out. */
const HANGING = 6;

const isSlack = (write: Write): boolean => write.name.startsWith('chat.');

/** Tells the story, and lets each of these writes meet its trouble once. */
async function troubled(world: World, targets: readonly string[], trouble: (write: Write) => void, through?: (picture: string) => string): Promise<void> {
  const left = new Set(targets);
  onWrites(world, (moment, write) => {
    if (moment === 'arrived' && left.delete(write.name)) trouble(write);
  });
  await world.start();
  await tellInTrouble(world, told, through);
  expect([...left], 'writes that never came').toEqual([]);
}

const E2E = 'linux/s390x e2e';

describe('a source that cannot be read', () => {
  const READS: readonly (readonly [string, Trouble, string])[] = [
    ['answers 503', { kind: 'status', status: 503 }, 'FFF'],
    ['answers with a sign-in page', { kind: 'html' }, 'PP'],
    ['answers half', { kind: 'truncate' }, 'FFF'],
    ['cuts its answer', { kind: 'cut-middle' }, 'PP'],
    ['does not answer', { kind: 'hang' }, 'FFF'],
    ['answers garbage', { kind: 'garbage' }, 'PP'],
  ];

  for (const [what, match] of [['a dashboard', /summary$/], ['a tab', /table$/]] as const) {
    it.concurrent(`opens and closes nothing, however ${what} is broken, and is read again afterwards`, () => inWorld(async (world) => {
      await world.start();
      await world.quiet();
      for (const [how, trouble, runs] of READS) {
        const fault = world.ci.faults.add({ ...trouble, times: Infinity, match: { path: match } });
        const before = world.picture();
        world.runs(E2E, runs);
        await world.until(() => fault.hits >= 3, `it ${how}, and was asked`);
        await world.until(async () => (await world.ready()).warnings.length > 0, 'operators are told');
        expect(world.picture(), how).toBe(before);
        fault.remove();
        await world.until(() => world.picture() !== before, `it is read again after it ${how}`);
        await world.until(() => world.github.issues('demo/demo')[0]?.state === (runs === 'PP' ? 'closed' : 'open'), 'the issue shows it');
        await world.until(async () => (await world.ready()).warnings.length === 0, 'the warning is over');
        await world.quiet();
      }
      expect(world.github.issues('demo/demo')).toHaveLength(1);
    }, { extra: 'polling: { every: 1s, timeout: 500ms }' }));
  }
});

describe('a write that meets trouble leaves the same behind, once, after', () => {
  for (const moment of ['hang', 'hang-after'] as const) {
    for (let i = 0; i < HANGING; i++) {
      it.concurrent(`no answer at all, ${moment === 'hang' ? 'and no effect' : 'though it took effect'} (writes ${i + 1}, ${i + 1 + HANGING}, …)`, () => inWorld((world) =>
        troubled(world, every(told.writes, HANGING, i), (write) => { write.fail({ kind: moment }); }, lateIssue)));
    }
  }

  it.concurrent('an answer that takes four seconds', () => inWorld((world) =>
    troubled(world, told.writes, (write) => { write.fail({ kind: 'slow', ms: 4_000 }); }, lateIssue)));

  for (const [name, trouble] of Object.entries(TROUBLES)) {
    it.concurrent(name, () => inWorld((world) =>
      troubled(world, told.writes, (write) => { write.fail(isSlack(write) ? trouble.slack ?? trouble.github : trouble.github); })));
  }

  it.concurrent('a token that was revoked just before', () => inWorld((world) =>
    troubled(world, told.writes.filter((w) => !w.startsWith('chat.')), () => { world.github.auth.revokeAll(); })));
});

const owners = ['@demo/porters'];
const ISSUES = '/repos/demo/demo/issues';
const names = (call: { readonly raw: string }, platform: string): boolean => call.raw.includes(platform);

/** A platform for each refusal. */
const PORTS = { 'linux/arm64': 404, 'linux/ppc64le': 410, 'linux/riscv64': 422, 'linux/s390x': 403 } as const;
const REASONS: Readonly<Record<number, string>> = { 404: 'Not Found', 410: 'Issues are disabled for this repo', 422: 'Validation Failed', 403: 'Repository was archived so is read-only.' };

describe('a write that is refused for good', () => {
  it.concurrent('is not tried again, operators and Slack are told, and Slack goes on, where GitHub takes no issue', () => inWorld(async (world) => {
    for (const [port, status] of Object.entries(PORTS)) {
      world.github.faults.add({ kind: 'status', status, body: { message: REASONS[status] }, times: Infinity, match: (c) => c.method === 'POST' && c.path === ISSUES && names(c, `[${port}]`) });
    }
    await world.start();
    for (const port of Object.keys(PORTS)) world.runs(`${port} e2e`, 'FFF');
    await world.until(() => world.slack.messages('#signal').filter((m) => m.text.includes(':warning:')).length === 4, 'Slack is told of each');
    await world.until(() => world.slack.messages('#signal').filter((m) => m.text.includes(':red_circle:')).every((m) => world.slack.thread(m).length === 1), 'every breakage has its thread');
    await world.quiet(3);
    const tries = world.github.requests.where({ method: 'POST', path: ISSUES });
    expect(tries.map((t) => t.status).sort()).toEqual([403, 404, 410, 422]);
    const { ready, warnings } = await world.ready();
    expect(ready).toBe(true);
    for (const status of Object.values(PORTS)) {
      expect(warnings.filter((w) => w.includes(`answered ${status}`) && w.includes('archsignal outbox retry'))).toHaveLength(1);
      expect(world.log.split('\n').filter((l) => l.includes('"msg":"given up: ') && l.includes(`answered ${status}`))).toHaveLength(1);
    }
    expect(world.slack.messages('#signal')).toHaveLength(8);
  }, { platforms: { 'linux/amd64': { owners, suites: ['e2e'] }, ...Object.fromEntries(Object.keys(PORTS).map((p) => [p, { owners, suites: ['e2e'] }])) } }));

  it.concurrent('is not repeated, operators and Slack are told, and the rest goes on, where GitHub takes no comment', () => inWorld(async (world) => {
    const ports = { 'linux/arm64': 404, 'linux/riscv64': 422, 'linux/s390x': 403 } as const;
    await world.start();
    for (const port of Object.keys(ports)) world.runs(`${port} e2e`, 'FFF');
    await world.until(() => world.github.issues('demo/demo').length === 3 && world.slack.messages('#signal').length === 3, 'the issues are filed');
    await world.quiet();
    for (const issue of world.github.issues('demo/demo')) {
      const status = Object.entries(ports).find(([p]) => issue.title.includes(p))?.[1] ?? 500;
      world.github.faults.add({ kind: 'status', status, body: { message: status === 403 ? 'Unable to create comment because issue is locked.' : REASONS[status] }, times: Infinity, match: { method: 'POST', path: `${ISSUES}/${issue.number}/comments` } });
    }
    for (const port of Object.keys(ports)) world.runs(`${port} e2e`, 'PP');
    await world.until(() => world.github.issues('demo/demo', 'closed').length === 3, 'the issues are closed all the same');
    await world.until(() => world.slack.messages('#signal').filter((m) => m.text.includes(':warning:')).length === 3, 'Slack is told of each');
    await world.quiet(3);
    // GitHub may say 404 for a moment of an issue that it has just made: that alone is asked twice.
    expect(world.github.requests.where({ method: 'POST', path: /comments$/ }).map((t) => t.status).sort()).toEqual([403, 404, 404, 422]);
    expect((await world.ready()).warnings).toHaveLength(3);
    expect(world.slack.messages('#signal').filter((m) => m.text.includes('green again'))).toHaveLength(3);
    expect(world.github.issues('demo/demo')).toHaveLength(3);
  }, { platforms: { 'linux/amd64': { owners, suites: ['e2e'] }, 'linux/arm64': { owners, suites: ['e2e'] }, 'linux/riscv64': { owners, suites: ['e2e'] }, 'linux/s390x': { owners, suites: ['e2e'] } } }));

  it.concurrent('is not tried again, operators are told, and GitHub and the other channels go on, where Slack takes no message', () => inWorld(async (world) => {
    const codes = { '#arm64': 'channel_not_found', '#riscv64': 'is_archived', '#s390x': 'not_in_channel' };
    for (const [channel, code] of Object.entries(codes)) world.slack.fail('chat.postMessage', code, { times: Infinity, channel });
    await world.start();
    for (const arch of ['arm64', 'riscv64', 's390x']) world.runs(`linux/${arch} e2e`, 'FFF');
    await world.until(() => world.github.issues('demo/demo').length === 3 && world.slack.messages('#signal').length === 3, 'the rest goes on');
    for (const arch of ['arm64', 'riscv64', 's390x']) world.runs(`linux/${arch} e2e`, 'PP');
    await world.until(() => world.github.issues('demo/demo', 'closed').length === 3 && world.slack.messages('#signal').every((m) => m.text.includes('green again')), 'and on to the end');
    await world.quiet(3);
    const refused = world.slack.requests.where((c) => c.path === '/api/chat.postMessage' && Object.keys(codes).some((name) => c.raw.includes(encodeURIComponent(name))));
    expect(refused).toHaveLength(3);
    const { ready, warnings } = await world.ready();
    expect(ready).toBe(true);
    for (const channel of Object.keys(codes)) {
      expect(warnings.filter((w) => w.includes(channel) && w.includes('given up'))).toHaveLength(1);
      expect(world.log.split('\n').filter((l) => l.includes('"msg":"given up: ') && l.includes(channel))).toHaveLength(1);
    }
    expect(world.slack.messages('#signal')).toHaveLength(3);
  }, { platforms: { 'linux/amd64': { owners, suites: ['e2e'] }, ...Object.fromEntries(['arm64', 'riscv64', 's390x'].map((a) => [`linux/${a}`, { owners, suites: ['e2e'], slack: `#${a}` }])) } }));
});
