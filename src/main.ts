import type { Server } from 'node:http';
import { EnvError, githubSecrets, readEnv, takeOverDotEnv, type Env } from './env.ts';
import { buildProgram, StartError } from './program.ts';
import type { Runtime } from './runtime/context.ts';
import { secretsOf, withoutSecrets } from './runtime/secrets.ts';
import { StoreError, troubleIn } from './store/errors.ts';

/** After SIGTERM what is in hand may take this long (ms); then it is released and taken up by whoever comes next. */
const SHUTDOWN = 7_000;

/** How long giving back and closing the store may take after that (ms). */
const GIVE_BACK = 1_000;

async function start(env: Env): Promise<void> {
  const program = await buildProgram(env, { now: () => Date.now(), monotonic: () => performance.now() });
  await program.prepare();
  await listen(program.server, env);
  await program.begin();
  stopOnSignal(program.rt, () => program.stop());
}

const listen = (server: Server, env: Env): Promise<void> => new Promise((resolve, reject) => {
  server.once('error', (error) => { reject(new StartError(`HOST and PORT: cannot listen on ${env.HOST}:${env.PORT} (${error.message}).`)); });
  server.listen(env.PORT, env.HOST, resolve);
});

/**
 * Ends on the first SIGTERM, SIGINT or SIGHUP (its terminal was closed), or when nobody reads its log any more, as whoever started it
 * may be gone: finishes what is in hand, or gives it back when that takes too long.
 */
function stopOnSignal(rt: Runtime, stop: () => Promise<void>): void {
  let stopping = false;
  const end = async (signal: string, code = 0): Promise<void> => {
    if (stopping) return;
    stopping = true;
    rt.log.info({ signal }, 'stopping: finishing what is in hand');
    const late = new Promise<'late'>((resolve) => { setTimeout(() => { resolve('late'); }, SHUTDOWN).unref(); });
    const how = await Promise.race([stop().then(() => 'done' as const), late]);
    const given = rt.store.release(rt.owner, rt.now()).catch((error: unknown) => { rt.log.error({ err: error }, 'leases could not be released; they run out by themselves'); })
      .then(() => rt.store.close()).catch(() => {});
    // A database that hangs must not keep the process.
    await Promise.race([given, new Promise((resolve) => { setTimeout(resolve, GIVE_BACK).unref(); })]);
    rt.log.info({ how }, 'stopped');
    process.exit(code);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => { void end(signal); });
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' || stopping) return;
    console.error('Nobody reads the log any more (EPIPE): stopping, to be started again by whoever looks after this.');
    void end('EPIPE', 1);
  });
}

/** Of what nobody expected the stack is enough: the error itself may hold a request with its headers. */
const told = (error: unknown, secrets: readonly string[]): string => withoutSecrets(error instanceof Error ? error.stack ?? error.message : String(error), secrets);

/** What nobody caught ends the program, as Node has it; but Node would print the error with all that hangs on it. */
process.on('uncaughtException', (error) => {
  let secrets: readonly string[] = [];
  try {
    const env = readEnv(process.env);
    secrets = secretsOf(env, githubSecrets(env).privateKey);
  } catch {
    // Then what looks like a secret is taken out, and nothing is known besides.
  }
  console.error(told(error, secrets));
  process.exit(1);
});

try {
  takeOverDotEnv();
  await start(readEnv(process.env));
} catch (error) {
  const foreseen = error instanceof EnvError || error instanceof StartError || error instanceof StoreError ? error.message : troubleIn(error);
  console.error(foreseen === null ? told(error, []) : withoutSecrets(foreseen));
  process.exit(1);
}
