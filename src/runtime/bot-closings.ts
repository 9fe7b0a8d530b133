import type { GitHubEvent } from '../delivery/github/listen.ts';
import type { PlannedAction } from '../domain/action.ts';
import type { Incident } from '../domain/incident.ts';
import { says } from '../domain/text.ts';
import { isKeptEnough } from '../policy/acts.ts';
import type { IssueAct } from '../policy/people.ts';
import type { HeldDelivery } from '../store/store.ts';
import { answerTo } from './commands/answer.ts';
import type { Runtime } from './context.ts';
import { botWarning, raise } from './warnings.ts';

/** Times that the issue of one proposal or warning is opened again after a bot closed it: two programs must not go on for ever. */
const MOST_REOPENED = 3;

/** Somebody is told where a bot closes an incident's issue so often that it is not opened again any more. */
export async function warnOfBot(rt: Runtime, incident: Incident, act: IssueAct): Promise<void> {
  if (act.kind !== 'closed-by-bot' || incident.state !== 'open' || incident.issue === null || !isKeptEnough(incident)) return;
  await raise(rt, [{
    key: botWarning(incident), project: incident.project, urgency: 'now',
    text: `\`${act.by}\` goes on closing ${incident.issue.repo}#${incident.issue.number} while ${incident.platform} is broken, and Archsignal opens it no more. Exempt the label \`archsignal\` from that bot, then reopen the issue.`,
  }]);
}

/**
 * A bot closed the issue of a proposal or of a warning that stands: bots decide nothing, so it is opened again, with a word.
 * False: the event is about something else; what an incident's issue means is for its own rules.
 */
export async function handleBotClosing(rt: Runtime, held: HeldDelivery, event: GitHubEvent, repo: string): Promise<boolean> {
  if (event.event !== 'issues.closed' || !event.actor.bot || !event.issue) return false;
  const { number } = event.issue;
  const about = await rt.store.proposalByIssue(repo, number) ?? await rt.store.stepWarningByIssue(repo, number);
  if (about === null || about.issue?.number !== number) return false;
  const entity = 'deciders' in about ? `proposal:${about.id}` : `step-warning:${about.id}`;
  const actions = about.state === 'open' ? await reopening(rt, entity, event, number) : [];
  await rt.store.commit({ at: rt.now(), record: rt.mode === 'dry', actions, delivery: { id: held.id, attempts: held.attempts } });
  rt.wake();
  return true;
}

/** The issue's last text again, now to be open, and the word that says why; nothing where that was done often enough. */
async function reopening(rt: Runtime, entity: string, event: GitHubEvent, number: number): Promise<readonly PlannedAction[]> {
  const rows = await rt.store.entityActions(entity);
  const last = rows.findLast((r) => r.action.kind === 'ensure-document');
  if (last?.action.kind !== 'ensure-document' || rows.filter((r) => r.key.includes(':bot-')).length >= MOST_REOPENED) return [];
  const { action: document, project } = last;
  const source = `bot-${number}-${event.at}`;
  const word = says({ code: event.actor.login }, ' closed this issue, but what it is about stands, so it is open again. To keep the bot away, exempt the label ', { code: 'archsignal' }, ' from it.');
  return [
    answerTo({ surface: 'github', repo: document.repo, number }, [word], { source, project, since: event.at }),
    { ...last, key: `${entity}:${source}`, action: { ...document, issue: number, state: 'open' }, family: null, summary: `open ${document.repo}#${number} again` },
  ];
}
