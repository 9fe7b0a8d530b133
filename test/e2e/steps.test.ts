import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { World } from './world.ts';

vi.setConfig({ testTimeout: 300_000 });

it('tells of a step that was changed in the file once, however often the server is killed', async () => {
  const world = await World.begin({ channels: { tiers: '#tiers' } });
  try {
    const first = await world.start();
    await world.quiet();
    expect(world.slack.messages('#tiers')).toEqual([]);
    await first.stop();
    const file = join(world.dir, 'demo.yml');
    const text = readFileSync(file, 'utf8');
    const at = text.indexOf('step: 2', text.indexOf('linux/s390x'));
    writeFileSync(file, `${text.slice(0, at)}step: 1${text.slice(at + 'step: 2'.length)}`);
    await world.start();
    await world.until(() => world.slack.messages('#tiers').length === 1, 'it is told');
    await world.program.kill();
    await world.start();
    await world.quiet();
    expect(world.slack.messages('#tiers').map((m) => m.text)).toEqual([expect.stringContaining('moves from test (2) to build (1).')]);
    expect(world.slack.pings()).toEqual([]);
  } finally {
    await world.end();
  }
});
