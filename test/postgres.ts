import pg from 'pg';

const SERVER = 'postgres://postgres@127.0.0.1:5432';

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${SERVER}/postgres`, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Whether tests on PostgreSQL can run here; where they cannot, says which are left out (`.ci/run` looks for the words). */
export async function postgresIsHere(what: string): Promise<boolean> {
  try {
    await onServer('select 1');
    return true;
  } catch (error) {
    console.warn(`skipped: ${what} (PostgreSQL does not answer at 127.0.0.1:5432: ${error instanceof Error ? error.message : String(error)})`);
    return false;
  }
}

export interface Database {
  readonly url: string;
  /** Creates it, empty, whatever was there. */
  create(): Promise<void>;
  drop(): Promise<void>;
  /** Ends every connection to it, as a restart of the server does. */
  breakConnections(): Promise<void>;
}

/** A database of this process's own, told apart by `name`; it is there once it is created. */
export function databaseOf(name: string): Database {
  const database = `archsignal_test_${name}_${process.pid}`;
  const drop = (): Promise<void> => onServer(`drop database if exists ${database} with (force)`);
  return {
    url: `${SERVER}/${database}`,
    create: async () => {
      await drop();
      await onServer(`create database ${database}`);
    },
    drop,
    breakConnections: () => onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`),
  };
}
