import type { GitHubAction } from './executor.ts';
import { called } from './compose.ts';
import { bodySection } from './render/body.ts';
import { factText } from './render/fact.ts';
import { LONGEST_BODY } from './render/limits.ts';
import { lastFact, type Subject } from './render/telling.ts';
import { title } from './render/title.ts';

/** What an action would write, with every mention made inert. */
export interface Preview {
  readonly title: string;
  readonly body: string;
  /** Whom it would mention. */
  readonly asks: readonly string[];
}

/** For a dry run and for shadow mode: the texts of an action, without a request. */
export function preview(action: GitHubAction, subject: Subject): Preview {
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
    default: return action satisfies never;
  }
}
