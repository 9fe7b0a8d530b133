import { spec } from '../people.ts';
import { DAY, HOUR, type World } from '../world.ts';
import type { Flow } from './index.ts';

const LADDER = `ladder: { name: ours, adoption_cycles: 0, demotion: { warn_after: 3d, propose_after: 30d }, steps: [
  { step: 1, name: build, grants: ["Anybody can build it."] }, { step: 2, name: test, build: on, grants: ["It may be built by default."], hold: [{ failure-streak: { runs: 3 } }] }] }`;

const E2E = 'linux/s390x e2e';

/** A platform no longer holds its step: warned of in public, then mended. The ladder is asked once a day, so each step takes a little more. */
export const stepWarning: Flow = {
  name: 'step warning',
  spec: spec({ extra: LADDER, history: 20 }),
  steps: [
    (w) => w.runs(E2E, 'FFFF'),
    ...Array.from({ length: 5 }, () => (w: World) => w.pass(DAY + HOUR)),
    (w) => w.runs(E2E, 'PPPP'),
    (w) => w.pass(DAY + HOUR),
  ],
  ends: [/help wanted/, /is no longer warned of on test \(2\)/],
};
