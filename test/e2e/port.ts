import { createServer } from 'node:net';

/** Below 32768, where kernels begin to hand out ports to `listen(0)` and to outgoing connections: what is free here stays free until the program has it. */
const FIRST = 12_000;
const COUNT = 18_000;

/** Processes start far apart, so that two of them rarely try the same one. */
let next = (process.pid * 997) % COUNT;

const isFree = (port: number): Promise<boolean> => new Promise((ok) => {
  const server = createServer();
  server.once('error', () => { ok(false); });
  server.listen(port, '127.0.0.1', () => { server.close(() => { ok(true); }); });
});

/** A port that nobody listens on, and that nobody is given before the program that asked for it listens. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < COUNT; tried++) {
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    if (await isFree(port)) return port;
  }
  throw new Error(`No port is free between ${FIRST} and ${FIRST + COUNT}.`);
}
