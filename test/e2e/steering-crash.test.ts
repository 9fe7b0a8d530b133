import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { FaultSpec } from '../../demo/stand-ins/common/faults.ts';
import { answers, Desk, reactions } from './desk.ts';
import { every, onWrites } from './story.ts';
import { tidy, World } from './world.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 200_000, maxConcurrency: 4 });

/** Worlds that share the writes to be killed at. */
const WORLDS = 3;

/** What people see after the comment, and the writes that it took, when nothing disturbs it. */
interface Said {
  readonly seen: string;
  readonly writes: readonly string[];
}
let inPeace: Said;

async function inWorld(story: (desk: Desk) => Promise<void>): Promise<void> {
  const desk = new Desk(await World.begin());
  try {
    await story(desk);
  } finally {
    await desk.world.end();
  }
}

/** Where GitHub is slow, the pull request is looked at later, and the answer says so. */
const lookedUp = (answer: string): string => answer.replace('Whether it is merged could not be read just now; it is looked at again.', 'If a run that began after its merge fails, one comment says so.');

/** A write by what it does, whatever the numbers of comments are. */
const nameOf = (name: string): string => name.replace(/comments\/\d+/, 'comments/<id>').replace(/[\u200B]/g, '');

/** Breaks linux/s390x, and says three commands of which each changes something. `before`: what is set up before they are said. */
async function say(desk: Desk, before: () => unknown = () => undefined): Promise<string> {
  const issue = await desk.broken('s390x');
  await desk.world.quiet(1);
  const owner = desk.github.person('s390x-owners-member');
  await owner.commit('demo/demo', 'fix.txt', 'mended', 'mend-it');
  const pull = await owner.openPull('demo/demo', { title: 'Mend it', head: 'mend-it' });
  await before();
  const comment = await owner.comment(issue, `/arch ack\n/arch attempt gcc 15\n/arch fixed-by #${pull.number}`);
  await desk.answered(issue);
  await desk.world.until(() => /gcc 15[^]*named by `s390x-owners-member`: open/.test(issue.body ?? ''), 'the issue shows it');
  await desk.world.until(() => desk.slack('s390x').includes('has it') && desk.thread('s390x').includes('fixes it'), 'Slack tells it');
  await desk.world.quiet(2);
  return tidy([
    issue.body, ...answers(issue).map((a) => lookedUp(a.body.replace(/<!--.*-->/, ''))), `reactions: ${reactions(comment).join()}`, desk.slack('s390x'),
    ...desk.thread('s390x').split('\n').sort(), `mentions: ${desk.mentions(issue).join()}`,
  ].join('\n'));
}

describe('what somebody said in a comment', () => {
  beforeAll(() => inWorld(async (desk) => {
    await desk.world.start();
    const writes: string[] = [];
    const seen = await say(desk, () => { onWrites(desk.world, (moment, write) => { if (moment === 'arrived') writes.push(nameOf(write.name)); }); });
    inPeace = { seen, writes };
  }));

  it('takes a reaction, an answer, the issue\'s body, and Slack\'s message and its thread', () => {
    expect(inPeace.writes.filter((w) => w.endsWith('/reactions: '))).toHaveLength(1);
    expect(inPeace.writes.filter((w) => /^POST .*\/comments: /.test(w))).toHaveLength(1);
    expect(inPeace.writes.some((w) => w.startsWith('PATCH /issues/'))).toBe(true);
    expect(inPeace.writes.filter((w) => w.startsWith('chat.postMessage in thread'))).toHaveLength(3);
    expect(inPeace.writes.some((w) => w.startsWith('chat.update'))).toBe(true);
    expect(inPeace.seen).toContain('reactions: eyes\n');
  });

  for (const moment of ['arrived', 'done'] as const) {
    for (let i = 0; i < WORLDS; i++) {
      it.concurrent(`is done, answered and told once by a server that is killed ${moment === 'arrived' ? 'before' : 'after'} any of its writes (${i + 1}, ${i + 1 + WORLDS}, …)`, () => inWorld(async (desk) => {
        await desk.world.keepRunning();
        const targets = new Set(every([...new Set(inPeace.writes)].filter((w) => !w.startsWith('chat.update') && !w.startsWith('PATCH')), WORLDS, i));
        const edits = new Set(i === 0 ? ['chat.update'] : i === 1 ? ['PATCH'] : []);
        const seen = await say(desk, () => onWrites(desk.world, async (at, write) => {
          const edit = [...edits].find((e) => write.name.startsWith(e));
          if (at !== moment || !(targets.delete(nameOf(write.name)) || (edit !== undefined && edits.delete(edit)))) return;
          await desk.world.program.kill();
          if (moment === 'arrived') write.fail({ kind: 'cut-before' });
        }));
        expect(seen).toBe(inPeace.seen);
        expect([...targets, ...edits], 'writes that never came').toEqual([]);
        expect(desk.world.programs.length).toBeGreaterThan(1);
      }));
    }
  }

  it.concurrent('is done, answered and told once by a server that is killed while it looks up who said it', () => inWorld(async (desk) => {
    await desk.world.keepRunning();
    let killed = 0;
    const seen = await say(desk, () => desk.github.onRequest(async (moment, { path }) => {
      if (moment !== 'arrived' || killed > 0 || !/\/memberships\//.test(path)) return;
      killed++;
      await desk.world.program.kill();
    }));
    expect(seen).toBe(inPeace.seen);
    expect(killed).toBe(1);
  }));

  const ends: readonly (readonly [string, FaultSpec])[] = [
    ['is cut off', { kind: 'cut-after' }], ['is a proxy\'s error', { kind: 'status-after', status: 502 }], ['never comes', { kind: 'hang-after' }], ['is cut in the middle', { kind: 'cut-middle' }],
  ];
  for (const [how, fault] of ends) {
    it.concurrent(`is answered once where the answer to our answer ${how}`, () => inWorld(async (desk) => {
      await desk.world.start();
      const seen = await say(desk, () => {
        desk.github.faults.add({ ...fault, match: { method: 'POST', path: '/repos/demo/demo/issues/1/comments' } });
        desk.github.faults.add({ ...fault, match: { method: 'POST', path: /\/reactions$/ } });
      });
      expect(seen).toBe(inPeace.seen);
    }));
  }
});
