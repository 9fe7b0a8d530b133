import { afterEach, describe, expect, it } from 'vitest';
import { says } from '../../src/domain/text.ts';
import { answerTo, reactionTo } from '../../src/runtime/commands/answer.ts';
import type { Runtime } from '../../src/runtime/context.ts';
import { Dispatcher } from '../../src/runtime/dispatch.ts';
import { switchMode } from '../../src/runtime/mode.ts';
import { pollProject } from '../../src/runtime/poll.ts';
import { stage, type Stage } from './fixtures.ts';

let on: Stage;
afterEach(() => on.store.close());

const never = new AbortController().signal;

/** A start of the program in this mode, on the same store, with one poll in which linux/s390x is broken. */
async function runs(mode: Runtime['mode']): Promise<Stage> {
  const before = on;
  on = await stage({ mode, store: before.store });
  on.clock.now = before.clock.now + 60_000;
  await switchMode(on.rt);
  on.brings('PPFFF');
  await pollProject(on.rt, on.tracked, never);
  await new Dispatcher(on.rt).drain();
  return on;
}

const open = async (): Promise<string[]> => (await on.store.incidents('demo', 0)).filter((i) => i.state === 'open').map((i) => i.id);

describe('the mode', () => {
  it('keeps incidents from start to start while it stays the same', async () => {
    on = await stage();
    await runs('live');
    const [first] = await open();
    expect(on.edge.done.map((d) => d.kind)).toEqual(['ensure-issue', 'ensure-message', 'reply']);
    await runs('live');
    expect(await open()).toEqual([first]);
    expect(on.edge.done).toEqual([]);
  });

  it('executes nothing in a dry run, and files what is still broken once it is live', async () => {
    on = await stage();
    await runs('dry');
    expect(on.edge.done).toEqual([]);
    expect((await on.rows()).map((r) => r.state)).toEqual(['recorded']);
    expect((await on.store.pings({ since: 0, limit: 10 })).map((p) => [p.mode, p.handle])).toEqual([['dry', '@demo/s390x-owners']]);
    await runs('live');
    expect(on.edge.done.map((d) => d.kind)).toEqual(['ensure-issue', 'ensure-message', 'reply']);
    expect(await open()).toHaveLength(1);
    expect((await on.store.pings({ since: 0, limit: 10 })).filter((p) => p.mode === 'live').map((p) => p.handle)).toEqual(['@demo/s390x-owners']);
  });

  it('tells the one shadow channel everything, and files what is still broken once it is live', async () => {
    on = await stage();
    const shadow = { ...on, rt: { ...on.rt, mode: 'shadow' as const, shadowChannel: '#shadow' } };
    await switchMode(shadow.rt);
    shadow.brings('PPFFF');
    await pollProject(shadow.rt, shadow.tracked, never);
    await new Dispatcher(shadow.rt).drain();
    expect(on.edge.done).toEqual([]);
    await runs('live');
    expect(on.edge.done.map((d) => d.kind)).toEqual(['ensure-issue', 'ensure-message', 'reply']);
  });

  it('tells the shadow channel of the answers to a comment, and not that it was seen', async () => {
    on = await stage({ mode: 'shadow' });
    const rt = { ...on.rt, shadowChannel: '#shadow' };
    const told: string[] = [];
    on.edge.shadow = async (channel: string, key?: string) => {
      told.push(key ?? '');
      return { ok: true, receipt: { kind: 'notice', channel, ts: '1' } };
    };
    const reply = { source: 'c1', project: 'demo', since: on.clock.now };
    await on.store.commit({ at: on.clock.now, actions: [reactionTo('demo/demo', 1, 'eyes', reply), answerTo({ surface: 'github', repo: 'demo/demo', number: 7 }, [says('Done.')], reply)] });
    await new Dispatcher(rt).drain();
    expect([told, (await on.rows()).map((r) => r.state)]).toEqual([['command:c1:post-comment:1'], ['done', 'done']]);
  });

  it('leaves no issue behind that a later mode would take for its own', async () => {
    on = await stage();
    await runs('live');
    await runs('dry');
    expect(on.edge.done).toEqual([]);
    await runs('live');
    expect(on.edge.done[0]).toMatchObject({ kind: 'ensure-issue' });
    expect(await open()).toHaveLength(1);
  });
});
