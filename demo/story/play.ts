import type { Stage } from './stage.ts';
import { NotSeen, type Step } from './step.ts';

/** How the story ended: every step seen, or the one that was not. */
export interface Outcome {
  readonly done: readonly Step[];
  readonly failed: { readonly step: Step; readonly expected: string; readonly found: string } | null;
}

/** Plays the steps one after the other, telling each; ends at the first that does not come about. */
export async function play(steps: readonly Step[], stage: Stage): Promise<Outcome> {
  const done: Step[] = [];
  for (const [i, step] of steps.entries()) {
    stage.voice.heading(i + 1, step.title, step.about);
    try {
      await step.play(stage);
      await stage.settle();
    } catch (error) {
      const failed = error instanceof NotSeen ? { step, expected: error.expected, found: error.found }
        : { step, expected: 'the step plays to its end', found: error instanceof Error ? error.stack ?? error.message : String(error) };
      stage.tellChecks();
      stage.voice.failed(step.title, failed.expected, failed.found);
      return { done, failed };
    }
    done.push(step);
  }
  return { done, failed: null };
}
