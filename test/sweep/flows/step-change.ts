import { readFileSync } from 'node:fs';
import { spec } from '../people.ts';
import type { World } from '../world.ts';
import type { Flow } from './index.ts';

const LADDER = 'ladder: { name: ours, adoption_cycles: 0, steps: [{ step: 1, name: build, grants: ["Anybody can build it."] }, { step: 2, name: test, build: on, grants: ["It may be built by default."], hold: [{ failure-streak: { runs: 3 } }] }] }';

/** The newest pull request of the program's. */
function pull(world: World) {
  const found = world.github.issues('demo/demo').findLast((i) => i.pull !== null && i.user.login.endsWith('[bot]'));
  if (!found) throw new Error('there is no pull request');
  return found;
}

/** A step down: proposed, approved by two, carried out by a pull request, merged, deployed, announced. */
export const stepChange: Flow = {
  name: 'step change',
  spec: spec({ extra: LADDER }),
  before: (w) => w.github.person('olga-lead').commit('demo/demo', 'config/demo.yml', readFileSync(w.configuration, 'utf8')),
  steps: [
    (w) => w.insist((how) => w.slack.command('sam-signal', '#leads', 'demote linux/s390x nobody has answered for two months', how)),
    (w) => w.github.person('olga-lead').comment(w.issue('archsignal/proposal'), '/arch approve'),
    (w) => w.github.person('ivan-lead').comment(w.issue('archsignal/proposal'), '/arch approve'),
    (w) => w.github.person('maria-lead').merge(pull(w)),
    (w) => w.deploy(w.github.repo('demo/demo').git.read('main', 'config/demo.yml') ?? ''),
  ],
  ends: [/merged by maria-lead/, /moves from test \(2\) to build \(1\)/],
};
