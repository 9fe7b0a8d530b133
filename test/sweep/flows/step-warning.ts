import { spec } from '../people.ts';
import { DAY, HOUR } from '../world.ts';
import type { Flow } from './index.ts';

const LADDER = `ladder: { name: ours, adoption_cycles: 0, demotion: { warn_after: 3d, propose_after: 5d }, steps: [
  { step: 1, name: build, grants: ["Anybody can build it."] }, { step: 2, name: test, build: on, grants: ["It may be built by default."], hold: [{ failure-streak: { runs: 3 } }] }] }`;

const E2E = 'linux/s390x e2e';

/** A platform no longer holds its step: warned of in public, proposed to be moved, and mended before anybody decides. */
export const stepWarning: Flow = {
  name: 'step warning',
  spec: spec({ extra: LADDER, history: 20 }),
  steps: [
    (w) => w.runs(E2E, 'FFFF'),
    (w) => w.pass(4 * DAY + HOUR),
    (w) => w.runs(E2E, 'F'),
    (w) => w.pass(2 * DAY),
    (w) => w.runs(E2E, 'F'),
    (w) => w.runs(E2E, 'PPPPPPPPPPPP'),
    (w) => w.pass(DAY),
  ],
  ends: [/help wanted/],
};
