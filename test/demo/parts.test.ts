import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { startCi } from '../../demo/stand-ins/ci/index.ts';
import { giveHistory } from '../../demo/story/history.ts';
import { play } from '../../demo/story/play.ts';
import { firstLine, plainSlack } from '../../demo/story/slack-text.ts';
import type { Stage } from '../../demo/story/stage.ts';
import { NotSeen, seen, type Step } from '../../demo/story/step.ts';
import { Voice, wrapped } from '../../demo/story/voice.ts';

/** A voice whose words are kept, and a stage that has nothing but it. */
function audience(): { stage: Stage; said: () => string } {
  let said = '';
  const out = new Writable({ write(chunk: Buffer, _encoding, done) { said += chunk.toString(); done(); } });
  const voice = new Voice(out as unknown as NodeJS.WriteStream);
  const stage = { voice, settle: () => Promise.resolve(), tellChecks: () => {} };
  return { stage: stage as unknown as Stage, said: () => said };
}

const step = (title: string, act: () => void): Step => ({ title, about: `About ${title}.`, play: async () => { act(); } });

describe('playing the story', () => {
  it('ends at the first step that is not seen, and says what was expected and what was there', async () => {
    const { stage, said } = audience();
    const played: string[] = [];
    const steps = [
      step('first', () => { played.push('first'); }),
      step('second', () => { throw new NotSeen('one issue', 'two issues'); }),
      step('third', () => { played.push('third'); }),
    ];
    const outcome = await play(steps, stage);
    expect(played).toEqual(['first']);
    expect(outcome.done.map((s) => s.title)).toEqual(['first']);
    expect(outcome.failed).toMatchObject({ expected: 'one issue', found: 'two issues' });
    expect(said()).toMatch(/second did not come about[\s\S]*one issue[\s\S]*two issues/);
  });

  it('counts a step that breaks as not seen', async () => {
    const { stage } = audience();
    const outcome = await play([step('broken', () => { throw new Error('a bug'); })], stage);
    expect(outcome.done).toEqual([]);
    expect(outcome.failed?.found).toContain('a bug');
  });

  it('says "nothing" where a look found nothing', () => {
    expect(seen(false, [])).toEqual({ ok: false, found: 'nothing' });
    expect(seen(true, ['a', 'b'])).toEqual({ ok: true, found: 'a | b' });
  });
});

describe('the history of a job', () => {
  const HOUR = 3_600_000;
  it('is the same every time, green at the end, and never red twice in a row', async () => {
    const ci = await startCi();
    try {
      const [a, b] = [0, 1].map((n) => {
        const job = ci.job({ dashboard: 'd', tab: `t${n}`, tests: ['TestOne', 'TestTwo'] });
        giveHistory(job, { until: 2_000 * HOUR, back: 1_464 * HOUR, every: HOUR, seed: 'the same', commitAt: (at) => String(at), takes: HOUR });
        return job.runs.map((r) => r.outcome);
      });
      expect(a).toEqual(b);
      expect(a?.length).toBe(1_465);
      expect(new Set(a)).toEqual(new Set(['pass', 'fail', 'flaky']));
      expect(a?.slice(0, 14).every((o) => o === 'pass')).toBe(true);
      expect(a?.some((o, i) => o !== 'pass' && a[i + 1] !== undefined && a[i + 1] !== 'pass')).toBe(false);
    } finally {
      await ci.close();
    }
  });
});

describe('the words of the story', () => {
  it('shows Slack\'s markup as a reader sees it', () => {
    expect(plainSlack(':red_circle: *unit* on `s390x` &lt;now&gt; · <http://127.0.0.1/issues/1|#1>')).toBe('🔴 unit on s390x <now> · #1');
  });

  it('cuts a text at its first line and at its length', () => {
    expect(firstLine('one\ntwo', 20)).toBe('one …');
    expect(firstLine('one two three', 8)).toBe('one two…');
  });

  it('breaks lines at spaces and leaves long words whole', () => {
    expect(wrapped('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapped('http://127.0.0.1:1/a-long-one x', 10)).toEqual(['http://127.0.0.1:1/a-long-one', 'x']);
  });
});
