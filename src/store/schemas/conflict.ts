import { z } from 'zod';
import type { PlaceCuts } from '../../domain/build-switch.ts';
import type { Blocker, Conflict, ConflictCase, ConflictEvidence, ConflictFact, ConflictTimes, ExitTest, Skip, SwitchEntry, SwitchPlan } from '../../domain/conflict.ts';
import type { LogEvidence } from '../../domain/signature.ts';
import type { Try } from '../../domain/incident.ts';
import { issueRef } from './incident.ts';
import { platform } from './job.ts';
import { doc, number, numberOrNull, of, text, textOrNull } from './of.ts';

const blocker = of<Blocker>()(z.discriminatedUnion('kind', [
  doc({ kind: z.enum(['pull', 'issue']), repo: text, number, url: text, title: text, author: textOrNull }),
  doc({ kind: z.literal('board'), release: textOrNull, jobs: z.array(doc({ key: text, name: text, url: textOrNull })) }),
]));

const logEvidence = of<LogEvidence>()(doc({ line: number, excerpt: text, platform, signature: text, says: text, onError: z.boolean() }));
const evidence = of<ConflictEvidence>()(doc({
  way: z.enum(['checks', 'log', 'board', 'said']), because: text, base: z.enum(['green', 'red', 'unknown']),
  checks: z.array(doc({ name: text, url: textOrNull, failure: textOrNull })), log: z.array(logEvidence),
}));

export const switchEntry = of<SwitchEntry>()(doc({ repo: textOrNull, file: text, at: textOrNull, entry: text, controls: z.enum(['build', 'release']) }));
const plan = of<SwitchPlan>()(doc({ removed: z.array(switchEntry), diff: textOrNull, byHand: textOrNull, elsewhere: z.array(text), waiting: z.array(text), fileOwners: z.array(text).optional() }));
export const exitTest = of<ExitTest>()(doc({ greens: number, jobs: z.array(text), upstream: textOrNull, released: doc({ by: text, at: number }).nullish() }));
const times = of<ConflictTimes>()(doc({
  detected: number, asked: numberOrNull, proposed: numberOrNull, approved: numberOrNull, off: numberOrNull, helped: numberOrNull, back: numberOrNull,
}));
const skip = of<Skip>()(doc({ by: text, at: number, reason: text }));
const tried = of<Try>()(doc({ source: text, by: text, at: number, text, url: textOrNull }));
const pull = doc({ repo: text, number, url: text });

const patch = doc({ diff: text, why: text });
export const placeCuts = of<PlaceCuts>()(doc({ file: text, at: textOrNull, cuts: z.array(doc({ entry: number, offset: number, piece: text })) }));

const shared = {
  blocker, evidence, times, fixBy: number, tries: z.array(tried), gaveUp: skip.nullable(), skips: z.array(skip), release: textOrNull,
  plan: plan.nullable(), exit: exitTest, earlier: number,
};

export const conflictCase = of<ConflictCase>()(doc({ ...shared, conflict: text, said: doc({ by: text, reason: text }).optional(), cut: numberOrNull, expiresAfter: number, oneMore: textOrNull }));

const fact = of<ConflictFact>()(doc({
  n: number, at: number, asks: z.array(text), detail: text,
  kind: z.enum([
    'opened', 'attempted', 'gave-up', 'skipped', 'extended', 'proposed', 'declined', 'approved', 'revoked', 'off', 'helped', 'did-not-help', 'others-changed',
    'reopened-issue', 'reminded', 'escalated', 'partly-back', 'back-asked', 'back-proposed', 'over',
  ]),
}));

export const conflict = of<Conflict>()(doc({
  ...shared, id: text, project: text, repo: text, platform, components: z.array(text), branch: text,
  remedy: z.enum(['deactivate', 'waive']),
  stage: z.enum(['fixing', 'proposing', 'deciding', 'doing', 'watching', 'returning', 'over']),
  outcome: z.enum(['fixed', 'unblocked', 'suspect', 'declined', 'dropped', 'waived', 'back', 'gone']).nullable(),
  round: number, revision: number, shown: number,
  openedBy: doc({ by: text, surface: z.enum(['github', 'slack']), at: number, reason: text.optional() }),
  owners: z.array(text), stuck: textOrNull,
  proposal: textOrNull, formerProposals: z.array(text), pull: pull.nullable(), patch: patch.nullish(), moot: pull.nullish(), revert: textOrNull.optional(), unmarked: z.array(placeCuts).optional(), reactivation: issueRef.nullable(),
  wishedBack: doc({ by: text, surface: z.enum(['github', 'slack']), at: number, reason: text, components: z.array(text).optional() }).nullish(),
  backProposal: textOrNull, backPull: pull.nullable(), backPatch: patch.nullish(), formerBackProposals: z.array(text),
  expiresAt: numberOrNull, remindAt: numberOrNull, againAt: numberOrNull,
  facts: z.array(fact),
}));
