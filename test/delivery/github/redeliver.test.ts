import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitHub } from '../../../src/delivery/github/index.ts';
import { listener, type Heard } from '../../stand-ins/github-client.ts';
import { REPO, T0 } from './fixtures.ts';
import { world, type World } from './world.ts';

const MINUTE = 60_000;
let w: World;
let github: GitHub;
let heard: Heard[];
let up: boolean;
let closeEar: () => Promise<void>;
beforeEach(async () => {
  up = true;
  const ear = await listener('a secret', () => (up ? 200 : 500));
  ({ heard, close: closeEar } = ear);
  w = await world({ webhook: { url: ear.url, secret: 'a secret' } });
  github = w.connect();
});
afterEach(async () => { await w.gh.close(); await closeEar(); });

const missed = async (since = T0 - MINUTE) => {
  const result = await github.redeliverMissed(since);
  await w.gh.hooks.settled();
  return result;
};
const numbers = () => w.gh.requests.where({ method: 'POST', path: /attempts$/ }).map((r) => /(\d+)\/attempts/.exec(r.path)?.[1]);
const told = () => heard.map((h) => `${h.event}.${String(h.body['action'])}`);

describe('webhooks that were missed', () => {
  it('are asked for again where GitHub does not say what they were about, or how they failed', async () => {
    up = false;
    await w.gh.person('olga').commit(REPO, '.github/archsignal.yml', 'a: 1\n');
    await w.gh.hooks.settled();
    up = true;
    heard.length = 0;
    const bare = (body: string): string => body.replace(/"(?:action|status|status_code)":(?:"[^"]*"|\w+),/g, '');
    w.gh.faults.add({ kind: 'alter', match: { path: /deliveries$/ }, alter: (answer) => ({ ...answer, body: bare(typeof answer.body === 'string' ? answer.body : '[]') }) });
    expect(await missed()).toEqual({ asked: 1, problem: null });
    expect(heard.map((h) => h.event)).toEqual(['push']);
  });

  it('are asked for again once they can arrive, the oldest first, and then no more', async () => {
    const olga = w.gh.person('olga');
    up = false;
    await olga.open(REPO, { title: 't' });
    await olga.comment(`${REPO}#1`, '/arch ack');
    await olga.close(`${REPO}#1`);
    up = true;
    await olga.reopen(`${REPO}#1`);
    heard.length = 0;
    expect(await missed()).toEqual({ asked: 3, problem: null });
    expect(told().sort()).toEqual(['issue_comment.created', 'issues.closed', 'issues.opened']);
    expect(numbers()).toEqual(numbers().toSorted());
    expect(await missed()).toEqual({ asked: 0, problem: null });
  });

  it.each([['beyond what a double holds, as GitHub.com has them since 2026', /^\d{19}$/, (body: string) => body], ['short, as older servers have them', /^\d{11}$/, (body: string) => body.replaceAll('"id":38040046', '"id":')]])('are asked for by their own numbers where those are %s', async (_, form, as) => {
    await w.gh.person('olga').open(REPO, { title: 't' });
    up = false;
    await w.gh.person('olga').close(`${REPO}#1`);
    up = true;
    heard.length = 0;
    w.gh.faults.add({ kind: 'alter', match: { path: /deliveries$/ }, times: Infinity, alter: (answer) => ({ ...answer, body: typeof answer.body === 'string' ? as(answer.body) : '' }) });
    expect(await missed()).toEqual({ asked: 1, problem: null });
    expect(numbers()).toEqual([expect.stringMatching(form)]);
    expect(told()).toEqual(['issues.closed']);
    expect(await missed()).toEqual({ asked: 0, problem: null });
  });

  it('are asked for again after another failure, but not for ever', async () => {
    await w.gh.person('olga').open(REPO, { title: 't' });
    up = false;
    await w.gh.person('olga').close(`${REPO}#1`);
    const asked = [];
    for (let i = 0; i < 12; i++) asked.push((await missed()).asked);
    expect(asked).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0]);
  });

  it('are left alone where they are older, of no use, or arrived at another attempt', async () => {
    await w.gh.person('olga').open(REPO, { title: 't' });
    up = false;
    await w.gh.person('olga').close(`${REPO}#1`);
    up = true;
    await w.gh.hooks.redeliver(w.gh.hooks.deliveries.at(-1)?.id ?? 0);
    up = false;
    await w.gh.hooks.redeliver(w.gh.hooks.deliveries.at(-1)?.id ?? 0);
    expect(await missed()).toEqual({ asked: 0, problem: null });
    await w.gh.person('olga').reopen(`${REPO}#1`);
    w.clock.at += 10 * MINUTE;
    expect(await missed(w.clock.at - MINUTE)).toEqual({ asked: 0, problem: null });
    expect(await missed(w.clock.at - 20 * MINUTE)).toEqual({ asked: 1, problem: null });
  });

  it('are found on every page, and no more than 500 asked for at once', async () => {
    await w.gh.person('olga').open(REPO, { title: 't' });
    w.gh.hooks.hold();
    for (let i = 0; i < 300; i++) {
      await w.gh.person('olga').close(`${REPO}#1`);
      await w.gh.person('olga').reopen(`${REPO}#1`);
    }
    w.gh.hooks.lose();
    expect(await missed()).toEqual({ asked: 500, problem: null });
    expect(w.gh.requests.where({ method: 'GET', path: /deliveries$/ })).toHaveLength(7);
    expect((await missed()).asked).toBe(100);
  });

  it('are told of in words where they cannot be listed or asked for', async () => {
    await w.gh.person('olga').open(REPO, { title: 't' });
    up = false;
    await w.gh.person('olga').close(`${REPO}#1`);
    w.gh.faults.add({ kind: 'status', status: 404, match: { path: /deliveries$/ } });
    expect(await missed()).toEqual({ asked: 0, problem: expect.stringMatching(/^Webhooks that were missed could not be looked for\. GitHub answered 404/) as string });
    w.gh.faults.add({ kind: 'status', status: 503, match: { path: /attempts$/ } });
    expect(await missed()).toEqual({ asked: 0, problem: expect.stringMatching(/^1 missed webhook could not be asked for again\./) as string });
    w.gh.faults.add({ kind: 'status', status: 422, match: { path: /attempts$/ } });
    expect(await missed()).toEqual({ asked: 0, problem: null });
  });
});
