import { describe, expect, it } from 'vitest';
import { checkedFile } from '../../src/config/checked.ts';
import { differences } from '../../src/config/differences.ts';
import { shippedLadders } from '../../src/config/ladder-files.ts';
import { loadProject, type LoadedProject } from '../../src/config/load.ts';
import { plainSpans, plainText } from '../../src/domain/text.ts';
import { change, LEAST, plus } from './given.ts';

const LADDERS = await shippedLadders();
const load = (text: string) => loadProject(text, { file: 'p.yml', origin: 'disk', ladders: LADDERS });

function loaded(text: string): LoadedProject {
  const result = load(text);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result;
}

const told = (before: string | null, after: string): string[] => differences(before === null ? null : loaded(before), loaded(after)).map(plainSpans);

describe('what another configuration would change', () => {
  it('is nothing where only words and order differ', () => {
    expect(told(LEAST, `# a comment\n${LEAST}`)).toEqual([]);
  });

  it('is told for steps, owners, builds and jobs, platform by platform', () => {
    const owned = change('    build: on\n', '    build: on\n    owners: ["@olga", "@octo/s390x"]\n');
    const after = owned.replace('step: 2', 'step: 1').replace('build: on', 'build: off').replace('"@olga"', '"@nils"').replace('name: unit', 'name: e2e')
      + '  linux/arm64: { step: 1, build: on, owners: ["@octo/arm"], jobs: [{ name: unit, source: prow }] }\n';
    expect(told(owned, after)).toEqual([
      'linux/arm64 comes in at step build (1), its build on, with 1 job, owned by octo/arm.',
      'linux/s390x: moves from test (2) to build (1).', 'linux/s390x: its build is meant to be off.',
      'linux/s390x: owners added: nils.', 'linux/s390x: owners gone: olga.', 'linux/s390x: jobs added: e2e.', 'linux/s390x: jobs gone: unit.',
    ]);
    expect(told(after, owned)[0]).toBe('linux/arm64 is no longer tracked.');
    expect(told(LEAST, change('source: prow }', 'source: prow, failures_to_open: 9 }'))).toEqual(['linux/s390x: settings of its own change.']);
  });

  it('is told for who decides, what is read, where it is told, and by name for the rest', () => {
    const lead = (leads: string, more = ''): string => plus(`release: { leads: ${leads}, quorum: 2${more} }`);
    expect(told(lead('["@a", "@b"]'), lead('["@a", "@c"]').replace('quorum: 2', 'quorum: 1'))).toEqual(['Release leads added: c.', 'Release leads gone: b.', 'Approvals that a decision needs: 1.']);
    expect(told(lead('["@a", "@b"]'), lead('["@a", "@b"]', ', date: 2026-12-09'))).toEqual(['The releases change.']);
    expect(told(LEAST, change('https://prow.example.org', 'https://other.example.org'))).toEqual(['Sources added: prow: prow at https://other.example.org.', 'Sources gone: prow: prow at https://prow.example.org.']);
    expect(told(LEAST, plus('slack: { channels: { incidents: "#ci" } }'))).toEqual(['Slack channels added: incidents: #ci.']);
    expect(told(LEAST, plus('ladder: { extends: kubernetes-steps, promotion: { after: 3d } }'))).toEqual(['The ladder changes.']);
    expect(told(LEAST, plus('polling: { every: 1h }\nretention: { runs: 30d }'))).toEqual(['Other settings change: polling and retention.']);
  });

  it('is told as a whole where nothing was in force, or another project', () => {
    expect(told(null, LEAST)).toEqual(['The project demo is tracked: 1 platform with 1 job.']);
    expect(told(LEAST, change('project: demo', 'project: other'))).toEqual(['The project demo is no longer tracked; its open issues are left as they are.', 'The project other is tracked: 1 platform with 1 job.']);
  });
});

describe('what a check tells', () => {
  const check = (text: string, before: string | null = LEAST) => checkedFile(load(text), { path: '.github/archsignal.yml', before: before === null ? null : loaded(before) });

  it('is what would change, and success', () => {
    const { conclusion, title, summary, annotations } = check(change('step: 2', 'step: 1'));
    expect([conclusion, title, annotations]).toEqual(['success', 'No mistake', []]);
    expect(plainText(summary)).toContain('When this is on the default branch:\n\n- linux/s390x: moves from test (2) to build (1).');
    expect(plainText(check(LEAST).summary)).toContain('Nothing changes for Archsignal when this is merged.');
  });

  it('is each mistake at its line, and what stays in force', () => {
    const { conclusion, title, summary, annotations } = check(change('step: 2', 'step: many'));
    expect([conclusion, title]).toEqual(['failure', '1 mistake']);
    expect(annotations).toMatchObject([{ path: '.github/archsignal.yml', line: 9, level: 'failure', title: 'platforms.linux/s390x.step' }]);
    expect(plainText(summary)).toMatch(/the configuration of demo that is in force now stays in force[^]*line 9, platforms\.linux\/s390x\.step: /);
    expect(plainText(check(change('step: 2', 'step: many'), null).summary)).toContain('Archsignal tracks nothing here');
  });

  it('has no more annotations than GitHub takes at once, and lists the rest', () => {
    const { title, annotations, summary } = check(plus(Array.from({ length: 130 }, (_, i) => `unknown${i}: 1`).join('\n')));
    expect([title, annotations.length]).toEqual(['130 mistakes', 50]);
    expect(plainText(summary)).toContain('line 112, ');
    expect(plainText(summary)).toContain('and 30 more');
  });
});
