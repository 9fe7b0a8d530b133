import { z } from 'zod';
import { CRITERIA, type CriterionResult } from '../../domain/ladder.ts';
import type { Besides, Matter, Proposal, ProposalPull, StepMeaning, Vote } from '../../domain/proposal.ts';
import { audience } from './action.ts';
import { conflictCase, exitTest, switchEntry } from './conflict.ts';
import { issueRef, messageRef } from './incident.ts';
import { platform } from './job.ts';
import { doc, number, numberOrNull, of, text, textOrNull } from './of.ts';

const surface = z.enum(['github', 'slack']);

const onOff = z.enum(['off', 'on']);
const meaning = of<StepMeaning>()(doc({ name: text, grants: z.array(text), build: onOff, release: onOff, components: z.array(text).exactOptional(), branches: z.array(text).optional() }));
const criterion = z.enum(CRITERIA);
const result = of<CriterionResult>()(doc({
  criterion, step: number, verdict: z.enum(['met', 'unmet', 'unknown']), because: text,
  links: z.array(doc({ words: text, link: text })), exceptedUntil: numberOrNull,
}));

const board = z.enum(['informing', 'blocking']);
const besides = of<Besides>()(z.discriminatedUnion('kind', [
  doc({ kind: z.literal('switch'), file: text, repo: textOrNull, at: textOrNull, controls: z.enum(['build', 'release']), components: z.array(text), branches: z.array(text), to: onOff }),
  doc({ kind: z.literal('build'), to: onOff }),
  doc({ kind: z.literal('board'), job: text, from: board.nullable(), to: board.nullable() }),
]));
const pull = of<ProposalPull>()(doc({ repo: text, number, url: text, state: z.enum(['open', 'merged', 'closed']), into: text.optional(), inVain: z.literal(true).optional(), by: textOrNull, at: numberOrNull }));

const matter = of<Matter>()(z.discriminatedUnion('kind', [
  doc({ kind: z.literal('mute'), platform, job: text, jobName: text, until: number, reason: text }),
  doc({
    kind: z.literal('step'), platform, from: number, to: number, before: meaning, after: meaning,
    because: z.array(criterion), evidence: z.array(result), asked: textOrNull, besides: z.array(besides).optional(), sooner: z.array(text).optional(), opposite: doc({ to: number, name: text, because: z.array(criterion) }).optional(), names: z.array(doc({ step: number, name: text })).optional(), warned: issueRef.nullish(),
  }),
  doc({
    kind: z.literal('board'), platform, job: text, jobName: text, branch: textOrNull, from: board, to: board,
    because: z.array(criterion), evidence: z.array(result), days: number,
  }),
  doc({ kind: z.literal('deactivate'), platform, remedy: z.enum(['deactivate', 'waive']), branch: text, components: z.array(text), case: conflictCase }),
  doc({
    kind: z.literal('reactivate'), platform, branch: text, components: z.array(text), conflict: text, partly: z.literal(true).optional(), removed: z.array(switchEntry), diff: textOrNull,
    byHand: textOrNull, reactivation: issueRef.nullable(), exit: exitTest, because: text, off: number,
  }),
]));

const vote = of<Vote>()(doc({
  kind: z.enum(['approve', 'reject', 'object', 'withdraw', 'lapse']),
  by: text, surface, at: number, edition: number, reason: textOrNull, unconfirmed: z.array(text).optional(),
}));

export const proposal = of<Proposal>()(doc({
  id: text,
  project: text,
  repo: text,
  matter,
  revision: number,
  shown: number,
  edition: number,
  editionAt: number,
  state: z.enum(['open', 'approved', 'rejected', 'withdrawn', 'expired', 'invalid']),
  proposer: doc({ by: text, surface, at: number }),
  recused: z.array(text),
  deciders: z.array(text),
  quorum: number,
  objectors: z.array(text),
  expiresAt: number,
  latestEnd: numberOrNull,
  warnAt: numberOrNull,
  votes: z.array(vote),
  decidedAt: numberOrNull,
  because: textOrNull,
  issue: issueRef.nullable(),
  messages: z.record(text, messageRef),
  pull: pull.nullish(),
  inForceAt: number.nullish(),
  asker: audience.nullish(),
}));
