import { z } from 'zod';
import type { Block, Span } from '../../domain/text.ts';
import { doc, of, text } from './of.ts';
import type { Writable } from './of.ts';

const span = of<Span>()(z.union([text, doc({ code: text }), doc({ bold: text }), doc({ words: text, link: text }), doc({ mention: text })]));
const spans = z.array(span);
const block: z.ZodType<Block, Writable<Block>> = z.lazy(() => z.discriminatedUnion('kind', [
  doc({ kind: z.literal('paragraph'), spans }),
  doc({ kind: z.literal('list'), items: z.array(spans) }),
  doc({ kind: z.literal('table'), head: z.array(text), rows: z.array(z.array(spans)) }),
  doc({ kind: z.literal('code'), text, language: text }),
  doc({ kind: z.literal('details'), summary: text, blocks: z.array(block) }),
]));

/** A text for people, as a stored row carries it. */
export const textBlocks = z.array(block);
