import { afterAll, beforeAll, describe } from 'vitest';
import { openEngine } from '../../src/store/open.ts';
import { holdToContract } from './contract.ts';
import { databaseOf, empty, postgresIsHere } from './here.ts';

const database = databaseOf('contract');

describe.skipIf(!await postgresIsHere('the contract of the store on PostgreSQL'))('with PostgreSQL', () => {
  beforeAll(() => database.create());
  afterAll(() => database.drop());

  holdToContract('PostgreSQL', async (log) => {
    const engine = await openEngine({ databaseUrl: database.url, dataDir: '/nowhere', mode: 'server', log });
    await empty(engine);
    return engine;
  });
});
