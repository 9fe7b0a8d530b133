/** Longer commands are cut: a person writes none. */
const LONGEST = 4_000;
/** A reason's length in a dialog and after it. */
export const LONGEST_REASON = 500;

/** What Slack makes of addresses, people and channels in a text: `<target>` or `<target|label>`. */
const MARKED = /<([^<>|\s][^<>|]*)(?:\|([^<>]*))?>/g;

/** A command's text as the person typed it: without Slack's escapes and markup, on one line, of a length that a person writes. */
export function typed(text: string): string {
  const whole = text.slice(0, LONGEST * 3).toWellFormed().replace(MARKED, (all, target: string, label?: string) => unmarked(all, target, label));
  return cleaned(unescaped(whole)).slice(0, LONGEST).toWellFormed();
}

/** A dialog's reason: it comes as it was typed; empty where there is nothing to see. */
export function reasonOf(text: string): string {
  const reason = cleaned(text.slice(0, LONGEST_REASON * 4).toWellFormed()).slice(0, LONGEST_REASON).toWellFormed();
  return /[^\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u.test(reason) ? reason : '';
}

const cleaned = (text: string): string => text.replace(/[\p{Cc}\s]+/gu, ' ').trim();

const unescaped = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

function unmarked(all: string, target: string, label: string | undefined): string {
  if (target.startsWith('@') || target.startsWith('#')) return `${target[0]}${label ?? target.slice(1)}`;
  if (target.startsWith('!subteam^')) return label ?? `@${target.slice(9)}`;
  if (target.startsWith('!')) return `@${target.slice(1).split('^')[0] ?? ''}`;
  if (!/^(?:https?:\/\/|mailto:|tel:)/i.test(target)) return all;
  // Slack puts the scheme before an address that was typed without one; with any other label the address is what was meant.
  const added = label !== undefined && target.replace(/^(?:https?:\/\/|mailto:|tel:)/i, '').replace(/\/$/, '') === label.replace(/\/$/, '');
  return added ? label : target;
}
