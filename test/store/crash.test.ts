import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, it } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { folder } from './here.ts';
import { PROJECT } from './samples.ts';

const here = folder();
afterAll(() => here.remove());

/** Runs the child until it has committed `n` more decisions, kills it, and returns the ids that it announced. */
async function killAfter(n: number, whileItRuns: () => Promise<void>): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'children', 'commit-forever.ts'), here.path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const ids: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    ids.push(line);
    if (ids.length === 1) await whileItRuns();
    if (ids.length === n) child.kill('SIGKILL');
  }
  const [, signal] = await ended as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return ids;
}

it('has everything that was committed when the process was killed, nothing by halves, and a free lock', async () => {
  const announced: string[] = [];
  for (const n of [1, 7, 40]) {
    announced.push(...await killAfter(n, async () => {
      await expect(openStore({ dataDir: here.path, mode: 'server' })).rejects.toMatchObject({ problem: 'locked' });
    }));
    const store = await openStore({ dataDir: here.path, mode: 'server' });
    const stored = (await store.incidents(PROJECT, 0)).map((i) => i.id);
    expect(stored).toEqual(expect.arrayContaining(announced));
    expect((await store.proposals(PROJECT, 0)).map((p) => p.id).sort()).toEqual([...stored].sort());
    expect((await store.quiets(PROJECT, 0)).map((q) => q.id).sort()).toEqual([...stored].sort());
    for (const id of stored) {
      expect((await store.linkCode(id))?.slack.user).toBe(id);
      expect([(await store.auditOf(`incident:${id}`)).length, (await store.entityActions(`incident:${id}`)).length]).toEqual([1, 1]);
    }
    await store.close();
  }
});
