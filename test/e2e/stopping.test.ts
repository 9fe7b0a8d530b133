import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, vi } from 'vitest';
import { freePort, World } from './world.ts';

vi.setConfig({ testTimeout: 300_000 });

const ROOT = resolve(import.meta.dirname, '../..');

it('ends by `npm start`\'s own SIGTERM too, and leaves no server behind that holds the folder', async () => {
  const world = await World.begin();
  const port = await freePort();
  const npm = spawn('npm', ['start'], { cwd: ROOT, env: { ...process.env, ...world.env(), PORT: String(port) }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  try {
    let said = '';
    for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (b: Buffer) => { said += b.toString('utf8'); });
    const ended = new Promise<number | null>((ok) => { npm.once('exit', ok); });
    await world.until(async () => npm.exitCode !== null || await fetch(`http://127.0.0.1:${port}/readyz`).then((r) => r.status === 200, () => false), 'it is ready');
    expect(npm.exitCode, said).toBeNull();
    // To npm alone, as a supervisor does; Ctrl-C on a terminal reaches all of them.
    npm.kill('SIGTERM');
    await ended;
    await world.until(() => said.includes('"how":"done"'), `the server ended in order:\n${said}`);
    await world.start();
  } finally {
    if (npm.pid !== undefined) try { process.kill(-npm.pid, 'SIGKILL'); } catch { /* all of it has ended */ }
    await world.end();
  }
});

it('ends in order where its terminal is closed', async () => {
  const world = await World.begin();
  try {
    const program = await world.start();
    program.signal('SIGHUP');
    expect(await program.exited).toBe(0);
    expect(program.log).toContain('"how":"done"');
  } finally {
    await world.end();
  }
});

it('ends in order where nobody reads its log any more, and not with a stack', async () => {
  const world = await World.begin();
  const port = await freePort();
  const child = spawn(process.execPath, ['src/main.ts'], { cwd: ROOT, env: { PATH: process.env['PATH'] ?? '', ...world.env(), PORT: String(port) }, stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    const [said, ended] = [text(child.stderr), new Promise<number | null>((ok) => { child.once('exit', ok); })];
    child.stdout.resume();
    await world.until(async () => child.exitCode !== null || await fetch(`http://127.0.0.1:${port}/readyz`).then((r) => r.status === 200, () => false), 'it is ready');
    child.stdout.destroy();
    expect(await ended).toBe(1);
    expect(await said).toBe('Nobody reads the log any more (EPIPE): stopping, to be started again by whoever looks after this.\n');
    await world.start();
  } finally {
    child.kill('SIGKILL');
    await world.end();
  }
});
