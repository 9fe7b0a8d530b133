import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openEngine } from '../../src/store/open.ts';
import { holdToContract } from './contract.ts';
import { folder } from './here.ts';

const here = folder();
afterAll(() => here.remove());

let stores = 0;
holdToContract('SQLite', (log) => openEngine({ dataDir: join(here.path, String(++stores)), mode: 'server', log }));
