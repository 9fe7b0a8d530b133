import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { databaseOf, type Database } from '../postgres.ts';

let count = 0;

/** A new, empty database of this process's own. */
export async function newDatabase(): Promise<Database> {
  const database = databaseOf(`e2e_${count++}`);
  await database.create();
  return database;
}

/** A way to a database that can be lost. */
export interface Way {
  readonly url: string;
  /** How many connections have been made. */
  readonly opened: number;
  /** Nothing arrives any more, as when a network forgets a connection. */
  freeze(): void;
  /** Connections are cut and new ones refused, as while PostgreSQL is down. */
  close(): void;
  /** It is there again, after either. */
  open(): Promise<void>;
}

/** A way to the database, open. */
export async function wayTo(database: Database): Promise<Way> {
  let frozen = false;
  let opened = 0;
  let port = 0;
  const sockets = new Set<Socket>();
  const begin = (): Server => createServer((here) => {
    opened++;
    const there = connect(5432, '127.0.0.1');
    for (const [from, to] of [[here, there], [there, here]] as const) {
      sockets.add(from);
      from.on('data', (data) => { if (!frozen) to.write(data); });
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  const cut = (): void => { for (const s of sockets) s.destroy(); };
  let server = begin();
  const listen = (): Promise<void> => new Promise((ok) => { server.listen(port, '127.0.0.1', ok); });
  await listen();
  ({ port } = server.address() as AddressInfo);
  return {
    url: database.url.replace(':5432', `:${port}`),
    get opened() { return opened; },
    freeze: () => { frozen = true; },
    close: () => {
      server.close();
      cut();
    },
    open: async () => {
      if (frozen) cut();
      frozen = false;
      if (server.listening) return;
      server = begin();
      await listen();
    },
  };
}
