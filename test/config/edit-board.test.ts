import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { editBoard } from '../../src/config/edit-board.ts';
import type { PlatformId } from '../../src/domain/platform.ts';
import { valid } from './given.ts';

const EXAMPLE = readFileSync(new URL('../../config/examples/kubernetes.yml', import.meta.url), 'utf8');
const S390X: PlatformId = 'linux/s390x';
const E2E = `${S390X}|prow|e2e`;
const UP = { platform: S390X, job: E2E, from: 'informing', to: 'blocking' } as const;

/** A file with one platform whose jobs are these, in braces. */
const file = (jobs: string, more = ''): string => `${more}sources: { prow: { kind: prow }, grid: { kind: testgrid } }\nplatforms:\n  s390x:\n    jobs: ${jobs}\n`;
const reason = (text: string, over: Partial<Parameters<typeof editBoard>[1]> = {}): string => {
  const result = editBoard(text, { ...UP, ...over });
  return result.kind === 'refused' ? result.reason : result.kind;
};

describe('an edit of a board', () => {
  it('changes the word, and keeps comments, order, quotes and line ends', () => {
    const text = '\uFEFFsources: { prow: { kind: prow } }\r\nplatforms:\r\n  "s390x":\r\n    jobs:\r\n    - name: unit # e2e\r\n      source: prow\r\n      board: informing\r\n    - board:  "informing"   # since May\r\n      name: e2e\r\n      source: prow';
    expect(editBoard(text, UP)).toEqual({ kind: 'edited', text: text.replace('"informing"   # since', '"blocking"   # since') });
    expect(editBoard(file('[{ name: e2e, source: prow, board: blocking }]'), { ...UP, from: 'blocking', to: 'informing' })).toEqual({ kind: 'edited', text: file('[{ name: e2e, source: prow, board: informing }]') });
  });

  it('knows the job by its source, and on TestGrid by dashboard and tab', () => {
    const jobs = '[{ name: e2e, source: grid, dashboard: d, tab: other, board: informing }, { name: e2e, source: grid, dashboard: d, board: informing }, { name: e2e, source: prow, tab: x, board: informing }]';
    const at = (job: string): string => {
      const result = editBoard(file(jobs), { ...UP, job });
      return result.kind === 'edited' ? String([...result.text.matchAll(/, board: (\w+)/g)].findIndex(([, b]) => b === 'blocking')) : result.kind;
    };
    expect([at(`${S390X}|grid|d/other`), at(`${S390X}|grid|d/e2e`), at(E2E), at(`${S390X}|prow|unit`)]).toEqual(['0', '1', '2', 'refused']);
  });

  it('is none where it stands there already, and refused where it stands elsewhere by now', () => {
    expect(reason(file('[{ name: e2e, source: prow, board: blocking }]'))).toBe('same');
    expect(reason(file('[{ name: e2e, source: prow }]'))).toBe('e2e on s390x stands on no board there, and not on the informing one any more, so the decision was about something else.');
    expect(reason(file('[{ name: e2e, source: prow, board: informing }]'), { from: 'blocking', to: 'informing' })).toBe('same');
  });

  it('is refused where other places of the file have a part in it, or there is no such job', () => {
    expect(reason(file('*j', 'j: &j [{ name: e2e, source: prow, board: informing }]\n'))).toMatch(/^the jobs of s390x are shared/);
    expect(reason(file('[*j]', 'j: &j { name: e2e, source: prow, board: informing }\n'))).toMatch(/^a job of s390x is put together from other places/);
    expect(reason(file('[{ name: e2e, source: prow, board: *b }]', 'b: &b informing\n'))).toMatch(/^the board of e2e on s390x is no plain word/);
    expect(reason(file('[{ name: e2e, source: prow, board: informing }, { name: e2e, source: prow }]'))).toMatch(/^the job stands twice under s390x/);
    expect(reason(file('[{ name: unit, source: prow, board: informing }]'))).toBe(`s390x has no such job there (${E2E}).`);
    expect(reason('platforms: { arm64: {} }')).toBe('it has no platform linux/s390x.');
  });

  it('changes one line of the example, which is valid before and after, and back', () => {
    const jobs = valid(EXAMPLE).project.platforms.flatMap((p) => p.jobs).filter((j) => j.board === 'informing');
    expect(jobs.length).toBeGreaterThan(0);
    for (const { key, platform } of jobs) {
      const result = editBoard(EXAMPLE, { platform, job: key, from: 'informing', to: 'blocking' });
      const text = result.kind === 'edited' ? result.text : '';
      expect(valid(text).project.platforms.flatMap((p) => p.jobs).find((j) => j.key === key)?.board).toBe('blocking');
      expect(editBoard(text, { platform, job: key, from: 'blocking', to: 'informing' })).toEqual({ kind: 'edited', text: EXAMPLE });
    }
  });

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 80 }), (text) => { editBoard(text, UP); editBoard(file(text), UP); }), { numRuns: 200 });
  });
});
