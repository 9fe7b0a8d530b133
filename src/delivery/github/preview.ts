import type { IncidentAction, SlackAction } from '../../domain/action.ts';
import { coded, enumerated, says } from '../../domain/text.ts';
import type { GitHubAction } from './executor.ts';
import { called } from './ensure-issue.ts';
import { bodySection } from './render/body.ts';
import { factText } from './render/fact.ts';
import { titleWords } from './render/inert.ts';
import { LONGEST_BODY } from './render/limits.ts';
import { lastFact, type Subject } from './render/telling.ts';
import { markdown, mentions } from './render/text.ts';
import { title } from './render/title.ts';

/** What an action would write, with every mention made inert. */
export interface Preview {
  readonly title: string;
  readonly body: string;
  /** Whom it would mention. */
  readonly asks: readonly string[];
}

/** For a dry run and for shadow mode: the texts of an action, without a request. */
export function preview(action: GitHubAction, subject: Subject | null): Preview {
  switch (action.kind) {
    case 'react': return { title: `React with ${action.content} to comment ${action.comment} in ${action.repo}`, body: '', asks: [] };
    case 'post-comment': return { title: `Comment on ${action.repo}#${action.number}`, body: markdown(action.text, { mention: false }), asks: mentions(action.text) };
    case 'ensure-document': return { title: titleWords(action.title, 256), body: markdown(action.body, { mention: false }), asks: action.issue === null ? mentions(action.body) : [] };
    case 'ensure-switch-pull': return { title: `Pull request in ${action.repo} into ${titleWords(action.base, 100)}: ${titleWords(action.title, 256)}`, body: switchBody(action), asks: [...new Set([...mentions(action.body), ...action.reviewers])] };
    case 'ensure-pull-request': return { title: `Pull request in ${action.repo}: ${titleWords(action.title, 256)}`, body: markdown(action.body, { mention: false }), asks: mentions(action.body) };
    case 'close-pull-request': return { title: `Close the pull request ${action.repo}#${action.number}`, body: '', asks: [] };
    case 'ensure-check-run': return { title: `Check the configuration in ${action.repo} at ${action.sha.slice(0, 7)}${action.pull === null ? '' : ` (#${action.pull})`}`, body: '', asks: [] };
    default: return subject === null ? { title: `About incident ${action.incident}, which is not at hand`, body: '', asks: [] } : ofIncident(action, subject);
  }
}

/** What it says, and the lists that it turns, each once. */
function switchBody({ body, places, platform, to }: Extract<GitHubAction, { kind: 'ensure-switch-pull' }>): string {
  const lists = [...new Set(places.map(({ file, at }) => at === null ? file : `${file}: ${at}`))];
  return markdown([...body, says(`Turns ${platform} ${to} at `, ...enumerated(lists.map(coded)), '.')], { mention: false });
}

function ofIncident(action: Exclude<IncidentAction, SlackAction>, subject: Subject): Preview {
  const { incident } = subject;
  // In shadow mode there is a receipt and no issue: its number is 0.
  const place = !incident.issue?.number ? `the issue of ${incident.platform} in ${incident.repo}` : `${incident.repo}#${incident.issue.number}`;
  switch (action.kind) {
    case 'ensure-issue':
      return {
        title: title(subject),
        body: bodySection(subject, { told: lastFact(incident), mention: false, room: LONGEST_BODY }) ?? '',
        asks: incident.issue === null ? called(subject) : [],
      };
    case 'comment': {
      const fact = incident.facts.find((f) => f.n === action.fact);
      return { title: `Comment on ${place}`, body: fact ? factText(fact, subject, false) : '', asks: fact?.asks ?? [] };
    }
    case 'set-issue-state':
      return { title: `${action.state === 'closed' ? 'Close' : 'Reopen'} ${place}`, body: '', asks: [] };
    case 'unassign': return { title: `Unassign ${titleWords(action.login, 100)} from ${place}`, body: '', asks: [] };
    default: return action satisfies never;
  }
}
