import { z } from 'zod';
import type { PlatformEvent } from '../../domain/event.ts';
import type { FileChange } from '../../domain/file-change.ts';
import { CRITERIA } from '../../domain/ladder.ts';
import { platform } from './job.ts';
import { doc, number, of, text, textOrNull } from './of.ts';

const change = of<FileChange>()(doc({
  repo: text, commit: doc({ sha: text, url: text, author: textOrNull }),
  pull: doc({ number, url: text, author: textOrNull, mergedBy: textOrNull }).nullable(),
}));

const common = { id: text, project: text, platform, at: number };

export const platformEvent = of<PlatformEvent>()(z.discriminatedUnion('kind', [
  doc({ ...common, kind: z.literal('step'), from: number, to: number, by: textOrNull, url: textOrNull, proposal: textOrNull, change: change.nullish() }),
  doc({ ...common, kind: z.literal('sign-off'), group: text, by: text, url: textOrNull }),
  doc({ ...common, kind: z.literal('exception'), criterion: z.enum(CRITERIA), until: number, reason: text, by: text, url: textOrNull }),
  doc({ ...common, kind: z.literal('owners'), owners: z.array(text) }),
  doc({ ...common, kind: z.literal('act'), by: text, what: text }),
  doc({ ...common, kind: z.literal('adopted'), step: number }),
]));
