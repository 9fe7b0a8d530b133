import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STORY } from '../../demo/story/index.ts';

const MAIN = resolve(import.meta.dirname, '../../demo/main.ts');

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'archsignal-demo-test-')); });
afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

interface Demo { readonly child: ChildProcess; readonly said: () => string; readonly code: Promise<number | null> }

/** The demo as a process of its own, with its temporary files in a folder of the test's. */
function demo(...args: readonly string[]): Demo {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH: process.env['PATH'] ?? '', TMPDIR: folder }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { said += chunk.toString('utf8'); });
  return { child, said: () => said, code: new Promise((done) => { child.once('close', done); }) };
}

const saysSoon = (it: Demo, text: string): Promise<void> => new Promise((done, failed) => {
  it.child.stdout?.on('data', () => { if (it.said().includes(text)) done(); });
  it.child.once('close', () => { failed(new Error(`it ended before it said "${text}":\n${it.said()}`)); });
});

/** Processes whose working directory is in the test's folder; null where the system does not tell. */
function processesInFolder(): string[] | null {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
      } catch {
        return false;
      }
    });
  } catch {
    return null;
  }
}

describe('the demo', () => {
  it('tells its whole story, sees every step at the stand-ins, and leaves nothing behind', async () => {
    const run = demo('--once');
    const code = await run.code;
    expect(code, run.said()).toBe(0);
    for (const step of STORY) expect(run.said()).toContain(`✓ ${step.title}\n`);
    expect(run.said()).toContain(`${STORY.length} of ${STORY.length} steps`);
    expect(run.said()).not.toContain('\u001b[');
    expect(readdirSync(folder)).toEqual([]);
    expect(processesInFolder() ?? []).toEqual([]);
  }, 400_000);

  it('ends on Ctrl-C in the middle of the story, with its program and its files', async () => {
    const run = demo();
    await saysSoon(run, STORY[0]!.title);
    expect(readdirSync(folder).length).toBe(1);
    expect(processesInFolder()?.length ?? 1).toBe(1);
    run.child.kill('SIGINT');
    expect(await run.code).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
    expect(processesInFolder() ?? []).toEqual([]);
  }, 200_000);

  it('says how it is used when it is asked in a way that it does not know', async () => {
    const run = demo('--twice');
    expect(await run.code).toBe(2);
    expect(run.said()).toContain('npm run demo -- --once');
  });
});
