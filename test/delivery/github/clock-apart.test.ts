import { describe, expect, it } from 'vitest';
import { ClockWatch } from '../../../src/delivery/github/clock-apart.ts';

const NOW = Date.UTC(2026, 10, 22, 9);
const http = (at: number): string => new Date(at).toUTCString();

describe('the clock beside the dates of answers', () => {
  const watched = (): { watch: ClockWatch; told: string[] } => {
    const told: string[] = [];
    return { watch: new ClockWatch((problem) => told.push(problem)), told };
  };

  it('is told once when it is far ahead or behind, in three answers in a row', () => {
    for (const [by, words] of [[365 * 86_400_000, '365 days ahead of'], [-5 * 3_600_000, '5 hours behind'], [40 * 60_000, '40 minutes ahead of']] as const) {
      const { watch, told } = watched();
      for (let i = 0; i < 2; i++) watch.learn(http(NOW - by), NOW);
      expect([told, watch.problem]).toEqual([[], null]);
      for (let i = 0; i < 5; i++) watch.learn(http(NOW - by), NOW);
      expect(told).toEqual([expect.stringContaining(`is ${words} GitHub's`)]);
      expect(watch.problem).toBe(told[0]);
    }
  });

  it('is right where minutes part them, where an answer is old by itself, and once it was set', () => {
    const { watch, told } = watched();
    for (const date of [http(NOW - 20 * 60_000), http(NOW - 86_400_000), http(NOW - 86_400_000), http(NOW), http(NOW - 86_400_000), null, 'nonsense']) watch.learn(date, NOW);
    expect([watch.problem, told]).toEqual([null, []]);
    for (let i = 0; i < 3; i++) watch.learn(http(NOW - 86_400_000), NOW);
    expect(watch.problem).not.toBeNull();
    watch.learn(http(NOW), NOW);
    expect(watch.problem).toBeNull();
  });
});
