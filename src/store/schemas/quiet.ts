import { z } from 'zod';
import type { Quiet } from '../../domain/quiet.ts';
import { platform } from './job.ts';
import { doc, number, of, text, textOrNull } from './of.ts';

const common = {
  id: text, project: text, revision: number, platform, from: number, to: number, reason: textOrNull, by: text, at: number,
  ended: doc({ by: text, at: number }).nullable(),
};

export const quiet = of<Quiet>()(z.discriminatedUnion('kind', [
  doc({ ...common, kind: z.literal('downtime') }),
  doc({ ...common, kind: z.literal('mute'), job: text, jobName: text, proposal: textOrNull }),
]));
