import type { Server } from '../../../demo/stand-ins/common/server.ts';
import { spec } from '../../sweep/people.ts';
import type { Flow } from '../../sweep/flows/index.ts';

/** The answer to the next such request is lost, though it takes effect. */
const loses = (server: Server, path: RegExp): void => { server.faults.add({ kind: 'cut-after', match: { method: 'POST', path } }); };

/** What was posted and filed is looked for, because its answer was lost: so that looking can fail as well. */
export const lostAnswers: Flow = {
  name: 'looking after lost answers',
  spec: spec({ extra: 'escalation: { remind_after: 24h, escalate_after: 72h, to: ["@demo/signal"] }' }),
  steps: [
    (w) => {
      loses(w.github, /\/issues$/);
      loses(w.slack, /chat\.postMessage$/);
      return w.runs('linux/s390x e2e', 'FFF');
    },
    (w) => {
      loses(w.github, /\/issues\/\d+\/comments$/);
      loses(w.slack, /chat\.postMessage$/);
      return w.runs('linux/s390x e2e', 'PP');
    },
  ],
  ends: [/#1 closed/, /green again/, /mentions: @demo\/s390x-owners on #1$/m],
};
