import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plainText } from '../../src/domain/text.ts';
import { Inbox } from '../../src/runtime/deliveries.ts';
import { Dispatcher } from '../../src/runtime/dispatch.ts';
import { held, HOUR, stage, type Stage } from './fixtures.ts';

const MINUTE = 60_000;
const OLGA = { team: 'T1', user: 'UOLGA' };

let on: Stage;
let inbox: Inbox;
beforeEach(async () => {
  on = await stage();
  inbox = new Inbox(on.rt);
});
afterEach(() => on.store.close());

let count = 0;
const typed = (text: string, member = OLGA) => ({ id: `slack:${count++}`, surface: 'slack' as const, event: 'command', payload: { kind: 'command', text, member, channel: { id: 'C1', name: 'general' }, responseUrl: null, at: on.clock.now } });
const written = (by: string, body: string, issue = 3) => ({
  id: `github:${count++}`, surface: 'github' as const, event: 'issue_comment.created', payload: {
    event: 'issue_comment.created', repo: { fullName: 'demo/demo', id: 1 }, actor: { login: by, type: 'User' }, at: on.clock.now,
    issue: { number: issue, state: 'open', labels: [], authorLogin: 'jo', url: `https://github.example/${issue}` }, comment: { id: count++, url: 'https://github.example/c', body },
  },
});

/** What everybody was answered so far, in order. */
const answers = async (): Promise<string[]> => (await on.rows()).toReversed().flatMap(({ action }) => action.kind === 'whisper' || action.kind === 'post-comment' ? [plainText(action.text)] : []);

/** A code that Slack gave to Olga, or to another member. */
async function code(member = OLGA): Promise<string> {
  await inbox.receive(typed('link', member));
  await inbox.work();
  const given = (await answers()).map((a) => /^\/arch link ([A-Z0-9]{10})$/m.exec(a)?.[1]).findLast((c) => c !== undefined);
  if (given === undefined) throw new Error('no code was given');
  return given;
}

async function says(...comments: readonly ReturnType<typeof written>[]): Promise<string[]> {
  const before = (await answers()).length;
  for (const comment of comments) await inbox.receive(comment);
  await inbox.work();
  return (await answers()).slice(before);
}

describe('a code for linking', () => {
  it('works for a quarter of an hour', async () => {
    const line = `/arch link ${await code()}`;
    on.clock.now += 15 * MINUTE - 1;
    expect(await says(written('olga', line))).toEqual([expect.stringMatching(/^The Slack member UOLGA is olga from now on/)]);
    expect((await on.store.identity(OLGA))?.login).toBe('olga');
  });

  it('stands nowhere in the store once Olga has it', async () => {
    const given = await code();
    expect(JSON.stringify(await on.rows())).toContain(given);
    await new Dispatcher(on.rt).drain();
    expect(on.edge.done.map((d) => d.kind)).toEqual(['whisper']);
    expect(JSON.stringify([await on.rows(), await on.store.auditBy('slack:T1/UOLGA', 0, 99)])).not.toContain(given);
    expect(await says(written('olga', `/arch link ${given}`))).toEqual([expect.stringMatching(/^The Slack member UOLGA is olga from now on/)]);
  });

  it('is not told in the shadow channel', async () => {
    const given = await code();
    const told: string[] = [];
    on.edge.shadow = async (channel: string, _key?: string, text?: string) => {
      told.push(text ?? '');
      return { ok: true, receipt: { kind: 'notice', channel, ts: '1' } };
    };
    await new Dispatcher({ ...on.rt, mode: 'shadow', shadowChannel: '#shadow' }).drain();
    expect(told).toEqual([expect.stringContaining('Would answer UOLGA in Slack')]);
    expect(told.join()).not.toContain(given);
  });

  it('does not work an hour later, and links nobody', async () => {
    const line = `/arch link ${await code()}`;
    on.clock.now += HOUR;
    expect(await says(written('olga', line))).toEqual([expect.stringMatching(/^This code cannot be used: /)]);
    expect(await on.store.identity(OLGA)).toBeNull();
  });

  it('is the only one that a comment uses, so that each is used up', async () => {
    const [of, other] = [{ team: 'T1', user: 'UIVAN' }, await code()];
    const ivans = await code(of);
    expect(await says(written('olga', `/arch link ${ivans}\n/arch link ${other}`))).toEqual([expect.stringMatching(/The Slack member UIVAN is olga from now on[^]*One comment links one Slack member/)]);
    expect(await says(written('thief', `/arch link ${ivans}`))).toEqual([expect.stringMatching(/^This code cannot be used: /)]);
    expect([(await on.store.identity(of))?.login, await on.store.identity(OLGA)]).toEqual(['olga', null]);
    expect(await says(written('olga', `/arch link ${other}`))).toEqual([expect.stringMatching(/^The Slack member UOLGA is olga from now on/)]);
  });

  it('links one of two who write it at the same moment', async () => {
    const line = `/arch link ${await code()}`;
    const linkCode = on.store.linkCode.bind(on.store);
    const both = held();
    let asked = 0;
    // Neither goes on before the other has seen that the code is there.
    on.store.linkCode = async (hash) => {
      const found = await linkCode(hash);
      if (++asked === 2) both.resolve();
      await both.promise;
      return found;
    };
    const said = await says(written('olga', line, 3), written('thief', line, 4));
    expect(said.map((s) => s.slice(0, 16)).sort()).toEqual(['The Slack member', 'This code cannot']);
  });
});

it('knows nobody by a name that every object has', async () => {
  for (const user of ['constructor', '__proto__', 'toString']) {
    await inbox.receive(typed('recheck', { team: 'T1', user }));
    await inbox.work();
    expect((await answers()).at(-1)).toMatch(/\/arch link/);
  }
});
