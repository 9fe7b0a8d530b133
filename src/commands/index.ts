import type { Verb } from './verb.ts';
import { ack } from './verbs/ack.ts';
import { add } from './verbs/add.ts';
import { approve } from './verbs/approve.ts';
import { attempt } from './verbs/attempt.ts';
import { conflict } from './verbs/conflict.ts';
import { deactivate } from './verbs/deactivate.ts';
import { demote } from './verbs/demote.ts';
import { downtime } from './verbs/downtime.ts';
import { exception } from './verbs/exception.ts';
import { explain } from './verbs/explain.ts';
import { extend } from './verbs/extend.ts';
import { fixedBy } from './verbs/fixed-by.ts';
import { flake } from './verbs/flake.ts';
import { giveUp } from './verbs/give-up.ts';
import { infra } from './verbs/infra.ts';
import { link } from './verbs/link.ts';
import { mute } from './verbs/mute.ts';
import { noTime } from './verbs/no-time.ts';
import { object } from './verbs/object.ts';
import { owners } from './verbs/owners.ts';
import { promote } from './verbs/promote.ts';
import { ready } from './verbs/ready.ts';
import { reactivate } from './verbs/reactivate.ts';
import { recheck } from './verbs/recheck.ts';
import { reject } from './verbs/reject.ts';
import { signOff } from './verbs/sign-off.ts';
import { snooze } from './verbs/snooze.ts';
import { status } from './verbs/status.ts';
import { unack } from './verbs/unack.ts';
import { unsnooze } from './verbs/unsnooze.ts';
import { waitsFor } from './verbs/waits-for.ts';
import { helpOn } from './verbs/help.ts';
import { withdraw } from './verbs/withdraw.ts';

/**
 * Every verb, in the order in which help and docs/commands.md tell of them. Parser, Slack and documentation read this one
 * table; a verb is one file and one line here.
 */
export const VERBS: readonly Verb[] = [
  helpOn(() => VERBS), status, explain, ready, owners,
  // Owners and the release-signal team.
  ack, unack, snooze, unsnooze, flake, infra, attempt, fixedBy, waitsFor, downtime, promote,
  // A release blocker against a platform's build: who stands for it, who says so, who decides.
  giveUp, conflict, deactivate, reactivate, noTime, extend,
  // Release leads, and what they decide.
  mute, add, demote, recheck, exception, signOff, approve, reject, object, withdraw,
  // For oneself.
  link,
];
