import { z } from 'zod';
import type { Ping, Warning } from '../../domain/notice.ts';
import { of } from './of.ts';

export const pingMode = of<Ping['mode']>()(z.enum(['live', 'shadow', 'dry']));
export const urgency = of<Warning['urgency']>()(z.enum(['now', 'lasting', 'log']));
