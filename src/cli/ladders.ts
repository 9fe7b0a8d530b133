import { formatFinding } from '../config/finding.ts';
import { readLadder } from '../config/ladder.ts';
import { shippedLadders } from '../config/ladder-files.ts';
import { laddersMarkdown } from '../config/ladder-page.ts';
import { Refusal, type Io } from './io.ts';

/** Prints how ladders are written, and those that come along: `docs/ladders.md`. */
export async function ladders(io: Io): Promise<void> {
  const files = await shippedLadders();
  io.out(laddersMarkdown([...files.keys()].map((name) => {
    const reading = readLadder(name, files, (message) => { throw new Refusal(message); });
    if (!reading.ok) throw new Refusal(reading.errors.map(formatFinding).join('\n'));
    return reading.ladder;
  })));
}
