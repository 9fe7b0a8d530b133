import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { jsonSchema, jsonSchemaText } from '../../src/config/json-schema.ts';
import { valid } from './given.ts';

const shipped = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('config/archsignal.schema.json', () => {
  it('is what the schema says today (npm run -s archsignal -- schema > config/archsignal.schema.json)', async () => {
    expect(await shipped('config/archsignal.schema.json')).toBe(jsonSchemaText());
  });

  it('asks for what a file must have, as a person writes it, and knows nothing else', () => {
    const schema = jsonSchema() as { required: string[]; additionalProperties: boolean; properties: Record<string, { additionalProperties: { required: string[] }; properties: Record<string, unknown> }> };
    expect([schema.required, schema.additionalProperties]).toEqual([['version', 'project', 'repo', 'sources', 'platforms'], false]);
    expect(schema.properties['platforms']?.additionalProperties.required).toEqual(['step', 'build', 'jobs']);
    expect(schema.properties['polling']?.properties['timeout']).toMatchObject({ type: 'string', default: '20s' });
    expect(jsonSchemaText()).not.toContain('"expected"');
  });
});

describe('config/examples/kubernetes.yml', async () => {
  const { project, settings, warnings } = valid(await shipped('config/examples/kubernetes.yml'));
  const jobs = project.platforms.flatMap((platform) => platform.jobs);

  it('is valid, without a doubt', () => {
    expect([project.name, warnings]).toEqual(['kubernetes', []]);
    expect(project.platforms.map((platform) => [platform.id, platform.step, platform.jobs.length])).toEqual([['linux/s390x', 2, 5], ['linux/ppc64le', 2, 8], ['linux/arm64', 3, 4], ['linux/amd64', 4, 11]]);
  });

  it('names teams and no single person', () => {
    const handles = [...project.escalation.to, ...project.platforms.flatMap((platform) => platform.owners), ...settings.releases.flatMap((release) => [...release.leads, ...release.ci_signal])];
    for (const handle of handles) expect(handle).toMatch(/^@kubernetes\/[a-z0-9-]+$/);
    expect(project.people).toEqual({});
  });

  it('watches the ports\' jobs on their dashboards', () => {
    expect(jobs.filter((job) => job.platform === 'linux/s390x').map((job) => `${job.dashboard}/${job.tab}`)).toEqual([
      'ibm-s390x-k8s/ci-kubernetes-unit-s390x', 'ibm-s390x-k8s/ci-kubernetes-integration-master-s390x', 'ibm-s390x-k8s/ci-kubernetes-s390x-conformance-master',
      'ibm-s390x-k8s/ci-kubernetes-integration-1.34-s390x', 'ibm-s390x-k8s/ci-kubernetes-integration-1.33-s390x',
    ]);
    expect(new Set(jobs.filter((job) => job.platform === 'linux/ppc64le').map((job) => job.dashboard))).toEqual(new Set(['ibm-ppc64le-k8s']));
  });

  it('has a job of the reference platform to compare with for every suite on master, but for those that say so', () => {
    const reference = new Set(jobs.filter((job) => job.platform === project.reference).map((job) => job.suite));
    const alone = jobs.filter((job) => job.branch === null && !reference.has(job.suite)).map((job) => job.suite);
    expect(alone).toEqual(['node-e2e-serial']);
  });
});
