import { ALL_BUILT, CROSS_BUILD } from './build.ts';
import { REPO } from './orrery.ts';
import type { Stage } from './stage.ts';

/** How the check that builds all platforms ends, and what is told of it. */
export interface Built {
  readonly ends: 'success' | 'failure';
  readonly says: string;
  readonly log?: string;
}

/** Lets that check run on a branch and tells how it ended, with its page; resolves when the program has heard of it. */
export async function crossBuild(stage: Stage, branch: string, { ends, says, log = ALL_BUILT }: Built): Promise<void> {
  const { github } = stage.world;
  await stage.settle();
  const heard = github.reports(REPO).run(branch, { name: CROSS_BUILD, conclusion: ends, log });
  stage.voice.line('CI', says, github.state.repo(REPO).checkRuns.at(-1)?.reported?.detailsUrl);
  await heard;
}
