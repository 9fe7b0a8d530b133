import { afterEach, beforeEach } from 'vitest';
import type { ActionResult, Button } from '../../../src/domain/action.ts';
import type { Incident } from '../../../src/domain/incident.ts';
import { says } from '../../../src/domain/text.ts';
import { createSlack, type Slack, type SlackAction, type Subject } from '../../../src/delivery/slack/index.ts';
import { briefing, HOUR, silent, T0 } from './fixtures.ts';
import { SlackStandIn } from './stand-in.ts';

export const CHANNEL = '#release-ci-signal';
export const ID = 'C0000001';
export const first = { look: false };
export const again = { look: true };

export const connect = (apiUrl: string, timeout = 2_000, now = (): number => T0 + 2 * HOUR): Slack => createSlack({
  botToken: 'xoxb-1', signingSecret: 'secret', apiUrl, log: silent, onDelivery: () => Promise.resolve(true), now, timeout,
});

/** A stand-in and a program that speaks to it, new for each test of the file. */
export function useSlack(): { standIn: SlackStandIn; slack: Slack } {
  const pair = {} as { standIn: SlackStandIn; slack: Slack };
  beforeEach(async () => {
    pair.standIn = new SlackStandIn();
    pair.standIn.clock = T0 / 1000 + 3600;
    pair.slack = connect(await pair.standIn.start());
  });
  afterEach(async () => {
    await pair.slack.stop();
    await pair.standIn.stop();
  });
  return pair;
}

export const message = (i: Incident): SlackAction => ({ kind: 'ensure-message', incident: i.id, channel: CHANNEL, shown: i.shown, issue: i.issue?.number ?? null });
export const reply = (i: Incident, fact: number): SlackAction => ({ kind: 'reply', incident: i.id, channel: CHANNEL, fact });
export const notice = (text = 'Source grid of kubernetes has not answered for 2 h.', warning = 'source:kubernetes:grid:1:raised'): SlackAction =>
  ({ kind: 'notice', channel: CHANNEL, warning, text });

export const subject = (i: Incident): Subject => ({ incident: i, briefing });

/** The incident as the runtime stores it after the receipt. */
export function posted(i: Incident, result: ActionResult): Incident {
  if (!result.ok || result.receipt.kind !== 'message') throw new Error(JSON.stringify(result));
  return { ...i, messages: { [CHANNEL]: { channel: result.receipt.channel, ts: result.receipt.ts } } };
}

export const refusal = (result: ActionResult): string => !result.ok && !result.retry ? result.reason : `not a refusal: ${JSON.stringify(result)}`;

export const proposal = { kind: 'proposal', id: 'mute-7' } as const;
export const votes: readonly Button[] = [
  { verb: 'approve', label: 'Approve', style: 'primary', about: { proposal: 'mute-7', edition: 2 } },
  { verb: 'reject', label: 'Reject…', style: 'danger', about: { proposal: 'mute-7', edition: 2 } },
];
export const card = (over: Partial<Extract<SlackAction, { kind: 'ensure-card' }>> = {}): SlackAction => ({
  kind: 'ensure-card', document: proposal, channel: CHANNEL, at: null, since: T0, text: [says({ bold: 'Mute ci-e2e until Friday?' }, ' 0 of 2 approvals.')], buttons: votes, shown: 1, ...over,
});
export const whisper = (over: Partial<Extract<SlackAction, { kind: 'whisper' }>> = {}): SlackAction =>
  ({ kind: 'whisper', channel: ID, user: 'U9', responseUrl: null, text: [says('You have ', { code: 'linux/s390x' }, '.')], ...over });
