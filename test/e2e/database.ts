import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { databaseOf, type Database } from '../postgres.ts';

let count = 0;

/** A new, empty database of this process's own. */
export async function newDatabase(): Promise<Database> {
  const database = databaseOf(`e2e_${count++}`);
  await database.create();
  return database;
}

/** A way to the database on which nothing arrives any more once it is frozen, as when a network forgets a connection. */
export async function wayTo(database: Database): Promise<{ readonly url: string; freeze(): void; close(): void }> {
  let frozen = false;
  const sockets = new Set<Socket>();
  const server = createServer((here) => {
    const there = connect(5432, '127.0.0.1');
    for (const [from, to] of [[here, there], [there, here]] as const) {
      sockets.add(from);
      from.on('data', (data) => { if (!frozen) to.write(data); });
      from.on('error', () => {});
      from.on('close', () => { to.destroy(); });
    }
  });
  await new Promise<void>((ok) => { server.listen(0, '127.0.0.1', ok); });
  const { port } = server.address() as AddressInfo;
  return {
    url: database.url.replace(':5432', `:${port}`),
    freeze: () => { frozen = true; },
    close: () => {
      server.close();
      for (const s of sockets) s.destroy();
    },
  };
}
