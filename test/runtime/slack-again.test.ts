import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActionResult, PlannedAction } from '../../src/domain/action.ts';
import { commitChange } from '../../src/runtime/commit.ts';
import { Dispatcher } from '../../src/runtime/dispatch.ts';
import { lookAtChannels, SLACK_AGAIN, tryAgainInSlack } from '../../src/runtime/slack-again.ts';
import { channelWarning } from '../../src/runtime/start-warnings.ts';
import { raise } from '../../src/runtime/warnings.ts';
import { Story } from '../policy/story.ts';
import { DAY, stage, type Stage } from './fixtures.ts';

const NOT_THERE: ActionResult = { ok: false, retry: false, reason: 'The bot is not in #signal.', lost: null };

let on: Stage;
beforeEach(async () => { on = await stage({ project: { channels: { incidents: '#signal', tiers: null, proposals: null } } }); });
afterEach(() => on.store.close());

/** A breakage of linux/s390x, filed on GitHub, of which Slack wants to know nothing. */
async function silent(): Promise<string> {
  const story = new Story([{ platform: 'linux/amd64', name: 'e2e' }, { platform: 'linux/s390x', name: 'e2e' }]).hours({ 'linux/amd64 e2e': 'PPPP', 'linux/s390x e2e': 'PFFF' });
  on.clock.now = story.now;
  const incident = { ...story.live(), revision: 1 };
  await commitChange(on.rt, { expected: null, incident, audit: [], pings: [] });
  on.edge.answer = (a) => 'channel' in a ? NOT_THERE : null;
  await new Dispatcher(on.rt).drain();
  return incident.id;
}

/** How often each kind of row has been executed in Slack after what `work` did. */
async function asked(work: () => Promise<void>): Promise<string[]> {
  const before = on.edge.done.length;
  await work();
  await new Dispatcher(on.rt).drain();
  return on.edge.done.slice(before).map((d) => d.kind);
}
const tick = (): Promise<string[]> => asked(() => tryAgainInSlack(on.rt, false));
const warned = async (): Promise<string[]> => (await on.store.warnings('demo')).map((w) => w.text);

describe('what Slack refused', () => {
  it('is told once the bot was invited, with all that was said meanwhile, and no longer warned of', async () => {
    await silent();
    expect(await warned()).toEqual([expect.stringContaining('not in #signal')]);
    on.edge.answer = () => null;
    expect(await tick()).toEqual([]);
    on.clock.now += SLACK_AGAIN;
    expect(await tick()).toEqual(['ensure-message', 'reply']);
    expect(await warned()).toEqual([]);
    on.clock.now += DAY;
    expect(await tick()).toEqual([]);
  });

  it('is asked of it again with waits that double, for a week', async () => {
    await silent();
    const times: number[] = [];
    const begun = on.clock.now;
    for (let i = 0; i < 14 * 144; i++) {
      on.clock.now += SLACK_AGAIN;
      if ((await tick()).length > 0) times.push((on.clock.now - begun) / SLACK_AGAIN);
    }
    expect(times).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]);
    expect(await warned()).toHaveLength(1);
  });

  it('is tried at once by a start, which may have brought another token', async () => {
    await silent();
    on.edge.answer = () => null;
    expect(await asked(() => tryAgainInSlack(on.rt, true))).toEqual(['ensure-message', 'reply']);
  });

  it('is not told of a breakage that is over by now', async () => {
    const id = await silent();
    const incident = await on.store.incident(id);
    if (!incident) throw new Error('no incident');
    await on.store.commit({ at: on.clock.now, incidents: [{ expected: incident.revision, incident: { ...incident, revision: incident.revision + 1, state: 'closed' } }] });
    on.edge.answer = () => null;
    on.clock.now += SLACK_AGAIN;
    expect(await tick()).toEqual([]);
  });

  it('is told of a warning that stands, and of none that is over', async () => {
    on.edge.answer = (a) => 'channel' in a ? NOT_THERE : null;
    await raise(on.rt, ['a', 'b'].map((key) => ({ key: `source:demo:${key}`, project: 'demo', text: `${key} is away.`, urgency: 'now' as const })));
    await new Dispatcher(on.rt).drain();
    await on.store.clearWarnings('demo', 'source:demo:a', [], on.clock.now);
    on.edge.answer = () => null;
    on.clock.now += SLACK_AGAIN;
    expect(await tick()).toEqual(['notice']);
  });

  it('answered one person, who has gone on: that is not said hours later', async () => {
    const whisper: PlannedAction = {
      key: 'command:a:whisper', project: 'demo', entity: 'command:a', destination: 'slack:#signal', family: null, summary: 'answer',
      action: { kind: 'whisper', channel: '#signal', user: 'U1', responseUrl: null, text: [] },
    };
    on.edge.answer = () => NOT_THERE;
    await on.store.commit({ at: on.clock.now, actions: [whisper] });
    await new Dispatcher(on.rt).drain();
    on.edge.answer = () => null;
    on.clock.now += SLACK_AGAIN;
    expect(await tick()).toEqual([]);
  });
});

describe('a warning about a channel', () => {
  it('ends when the bot was invited, and that of another channel stays', async () => {
    await raise(on.rt, ['#a', '#ab'].map((c) => ({ key: channelWarning('demo', c), project: 'demo', text: `${c}: invite the bot.`, urgency: 'log' as const })));
    const check = async (channels: readonly string[]): Promise<{ channel: string; ok: boolean }[]> => channels.map((channel) => ({ channel, ok: channel === '#a' }));
    await lookAtChannels({ ...on.rt, slack: Object.assign(on.edge, { check }) });
    expect(await warned()).toEqual(['#ab: invite the bot.']);
  });
});

describe('a row that is not wanted any more when it is tried again', () => {
  it('is no longer warned of', async () => {
    const id = await silent();
    const incident = await on.store.incident(id);
    if (!incident) throw new Error('no incident');
    const reply: PlannedAction = {
      key: `incident:${id}:reply:99:#signal`, project: 'demo', entity: `incident:${id}`, destination: 'slack:#signal', family: null, summary: 'reply in #signal',
      action: { kind: 'reply', incident: id, channel: '#signal', fact: 1 },
    };
    await on.store.commit({ at: on.clock.now, actions: [reply] });
    await new Dispatcher(on.rt).drain();
    expect(await warned()).toHaveLength(2);
    await on.store.commit({ at: on.clock.now, incidents: [{ expected: incident.revision, incident: { ...incident, revision: incident.revision + 1, facts: incident.facts.filter((f) => f.n !== 1) } }] });
    await on.store.reviveAction(reply.key, on.clock.now);
    await new Dispatcher(on.rt).drain();
    expect(await warned()).toHaveLength(1);
  });
});
