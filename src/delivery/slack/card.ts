import type { Button, Card } from '../../domain/action.ts';
import type { Text } from '../../domain/text.ts';
import type { Rendering } from './blocks.ts';
import { actionsBlock, buttonWords } from './buttons.ts';
import { renderText } from './text.ts';

/** A document's message: what it says, and what can be pressed. */
export function cardRendering({ text, buttons }: { readonly text: Text; readonly buttons: readonly Button[] }): Rendering {
  const said = renderText(text);
  return { text: said.text, blocks: [...said.blocks, ...actionsBlock(buttons)] };
}

/** Cards in words, for a preview. */
export const cardWords = (cards: readonly Card[]): string =>
  cards.map(({ text, buttons }) => [renderText(text).text, ...(buttons.length > 0 ? [buttonWords(buttons)] : [])].join('\n')).join('\n\n');
