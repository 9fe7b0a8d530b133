import type { Step } from './step.ts';
import { answered } from './steps/answered.ts';
import { asked } from './steps/asked.ts';
import { blocker } from './steps/blocker.ts';
import { breakage } from './steps/breakage.ts';
import { downtime } from './steps/downtime.ts';
import { everywhere } from './steps/everywhere.ts';
import { fix } from './steps/fix.ts';
import { fixFirst } from './steps/fix-first.ts';
import { flake } from './steps/flake.ts';
import { joins } from './steps/joins.ts';
import { killed } from './steps/killed.ts';
import { linked } from './steps/linked.ts';
import { merged } from './steps/merged.ts';
import { outage } from './steps/outage.ts';
import { proposal } from './steps/proposal.ts';
import { recovery } from './steps/recovery.ts';
import { stale } from './steps/stale.ts';
import { taken } from './steps/taken.ts';
import { turnedOff } from './steps/turned-off.ts';
import { turnedOn } from './steps/turned-on.ts';

/** The story, step by step. A new step is a file under `steps/` and a line here. */
export const STORY: readonly Step[] = [
  flake, breakage, taken, joins, linked, asked, fix,
  outage, recovery, stale, everywhere,
  killed, answered,
  proposal, downtime,
  blocker, fixFirst, turnedOff, merged, turnedOn,
];
