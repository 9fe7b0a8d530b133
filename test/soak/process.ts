import { fork, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answers, Ask, Reply, StartSpec } from './wire.ts';

/** The program in its own process, as the harness sees it. */
export class Life {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #n = 0;

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'child.ts'), { execArgv: ['--expose-gc', ...(process.env['SOAK_NODE'] ?? '').split(' ').filter((a) => a !== '')], stdio: ['ignore', 'inherit', 'inherit', 'ipc'], env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'archsignal-soak-compiled') } });
    this.#child.on('message', (reply: Reply) => {
      const waiting = this.#waiting.get(reply.n);
      this.#waiting.delete(reply.n);
      if (reply.ok) waiting?.resolve(reply.value);
      else waiting?.reject(new Error(reply.error));
    });
    this.#child.on('exit', (code, signal) => {
      for (const waiting of this.#waiting.values()) waiting.reject(new Error(`the program's process ended (${String(signal ?? code)})`));
      this.#waiting.clear();
    });
  }

  /** Has it do something. Rejects where that fails or the process ends. */
  ask<K extends Ask['do']>(ask: Extract<Ask, { do: K }>): Promise<Answers[K]> {
    const n = this.#n++;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(n, waiting);
    this.#child.send({ n, ask });
    return waiting.promise as Promise<Answers[K]>;
  }

  start(spec: StartSpec): Promise<{ readonly url: string }> { return this.ask({ do: 'start', spec }); }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    const gone = this.#gone();
    await this.ask({ do: 'stop' });
    await gone;
  }

  /** Ends it as a machine does that loses its power. */
  async kill(): Promise<void> {
    const gone = this.#gone();
    this.#child.kill('SIGKILL');
    await gone;
  }

  async #gone(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await new Promise((done) => { this.#child.once('exit', done); });
  }
}
