import type { Job } from '../../domain/job.ts';

/** The jobs of one tab: usually one, several where platforms share it. */
export interface TrackedTab {
  readonly name: string;
  readonly jobs: Job[];
}

export interface TrackedDashboard {
  readonly name: string;
  readonly tabs: Map<string, TrackedTab>;
}

/** The tracked jobs by dashboard and tab, and those that name neither. */
export interface Followed {
  readonly dashboards: ReadonlyMap<string, TrackedDashboard>;
  readonly homeless: readonly Job[];
}

export function groupJobs(jobs: readonly Job[]): Followed {
  const dashboards = new Map<string, TrackedDashboard>();
  const homeless: Job[] = [];
  for (const job of jobs) {
    if (job.dashboard === null || job.tab === null) {
      homeless.push(job);
      continue;
    }
    let dashboard = dashboards.get(job.dashboard);
    if (!dashboard) dashboards.set(job.dashboard, dashboard = { name: job.dashboard, tabs: new Map() });
    const tab = dashboard.tabs.get(job.tab);
    if (tab) tab.jobs.push(job);
    else dashboard.tabs.set(job.tab, { name: job.tab, jobs: [job] });
  }
  return { dashboards, homeless };
}

export function* jobsOf(dashboard: TrackedDashboard): Generator<Job> {
  for (const tab of dashboard.tabs.values()) yield* tab.jobs;
}
