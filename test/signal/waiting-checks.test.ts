import { expect, it } from 'vitest';
import { waitingChecks } from '../../src/signal/waiting-checks.ts';

it('names the required checks of the platform alone, each once', () => {
  const platforms = [{ id: 'linux/amd64', checks: [] }, { id: 'linux/ppc64le', checks: ['*power*'] }, { id: 'linux/s390x', checks: ['*s390x*'] }] as const;
  const required = ['unit-ppc64le', 'build on power', 'unit-ppc64le', 'unit-s390x', 'build-ppc64le-s390x', 'build', 'cla/ppc64le'];
  expect(waitingChecks(required, 'linux/ppc64le', platforms)).toEqual(expect.arrayContaining(['unit-ppc64le', 'build on power']));
  expect(waitingChecks(required, 'linux/ppc64le', platforms)).not.toContain('unit-s390x');
  expect(waitingChecks(required, 'linux/ppc64le', platforms).filter((n) => n === 'unit-ppc64le' || n === 'build' || n === 'build-ppc64le-s390x')).toEqual(['unit-ppc64le']);
});
