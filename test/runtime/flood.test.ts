import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FLOOD } from '../../src/commands/replies.ts';
import { plainText } from '../../src/domain/text.ts';
import { paceOf } from '../../src/runtime/commands/pace.ts';
import { Inbox } from '../../src/runtime/deliveries.ts';
import { stage, type Stage } from './fixtures.ts';

let on: Stage;
let inbox: Inbox;
let count = 0;
beforeEach(async () => {
  on = await stage();
  inbox = new Inbox(on.rt);
});
afterEach(() => on.store.close());

const says = (by: string, number = 8) => inbox.receive({
  id: `d${++count}`, surface: 'github', event: 'issue_comment.created', payload: {
    event: 'issue_comment.created', repo: { fullName: 'demo/demo', id: 1 }, actor: { login: by, type: 'User' }, at: on.clock.now,
    issue: { number, state: 'open', labels: [], authorLogin: null, url: 'u' }, comment: { id: count, url: `u#${count}`, body: '/arch status linux/s390x', authorLogin: by },
  },
});

const answers = async (): Promise<{ of: string; text: string; number: number }[]> => (await on.store.listActions({ state: 'pending', limit: 10_000 })).reverse()
  .flatMap(({ action, entity }) => action.kind === 'post-comment' ? [{ of: entity, text: plainText(action.text), number: action.number }] : []);
const words = async (): Promise<string[]> => (await answers()).filter((a) => a.text.includes('run more slowly')).map((a) => a.text);
const answered = async (): Promise<string[]> => (await answers()).filter((a) => !a.text.includes('run more slowly')).map((a) => a.of);
const seen = async (): Promise<number> => (await on.store.listActions({ state: 'pending', limit: 10_000 })).filter(({ action }) => action.kind === 'react').length;

describe('a flood of commands by one person', () => {
  it('is slowed down, told once, and holds back nobody else on the same issue', async () => {
    const total = FLOOD + 40;
    for (let i = 0; i < total; i++) await says('flooder', 8 + i % 3);
    await inbox.work();
    expect([(await answered()).length, await seen(), await words()]).toEqual([FLOOD, total, [`You have given ${FLOOD} commands within a minute, so your further ones are run more slowly: one comment a second. None is lost, and there is no need to write one again.`]]);
    await says('somebody');
    await inbox.work();
    expect((await answered()).length).toBe(FLOOD + 1);
    await says('flooder');
    for (let second = 0; second < 60; second++) {
      on.clock.now += 1_000;
      await inbox.work();
    }
    expect((await answered()).length).toBeLessThanOrEqual(FLOOD + 3);
    for (let second = 0; second < 60; second++) {
      const before = (await answered()).length;
      on.clock.now += 1_000;
      await inbox.work();
      expect((await answered()).length - before).toBeLessThanOrEqual(2);
    }
    const done = await answered();
    expect([done.length, new Set(done).size, (await words()).length]).toEqual([total + 2, total + 2, 1]);
    for (const number of [9, 10]) {
      const there = (await answers()).filter((a) => a.number === number && done.includes(a.of)).map((a) => Number(a.of.slice('command:c'.length)));
      expect(there).toEqual(there.toSorted((a, b) => a - b));
    }
  });

  it('is counted with what is under way on other issues and stands in no audit yet, each comment once however often it is tried', async () => {
    const ask = async (i: number): Promise<boolean> => await paceOf(on.rt, { actor: 'github:flooder', project: 'demo', repo: 'demo/demo', number: i, source: `c${i}`, waited: false }) === null;
    const asked = await Promise.all(Array.from({ length: FLOOD + 5 }, (_, i) => ask(i)));
    expect(asked.filter((through) => through)).toHaveLength(FLOOD);
    on.clock.now += 120_000;
    for (let i = 0; i < FLOOD; i++) expect(await ask(1_000)).toBe(true);
  });

  it('is over after a minute, and told again only after an hour', async () => {
    const flood = async (): Promise<void> => {
      for (let i = 0; i <= FLOOD; i++) await says('flooder');
      await inbox.work();
    };
    await flood();
    on.clock.now += 300_000;
    await inbox.work();
    await says('flooder');
    await inbox.work();
    expect([(await answered()).length, (await words()).length]).toEqual([FLOOD + 2, 1]);
    on.clock.now += 300_000;
    await flood();
    expect((await words()).length).toBe(1);
    on.clock.now += 3_700_000;
    await inbox.work();
    await flood();
    expect((await words()).length).toBe(2);
  });
});
