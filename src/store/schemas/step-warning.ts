import { z } from 'zod';
import { CRITERIA } from '../../domain/ladder.ts';
import type { FollowedBy, StepWarning, WarnedCriterion } from '../../domain/step-warning.ts';
import { issueRef, messageRef } from './incident.ts';
import { platform } from './job.ts';
import { doc, number, numberOrNull, of, text } from './of.ts';

const warned = of<WarnedCriterion>()(doc({
  criterion: z.enum(CRITERIA), kind: z.enum(['unmet', 'unknown']), since: number, days: number, earlier: z.boolean(),
  daysLeft: numberOrNull, expectedAt: numberOrNull, because: text, links: z.array(doc({ words: text, link: text })),
}));

const followedBy = of<FollowedBy>()(doc({ id: text, state: z.enum(['open', 'approved', 'rejected', 'withdrawn', 'expired', 'invalid']), issue: issueRef.nullable() }));

const named = doc({ number, name: text });

export const stepWarning = of<StepWarning>()(doc({
  id: text,
  project: text,
  repo: text,
  platform,
  step: named,
  below: named.nullable(),
  asked: number,
  revision: number,
  shown: number,
  state: z.enum(['open', 'dismissed', 'over']),
  turn: number,
  raisedAt: number,
  filedTurn: number,
  criteria: z.array(warned),
  sooner: z.array(text).optional(),
  owners: z.array(text),
  followedBy: followedBy.nullable(),
  dismissed: doc({ by: text, at: number }).nullable(),
  over: doc({ at: number, because: z.array(text) }).nullable(),
  issue: issueRef.nullable(),
  messages: z.record(text, messageRef),
}));
