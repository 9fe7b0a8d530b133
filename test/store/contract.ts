import { afterEach, beforeEach, describe } from 'vitest';
import type { Engine, StoreLog } from '../../src/store/engine.ts';
import { storeOver } from '../../src/store/over.ts';
import type { Store } from '../../src/store/store.ts';
import { configurationsOfRepositories } from './contract-configurations.ts';
import { evidence } from './contract-evidence.ts';
import { deliveries } from './contract-inbox.ts';
import { incidentsAndDecisions } from './contract-incidents.ts';
import { outbox } from './contract-outbox.ts';
import { readingsAndRuns } from './contract-readings.ts';
import { peopleAndCodes } from './contract-people.ts';
import { proposalsAndQuiets } from './contract-proposals.ts';
import { recordsAndRoles } from './contract-records.ts';
import { conflictsOfPlatforms } from './contract-conflicts.ts';
import { stepWarnings } from './contract-step-warnings.ts';
import { upkeep } from './contract-upkeep.ts';

/** What a test of the contract works with: a fresh store, its engine to damage rows with, and what was logged. */
export interface Bench {
  readonly store: Store;
  readonly engine: Engine;
  readonly logged: string[];
}

/** Holds an engine to everything that the interface promises. `open` gives an empty store each time. */
export function holdToContract(name: string, open: (log: StoreLog) => Promise<Engine>): void {
  describe(`the store on ${name}`, () => {
    let bench: Bench;
    beforeEach(async () => {
      const logged: string[] = [];
      const note = (_: object, message: string): void => { logged.push(message); };
      const engine = await open({ info: () => {}, warn: note, error: note });
      bench = { engine, logged, store: storeOver(engine) };
    });
    afterEach(() => bench.store.close());
    const at = (): Bench => bench;
    describe('readings', () => readingsAndRuns(at));
    describe('incidents and decisions', () => incidentsAndDecisions(at));
    describe('proposals and quiets', () => proposalsAndQuiets(at));
    describe('warnings about steps', () => stepWarnings(at));
    describe('conflicts', () => conflictsOfPlatforms(at));
    describe('people and their codes', () => peopleAndCodes(at));
    describe('configurations of repositories', () => configurationsOfRepositories(at));
    describe('evidence of years', () => evidence(at));
    describe('the outbox', () => outbox(at));
    describe('the inbox', () => deliveries(at));
    describe('records and roles', () => recordsAndRoles(at));
    describe('upkeep', () => upkeep(at));
  });
}
