import type { Issue } from '../../../demo/stand-ins/github/index.ts';
import { spec } from '../people.ts';
import type { World } from '../world.ts';
import type { Flow } from './index.ts';

const REPO = 'demo/demo';
const LISTS = 'hack/platforms.sh';
const IMAGES = 'release/images.yaml';
const LOG = ['Building for linux/amd64', 'Building for linux/s390x', '/usr/bin/s390x-linux-gnu-ld: error: relocation truncated to fit: R_390_PC32DBL against symbol `memcpy\'', 'make: *** [build] Error 1'].join('\n');

/** The blocker, whose branch is `change`. */
const blocker = (w: World): Issue => {
  const found = w.github.issues(REPO).find((i) => i.pull?.head === 'change');
  if (!found) throw new Error('there is no blocker');
  return found;
};

/** The newest pull request of the program's. */
function pull(w: World): Issue {
  const found = w.github.issues(REPO).findLast((i) => i.pull !== null && i.user.login.endsWith('[bot]'));
  if (!found) throw new Error('there is no pull request');
  return found;
}

const approves = (who: string) => (w: World) => w.github.person(who).comment(w.issue('archsignal/proposal'), '/arch approve');
const ends = (conclusion: string, log: string | null = null) => (w: World) => w.github.reports(REPO).run('change', { name: 'cross build', conclusion, log });

/** A release blocker against linux/s390x: asked to be fixed, given up, turned off by two leads, shown to help, and turned on again. */
export const conflict: Flow = {
  name: 'conflict to reactivation',
  spec: spec({
    release: '{ name: v1, branch: main, leads: ["@demo/leads"], ci_signal: ["@demo/signal"], quorum: 2, blockers: { labels_any: [release-blocker] } }',
    extra: `switches:\n  - { file: ${LISTS}, format: shell-array, at: PLATFORMS }\n  - { file: ${IMAGES}, format: comma-list, at: params.platforms, controls: release }`,
  }),
  before: async (w) => {
    const nils = w.github.person('nils');
    await nils.commit(REPO, LISTS, 'PLATFORMS=(\n  linux/amd64\n  linux/s390x\n)\n');
    await nils.commit(REPO, IMAGES, 'params:\n  platforms: linux/amd64,linux/s390x\n');
    w.github.reports(REPO).protect('main', ['cross build']);
    await w.github.reports(REPO).run('main', { name: 'cross build', conclusion: 'success' });
    await nils.commit(REPO, 'change.go', 'package change\n', 'change');
  },
  steps: [
    async (w) => { await w.github.person('olga-lead').label(await w.github.person('nils').openPull(REPO, { title: 'The change', head: 'change', base: 'main' }), 'release-blocker'); },
    ends('failure', LOG), ends('failure', LOG),
    (w) => w.github.person('porter-owner').comment(blocker(w), '/arch give-up the linker has to be mended first'),
    approves('ivan-lead'), approves('maria-lead'),
    (w) => w.github.person('olga-lead').merge(pull(w)),
    ends('success'),
    (w) => w.github.person('nils').merge(blocker(w)),
    (w) => w.runs('linux/s390x unit', 'PPP'),
    (w) => w.runs('linux/s390x e2e', 'PPP'),
    approves('olga-lead'), approves('ivan-lead'),
    (w) => w.github.person('maria-lead').merge(pull(w)),
  ],
  ends: [/Turn the linux\/s390x build on main on again/, /It helped/, /is built again/],
};
