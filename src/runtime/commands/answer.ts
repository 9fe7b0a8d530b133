import { z } from 'zod';
import { combined, SILENT_AFTER, TIRED_AFTER } from '../../commands/replies.ts';
import type { Audience, PlannedAction } from '../../domain/action.ts';
import { says, type Text } from '../../domain/text.ts';
import type { ProposalChange } from '../../policy/world.ts';
import type { Runtime } from '../context.ts';
import { digestOf, type Answered } from './run.ts';

const HOUR = 3_600_000;

/** A comment, or a word to one Slack member. `source` tells what is answered, `n` which of its answers it is; `secret`: nobody but the member may ever read it. */
export function answerTo(audience: Audience, text: Text, { source, project, since, n = 1, secret = false }: { source: string; project: string; since: number; n?: number; secret?: boolean }): PlannedAction {
  const entity = `command:${source}`;
  if (audience.surface === 'github') {
    const { repo, number } = audience;
    return {
      key: `${entity}:post-comment:${n}`, project, entity, destination: `github:${repo}`, family: null, summary: `answer on ${repo}#${number}`,
      action: { kind: 'post-comment', repo, number, id: `answer.${source}.${n}`, since, text },
    };
  }
  const { channel, user, responseUrl } = audience;
  return {
    key: `${entity}:whisper:${n}`, project, entity, destination: `slack:@${user}`, family: null, summary: `answer ${user} in Slack`,
    action: { kind: 'whisper', channel, user, responseUrl, text, ...(secret ? { secret } : {}) },
  };
}

/** The reaction that says that a comment's commands were seen, or, where there is no answer, that they were refused. */
export const reactionTo = (repo: string, comment: number, content: 'eyes' | 'confused', { source, project }: { source: string; project: string }): PlannedAction => ({
  // Seen is one thing and answered another: a reaction that cannot be made holds back no answer.
  key: `command:${source}:react:${content}`, project, entity: content === 'eyes' ? `command:${source}:seen` : `command:${source}`, destination: `github:${repo}`, family: null,
  summary: `react to a comment in ${repo}`, action: { kind: 'react', repo, comment, content },
});

/** New proposals with where they were asked for: that is where their issue's link is told. */
export const askedFrom = (audience: Audience, proposals: readonly ProposalChange[] = []): readonly ProposalChange[] =>
  proposals.map((change) => change.expected === null ? { ...change, proposal: { ...change.proposal, asker: audience } } : change);

/** Whether there is anything to answer now: what is told with its pull request needs no word before. */
export const isDueNow = (answers: readonly Answered[]): boolean => answers.some((a) => !a.later);

/** What is answered where something was said on what is left of a project that is not tracked any more. */
export const endedReply = (project: string): Text => [says(
  { code: project }, ' is no longer tracked, so nobody follows what this is about, and what it shows is of when that ended. Nothing was changed. If it is settled, close its issue by hand; once the project is configured again, Archsignal goes on with it.',
)];

/** What all the lines are answered, in one text. */
export const textOf = (answers: readonly Answered[]): Text => combined(answers.map(({ line, reply }) => ({ line, reply })));

const told = z.object({ told: z.string() });

/**
 * Whether the person has been refused so often within the hour that these words would help nobody (a flood): they were told
 * the same already, or so much that they cannot be reading it.
 */
export async function isTired(rt: Runtime, actor: string, answers: readonly Answered[]): Promise<boolean> {
  if (answers.some((a) => a.ending === 'done' || a.ending === 'answered')) return false;
  const lately = (await rt.store.auditBy(actor, rt.now() - HOUR, SILENT_AFTER)).filter((a) => a.what === 'refused' || a.what === 'mistake');
  if (lately.length < TIRED_AFTER) return false;
  const known = new Set(lately.map((a) => told.safeParse(a.evidence).data?.told));
  return lately.length >= SILENT_AFTER || answers.every((a) => known.has(digestOf(a.reply)));
}
