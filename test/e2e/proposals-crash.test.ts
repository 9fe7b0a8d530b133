import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Sent } from '../../demo/stand-ins/slack/index.ts';
import { Council } from './council.ts';
import { every, onWrites } from './story.ts';
import { tidy } from './world.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 200_000, maxConcurrency: 8 });

/** Worlds that share the writes to be killed at. */
const WORLDS = 3;

/** Slack's requests do not come again by themselves: whoever sees that nothing happened tries again, and Slack's own retry is the same request. */
async function insist(council: Council, send: () => Promise<Sent>): Promise<void> {
  const reached = (sent: Sent): boolean => sent.status === 200;
  if (await send().then(reached, () => false)) return;
  await council.world.until(() => council.slack.send.again().then(reached, () => false), 'Slack reaches the program');
}

const issueOf = (council: Council): string => `demo/demo#${council.issue('s390x')?.number ?? 0}`;

/** The life of a proposal about a job that fails: proposed, objected to, approved twice. */
const STEPS: readonly ((council: Council) => Promise<unknown>)[] = [
  async ({ world }) => world.runs('linux/s390x e2e', 'FFF'),
  (c) => insist(c, () => c.slack.command('olga-lead', '#leads', 'mute linux/s390x:e2e 14d the lab is moving')),
  (c) => insist(c, () => c.slack.command('porter-owner', '#leads', 'object the fix lands tomorrow')),
  (c) => c.github.person('ivan-lead').comment(issueOf(c), '/arch approve'),
  (c) => insist(c, async () => {
    const card = c.card('s390x');
    if (!card) throw new Error('there is no card');
    return c.slack.click('maria-lead', card, 'approve');
  }),
];

/** All that stays: issues and their comments, messages and their threads, who was called. Answers to one person are left out: they may be heard twice. */
function picture({ world }: Council): string {
  const issues = world.github.issues('demo/demo').map((i) => [`#${i.number} ${i.state} ${i.title} [${i.labels.map((l) => l.name).sort().join(', ')}]`, i.body, ...i.comments.map((c) => `-- ${c.user.login}: ${c.body} ${c.reactions.map((r) => r.content).join(' ')}`)].join('\n'));
  const messages = [...world.slack.state.channels.values()].filter((c) => !c.im).flatMap((c) => world.slack.messages(c.name).filter((m) => m.ephemeralFor === null)
    .map((m) => [`${c.name}: ${m.text}`, ...world.slack.thread(m).map((r) => `  -> ${r.text}`)].join('\n')));
  return tidy([...issues, ...messages, `mentions: ${world.github.mentions().map((m) => `${m.handle} on #${m.issue.number}`).join(', ')}`].join('\n\n')).replaceAll(/mute-e2e-[a-z0-9]+/g, 'mute-e2e-<id>').replaceAll(/comment:x<hex>|comment:x[0-9a-f]+/g, 'comment:<id>');
}

interface Told { readonly pictures: readonly string[]; readonly writes: readonly string[] }

/** A write's name without what differs between two tellings. */
const named = (name: string): string => name.replaceAll(/mute-e2e-[a-z0-9]+/g, 'mute-e2e-<id>');

async function inCouncil(story: (council: Council) => Promise<void>): Promise<void> {
  const council = await Council.gather(['s390x']);
  try {
    await story(council);
  } finally {
    await council.world.end();
  }
}

async function tellInPeace(council: Council): Promise<Told> {
  const writes: string[] = [];
  onWrites(council.world, (moment, write) => { if (moment === 'arrived' && !writes.includes(named(write.name))) writes.push(named(write.name)); });
  await council.world.start();
  await council.world.quiet();
  const pictures: string[] = [];
  for (const act of STEPS) {
    const before = picture(council);
    await act(council);
    await council.world.until(() => picture(council) !== before, 'something changes outside');
    await council.world.quiet();
    pictures.push(picture(council));
  }
  return { pictures, writes };
}

async function tellInTrouble(council: Council, told: Told): Promise<void> {
  const shows = async (wanted: string, when: string): Promise<void> => {
    await council.world.until(() => picture(council) === wanted, `people see ${when} what they see in peace`).catch((error: unknown) => {
      expect(picture(council), `${when}; logs: ${council.world.logs()}`).toBe(wanted);
      throw error;
    });
  };
  for (const [i, act] of STEPS.entries()) {
    await act(council);
    await shows(told.pictures[i] ?? '', `after step ${i + 1}`);
  }
  await council.world.quiet();
  await shows(told.pictures.at(-1) ?? '', 'in the end');
}

describe('a server that is killed', () => {
  let told: Told;
  beforeAll(() => inCouncil(async (council) => { told = await tellInPeace(council); }));

  it('is told a proposal\'s life with every kind of write', () => {
    expect(told.writes.length).toBeGreaterThan(12);
    expect(told.pictures.at(-1)).toContain('**Approved: e2e on linux/s390x is muted until <time>.** Decided by `ivan-lead` and `maria-lead`');
    expect(told.pictures.at(-1)).toMatch(/mentions: @demo\/s390x-owners on #1, @demo\/leads on #2$/);
  });

  for (const moment of ['arrived', 'done'] as const) {
    for (let i = 0; i < WORLDS; i++) {
      it.concurrent(`${moment === 'arrived' ? 'before' : 'after'} a write of a proposal took effect ends where it would have, and does nothing twice (writes ${i + 1}, ${i + 1 + WORLDS}, …)`, () => inCouncil(async (council) => {
        const targets = new Set(every(told.writes, WORLDS, i));
        onWrites(council.world, async (at, write) => {
          if (at !== moment || !targets.delete(named(write.name))) return;
          await council.world.program.kill();
          if (moment === 'arrived') write.fail({ kind: 'cut-before' });
        });
        await council.world.keepRunning();
        await tellInTrouble(council, told);
        expect([...targets], 'writes that never came').toEqual([]);
      }));
    }
  }

  for (const who of ['olga-lead', 'maria-lead'] as const) {
    it.concurrent(`right after it took the word of ${who} acts on it, once`, () => inCouncil(async (council) => {
      const { world } = council;
      await world.keepRunning();
      await world.until(async () => (await fetch(`${world.program.url}/readyz`).catch(() => null))?.status === 200, 'it is ready');
      const ready = async (): Promise<void> => world.until(async () => (await fetch(`${world.program.url}/healthz`).catch(() => null))?.status === 200, 'it is back');
      for (const [i, act] of STEPS.entries()) {
        await act(council);
        if ((who === 'olga-lead' && i === 1) || (who === 'maria-lead' && i === 4)) {
          await world.program.kill();
          await ready();
        }
        await world.until(() => picture(council) === told.pictures[i], `step ${i + 1} is seen`).catch(() => { expect(picture(council), `step ${i + 1}; logs: ${world.logs()}`).toBe(told.pictures[i]); });
      }
      await world.quiet();
      expect(picture(council)).toBe(told.pictures.at(-1));
      expect(council.audit('proposal:').map((a) => a.what)).toEqual(['proposed', 'objection', 'approval', 'approval', 'approved']);
    }));
  }
});
