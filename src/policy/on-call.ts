import type { Handle, Rotation } from '../domain/project.ts';

/** Whose turn it is at `now` (epoch ms); null: nobody's, because the first turn has not begun. */
export function onCallAt({ people, every, from }: Rotation, now: number): Handle | null {
  if (now < from || people.length === 0) return null;
  return people[Math.floor((now - from) / every) % people.length] ?? null;
}
