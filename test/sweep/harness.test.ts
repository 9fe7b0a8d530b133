import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { breakage } from './flows/breakage.ts';
import { Points } from './life.ts';
import { difference, tidy } from './picture.ts';
import { tell, type Told } from './run.ts';
import { removeStores } from './stores.ts';

vi.setConfig({ testTimeout: 100_000, hookTimeout: 60_000 });

describe('the crash sweep itself', () => {
  let peace: Told;
  beforeAll(async () => { peace = await tell({ ...breakage, steps: breakage.steps.slice(0, 1) }, 'sqlite'); });
  afterAll(() => removeStores());

  it('counts every request before and after its effect, and every commit before and after it', () => {
    const at = (point: string): number => peace.points.filter((p) => p.startsWith(point)).length;
    for (const point of ['POST /repos/demo/demo/issues', 'POST /api/chat.postMessage', 'GET /board/summary', 'commit of ']) {
      expect(at(`before ${point}`), point).toBeGreaterThan(0);
      expect(at(`after ${point}`), point).toBe(at(`before ${point}`));
    }
  });

  it('starts the program anew after each kill, and never without one', async () => {
    const k = peace.points.indexOf('after POST /repos/demo/demo/issues');
    const told = await tell({ ...breakage, steps: breakage.steps.slice(0, 1) }, 'sqlite', [k, k + 12]);
    expect([peace.lives, told.lives, told.killed[0]]).toEqual([1, 3, 'after POST /repos/demo/demo/issues']);
    expect(difference(peace.picture, told.picture)).toEqual([]);
  });

  it('sees an issue that is missing, one that is there twice, and what stands in another order', () => {
    const without = peace.picture.replace(/^#1 .*$/m, '');
    expect(difference(peace.picture, without)).toEqual([expect.stringMatching(/^- {2}#1 open/), '+  ']);
    expect(difference(peace.picture, `${peace.picture}\n#1 open`)).toEqual(['+  #1 open']);
    expect(difference('a\nb', 'b\na')).toEqual(['  the same lines in another order']);
  });

  it('takes a word for the same that rests on something a moment later', () => {
    const [a = '', b = '', other = ''] = [['reminded', 'q6m0axoo'], ['reminded', 'q6m0ayj8'], ['escalated', 'q6m0ayj8']]
      .map(([kind, at]) => tidy(`<!-- archsignal:comment:demo-linux-s390x-breakage-a1b2c3.1.3.${kind}.0.${at}:${'0a'.repeat(20)} -->`));
    expect(difference(a, b)).toEqual([]);
    expect(difference(a, other)).not.toEqual([]);
  });

  it('counts nothing before a flow has begun', () => {
    const points = new Points([0]);
    expect(points.pass('a start')).toBe(false);
    points.begin();
    expect([points.pass('first'), points.pass('second'), points.names, points.killed]).toEqual([true, false, ['first', 'second'], ['first']]);
  });
});
