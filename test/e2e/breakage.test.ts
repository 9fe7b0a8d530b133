import { afterEach, describe, expect, it } from 'vitest';
import { World } from './world.ts';

let world: World;
afterEach(async () => { await world.end(); });

const S390X = 'linux/s390x e2e';
const UNIT = 'linux/s390x unit';
const AMD64 = 'linux/amd64 e2e';

describe('from a red job to an issue and back', () => {
  it('files one issue, asks the owners once, follows it in one thread, and closes it when it is green', async () => {
    world = await World.begin();
    await world.start();
    await world.quiet();
    expect(world.github.issues('demo/demo')).toEqual([]);

    world.runs(S390X, 'FFF');
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('#1')), 'Slack names the issue');
    const [issue] = world.github.issues('demo/demo');
    expect(issue).toMatchObject({ state: 'open', title: expect.stringMatching(/^\[linux\/s390x\] e2e failing since /) as unknown });
    expect(issue?.labels.map((l) => l.name).sort()).toEqual(['arch/linux-s390x', 'archsignal', 'archsignal/incident']);
    expect(issue?.body).toContain('TestTwo');
    expect(issue?.body).toContain('expected 1, got 2');

    world.runs(UNIT, 'FFF');
    await world.until(() => issue?.comments.length === 1, 'the joining is told');
    world.runs(UNIT, 'PP');
    await world.until(() => issue?.comments.length === 2, 'the leaving is told');
    world.runs(S390X, 'PP');
    await world.until(() => issue?.state === 'closed', 'the issue is closed');
    await world.quiet();

    expect(issue?.comments.length).toBe(3);
    expect(world.github.issues('demo/demo').length).toBe(1);
    expect(world.github.mentions().map((m) => m.handle)).toEqual(['@demo/s390x-owners']);
    const messages = world.slack.messages('#signal');
    expect(messages.length).toBe(1);
    expect(messages[0]?.text).toContain('green again');
    expect(world.slack.thread(messages[0]!).length).toBeGreaterThanOrEqual(4);
    expect(world.slack.pings()).toEqual([]);
  });

  it('costs one request per dashboard and none to GitHub when nothing is new, and at most three for a breakage', async () => {
    world = await World.begin();
    await world.start();
    await world.quiet();
    const ci = world.ci.requests.length;
    const github = world.github.requests.length;
    const polls = world.summaries();
    await world.quiet(3);
    expect(world.ci.requests.length - ci).toBe(world.summaries() - polls);
    expect(world.github.requests.length).toBe(github);

    world.runs(S390X, 'FFF');
    await world.until(() => world.github.issues('demo/demo').length === 1, 'the issue is filed');
    await world.quiet();
    expect(world.github.requests.slice(github).map((r) => `${r.method} ${r.path}`).length).toBeLessThanOrEqual(3);
    const before = world.github.requests.length;
    world.runs(S390X, 'FF');
    await world.quiet(3);
    expect(world.github.requests.length).toBe(before);
    world.runs(S390X, 'PP');
    await world.until(() => world.github.issues('demo/demo')[0]?.state === 'closed', 'the issue is closed');
    await world.quiet();
    expect(world.github.requests.slice(before).length).toBe(2);
  });

  it('makes one issue of a breakage that the reference shares, and asks only the release-signal team', async () => {
    world = await World.begin();
    await world.start();
    world.runs(AMD64, 'FFF').runs(S390X, 'FFF');
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes('#1')), 'Slack names the issue');
    await world.quiet();
    expect(world.github.issues('demo/demo').length).toBe(1);
    expect(world.github.mentions().map((m) => m.handle)).toEqual(['@demo/signal']);
    expect(world.github.issues('demo/demo')[0]?.labels.map((l) => l.name)).toEqual(expect.arrayContaining(['arch/linux-amd64', 'arch/linux-s390x']));
  });

  it('opens and closes nothing while the source is out, and says so on /readyz', async () => {
    world = await World.begin({ extra: 'polling: { every: 1s, timeout: 1s, alert_after: 2s }' });
    const program = await world.start();
    world.runs(S390X, 'FFF');
    await world.until(() => world.github.issues('demo/demo').length === 1, 'the issue is filed');
    const outage = world.ci.outage('testgrid');
    world.runs(S390X, 'PP').runs(UNIT, 'FFF');
    await world.until(() => fetch(`${program.url}/readyz`).then((r) => r.status === 503), '/readyz says no');
    await world.until(() => world.slack.messages('#signal').some((m) => m.text.includes(':warning:')), 'the operators are told');
    expect(world.github.issues('demo/demo').map((i) => [i.state, i.comments.length])).toEqual([['open', 0]]);
    outage.remove();
    await world.until(() => world.github.issues('demo/demo')[0]!.comments.length > 0, 'it goes on where it was');
    await world.until(() => fetch(`${program.url}/readyz`).then((r) => r.status === 200), '/readyz says yes');
  });

  it('writes nothing in a dry run, to a shadow channel neither, and files what is still broken when it is live', async () => {
    world = await World.begin();
    world.slack.channel('#shadow');
    const dry = await world.start({ DRY_RUN: '1', SHADOW_CHANNEL: '#shadow' });
    world.runs(S390X, 'FFF');
    await world.quiet(3);
    expect(world.writes()).toEqual([]);
    expect(await dry.stop()).toBe(0);
    await world.start();
    await world.until(() => world.github.issues('demo/demo').length === 1, 'the issue is filed');
    expect(world.github.mentions().map((m) => m.handle)).toEqual(['@demo/s390x-owners']);
  });

  it('tells the shadow channel alone, with names inert, what it would have written', async () => {
    world = await World.begin();
    world.slack.channel('#shadow');
    const shadow = await world.start({ SHADOW_CHANNEL: '#shadow' });
    world.runs(S390X, 'FFF');
    await world.until(() => world.slack.messages('#shadow').length >= 2, 'the shadow channel is told');
    await world.quiet();
    expect(world.github.issues('demo/demo')).toEqual([]);
    expect(world.slack.messages('#signal')).toEqual([]);
    expect(world.slack.pings()).toEqual([]);
    expect(world.slack.messages('#shadow')[0]?.text).toContain('demo/s390x-owners');
    expect(await shadow.stop()).toBe(0);
  });
});
