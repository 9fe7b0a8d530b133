import { afterAll, beforeAll, describe } from 'vitest';
import { openEngine } from '../../src/store/open.ts';
import { databaseOf, postgresIsHere } from '../postgres.ts';
import { holdToContract } from './contract.ts';
import { empty } from './here.ts';

const database = databaseOf('store_contract');

describe.skipIf(!await postgresIsHere('the contract of the store on PostgreSQL'))('with PostgreSQL', () => {
  beforeAll(() => database.create());
  afterAll(() => database.drop());

  holdToContract('PostgreSQL', async (log) => {
    const engine = await openEngine({ databaseUrl: database.url, dataDir: '/nowhere', mode: 'server', log });
    await empty(engine);
    return engine;
  });
});
