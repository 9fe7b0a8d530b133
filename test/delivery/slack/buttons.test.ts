import { describe, expect, it } from 'vitest';
import { wrongBlocks } from '../../../demo/stand-ins/slack/validate.ts';
import type { Button } from '../../../src/domain/action.ts';
import { actionsBlock, incidentButtons, readElement } from '../../../src/delivery/slack/buttons.ts';
import { renderMessage } from '../../../src/delivery/slack/render.ts';
import { about, gallery, incident, T0 } from './fixtures.ts';

const labels = (buttons: readonly Button[]): string[] => buttons.map((b) => b.label);
const snooze = { by: 'olga', at: T0, until: T0 + 1, reason: null };
const elements = (buttons: readonly Button[]) => actionsBlock(buttons).flatMap((b) => b.elements) as { type: string; action_id: string; value?: string; style?: string; text?: { text: string }; options?: { text: { text: string }; value: string }[] }[];
const vote = (verb: Button['verb'], over: Partial<Button> = {}): Button => ({ verb, label: verb, style: null, about: { proposal: 'p', edition: 3 }, ...over });

describe('the buttons of an incident', () => {
  it('offer what can be done about it as it stands', () => {
    expect(labels(incidentButtons(incident()))).toEqual(['I have it', 'Snooze…']);
    expect(labels(incidentButtons(incident({ acknowledged: { by: 'olga', at: T0 } })))).toEqual(['Give it back', 'Snooze…']);
    expect(labels(incidentButtons(incident({ snooze })))).toEqual(['Wake it']);
    expect(incidentButtons(incident({ state: 'dismissed' }))).toEqual([]);
    expect(incidentButtons(incident({ state: 'closed' }))).toEqual([]);
  });

  it('stand below its line in the message, and nothing stands there when it is over', () => {
    expect(renderMessage(about()).blocks.map((b) => b.type)).toEqual(['section', 'actions']);
    expect(renderMessage(about({ state: 'closed', closedBy: 'recovery' })).blocks.map((b) => b.type)).toEqual(['section']);
    for (const [title, subject] of gallery()) expect(wrongBlocks(renderMessage(subject).blocks), title).toEqual([]);
  });
});

describe('a row of buttons', () => {
  it('carries what each is about, and stresses the one that is wanted', () => {
    expect(elements([vote('approve'), vote('reject', { label: 'Reject…', style: 'danger' }), vote('object', { label: 'Object…' })]).map((e) => [e.action_id, e.style, e.value])).toEqual([
      ['arch:approve', 'primary', '{"proposal":"p","edition":3}'], ['arch:reject', 'danger', '{"proposal":"p","edition":3}'], ['arch:object', undefined, '{"proposal":"p","edition":3}'],
    ]);
  });

  it('has each id once, though a verb stands there twice', () => {
    const row = elements([vote('approve'), vote('approve', { about: { incident: 'i' } })]);
    expect(row.map((e) => e.action_id)).toEqual(['arch:approve', 'arch:approve:2']);
    expect(readElement({ action_id: 'arch:approve:2', value: row[1]?.value })).toEqual({ verb: 'approve', choice: null, about: { incident: 'i' } });
  });

  it('shows a snooze as a menu of durations that the command takes', () => {
    const [menu] = elements([vote('snooze', { label: 'Snooze…', about: { incident: 'i1' } })]);
    expect(menu?.type).toBe('static_select');
    expect(menu?.options?.map((o) => [o.text.text, o.value])).toEqual([['1 day', '1d i1'], ['3 days', '3d i1'], ['1 week', '1w i1'], ['Until the next release', 'next-release i1']]);
    expect(readElement({ action_id: 'arch:snooze', chosen: '1w i1' })).toEqual({ verb: 'snooze', choice: '1w', about: { incident: 'i1' } });
  });

  it('fits into what Slack takes, whatever its labels and however many there are', () => {
    const many = Array.from({ length: 40 }, (_, n) => vote('ack', { label: '😀'.repeat(100), about: { incident: `${n}${'x'.repeat(290)}` } }));
    expect(wrongBlocks(actionsBlock(many))).toEqual([]);
    expect(wrongBlocks(actionsBlock([vote('ack', { label: '' }), vote('snooze', { about: { incident: 'x'.repeat(200) } })]))).toEqual([]);
    expect(actionsBlock([])).toEqual([]);
  });
});
