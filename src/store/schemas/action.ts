import { z } from 'zod';
import type { Action, Audience, Button, Destination, DocumentRef, Edit, OutboxRow, Receipt } from '../../domain/action.ts';
import { SWITCH_FORMATS, type SwitchPlace } from '../../domain/build-switch.ts';
import { placeCuts } from './conflict.ts';
import { messageRef } from './incident.ts';
import { doc, number, numberOrNull, of, text, textOrNull } from './of.ts';
import { textBlocks } from './text.ts';

const documentRef = of<DocumentRef>()(doc({ kind: z.enum(['proposal', 'step', 'warning', 'board', 'report', 'conflict']), id: text }));
const edit = of<Edit>()(z.discriminatedUnion('kind', [
  doc({ kind: z.literal('owners'), project: text, platform: text, change: z.enum(['add', 'remove']), handle: text }),
  doc({ kind: z.literal('board'), project: text, platform: text, job: text, from: z.enum(['informing', 'blocking']), to: z.enum(['informing', 'blocking']) }),
  doc({ kind: z.literal('step'), project: text, platform: text, from: number, to: number }),
  doc({ kind: z.literal('platform'), project: text, platform: text, step: number, owners: z.array(text) }),
]));
export const audience = of<Audience>()(z.discriminatedUnion('surface', [
  doc({ surface: z.literal('github'), repo: text, number }),
  doc({ surface: z.literal('slack'), channel: text, user: text, responseUrl: textOrNull }),
]));
const switchPlace = of<SwitchPlace>()(doc({ file: text, format: z.enum(SWITCH_FORMATS), at: textOrNull }));
const button = of<Button>()(doc({
  verb: z.enum(['ack', 'unack', 'snooze', 'unsnooze', 'approve', 'reject', 'object', 'withdraw']), label: text,
  style: z.enum(['primary', 'danger']).nullable(), about: z.union([doc({ proposal: text, edition: number }), doc({ incident: text })]),
}));

const ofIncident = { incident: text };

export const action = of<Action>()(z.discriminatedUnion('kind', [
  doc({ ...ofIncident, kind: z.literal('ensure-issue'), generation: number, shown: number }),
  doc({ ...ofIncident, kind: z.literal('comment'), generation: number, fact: number }),
  doc({ ...ofIncident, kind: z.literal('set-issue-state'), generation: number, state: z.enum(['open', 'closed']), turn: number }),
  doc({ ...ofIncident, kind: z.literal('unassign'), generation: number, fact: number, login: text }),
  doc({ ...ofIncident, kind: z.literal('ensure-message'), channel: text, shown: number, issue: numberOrNull }),
  doc({ ...ofIncident, kind: z.literal('reply'), channel: text, fact: number }),
  doc({ kind: z.literal('notice'), channel: text, warning: text, text }),
  doc({ kind: z.literal('react'), repo: text, comment: number, content: z.enum(['eyes', 'confused']) }),
  doc({ kind: z.literal('post-comment'), repo: text, number, id: text, since: number, text: textBlocks }),
  doc({ kind: z.literal('ensure-document'), document: documentRef, repo: text, issue: numberOrNull, since: number, title: text, labels: z.array(text), body: textBlocks, state: z.enum(['open', 'closed', 'kept']), shown: number }),
  doc({ kind: z.literal('ensure-card'), document: documentRef, channel: text, at: messageRef.nullable(), since: number, text: textBlocks, buttons: z.array(button), shown: number }),
  doc({ kind: z.literal('card-reply'), document: documentRef, channel: text, parent: messageRef, id: text, since: number, text: textBlocks }),
  doc({ kind: z.literal('whisper'), channel: text, user: text, responseUrl: textOrNull, text: textBlocks, secret: z.boolean().optional() }),
  doc({ kind: z.literal('show-home'), user: text, cards: z.array(doc({ text: textBlocks, buttons: z.array(button) })) }),
  doc({ kind: z.literal('close-pull-request'), repo: text, number }),
  doc({ kind: z.literal('ensure-pull-request'), repo: text, branch: text, since: number, title: text, body: textBlocks, labels: z.array(text), reviewers: z.array(text).optional(), edit, tell: audience, note: textBlocks.optional() }),
  doc({
    kind: z.literal('ensure-switch-pull'), repo: text, branch: text, base: text, since: number, title: text, body: textBlocks, labels: z.array(text), reviewers: z.array(text), milestone: textOrNull,
    platform: text, to: z.enum(['off', 'on']), places: z.array(switchPlace), mark: doc({ proposal: text, link: text }), unmarked: z.array(placeCuts), releaseNote: text.optional(),
  }),
  doc({ kind: z.literal('ensure-check-run'), repo: text, repository: number, sha: text, pull: numberOrNull, id: text, since: number }),
]));

export const receipt = of<Receipt>()(z.discriminatedUnion('kind', [
  doc({ kind: z.literal('issue'), repo: text, number, url: text, state: z.enum(['open', 'closed']), shown: number, facts: number, comments: number }),
  doc({ kind: z.literal('comment'), url: text }),
  doc({ kind: z.literal('issue-state'), state: z.enum(['open', 'closed']) }),
  doc({ kind: z.literal('message'), channel: text, ts: text, shown: number, issue: numberOrNull }),
  doc({ kind: z.literal('reply'), ts: text }),
  doc({ kind: z.literal('notice'), channel: text, ts: text }),
  doc({ kind: z.literal('document'), repo: text, number, url: text, state: z.enum(['open', 'closed']), shown: number }),
  doc({ kind: z.literal('card'), channel: text, ts: text, shown: number }),
  doc({ kind: z.literal('pull-request'), repo: text, number, url: text, unmarked: z.array(placeCuts).optional() }),
  doc({ kind: z.literal('patch'), diff: text, why: text, unmarked: z.array(placeCuts) }),
  doc({ kind: z.literal('switched') }),
  doc({ kind: z.literal('check-run'), url: text }),
  doc({ kind: z.literal('done') }),
]));

export const destination = of<Destination>()(z.union([
  z.templateLiteral(['github:', z.string()]), z.templateLiteral(['slack:', z.string()]),
]));
export const outboxState = of<OutboxRow['state']>()(z.enum(['pending', 'leased', 'done', 'dead', 'superseded', 'recorded']));
