export interface PlatformSpec {
  readonly owners?: readonly string[];
  readonly suites: readonly string[];
  readonly slack?: string;
  /** The suites that are on the release-blocking board. */
  readonly blocking?: readonly string[];
}

export interface WorldSpec {
  /** The project's name and repository; `demo` and `demo/demo`. */
  readonly name?: string;
  readonly repo?: string;
  readonly platforms?: Readonly<Record<string, PlatformSpec>>;
  /** YAML lines that are put at the top level. */
  readonly extra?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Passed runs that each job has at the start. */
  readonly history?: number;
  /** The release, as YAML on one line; one with two teams where it is left out. */
  readonly release?: string;
  /** Slack's channels by what they hear of, beside that for incidents. */
  readonly channels?: Readonly<Record<string, string>>;
  readonly slack?: boolean;
}

/** Where a test does not say otherwise. */
export const PLATFORMS: Readonly<Record<string, PlatformSpec>> = {
  'linux/amd64': { owners: ['@demo/amd64-owners'], suites: ['e2e', 'unit'] },
  'linux/s390x': { owners: ['@demo/s390x-owners'], suites: ['e2e', 'unit'] },
};

/** The configuration of a world's project, whose jobs are read from the source at `ciUrl`. */
export function configOf(spec: WorldSpec, ciUrl: string): string {
  const { name = 'demo', repo = 'demo/demo', extra = '', release = '{ name: v1, leads: ["@demo/leads"], ci_signal: ["@demo/signal"] }' } = spec;
  const platforms = Object.entries(spec.platforms ?? PLATFORMS).flatMap(([id, p]) => [
    `  ${id}:`, '    step: 2', '    build: on', `    owners: ${JSON.stringify(p.owners ?? [])}`, ...(p.slack ? [`    slack: "${p.slack}"`] : []), p.suites.length === 0 ? '    jobs: []' : '    jobs:',
    ...p.suites.map((s) => `      - { name: ${s}, source: grid, dashboard: board, tab: ${s}-${id.replaceAll('/', '-')}, suite: ${s}, trigger: periodic${p.blocking?.includes(s) ? ', board: blocking' : ''} }`),
  ]);
  return [
    'version: 1', `project: ${name}`, `repo: ${repo}`, `release: ${release}`, `sources: { grid: { kind: testgrid, url: "${ciUrl}" } }`,
    `slack: { channels: ${JSON.stringify({ incidents: '#signal', ...spec.channels })} }`, extra.includes('polling:') ? '' : 'polling: { every: 1s, timeout: 5s }', extra, 'platforms:', ...platforms, '',
  ].join('\n');
}
