import { section, type Rendering } from './blocks.ts';
import { prose } from './inert.ts';

/** What fits into the sections of one message that only repeats what would have been written elsewhere. */
const SHADOW_LENGTH = 8_000;

/** An operator's notice: what, where, what to do; our sentence, with names from outside in it. */
export function renderNotice(text: string): Rendering {
  const shown = prose(text, 2_800) || '(empty)';
  return { text: shown, blocks: [section(shown)] };
}

/** A text that would have been written elsewhere, shown as it is, in as many sections as it takes. */
export function renderShadow(text: string): Rendering {
  const whole = prose(text, SHADOW_LENGTH) || '(empty)';
  const blocks: Rendering['blocks'] = [];
  for (let rest = whole; rest !== '';) {
    const part = head(rest);
    blocks.push(section(part));
    rest = rest.slice(part.length).replace(/^\n+/, '');
  }
  return { text: prose(text, 3_000) || '(empty)', blocks };
}

/** The first piece that a section can hold: up to a line's end, else up to a space, and never through an entity. */
function head(text: string): string {
  const most = 2_800;
  if (text.length <= most) return text;
  const piece = text.slice(0, most);
  const end = piece.lastIndexOf('\n') > 0 ? piece.lastIndexOf('\n') : piece.lastIndexOf(' ') > 0 ? piece.lastIndexOf(' ') : most;
  return piece.slice(0, end).replace(/[\ud800-\udbff]$/, '').replace(/&[a-z]{0,4}$/, '');
}
