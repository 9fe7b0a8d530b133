import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** What a process of the benchmarks answers to a command, or why it could not. */
type Reply = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: string };

/** A process of its own that is told what to do, one command at a time. */
export interface Child<C> {
  readonly pid: number | undefined;
  ask<T>(command: C): Promise<T>;
  stop(): Promise<void>;
}

/** Starts a module that calls `obey`. Garbage can be collected there on demand. */
export function startChild<C>(module: string, nodeFlags: readonly string[] = []): Child<C> {
  const child: ChildProcess = fork(module, { execArgv: ['--expose-gc', ...nodeFlags], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  return {
    pid: child.pid,
    async ask<T>(command: C): Promise<T> {
      const reply = once(child, 'message') as Promise<[Reply]>;
      child.send(command as object);
      const first = await Promise.race([reply.then(([r]) => r), ended.then((): Reply => ({ ok: false, error: 'it ended' }))]);
      if (!first.ok) throw new Error(`${module}: ${first.error}`);
      return first.value as T;
    },
    async stop(): Promise<void> {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** Runs in the started module: answers commands until its parent is done with it. */
export function obey<C>(handle: (command: C) => Promise<unknown>): void {
  process.on('message', (command: C) => {
    void handle(command).then(
      (value): Reply => ({ ok: true, value: value ?? null }),
      (error: unknown): Reply => ({ ok: false, error: error instanceof Error ? error.stack ?? error.message : String(error) }),
    ).then((reply) => process.send?.(reply));
  });
  process.on('disconnect', () => process.exit());
}

/** Starts a module for one command and gives its answer. */
export async function runChild<T>(module: string, command: object, nodeFlags: readonly string[] = []): Promise<T> {
  const child = startChild<object>(module, nodeFlags);
  try {
    return await child.ask<T>(command);
  } finally {
    await child.stop();
  }
}
