import type { Project } from '../../src/domain/project.ts';
import { JOB } from '../policy/proposals-given.ts';
import { makeJob } from '../policy/story.ts';
import type { Room } from './deciding-room.ts';

/** The project without the job that is to be muted. */
export const INVALID_GROUND = (project: Project): Project =>
  ({ ...project, platforms: project.platforms.map((p) => ({ ...p, jobs: p.jobs.filter((j) => j.key !== JOB.key) })) });

/** A second release-blocking job is proposed to be muted beside the first. */
export function second(room: Room): Room {
  const job = { ...makeJob({ platform: 'linux/s390x', name: 'ci-conformance-s390x' }), board: 'blocking' as const };
  room.project = { ...room.project, platforms: room.project.platforms.map((p) => ({ ...p, jobs: [...p.jobs, job] })) };
  const answer = room.say('sina', '/arch mute ci-conformance-s390x 7d a broken disk');
  if (answer.verdict !== 'done') throw new Error(answer.text);
  return room;
}
