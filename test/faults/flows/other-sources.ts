import { readFileSync, writeFileSync } from 'node:fs';
import { spec } from '../../sweep/people.ts';
import type { Flow } from '../../sweep/flows/index.ts';
import { HOUR } from '../../sweep/world.ts';

const NAME = 'ci-e2e-s390x';

/** A platform whose jobs are at Prow and at TestGrid's newer interface: one breaks at each, and both recover. */
export const otherSources: Flow = {
  name: 'Prow and the newer TestGrid',
  spec: spec(),
  before: (w) => {
    const text = readFileSync(w.configuration, 'utf8')
      .replace('sources: {', `sources: { newer: { kind: testgrid, api: v1, url: "${w.ci.url}" }, prow: { kind: prow, url: "${w.ci.url}" },`)
      .replace('{ name: unit, source: grid, dashboard: board, tab: unit-linux-s390x', '{ name: unit, source: newer, dashboard: board, tab: unit-linux-s390x')
      .replace('{ name: e2e, source: grid, dashboard: board, tab: e2e-linux-s390x', `{ name: ${NAME}, source: prow`);
    writeFileSync(w.configuration, text);
    const job = w.ci.job({ prow: NAME, type: 'periodic', suite: 'e2e', repo: 'demo/demo' });
    w.jobs.set(NAME, job);
    for (let i = 5; i > 0; i--) job.run({ outcome: 'pass', at: w.now - i * HOUR, takes: HOUR / 4, commit: w.commit() });
  },
  steps: [
    (w) => w.runs(NAME, 'FFF'),
    (w) => w.runs('linux/s390x unit', 'FFF'),
    (w) => w.runs(NAME, 'PP'),
    (w) => w.runs('linux/s390x unit', 'PP'),
  ],
  ends: [/#1 closed/, /green again/, new RegExp(NAME), /unit/],
};
