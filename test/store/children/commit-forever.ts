import { writeSync } from 'node:fs';
import { openStore } from '../../../src/store/open.ts';
import { NOW, audit, code, incident, planned, proposal, quiet } from '../samples.ts';

// Commits until it is killed; the id of each decision is printed once it is committed.
const store = await openStore({ dataDir: process.argv[2] ?? '', mode: 'server' });
const first = (await store.incidents('kubernetes', 0)).length;
for (let i = first; ; i++) {
  const id = `i${i}`;
  const result = await store.commit({
    at: NOW, incidents: [{ expected: null, incident: incident(id, { platform: `linux/p${i}` }) }],
    proposals: [{ expected: null, proposal: proposal(id) }], quiets: [{ expected: null, quiet: quiet(id) }], codes: [code(id, { team: 'T', user: id })],
    audit: [audit(`incident:${id}`)], actions: [planned(`${id}/row`, { entity: `incident:${id}` })],
  });
  if (result === 'committed') writeSync(1, `${id}\n`);
}
