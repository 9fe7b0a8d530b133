import { describe, expect, it } from 'vitest';
import type { Seen } from '../../demo/stand-ins/common/call.ts';
import { HOUR } from './held.ts';
import { Town } from './town.ts';

/** Between the reactivation issue and the pull request the program may end, and any answer may be lost: the world is the same as undisturbed. */

const START = Date.UTC(2026, 10, 17, 8, 0);
const begin = (): Promise<Town> => Town.begin({ start: START, port: 'linux/ppc64le', owners: ['@porter'], release: { name: 'v1.37', date: '2026-12-09' } });

/** Without what differs from one telling to the next: addresses, minutes, commits. */
const tidy = (picture: string): string => picture.replaceAll(/127\.0\.0\.1:\d+/g, 'host').replaceAll(/\d\d:\d\d UTC/g, 'hh:mm UTC').replaceAll(/\b(?:runs|job)\/\d+/g, 'run');
const all = (town: Town): string => `${tidy(town.picture(true))}\n${tidy(town.file())}\n${town.held.github.mentions().map((m) => `${m.handle} on #${m.issue.number}`).sort().join(', ')}`;
const isWrite = (seen: Pick<Seen, 'method' | 'path'>): boolean => seen.method !== 'GET' && /^\/repos\//.test(seen.path);

type Trouble = 'cut-before' | 'cut-after' | 'restart';

/** A proposal is approved, carried out and merged; what hits the n-th write to GitHub on the way, and how many there are. */
async function carriedOut(n: number, trouble: Trouble): Promise<{ readonly picture: string; readonly writes: number }> {
  const town = await begin();
  try {
    const { held } = town;
    const { proposal } = await town.proposed();
    await town.approve(proposal, 'ivan');
    let [writes, hit] = [0, n === 0];
    held.github.onRequest((moment, seen) => {
      if (moment !== 'arrived' || !isWrite(seen)) return;
      writes += 1;
      if (writes !== n) return;
      held.github.faults.add({ kind: trouble === 'cut-before' ? 'cut-before' : 'cut-after', match: (call) => call === seen });
      hit = true;
    });
    await held.github.person('maria').comment(proposal, '/arch approve');
    for (let i = 0; trouble === 'restart' && !hit && i < 200; i++) await held.breath();
    if (trouble === 'restart') await held.restart();
    await held.settle();
    await held.pass(HOUR);
    await held.github.person('ivan').merge(town.pull());
    await held.pass(HOUR);
    expect([town.builds(), hit]).toEqual([[false, false, false], true]);
    return { picture: all(town), writes };
  } finally {
    await town.end();
  }
}

describe('carrying it out', () => {
  it('comes to the same, whichever write\'s answer is lost, and wherever the program ends', async () => {
    const peace = await carriedOut(0, 'cut-after');
    expect(peace.writes).toBeGreaterThan(12);
    expect(peace.picture).toContain('is off on main');
    for (let n = 1; n <= peace.writes; n++) {
      const trouble: Trouble = n % 3 === 0 ? 'restart' : n % 3 === 1 ? 'cut-after' : 'cut-before';
      const { picture } = await carriedOut(n, trouble);
      expect(picture, `${trouble} at write ${n}`).toBe(peace.picture);
    }
  }, 400_000);
});
