import { createHash } from 'node:crypto';
import { exampleFor } from '../../commands/examples.ts';
import { parseCommand } from '../../commands/grammar.ts';
import { mistakeReply, refusalReply } from '../../commands/replies.ts';
import type { Needs, Outcome, Scene, Spoken, Verb } from '../../commands/verb.ts';
import type { AuditEntry } from '../../domain/notice.ts';
import { actorName, type Verdict } from '../../domain/person.ts';
import { plainText, type Text } from '../../domain/text.ts';
import { moment } from '../../domain/time.ts';
import type { Bundle } from '../commit.ts';
import { actsOfCommand } from '../platform-acts.ts';
import { Ledger } from './ledger.ts';
import type { Lookups } from './lookups.ts';

/** How one line ended. `mistake`: it is no command as it stands. */
export type Ending = Outcome['verdict'] | 'mistake';

export interface Answered {
  readonly line: string;
  readonly ending: Ending;
  readonly reply: Text;
  /** Its true answer comes with what became of it. */
  readonly later: boolean;
  /** Whether its speaker may could not be looked up. */
  readonly unsure: boolean;
}

/** What the lines of one comment, or one click, change together, and what each is answered. */
export interface Run {
  readonly answers: readonly Answered[];
  readonly bundle: Bundle;
  readonly recheck: boolean;
}

/**
 * Runs lines one after the other, each on what the ones before it have changed. Nothing is written: that is for the
 * caller, in one transaction.
 */
export async function runLines(scene: Scene, lines: readonly string[], spoken: Spoken, lookups: Lookups): Promise<Run> {
  const ledger = new Ledger(scene);
  const answers: Answered[] = [];
  let recheck = false;
  for (const [i, line] of lines.entries()) {
    // Lines of one comment are said one after the other, though GitHub tells one moment, in whole seconds, for all.
    const said: Spoken = { ...spoken, at: spoken.at + i, source: `${spoken.source}:${i + 1}` };
    const { outcome, ending, verb, looked, unsure } = await runLine(ledger.scene, line, said, lookups);
    ledger.add(outcome);
    ledger.note(auditOf(scene, line, said, ending, verb, { looked, ...ending === 'refused' || ending === 'mistake' ? { told: digestOf(outcome.reply) } : {} }));
    recheck ||= outcome.recheck === true || (outcome.quiets ?? []).length > 0 || (outcome.events ?? []).some((e) => e.kind === 'exception' || e.kind === 'sign-off');
    answers.push({ line, ending, reply: outcome.reply, later: outcome.later ?? false, unsure });
  }
  return { answers, bundle: ledger.bundle(), recheck };
}

interface Line {
  readonly outcome: Outcome;
  readonly ending: Ending;
  readonly verb: string | null;
  /** What the right to it rests on, for the audit. */
  readonly looked: unknown;
  readonly unsure: boolean;
}

async function runLine(scene: Scene, line: string, spoken: Spoken, lookups: Lookups): Promise<Line> {
  const parsed = parseCommand(line, scene, spoken);
  if (!parsed.ok) {
    const { mistake, verb } = parsed;
    const reply = mistakeReply(line, { ...mistake, example: exampleFor(line, mistake, verb, scene, spoken) }, verb);
    return { outcome: { verdict: 'refused', reply }, ending: 'mistake', verb: verb?.name ?? null, looked: null, unsure: false };
  }
  const { verb, args } = parsed;
  const needs = verb.needs(args, scene, spoken);
  const right = await rightOf(scene, needs, spoken, lookups);
  const looked = { allowed: needs.allowed, verdict: right };
  if (right !== 'yes') return { outcome: refused(scene, verb, needs, right, spoken), ending: 'refused', verb: verb.name, looked, unsure: right === 'unknown' };
  const decided = verb.run(args, scene, spoken, await lookups.found(scene.project, needs));
  const outcome = { ...decided, events: [...decided.events ?? [], ...actsOfCommand(verb, decided, spoken, scene)] };
  return { outcome, ending: outcome.verdict, verb: verb.name, looked, unsure: false };
}

/** What tells one answer from another, for the record. */
export const digestOf = (reply: Text): string => createHash('sha256').update(plainText(reply)).digest('hex').slice(0, 16);

/** Whether the speaker may: looked up live, and denied where it cannot be (behaviour 24). */
async function rightOf(scene: Scene, needs: Needs, { actor }: Spoken, lookups: Lookups): Promise<Verdict | 'unlinked'> {
  if (needs.allowed === 'everyone') return 'yes';
  if (actor.login === null) return 'unlinked';
  const verdicts = await lookups.members(scene.project, needs.allowed, [actor.login]);
  return verdicts.get(actor.login.toLowerCase()) ?? 'unknown';
}

const refused = ({ limitUntil, now }: Scene, verb: Verb, needs: Needs, why: 'unlinked' | 'no' | 'unknown', spoken: Spoken): Outcome =>
  ({ verdict: 'refused', reply: refusalReply({ verb, allowedAs: needs.allowedAs, why, spoken, again: limitUntil ? moment(limitUntil, now) : null }) });

const auditOf = (scene: Scene, line: string, spoken: Spoken, ending: Ending, verb: string | null, more: object): AuditEntry => ({
  at: scene.now, project: scene.project.name, entity: `command:${spoken.source}`, what: ending, actor: actorName(spoken.actor),
  evidence: { line: line.slice(0, 1_000), verb, surface: spoken.actor.surface, slack: spoken.actor.slack, delivery: spoken.delivery, url: spoken.url, saidAt: spoken.at, ...more },
});
