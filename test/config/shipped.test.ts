import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { jsonSchema, jsonSchemaText } from '../../src/config/json-schema.ts';
import { switchAll } from '../../src/switches/index.ts';
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

describe('config/examples/tekton.yml', async () => {
  const { project, settings } = valid(await shipped('config/examples/tekton.yml'));
  const switches = settings.switches.map(({ file, format, at = null }) => ({ file, format, at }));
  const ports = 'linux/arm64,linux/s390x,linux/ppc64le';
  /** The parts of Tekton's files that name platforms, written after the real ones. */
  const texts = new Map([
    ['tekton/release-pipeline.yaml', `spec:\n  params:\n  - name: buildPlatforms\n    description: Platforms to build images for (e.g. linux/amd64,linux/arm64)\n    default: linux/amd64,${ports}\n  - name: publishPlatforms\n    description: |\n      Platforms to publish images for (e.g. linux/amd64,linux/arm64,windows/amd64).\n    default: linux/amd64,${ports},windows/amd64\n`],
    ['tekton/publish.yaml', `spec:\n  params:\n    - name: platforms\n      description: Platforms to publish for the images (e.g. linux/amd64,linux/arm64)\n      default: linux/amd64,${ports},windows/amd64\n`],
    ['.github/workflows/nightly-builds.yaml', `jobs:\n  build:\n    steps:\n      - run: |\n          tkn pipeline start pipeline-release \\\n            --param buildPlatforms="linux/amd64,${ports}" \\\n            --param publishPlatforms="linux/amd64,${ports},windows/amd64" \\\n            --param koExtraArgs=""\n`],
  ]);

  it('turns a platform off at all five places together, and on again byte for byte', () => {
    const mark = { proposal: '#1', link: 'https://example.org/2' };
    const off = switchAll(texts, switches, 'linux/s390x', mark, 'off');
    const after = off.kind === 'edited' ? off.files : new Map<string, string>();
    expect([...after.keys()].sort()).toEqual([...texts.keys()].sort());
    const named = [...after.values()].flatMap((text) => text.split('\n')).filter((line) => line.includes('s390x') && !line.trimStart().startsWith('#'));
    expect(named).toEqual([]);
    const cuts = new Map(off.kind === 'edited' ? off.switched.map((s) => [s.place, s.unmarked]) : []);
    const on = switchAll(after, switches, 'linux/s390x', mark, 'on', (place) => cuts.get(place) ?? []);
    expect(on).toMatchObject({ kind: 'edited', files: texts });
  });

  it('says what blocks its release, and how long a platform may be off', () => {
    expect(project.releases[0]?.conflict).toMatchObject({ blockerLabels: ['priority/critical-urgent'], expiresAfter: 30 * 86_400_000 });
  });
});
