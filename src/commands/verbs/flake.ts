import { classifier } from '../classify.ts';

export const flake = classifier('flake', {
  usage: 'flake [platform] [test]',
  about: 'Says that it is a flake: nobody is reminded of it.',
  examples: ['/arch flake', '/arch flake TestEtcdRestart', '/arch flake linux/s390x TestEtcdRestart', '/arch flake off'],
  more: '`/arch flake off` takes it back. A label whose last part is `flake` or `flaky`, such as `kind/flake`, means the same.',
});
