import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const MAIN = resolve(import.meta.dirname, '../../src/main.ts');
const ENDS_WITHIN = 10_000;
const READY_WITHIN = 60_000;
const KEPT_LINES = 400;

export interface ProgramOptions {
  /** Where it runs: holds `config/` and `data/`, and gets `program.log`. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Hears every line of its log. */
  readonly onLine: (line: string) => void;
  /** How long it may take until it listens (ms); a minute unless a large configuration is read. */
  readonly readyWithin?: number;
}

/** The real program as a process of its own, which can be killed and started again on the same data. */
export class Program {
  readonly logFile: string;
  readonly #options: ProgramOptions;
  readonly #lines: string[] = [];
  #child: ChildProcess | null = null;
  /** Resolves when the process is gone and its last line was read. */
  #gone: Promise<void> = Promise.resolve();
  #port = 0;
  /** It is being ended by us, so its end is no accident. */
  #ending = false;

  constructor(options: ProgramOptions) {
    this.#options = options;
    this.logFile = join(options.folder, 'program.log');
  }

  /** `http://127.0.0.1:<port>`. */
  get url(): string { return `http://127.0.0.1:${this.#port}`; }

  get pid(): number | null { return this.#child?.pid ?? null; }

  /** It ended, and nobody here wanted that. */
  get died(): boolean { return this.#child !== null && !this.#ending && hasEnded(this.#child); }

  /** The last lines of its log. */
  tail(lines: number): readonly string[] { return this.#lines.slice(-lines); }

  /**
   * Starts it and waits until it listens: on the port that it had before where that is still free, so that links last.
   * Throws where it ends instead.
   */
  async start(): Promise<void> {
    if (await this.#launch(this.#port)) return;
    if (this.#port !== 0 && await this.#launch(0)) return;
    throw new Error('The program ended instead of listening.');
  }

  /** Ends it at once, as a power cut would. */
  async kill(): Promise<void> {
    this.#ending = true;
    this.#child?.kill('SIGKILL');
    await this.#gone;
  }

  /** Ends it in order; by force where that takes too long. */
  async stop(): Promise<void> {
    this.#ending = true;
    this.#child?.kill('SIGTERM');
    const late = delay(ENDS_WITHIN, 'late' as const, { ref: false });
    if (await Promise.race([this.#gone, late]) === 'late') await this.kill();
  }

  /** Ends it without waiting: for the moment in which the demo itself ends unexpectedly. */
  killNow(): void { this.#child?.kill('SIGKILL'); }

  /** Whether it came to listen; false where it ended before. */
  async #launch(port: number): Promise<boolean> {
    const { folder, env } = this.#options;
    this.#ending = false;
    const child = this.#child = spawn(process.execPath, [MAIN], { cwd: folder, env: { PATH: process.env['PATH'] ?? '', ...env, PORT: String(port) }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#gone = new Promise((done) => { child.once('close', () => { done(); }); });
    const listening = Promise.withResolvers<number>();
    for (const stream of [child.stdout, child.stderr]) this.#read(stream, listening.resolve);
    const late = delay(this.#options.readyWithin ?? READY_WITHIN, null, { ref: false });
    const found = await Promise.race([listening.promise, this.#gone.then(() => null), late]);
    if (found === null) { await this.kill(); return false; }
    this.#port = found;
    return true;
  }

  #read(stream: NodeJS.ReadableStream | null, onPort: (port: number) => void): void {
    let rest = '';
    stream?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        appendFileSync(this.logFile, `${line}\n`);
        this.#lines.push(line);
        if (this.#lines.length > KEPT_LINES) this.#lines.shift();
        this.#options.onLine(line);
        const port = portIn(line);
        if (port !== null) onPort(port);
      }
    });
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** The port that the program says it listens on; null in any other line. */
function portIn(line: string): number | null {
  try {
    const { msg, address } = JSON.parse(line) as { msg?: unknown; address?: { port?: unknown } };
    return msg === 'archsignal is running' && typeof address?.port === 'number' ? address.port : null;
  } catch {
    return null;
  }
}
