import { describe, expect, it } from 'vitest';
import type { Fact, FactKind, Incident } from '../../../../src/domain/incident.ts';
import { bodySection } from '../../../../src/delivery/github/render/body.ts';
import { factText } from '../../../../src/delivery/github/render/fact.ts';
import { LONGEST_BODY } from '../../../../src/delivery/github/render/limits.ts';
import { anIncident, subjectOf, T0 } from '../fixtures.ts';
import { CORPUS } from './hostile.ts';
import { effects, read } from './reader.ts';

const HOUR = 3_600_000;
const FIX = { repo: 'kubernetes/kubernetes', number: 4712, url: 'https://github.com/kubernetes/kubernetes/pull/4712' };
const fix = { ...FIX, by: 'olga', at: T0 + 3 * HOUR, state: 'open' as const, mergedAt: null, failed: false };
const body = (incident: Partial<Incident>): string => bodySection(subjectOf(anIncident(incident)), { told: 1, mention: false, room: LONGEST_BODY }) ?? '';
const told = (fields: { kind: FactKind } & Record<string, unknown>, incident: Partial<Incident> = {}): string =>
  factText({ n: 2, at: T0 + 20 * HOUR, asks: [], ...fields } as Fact, subjectOf(anIncident(incident)), true);

describe('an issue', () => {
  it('says who has it, and asks for nothing more', () => {
    const text = body({ acknowledged: { by: 'olga', at: T0 + 2 * HOUR } });
    expect(text).toContain('**`olga` has it**, since Tue 18 Nov 16:10 UTC: nobody else is reminded or asked.');
    expect(text).not.toContain('What is asked of you');
  });

  it('says until when it is snoozed, by whom, why, and how to end it', () => {
    expect(body({ snooze: { by: 'olga', at: T0, until: T0 + 72 * HOUR, reason: 'waiting for the toolchain.' } }))
      .toContain('**Snoozed until Fri 21 Nov 14:10 UTC** by `olga`: waiting for the toolchain. Nobody is reminded or asked until then; `/arch unsnooze` ends it earlier.');
  });

  it('says what somebody called it, and how that is taken back', () => {
    expect(body({ classified: { as: 'infra', by: 'olga', at: T0, note: 'no disk left' } }))
      .toContain('**A failure of the infrastructure**, says `olga` since Tue 18 Nov 14:10 UTC: no disk left. It does not count against linux/s390x, and nobody is reminded of it; `/arch infra off` takes it back.');
    expect(body({ classified: { as: 'flake', by: 'olga', at: T0, note: null } })).toContain('**A flake**, says `olga` since Tue 18 Nov 14:10 UTC. Nobody');
  });

  it('lists the last five tries, the newest first, and what is to fix it', () => {
    const tries = Array.from({ length: 7 }, (_, i) => ({ source: `c${i}`, by: 'jo', at: T0 + i * HOUR, text: `try number ${i}`, url: null }));
    const text = body({ tries, fixes: [{ ...fix, state: 'merged', mergedAt: T0 + 5 * HOUR, failed: true }] });
    expect(text).toContain('**Tried so far (the last 5 of 7):**\n\n- Tue 18 Nov 20:10 UTC, `jo`: try number 6\n');
    expect(text).not.toContain('try number 1');
    expect(text).toContain('**Fix:** [kubernetes/kubernetes\\#4712]('.replace('\\#', '#\u200B'));
    expect(text).toContain('merged on Tue 18 Nov 19:10 UTC, and it did not help: a run that began after that has failed.');
  });

  it('asks with the commands that answer', () => {
    const text = body({});
    expect(text).toContain('say that you have it with `/arch ack`, or by assigning yourself');
    expect(text).toContain('**Not a real breakage?** `/arch flake` or `/arch infra <reason>`. **Known and waiting?** `/arch snooze 3d <reason>`.');
  });

  it.each(CORPUS)('keeps %j inert, wherever a person may have written it', (words) => {
    const said = (text: string): Partial<Incident> => ({
      snooze: { by: 'olga', at: T0, until: T0 + HOUR, reason: text }, classified: { as: 'infra', by: 'olga', at: T0, note: text },
      tries: [{ source: 'c1', by: 'jo', at: T0, text, url: null }],
    });
    const [plain, hostile] = [read(body(said('nothing'))), read(body(said(words)))];
    expect(effects(hostile.prose)).toEqual(effects(plain.prose));
    expect(hostile.html).toEqual(plain.html);
    expect(hostile.openFence).toBe(false);
  });
});

describe('a comment', () => {
  it('says that a snooze is over, and how to take it', () => {
    expect(told({ kind: 'woken' }, { remindAt: T0 + 30 * HOUR })).toMatch(/^The snooze is over, and e2e and unit are failing still, since Tue 18 Nov 14:10 UTC\. If it is yours, say so with `\/arch ack` by Wed 19 Nov 20:10 UTC\.$/);
  });

  it('says that a fix was merged and did not help, naming nobody with an @', () => {
    const text = told({ kind: 'fix-failed', by: 'olga', fix: FIX });
    expect(text).toContain('named as the fix by `olga`, is merged, and it did not help: e2e and unit');
    expect(text).not.toContain('@');
  });

  it.each([
    [{ kind: 'snoozed' as const, by: 'olga', until: T0 + 72 * HOUR, reason: null }, '`olga` snoozed this until Fri 21 Nov 14:10 UTC. Nobody is reminded or asked until then.'],
    [{ kind: 'classified' as const, by: 'olga', as: 'flake', note: 'TestTwo' }, '`olga` says that this is a flake: TestTwo. Nobody is reminded of it.'],
    [{ kind: 'attempted' as const, by: 'olga', text: 'another kernel', url: null }, '`olga` tried: another kernel'],
    [{ kind: 'attempted' as const, by: 'olga', text: 'see https://example.org/logs/42, again', url: 'https://example.org/logs/42' }, '`olga` tried: see [example.org/logs/42](https://example.org/logs/42), again'],
    [{ kind: 'attempted' as const, by: 'olga', text: 'https://example.org/logs/42', url: 'https://example.org/logs/42' }, '`olga` tried: [example.org/logs/42](https://example.org/logs/42)'],
    [{ kind: 'attempted' as const, by: 'olga', text: 'look!https://example.org/logs/42', url: 'https://example.org/logs/42' }, '`olga` tried: look\\![example.org/logs/42](https://example.org/logs/42)'],
  ])('tells %j', (fields, said) => { expect(told(fields)).toBe(said); });
});
