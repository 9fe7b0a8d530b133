import { spec } from '../people.ts';
import { DAY } from '../world.ts';
import type { Flow } from './index.ts';

const E2E = 'linux/s390x e2e';
const UNIT = 'linux/s390x unit';

/** Two jobs break, one after the other; owners are reminded, others asked; both recover. */
export const breakage: Flow = {
  name: 'breakage to recovery',
  spec: spec({ extra: 'escalation: { remind_after: 24h, escalate_after: 72h, to: ["@demo/signal"] }' }),
  steps: [
    (w) => w.runs(E2E, 'FFF'),
    (w) => w.runs(UNIT, 'FFF'),
    (w) => w.pass(DAY),
    (w) => w.runs(UNIT, 'PP'),
    (w) => w.pass(2 * DAY),
    (w) => w.runs(E2E, 'PP'),
  ],
  ends: [/#1 closed/, /green again/, /mentions: @demo\/s390x-owners on #1, @demo\/s390x-owners on #1, @demo\/signal on #1$/m],
};
