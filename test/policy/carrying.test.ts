import { describe, expect, it } from 'vitest';
import type { Action, OutboxRow, Receipt } from '../../src/domain/action.ts';
import type { Job } from '../../src/domain/job.ts';
import type { Matter, Proposal } from '../../src/domain/proposal.ts';
import { plainText } from '../../src/domain/text.ts';
import { besidesOf } from '../../src/policy/besides.ts';
import { onConfiguration, onProposalPull } from '../../src/policy/carrying.ts';
import { propose, withVote } from '../../src/policy/proposals.ts';
import { proposalBody } from '../../src/policy/proposal-words.ts';
import { proposalRowWanted, reconcileProposal, withProposalReceipt } from '../../src/policy/reconcile-proposal.ts';
import { stepWords } from '../../src/policy/step-words.ts';
import { stepMatter } from '../../src/policy/step-matter.ts';
import type { ProposalChange } from '../../src/policy/world.ts';
import { evaluation, LADDER, result } from '../commands/ladder-given.ts';
import { JOB, project, proposing, says } from './proposals-given.ts';
import { HOUR, START } from './story.ts';

const BOARD: Matter = {
  kind: 'board', platform: 'linux/s390x', job: JOB.key, jobName: JOB.name, branch: null, from: 'informing', to: 'blocking', because: ['pass-rate'], days: 14,
  evidence: [result('pass-rate', { because: 'It passed 99% of 80 runs.' })],
};
const STEP = (() => {
  const matter = stepMatter(evaluation({ ahead: [] }), LADDER, { to: 3, asked: null });
  if (matter === null) throw new Error('no matter');
  return matter;
})();
const standing = (over: { step?: number; board?: Job['board'] }): ReturnType<typeof project> =>
  ({ ...project(), platforms: project().platforms.map((p) => ({ ...p, step: over.step ?? 2, jobs: p.jobs.map((j) => ({ ...j, board: over.board === undefined ? j.board : over.board })) })) });

/** A proposal with its issue (#12), its pull request (#30) and its cards as executed rows show them. */
class Table {
  proposal: Proposal;
  rows: OutboxRow[] = [];
  readonly said: string[] = [];
  issue: 'open' | 'closed' | null = null;
  body = '';
  pull: 'open' | 'closed' | null = null;
  readonly told: string[] = [];
  readonly done: string[] = [];

  constructor(matter: Matter) {
    this.proposal = propose(matter, proposing({ by: 'archsignal' })).proposal;
    this.settle();
  }

  approve(): this {
    for (const by of ['ivan', 'maria']) this.proposal = withVote(this.proposal, says(by, 'approve', 1), { now: START + HOUR, evidence: {} }).proposal;
    return this.settle();
  }

  take(change: ProposalChange | null): this {
    if (change !== null) this.proposal = change.proposal;
    return this.settle();
  }

  pullIs(state: 'open' | 'closed' | 'merged', by = 'olga', number = 30, into?: string): this {
    return this.take(onProposalPull(this.proposal, { repo: 'Demo/demo', number, url: 'u', state, ...into === undefined ? {} : { into }, mergedAt: state === 'merged' ? START + 5 * HOUR : null }, { now: START + 5 * HOUR, by, evidence: {} }));
  }

  settle(): this {
    for (let rows = this.#plan(); rows.length > 0; rows = this.#plan()) {
      for (const row of rows) {
        const receipt = proposalRowWanted(row.action, this.proposal, 1) ? this.#execute(row.action) : null;
        this.rows.push({ ...row, state: receipt ? 'done' : 'superseded', attempts: 1, receipt });
        if (receipt) this.proposal = withProposalReceipt(this.proposal, row.action, receipt) ?? this.proposal;
      }
    }
    return this;
  }

  #plan(): OutboxRow[] {
    return reconcileProposal(this.proposal, this.rows, { now: START, channels: ['#leads'], tiers: ['#leads', '#tiers'] })
      .map((a) => ({ ...a, state: 'pending', attempts: 0, notBefore: 0, createdAt: START, updatedAt: START, lastError: null, receipt: null }));
  }

  #execute(action: Action): Receipt {
    this.done.push(action.kind);
    switch (action.kind) {
      case 'ensure-document':
        this.issue = action.state === 'kept' ? this.issue ?? 'open' : action.state;
        this.body = plainText(action.body);
        return { kind: 'document', repo: 'demo/demo', number: 12, url: 'https://github.example/12', state: this.issue, shown: action.shown };
      case 'ensure-pull-request':
        this.pull = 'open';
        return { kind: 'pull-request', repo: 'demo/demo', number: 30, url: 'https://github.example/30' };
      case 'close-pull-request':
        this.pull = 'closed';
        return { kind: 'done' };
      case 'post-comment':
        this.said.push(`#${action.number} ${plainText(action.text)}`);
        return { kind: 'comment', url: 'u' };
      case 'ensure-card':
        if (action.document.kind === 'board') this.told.push(`${action.channel} ${plainText(action.text)}`);
        return { kind: 'card', channel: `C${action.channel}`, ts: '1', shown: action.shown };
      default: throw new Error(action.kind);
    }
  }
}

describe.each([['step', STEP], ['board', BOARD]] as const)('an approved change of %s', (kind, matter) => {
  it('is a pull request to be reviewed by the leads, and its issue stays open until that is merged', () => {
    const table = new Table(matter).approve();
    const action = table.rows.map((r) => r.action).find((a) => a.kind === 'ensure-pull-request');
    expect(action).toMatchObject({ branch: `archsignal/${kind}/${table.proposal.id}`, edit: { kind, platform: 'linux/s390x' }, reviewers: ['@demo/release-team'], labels: ['archsignal', 'arch/linux-s390x'] });
    expect([table.pull, table.issue, table.said.length]).toEqual(['open', 'open', 1]);
    expect(table.body).toContain('It waits for demo/demo#30. Decided by ivan and maria');
    table.pullIs('merged');
    expect(table.issue).toBe('closed');
    expect(table.said).toHaveLength(2);
    expect(table.said[1]).toMatch(/^#12 Approved and done: .*\. Merged as demo\/demo#30 by olga\. It takes effect with the next reading of the file/);
    expect(table.body).toContain('Approved and done:');
    const before = table.done.length;
    table.pullIs('merged').settle();
    expect(table.done).toHaveLength(before);
  });

  it('is not called done when its pull request is merged into another branch than the default one', () => {
    const table = new Table(matter).approve().pullIs('merged', 'stranger', 30, 'release-1');
    expect([table.issue, table.said[1]]).toEqual(['closed', expect.stringMatching(/^#12 Approved, and dropped: .*demo\/demo#30 was merged by stranger into release-1, which is not the default branch, so the configuration has not changed\. The approval has lapsed with it\./)]);
    expect(table.pullIs('merged', 'stranger', 30, 'release-1').said).toHaveLength(2);
  });

  it('is not called done while the default branch does not say so, which may be a moment, and is dropped where that lasts', () => {
    const seen = (table: Table, holds: boolean | undefined, after: number): Table => table.take(onProposalPull(table.proposal, { repo: 'demo/demo', number: 30, url: 'u', state: 'merged', mergedAt: START + 5 * HOUR }, { now: START + 5 * HOUR + after, by: 'olga', evidence: {}, holds }));
    const late = seen(seen(new Table(matter).approve(), false, 1_000), true, 10 * 60_000);
    expect([late.said.length, late.said[1]]).toEqual([2, expect.stringContaining('Approved and done')]);
    const waiting = seen(new Table(matter).approve(), false, 1_000);
    expect([waiting.said.length, waiting.proposal.pull?.state]).toEqual([1, 'open']);
    seen(waiting, false, 10 * 60_000);
    expect([waiting.issue, waiting.said.length, waiting.said[1]]).toEqual(['closed', 2, expect.stringMatching(/^#12 Approved, and dropped: .* was merged by olga, but the configuration on the default branch does not say so/)]);
    expect(seen(waiting, true, HOUR).said).toHaveLength(2);
    expect(seen(new Table(matter).approve(), undefined, 1_000).said[1]).toContain('Approved and done');
  });

  it('is dropped with a word when the pull request is closed, and done after all when that is opened again and merged', () => {
    const table = new Table(matter).approve().pullIs('closed', 'stranger');
    expect([table.issue, table.said[1]]).toEqual(['closed', expect.stringMatching(/^#12 Approved, and dropped: .*demo\/demo#30 was closed by stranger without being merged\. The approval has lapsed/)]);
    table.pullIs('open').pullIs('merged');
    expect(table.said.map((s) => s.slice(0, 30))).toHaveLength(3);
    expect(table.said[2]).toContain('Approved and done');
  });

  it('closes its pull request with a word when an earlier no arrives late', () => {
    const table = new Table(matter).approve();
    table.proposal = withVote(table.proposal, says('anna', 'reject', 0.5), { now: START + 2 * HOUR, evidence: {} }).proposal;
    table.settle();
    expect([table.proposal.state, table.pull, table.issue]).toEqual(['rejected', 'closed', 'closed']);
    expect(table.said.find((s) => s.startsWith('#30'))).toMatch(/This pull request is closed, because what it carries out no longer stands\.[^]*Rejected: .*“because”/);
    table.pullIs('closed', 'archsignal[bot]');
    expect(table.said.filter((s) => s.includes('dropped'))).toEqual([]);
  });

  it('is done where the configuration says so without its pull request, and void where it says something else', () => {
    const now = { step: kind === 'step' ? 3 : 2, board: 'blocking' } as const;
    const table = new Table(matter).approve();
    const same = standing(kind === 'step' ? { step: 2 } : { board: 'informing' });
    expect(onConfiguration(table.proposal, { project: same, now: START + 9 * HOUR })).toBeNull();
    table.take(onConfiguration(table.proposal, { project: standing(now), now: START + 9 * HOUR }));
    expect([table.issue, table.said[1]]).toEqual(['closed', expect.stringContaining('The configuration says so.')]);
    expect(table.take(onConfiguration(table.proposal, { project: standing(now), now: START + 10 * HOUR })).said).toHaveLength(2);
    table.pullIs('merged');
    expect(table.said).toHaveLength(2);

    const void_ = new Table(matter).approve();
    void_.take(onConfiguration(void_.proposal, { project: standing(kind === 'step' ? { step: 0 } : { board: null }), now: START + 9 * HOUR }));
    expect([void_.proposal.state, void_.pull, void_.issue]).toEqual(['invalid', 'closed', 'closed']);
    expect(void_.said.find((s) => s.startsWith('#12 There is nothing'))).not.toContain('arrived only now');
  });

  it('is about its own pull request only', () => {
    const table = new Table(matter).approve();
    expect(table.pullIs('merged', 'olga', 31).proposal.pull?.state).toBe('open');
    expect(new Table(matter).pullIs('merged').proposal.pull).toBeUndefined();
  });
});

it('announces a change of board where steps are announced, once it is merged, beside the card of its proposal', () => {
  const table = new Table(BOARD).approve();
  expect(table.told).toEqual([]);
  table.pullIs('merged');
  expect(table.told).toEqual(['#leads', '#tiers'].map((c) => expect.stringMatching(new RegExp(`^${c} ${JOB.name} on linux/s390x moves from the informing to the blocking board\\. From then on a release waits for`)) as string));
  expect(table.told[0]).toContain('Decided by ivan and maria in demo/demo#12, merged as demo/demo#30.');
  expect(new Table(STEP).approve().pullIs('merged').told).toEqual([]);
});

it('asks the decision about a board in words that say that numbers do not decide', () => {
  const text = plainText(proposalBody(propose(BOARD, proposing({ by: 'archsignal' })).proposal, true));
  expect(text).toContain(`Move ${JOB.name} on linux/s390x from the informing to the blocking board?`);
  expect(text).toContain('The numbers call for a look by people; they do not decide.');
  expect(text).toContain('on each of the last 14 days that count it met all 1 number');
});

it('says once it is done what changed, who decided, and against what evidence', () => {
  const against = stepMatter(evaluation(), LADDER, { to: 3, asked: 'it is time' });
  if (against === null) throw new Error('no step 3');
  const { body } = new Table(against).approve().pullIs('merged');
  expect(body).toMatch(/^Approved and done: linux\/s390x moves from test \(2\) to release \(3\)\. Merged as demo\/demo#30 by olga\. Decided by ivan and maria on [^,]*, against the record: 1 of 3 criteria for release \(3\) was not met when it was proposed\.\n/);
  const down = stepMatter(evaluation({ step: 3 }), LADDER, { to: 2, asked: 'it is time' });
  expect(down && stepWords(down).against).toBe('against the record: every criterion of release (3) was met when it was proposed');
  expect(new Table({ ...against, asked: null }).approve().body).not.toContain('against');
});

describe('what goes with a change of step', () => {
  const PLACES = [
    { file: 'hack/lib/golang.sh', format: 'shell-array', at: 'SERVER', repo: null, controls: 'build', components: ['server'], branches: [] },
    { file: 'release.yml', format: 'lines', at: null, repo: 'demo/release', controls: 'release', components: [], branches: ['main'] },
  ] as const;
  const given = (build: 'on' | 'off') => ({ ...project({ switches: PLACES }), platforms: project().platforms.map((p) => ({ ...p, build, jobs: p.jobs.map((j) => ({ ...j, board: null, suite: 'e2e' })) })) });
  const ladder = { ...LADDER, steps: LADDER.steps.map((s) => s.step === 3 ? { ...s, hold: [...s.hold, { criterion: 'on-board' as const, params: { board: 'informing', suites: ['e2e'] } }] } : s) };
  const moved = (from: number, to: number, build: 'on' | 'off') => stepMatter(evaluation({ step: from }), ladder, { to, asked: null, project: given(build) });

  it('are the switches that it turns, its build: and the boards of its jobs', () => {
    expect(moved(2, 3, 'on')?.besides).toEqual([{ kind: 'switch', file: 'release.yml', repo: 'demo/release', at: null, controls: 'release', components: [], branches: ['main'], to: 'on' }, { kind: 'board', job: JOB.name, from: null, to: 'informing' }]);
    expect(moved(2, 1, 'on')?.besides).toEqual([{ kind: 'build', to: 'off' }, { kind: 'switch', file: 'hack/lib/golang.sh', repo: null, at: 'SERVER', controls: 'build', components: ['server'], branches: [], to: 'off' }]);
    expect(moved(2, 1, 'off')?.besides).toBeUndefined();
    const board = { ...given('on'), platforms: given('on').platforms.map((p) => ({ ...p, jobs: p.jobs.map((j) => ({ ...j, board: 'informing' as const })) })) };
    const down = stepMatter(evaluation({ step: 3 }), ladder, { to: 2, asked: null });
    expect(down && besidesOf(down, ladder, board).at(-1)).toEqual({ kind: 'board', job: JOB.name, from: 'informing', to: null });
  });

  it('are those that the step is about', () => {
    const about = (scope: object) => ({ ...ladder, steps: ladder.steps.map((s) => s.step === 2 ? { ...s, ...scope } : s) });
    const besides = (scope: object, from: number, to: number, build: 'on' | 'off') => stepMatter(evaluation({ step: from }), about(scope), { to, asked: null, project: given(build) })?.besides?.map((b) => b.kind === 'switch' ? `${b.file} ${b.to}` : b.kind);
    expect(besides({ components: ['server', 'node'] }, 1, 2, 'off')).toEqual(['build', 'hack/lib/golang.sh on']);
    expect(besides({ components: ['client'] }, 1, 2, 'off')).toEqual(['build']);
    expect(besides({ branches: ['main'] }, 1, 2, 'off')).toEqual(['build']);
    expect(besides({ components: ['client'] }, 2, 3, 'on')).toEqual(['hack/lib/golang.sh on', 'release.yml on', 'board']);
    expect(besides({ components: ['client'] }, 3, 2, 'on')).toEqual(['hack/lib/golang.sh off', 'release.yml off']);
    expect(besides({ components: ['server'] }, 3, 2, 'on')).toEqual(['release.yml off']);
  });

  it('stand in the question and in the pull request, as something to be done by hand', () => {
    const matter = moved(2, 3, 'on');
    if (matter === null) throw new Error('no matter');
    const table = new Table(matter);
    expect(table.body).toContain('What goes with it, by hand and apart from that pull request:\n\n- Turn linux/s390x on in demo/release: release.yml (release; only on main).\n- board: of the job');
    table.approve();
    const pull = table.rows.map((r) => r.action).find((a) => a.kind === 'ensure-pull-request');
    expect(plainText(pull?.body ?? [])).toContain('What goes with it, by hand and apart from this:\n\n- Turn linux/s390x on in demo/release: release.yml');
  });

  it('name the warning that came before', () => {
    const matter = stepMatter(evaluation(), LADDER, { to: 1, asked: null, warned: { repo: 'demo/demo', number: 9, url: 'https://github.example/9' } });
    if (matter === null) throw new Error('no matter');
    expect(new Table(matter).body).toContain('A public warning came before: demo/demo#9.');
  });
});
