import { configOf } from '../../e2e/configuration.ts';
import { spec } from '../../sweep/people.ts';
import type { Flow } from '../../sweep/flows/index.ts';

const REPO = 'octo/kube';
const FILE = '.github/archsignal.yml';

/** The project as its repository keeps it; its own source is never read. */
const configured = (owner: string): string => configOf({
  name: 'kube', repo: REPO, release: '{ name: v1, leads: ["@octo/leads"], ci_signal: ["@octo/signal"] }', channels: { incidents: '#kube' }, extra: 'polling: { every: 1h, timeout: 1s }',
  platforms: { 'linux/amd64': { suites: ['e2e'], owners: ['@octo/amd64-owners'] }, 'linux/s390x': { suites: ['e2e'], owners: [owner] } },
}, 'https://192.0.2.1');

/** A project whose configuration stands in its repository: taken into force, checked in a pull request, asked for, changed. */
export const repositoryFile: Flow = {
  name: 'configuration in a repository',
  spec: spec({ env: { REPOSITORY_HOSTS: '192.0.2.1', REPOSITORY_CHANNELS: '#kube' } }),
  before: async (w) => {
    w.github.repo(REPO);
    for (const team of ['s390x-owners', 'amd64-owners', 'leads', 'signal']) w.github.team(`octo/${team}`, ['olga']);
    w.github.team('octo/people', ['porter']);
    w.slack.channel('#kube');
    await w.github.person('olga').commit(REPO, FILE, configured('@octo/s390x-owners'));
  },
  steps: [
    async (w) => {
      const olga = w.github.person('olga');
      await olga.commit(REPO, FILE, configured('@octo/s390x-owners').replace('    owners: ["@octo/s390x-owners"]', '    ownerz: ["@octo/s390x-owners"]'), 'typo');
      await olga.openPull(REPO, { title: 'Typo', head: 'typo' });
    },
    (w) => w.github.person('olga').commit(REPO, FILE, configured('@porter'), 'typo'),
    async (w) => {
      const issue = w.github.issues(REPO).find((i) => i.title === 'A question') ?? await w.github.person('olga').open(REPO, { title: 'A question' });
      await w.github.person('olga').comment(issue, '/arch owners linux/s390x');
    },
    (w) => w.github.person('olga').merge(w.github.issue(`${REPO}#1`)),
  ],
  ends: [/audit:/],
};
