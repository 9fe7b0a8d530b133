import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wrongView } from '../../../demo/stand-ins/slack/validate.ts';
import { dialogView } from '../../../src/delivery/slack/dialog.ts';
import { createSlack, type Forestall, type Slack, type SlackDelivery } from '../../../src/delivery/slack/index.ts';
import { says } from '../../../src/domain/text.ts';
import { Door, interaction, SECRET } from './door.ts';
import { silent } from './fixtures.ts';
import { SlackStandIn } from './stand-in.ts';

let standIn: SlackStandIn;
let slack: Slack;
let door: Door;
let deliveries: SlackDelivery[];
let forestall: Forestall;

beforeEach(async () => {
  forestall = () => Promise.resolve(null);
  standIn = new SlackStandIn();
  deliveries = [];
  slack = createSlack({
    botToken: 'xoxb-1', signingSecret: SECRET, apiUrl: await standIn.start(), log: silent, now: () => Date.now(), onDelivery: (d) => { deliveries.push(d); return Promise.resolve(true); },
    forestall: (...of) => forestall(...of),
  });
  door = new Door(slack);
  await door.open();
});
afterEach(async () => {
  await slack.stop();
  await door.close();
  await standIn.stop();
});

const about = { proposal: 'mute-7', edition: 2 };

/** Clicks whose verb cannot be said of what they are about: taken for a line they would decide about something else. */
const OTHERS = [
  ...['approve', 'reject', 'object', 'withdraw'].map((verb) => ({ action_id: `arch:${verb}`, value: JSON.stringify({ incident: 'i1' }) })),
  ...['ack', 'unack', 'snooze', 'unsnooze'].map((verb) => ({ action_id: `arch:${verb}`, value: JSON.stringify(about) })),
  { action_id: 'arch:reject', value: JSON.stringify({ proposal: 'mute-7 because\n/arch withdraw', edition: 2 }) },
];
const click = (verb: 'reject' | 'object' = 'reject', over: object = {}) => ({
  type: 'block_actions', user: { id: 'U9', team_id: 'T1' }, team: { id: 'T1' }, trigger_id: '1.2', response_url: standIn.apiUrl.replace('/api/', '/respond/U9'),
  channel: { id: 'C0000001', name: 'release-ci-signal' }, message: { ts: '100.1' }, actions: [{ action_id: `arch:${verb}`, action_ts: '5.5', value: JSON.stringify(about) }], ...over,
});
interface View { callback_id: string; private_metadata: string; title: { text: string }; blocks: { block_id: string; element: { action_id: string; max_length: number } }[] }
const view = (): View => standIn.views[0]?.view as unknown as View;
/** The dialog as Slack sends it back. */
const sent = (value: string) => ({ type: 'view_submission', user: { id: 'U9', team_id: 'T1' }, team: { id: 'T1' }, view: { ...view(), id: 'V1', state: { values: { reason: { reason: { type: 'plain_text_input', value } } } } } });

describe('a decision that needs a reason', () => {
  it('opens a dialog at once, and decides nothing yet', async () => {
    const answer = await door.post(interaction(click()));
    await slack.stop();
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(deliveries).toEqual([]);
    expect(standIn.views).toMatchObject([{ method: 'views.open', form: { trigger_id: '1.2' } }]);
    expect(view()).toMatchObject({ callback_id: 'arch:reject', title: { text: 'Reject' }, blocks: [{ block_id: 'reason', element: { action_id: 'reason', max_length: 500 } }] });
  });

  it('opens one dialog for a click that is told twice, and says nothing of a second that could not be opened', async () => {
    await Promise.all([door.post(interaction(click())), door.post(interaction(click()))]);
    await door.post(interaction(click('reject', { trigger_id: '1.3' })));
    await slack.stop();
    expect(standIn.views.map((v) => (v.form as { trigger_id?: string }).trigger_id)).toEqual(['1.2', '1.3']);
    expect(standIn.whispers).toEqual([]);
  });

  it('opens none where its speaker may not decide, or nothing is left to: that is said to them alone', async () => {
    const asked: unknown[] = [];
    forestall = (...of) => { asked.push(of); return Promise.resolve([says('Only release leads may.')]); };
    expect((await door.post(interaction(click()))).status).toBe(200);
    await slack.stop();
    expect(asked).toEqual([[{ verb: 'reject', about, place: expect.anything() as unknown }, { team: 'T1', user: 'U9' }, expect.any(Number) as number]]);
    expect([standIn.views, standIn.whispers.map((w) => [w.user, w.text])]).toEqual([[], [['U9', 'Only release leads may.']]]);
  });

  it('opens one where that cannot be found out', async () => {
    forestall = () => Promise.reject(new Error('the store is away'));
    await door.post(interaction(click()));
    await slack.stop();
    expect(standIn.views).toHaveLength(1);
  });

  it('is answered where the button does not say any more what it is about', async () => {
    for (const action of [{ action_id: 'arch:reject', value: '{' }, { action_id: 'arch:ack', value: '{}' }, ...OTHERS]) expect((await door.post(interaction(click('reject', { actions: [action] })))).status).toBe(200);
    await slack.stop();
    const said = 'What this button is about cannot be read any more, so nothing was changed. Type the command instead: `/arch help` lists them.';
    expect([standIn.views, deliveries, standIn.whispers.map((w) => [w.user, w.text])]).toEqual([[], [], Array.from({ length: 2 + OTHERS.length }, () => ['U9', said])]);
  });

  it('is stored with the reason when the dialog is sent, once though it is sent twice, and answered where it was begun', async () => {
    await door.post(interaction(click('object')));
    await slack.stop();
    const answers = [await door.post(interaction(sent('breaks kind on s390x'))), await door.post(interaction(sent('breaks kind on s390x')))];
    expect(await Promise.all(answers.map((a) => a.text()))).toEqual(['', '']);
    expect(new Set(deliveries.map((d) => d.id)).size).toBe(1);
    expect(deliveries[0]).toMatchObject({ event: 'view_submission', payload: {
      kind: 'button', verb: 'object', reason: 'breaks kind on s390x', about, member: { team: 'T1', user: 'U9' }, channel: { id: 'C0000001' }, message: { channel: 'C0000001', ts: '100.1' },
      responseUrl: standIn.apiUrl.replace('/api/', '/respond/U9'),
    } });
  });

  it('keeps the dialog open while the reason is missing', async () => {
    await door.post(interaction(click()));
    await slack.stop();
    const answer = await door.post(interaction(sent('  ')));
    expect(await answer.json()).toEqual({ response_action: 'errors', errors: { reason: 'A reason is needed, in a sentence.' } });
    for (const unseen of ['\u200B', ' \u202E\u0000\u2800 ', '\u{E0041}\uFE0F']) expect(await (await door.post(interaction(sent(unseen)))).json(), JSON.stringify(unseen)).toEqual({ response_action: 'errors', errors: { reason: 'A reason is needed, in a sentence.' } });
    const lost = sent('because');
    const unread = await door.post(interaction({ ...lost, view: { ...lost.view, private_metadata: '' } }));
    expect(await unread.json()).toMatchObject({ response_action: 'errors', errors: { reason: expect.stringContaining('cannot be read any more, so nothing was said') as string } });
    expect(deliveries).toEqual([]);
  });

  it('can be said in words where Slack opens no dialog', async () => {
    standIn.fault('views.open', { refuse: 'expired_trigger_id' });
    expect((await door.post(interaction(click()))).status).toBe(200);
    await slack.stop();
    expect(standIn.whispers.map((w) => [w.user, w.text])).toEqual([['U9', 'The dialog that asks for the reason could not be opened. Write it instead: `/arch reject mute-7 &lt;reason&gt;`. Nothing was changed.']]);
    standIn.fault('views.open', { status: 500 });
    await door.post(interaction(click('object', { response_url: undefined, trigger_id: '1.3' })));
    await slack.stop();
    expect(standIn.whispers[1]).toMatchObject({ by: 'channel', user: 'U9' });
  });

  it('is asked for in a form that Slack takes, however much travels with it', () => {
    const place = { channel: { id: 'C'.repeat(100), name: 'n'.repeat(100) }, message: { channel: 'C'.repeat(100), ts: '1'.repeat(100) }, responseUrl: `https://hooks.slack.com/${'x'.repeat(1_900)}` };
    for (const verb of ['reject', 'object'] as const) expect(wrongView(dialogView({ verb, about: { proposal: 'p'.repeat(300), edition: 7 }, place }), 'modal')).toEqual([]);
  });
});
