import type { types } from '@slack/bolt';
import type { Button, ButtonTarget } from '../../domain/action.ts';
import type { Incident } from '../../domain/incident.ts';

/** The verbs that a click can stand for. */
export const VERBS = ['ack', 'unack', 'snooze', 'unsnooze', 'approve', 'reject', 'object', 'withdraw'] as const satisfies readonly Button['verb'][];

/** Verbs that need a reason: their click opens a dialog that asks for it. */
export const ASKING = ['reject', 'object'] as const satisfies readonly Button['verb'][];

/** Verbs that are said of an incident; the others are said of a proposal. */
const OF_INCIDENTS: ReadonlySet<Button['verb']> = new Set(['ack', 'unack', 'snooze', 'unsnooze']);

/** Whether the verb can be said of that: an approval that names no proposal is none of the only one that is open. */
export const isAbout = (verb: Button['verb'], about: ButtonTarget): boolean => OF_INCIDENTS.has(verb) === 'incident' in about;

/** How long the menu offers to snooze, as the command takes it, and in words. */
const SNOOZES = [['1d', '1 day'], ['3d', '3 days'], ['1w', '1 week'], ['next-release', 'Until the next release']] as const;

/** Slack takes 25 pieces in one row, 75 characters on a button, 150 in a menu's value. */
const MAX_BUTTONS = 25;
const MAX_LABEL = 75;
const MAX_CHOICE = 150;

/** What can be done about an incident by a click, as it stands now. */
export function incidentButtons(incident: Incident): readonly Button[] {
  if (incident.state !== 'open') return [];
  const about = { incident: incident.id };
  if (incident.snooze !== null) return [{ verb: 'unsnooze', label: 'Wake it', style: null, about }];
  const first: Button = incident.acknowledged === null
    ? { verb: 'ack', label: 'I have it', style: 'primary', about }
    : { verb: 'unack', label: 'Give it back', style: null, about };
  return [first, { verb: 'snooze', label: 'Snooze…', style: null, about }];
}

/** The buttons as one row below a message; none where there is nothing to press. */
export function actionsBlock(buttons: readonly Button[]): types.ActionsBlock[] {
  const seen = new Map<string, number>();
  const elements = buttons.slice(0, MAX_BUTTONS).flatMap((button) => {
    const n = (seen.get(button.verb) ?? 0) + 1;
    seen.set(button.verb, n);
    // Slack wants each id once within the row.
    return element(button, `arch:${button.verb}${n === 1 ? '' : `:${n}`}`);
  });
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

function element(button: Button, action_id: string): (types.Button | types.StaticSelect)[] {
  const label = Array.from(button.label);
  const text: types.PlainTextElement = { type: 'plain_text', text: (label.length <= MAX_LABEL ? button.label : `${label.slice(0, MAX_LABEL - 1).join('')}…`) || button.verb };
  if (button.verb === 'snooze') return snoozeMenu(button.about, action_id, text);
  const style = button.style ?? (button.verb === 'approve' ? 'primary' : null);
  return [{ type: 'button', action_id, text, value: JSON.stringify(button.about), ...(style === null ? {} : { style }) }];
}

/** A menu whose values carry how long and what for: `3d <incident>`. Only incidents are snoozed, and their ids fit. */
function snoozeMenu(about: ButtonTarget, action_id: string, placeholder: types.PlainTextElement): types.StaticSelect[] {
  if (!('incident' in about) || about.incident.length > MAX_CHOICE - 20) return [];
  const options = SNOOZES.map(([choice, words]): types.PlainTextOption => ({ text: { type: 'plain_text', text: words }, value: `${choice} ${about.incident}` }));
  return [{ type: 'static_select', action_id, placeholder, options }];
}

/** What a click says: its verb, what was chosen in a menu, and what it is about, not yet checked; null for what is no button of ours. */
export function readElement(element: { action_id: string; value?: string | undefined; chosen?: string | undefined }): { verb: string; choice: string | null; about: unknown } | null {
  const verb = /^arch:([a-z]+)(?::\d+)?$/.exec(element.action_id)?.[1];
  if (verb === undefined) return null;
  const [, choice, incident] = /^([a-z0-9-]{1,20}) (.+)$/.exec(element.chosen ?? '') ?? [];
  return choice === undefined ? { verb, choice: null, about: parsed(element.value ?? '') } : { verb, choice, about: { incident } };
}

/** A value that is no JSON is about nothing. */
function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** The buttons in words, for a preview. */
export const buttonWords = (buttons: readonly Button[]): string => buttons.map((b) => `[${b.label}]`).join(' ');
