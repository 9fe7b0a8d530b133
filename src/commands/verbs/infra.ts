import { classifier } from '../classify.ts';

export const infra = classifier('infra', {
  usage: 'infra [platform] [reason]',
  about: 'Says that the infrastructure failed: it does not count against the platform, and nobody is reminded of it.',
  examples: ['/arch infra the runners lost their network', '/arch infra linux/s390x', '/arch infra off'],
  more: '`/arch infra off` takes it back. A label whose last part is `infra` or `infrastructure`, such as `area/infra`, means the same.',
});
