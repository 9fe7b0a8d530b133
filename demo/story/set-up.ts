import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld } from '../stand-ins/index.ts';
import { ProjectCi } from './ci.ts';
import { Feed } from './feed.ts';
import { configuration, furnish } from './orrery.ts';
import { Program } from './program.ts';
import { Stage } from './stage.ts';
import type { Voice } from './voice.ts';

/** What has to be undone at the end, the last first. */
export type Undo = (() => void | Promise<void>)[];

export interface SetUp {
  readonly voice: Voice;
  readonly undo: Undo;
  /** Tells the program's log between the lines of the story. */
  readonly verbose?: boolean;
}

/** The stand-ins, the made-up project, and the program in a temporary folder; it is not started yet. */
export async function setUp({ voice, undo, verbose = false }: SetUp): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'archsignal-demo-'));
  undo.push(() => { rmSync(folder, { recursive: true, force: true }); });
  const world = await startWorld();
  undo.push(() => world.close());
  furnish(world);
  const { text, project } = configuration(world.ci.url);
  mkdirSync(join(folder, 'config'));
  writeFileSync(join(folder, 'config/orrery.yml'), text);
  const ci = new ProjectCi(world.ci, project, 'linux/arm64 e2e');
  undo.push(() => { ci.dropNightly(); });
  const program = new Program({
    folder, env: { ...world.env(), CONFIG: 'config/orrery.yml', DATA_DIR: 'data', LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info' },
    onLine: (line) => { if (verbose) voice.line('Program', `log: ${shortLog(line)}`); },
  });
  undo.push(() => program.stop());
  process.on('exit', () => { program.killNow(); });
  const feed = new Feed(world, voice);
  undo.push(() => { feed.stop(); });
  return new Stage(world, ci, program, voice);
}

/** A line of the program's log with its level and message alone; one that is no JSON as it is. */
function shortLog(line: string): string {
  try {
    const { level, msg } = JSON.parse(line) as { level?: string; msg?: string };
    return `${level ?? ''} ${msg ?? line}`.trim();
  } catch {
    return line;
  }
}
