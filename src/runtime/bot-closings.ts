import type { GitHubEvent } from '../delivery/github/listen.ts';
import type { OutboxRow, PlannedAction } from '../domain/action.ts';
import type { Incident, IssueRef } from '../domain/incident.ts';
import type { PlatformId } from '../domain/platform.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { StepWarning } from '../domain/step-warning.ts';
import { says, type Block } from '../domain/text.ts';
import { isKeptEnough } from '../policy/acts.ts';
import type { IssueAct } from '../policy/people.ts';
import type { HeldDelivery } from '../store/store.ts';
import { answerTo } from './commands/answer.ts';
import { isBusy } from './busy.ts';
import { isTurned } from './issue-now.ts';
import type { Runtime } from './context.ts';
import type { Tracked } from './tracked.ts';
import { fileAnew } from './lost-issues.ts';
import { botWarning, clear, raise } from './warnings.ts';

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

/** A proposal or a warning whose issue a bot closed. */
interface Closed {
  readonly entity: string;
  readonly project: string;
  readonly about: PlatformId;
  readonly issue: Pick<IssueRef, 'repo' | 'number'>;
  readonly bot: string;
  /** That is our own App, in a time that the store, put back from a backup, does not remember. */
  readonly own?: boolean;
  /** Tells one closing from the next. */
  readonly source: string;
  /** Since when a word about it may be there (epoch ms). */
  readonly since: number;
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
  const closed = { ...aboutOf(about), issue: about.issue, bot: event.actor.login, source: `bot-${number}-${event.at}`, since: event.at };
  const actions = about.state === 'open' && !await isTurned(rt, event) ? await reopening(rt, closed) : [];
  await rt.store.commit({ at: rt.now(), record: rt.mode === 'dry', actions, delivery: { id: held.id, attempts: held.attempts } });
  rt.wake();
  return true;
}

/** The same where no webhook told of it, and a look found the issue closed by this bot. */
export async function undoBotClosing(rt: Runtime, about: Proposal | StepWarning, { closedBy: bot, closedByUs: own = false }: { readonly closedBy: string | null; readonly closedByUs?: boolean }): Promise<void> {
  if (about.issue === null || about.state !== 'open') return;
  const of = aboutOf(about);
  const earlier = (await rt.store.entityActions(of.entity)).filter(isReopening).length;
  const actions = await reopening(rt, { ...of, issue: about.issue, bot: bot ?? SOME_BOT, own, source: `bot-${about.issue.number}-seen-${earlier}`, since: rt.now() });
  if (actions.length === 0) return;
  await rt.store.commit({ at: rt.now(), record: rt.mode === 'dry', actions });
  rt.wake();
}

/** Looks at the issues of open proposals for bots that closed them, and for what is gone, of which no webhook told; what people do there is a word, and needs their webhook. */
export async function lookAtProposals(rt: Runtime, { project }: Tracked): Promise<void> {
  if (rt.github === null || rt.mode !== 'live') return;
  const closed: Proposal[] = [];
  for (const proposal of await rt.store.proposals(project.name, rt.now())) {
    const { issue, state, id } = proposal;
    if (state !== 'open' || issue === null || issue.number <= 0 || await isBusy(rt, `proposal:${id}`)) continue;
    const now = await rt.github.issueNow(issue.repo, issue.number);
    if (now.state === 'missing') await fileAnew(rt, `proposal:${id}`, issue.number);
    if (!('locked' in now) || now.state === 'open' || !now.closedByBot) continue;
    await undoBotClosing(rt, proposal, now);
    closed.push(proposal);
  }
  await forgetBotClosings(rt, project.name, 'proposal', closed);
}

/** Somebody was told of issues that are not opened any more: that is over for all but these. */
export const forgetBotClosings = (rt: Runtime, project: string, kind: 'proposal' | 'step-warning', closed: readonly { readonly id: string }[]): Promise<void> =>
  clear(rt, project, `bot:${kind}:`, closed.map(({ id }) => warningOf(`${kind}:${id}`)));

/** Who closed it, where GitHub says no more than that it was a bot. */
const SOME_BOT = 'a bot';

const aboutOf = (about: Proposal | StepWarning): Pick<Closed, 'entity' | 'project' | 'about'> => 'deciders' in about
  ? { entity: `proposal:${about.id}`, project: about.project, about: about.matter.platform }
  : { entity: `step-warning:${about.id}`, project: about.project, about: about.platform };

const isReopening = (row: Pick<OutboxRow, 'key' | 'action'>): boolean => row.action.kind === 'ensure-document' && row.key.includes(':bot-');

const warningOf = (entity: string): string => `bot:${entity};`;

/** The issue's last text again, now to be open, and the word that says why; where that was done often enough, somebody is told instead. */
async function reopening(rt: Runtime, { entity, project, about, issue, bot, own, source, since }: Closed): Promise<readonly PlannedAction[]> {
  const rows = await rt.store.entityActions(entity);
  const last = rows.findLast((r) => r.action.kind === 'ensure-document');
  if (last?.action.kind !== 'ensure-document') return [];
  const { action: document } = last;
  if (rows.filter(isReopening).length >= MOST_REOPENED) {
    await raise(rt, [{ key: warningOf(entity), project, urgency: 'now', text: `\`${bot}\` goes on closing ${issue.repo}#${issue.number} about ${about}, and Archsignal opens it no more. Exempt the label \`archsignal\` from that bot, then reopen the issue.` }]);
    return [];
  }
  const word = own ? forgottenWord(entity.startsWith('proposal:')) : says({ code: bot }, ' closed this issue, but what it is about stands, so it is open again. To keep the bot away, exempt the label ', { code: 'archsignal' }, ' from it.');
  return [
    answerTo({ surface: 'github', repo: document.repo, number: issue.number }, [word], { source, project, since }),
    { ...last, key: `${entity}:${source}`, action: { ...document, issue: issue.number, state: 'open' }, family: null, summary: `open ${document.repo}#${issue.number} again` },
  ];
}

/** Nobody but those who decided can tell a restored store what they decided. */
const forgottenWord = (isProposal: boolean): Block => says('Archsignal had closed this issue, which its store, put back from a backup, does not remember, so it is open again. ', isProposal
  ? 'If it was decided meanwhile, whoever decided has to say so once more here: nothing of what they said counts any more.'
  : 'It is closed again by itself when the record shows that it is over.');
