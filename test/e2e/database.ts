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
  /** Ends every connection to it, as a restart of the server does. */
  breakConnections(): Promise<void>;
  drop(): Promise<void>;
}

let count = 0;

/** A new, empty database of this process's own. */
export async function newDatabase(): Promise<Database> {
  const name = `archsignal_test_e2e_${process.pid}_${count++}`;
  await onServer(`drop database if exists ${name} with (force)`);
  await onServer(`create database ${name}`);
  return {
    url: `${SERVER}/${name}`,
    breakConnections: () => onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`),
    drop: () => onServer(`drop database if exists ${name} with (force)`),
  };
}
