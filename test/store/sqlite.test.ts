import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openEngine } from '../../src/store/open.ts';
import { storeOver } from '../../src/store/over.ts';
import { holdToContract } from './contract.ts';
import { folder } from './here.ts';

const here = folder();
afterAll(() => here.remove());

let stores = 0;
holdToContract('SQLite', (log) => openEngine({ dataDir: join(here.path, String(++stores)), mode: 'server', log }));

it('lets others have their turn while many want the store', async () => {
  const store = storeOver(await openEngine({ dataDir: join(here.path, String(++stores)), mode: 'server' }));
  let done = 0;
  const all = Promise.all(Array.from({ length: 2_000 }, (_, i) => store.setMeta('k', String(i)).then(() => { done++; })));
  await new Promise((resolve) => { setTimeout(resolve, 1); });
  expect(done).toBeLessThan(1_000);
  await all;
  await store.close();
});
