import { describe, expect, it } from 'vitest';
import { says } from '../../../src/domain/text.ts';
import { preview } from '../../../src/delivery/github/preview.ts';
import { anIncident, ensure, filed, opened, subjectOf, T0, tell, turn } from './fixtures.ts';

describe('a preview', () => {
  it('shows what would be filed, whom it would call, and calls nobody', () => {
    const shown = preview(ensure(anIncident()), subjectOf(anIncident()));
    expect(shown.title).toBe('[linux/s390x] e2e and unit failing since Tue 18 Nov 14:10 UTC');
    expect(shown.asks).toEqual(['@kubernetes/s390x-owners']);
    expect(shown.body).toMatch(/^`kubernetes\/s390x-owners`, \*\*2 of 5 jobs/);
    expect(shown.body).not.toContain('@');
  });

  it('says that an update, a replacement and a change of state call nobody', () => {
    expect(preview(ensure(filed(anIncident())), subjectOf(filed(anIncident()))).asks).toEqual([]);
    expect(preview(ensure(anIncident({ generation: 2 })), subjectOf(anIncident({ generation: 2 }))).asks).toEqual([]);
    expect(preview(turn(filed(anIncident(), 12), 'closed'), subjectOf(filed(anIncident(), 12)))).toEqual({ title: 'Close kubernetes/kubernetes#12', body: '', asks: [] });
    expect(preview(turn(filed(anIncident(), 0), 'open'), subjectOf(filed(anIncident(), 0))).title).toBe('Reopen the issue of linux/s390x in kubernetes/kubernetes');
  });

  it('shows a comment and whom it would call', () => {
    const incident = filed(anIncident({ facts: [opened(), { n: 2, at: T0, asks: ['@kubernetes/release-signal'], kind: 'escalated' }] }), 12);
    const shown = preview(tell(incident, 2), subjectOf(incident));
    expect(shown).toMatchObject({ title: 'Comment on kubernetes/kubernetes#12', asks: ['@kubernetes/release-signal'] });
    expect(shown.body).toMatch(/^`kubernetes\/release-signal`, /);
    expect(shown.body).not.toContain('@');
  });

  it('shows into which branch switches are turned, at which lists, and who would be asked for a review', () => {
    const shown = preview({
      kind: 'ensure-switch-pull', repo: 'kubernetes/kubernetes', branch: 'archsignal/deactivate/1', base: 'release-1.37', since: T0, title: 'Turn off linux/s390x', body: [says('Decided by ', { mention: '@olga' }, '.')],
      labels: [], reviewers: ['@kubernetes/release-managers', '@olga'], milestone: null, platform: 'linux/s390x', to: 'off', mark: { proposal: '#812', link: '' }, unmarked: [],
      places: [{ file: 'hack/lib/golang.sh', format: 'shell-array', at: 'SERVER' }, { file: 'ports.txt', format: 'lines', at: null }],
    }, null);
    expect(shown).toEqual({
      title: 'Pull request in kubernetes/kubernetes into release-1.37: Turn off linux/s390x', asks: ['@olga', '@kubernetes/release-managers'],
      body: 'Decided by `olga`.\n\nTurns linux/s390x off at `hack/lib/golang.sh: SERVER` and `ports.txt`.',
    });
  });
});
