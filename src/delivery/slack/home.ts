import type { types } from '@slack/bolt';
import type { Card } from '../../domain/action.ts';
import { section } from './blocks.ts';
import { actionsBlock } from './buttons.ts';
import { renderShort } from './text.ts';

/** Slack takes 100 blocks and about 250 KB in a page; we stay below, and leave room for the last line. */
const MAX_BLOCKS = 95;
const MAX_SIZE = 60_000;
/** Characters of one card: a page is there to be looked over. */
const MAX_CARD = 2_800;

/** A member's App Home: the cards below each other, a line between them; what does not fit is counted. */
export function homeView(cards: readonly Card[]): types.HomeView {
  const blocks: types.KnownBlock[] = [];
  let left = cards.length;
  let size = 0;
  for (const card of cards) {
    const rows = actionsBlock(card.buttons).map((row, i) => ({ ...row, block_id: `card:${cards.length - left}.${i}` }));
    const shown = [...(blocks.length === 0 ? [] : [{ type: 'divider' } as const]), ...renderShort(card.text, MAX_CARD).blocks, ...rows];
    size += JSON.stringify(shown).length;
    if (blocks.length + shown.length > MAX_BLOCKS || size > MAX_SIZE) break;
    blocks.push(...shown);
    left--;
  }
  if (left > 0) blocks.push({ type: 'divider' }, section(`… ${left} more ${left === 1 ? 'entry is' : 'entries are'} left out here; \`/arch status\` tells all of them.`));
  if (blocks.length === 0) blocks.push(section('There is nothing to show here now.'));
  return { type: 'home', blocks };
}
