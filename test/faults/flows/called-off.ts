import { conflict } from '../../sweep/flows/conflict.ts';
import type { Flow } from '../../sweep/flows/index.ts';
import { DAY, type World } from '../../sweep/world.ts';

const REPO = 'demo/demo';

const blocker = (w: World) => {
  const found = w.github.issues(REPO).find((i) => i.pull?.head === 'change');
  if (!found) throw new Error('there is no blocker');
  return found;
};

/** A conflict up to the pull request that turns the build off; the list that it edits changes below it; then the blocker is given up, and nothing is turned off. */
export const calledOff: Flow = {
  name: 'conflict called off',
  spec: conflict.spec,
  ...conflict.before && { before: conflict.before },
  steps: [
    ...conflict.steps.slice(0, 6),
    async (w) => {
      await w.github.person('nils').commit(REPO, 'hack/platforms.sh', 'PLATFORMS=(\n  linux/amd64\n  linux/arm64\n  linux/s390x\n)\n');
      await w.pass(DAY);
    },
    (w) => w.github.person('nils').close(blocker(w)),
    (w) => w.pass(DAY),
  ],
  ends: [/audit:/],
};
