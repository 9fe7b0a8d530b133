import { fileShown, type Platform, type Rotation, type WorkingHours } from '../../domain/project.ts';
import { bullets, coded, says, type Spans, type Text } from '../../domain/text.ts';
import { moment, span } from '../../domain/time.ts';
import { onCallAt } from '../../policy/on-call.ts';
import { releaseSignal } from '../../policy/world.ts';
import type { Scene } from '../verb.ts';
import { who, whoAll } from './wording.ts';

/** `Owners: a and b. On call: c until Mon 23 Nov 00:00 UTC.` */
export function ownersSpans(platform: Platform, scene: Scene): Spans {
  const declared: Spans = platform.owners.length > 0 ? ['Owners: ', ...whoAll(platform.owners), '.'] : ['No owner is declared; ', ...instead(scene), '.'];
  const turn = platform.onCall === null ? null : onCallAt(platform.onCall, scene.now);
  return turn === null ? declared : [...declared, ' On call: ', who(turn), '.'];
}

/** Who hears of it where no owner is asked. */
function instead({ project }: Scene): Spans {
  const signal = releaseSignal(project);
  return signal.length === 0 ? ['nobody is told when it breaks, because the configuration names no release-signal team either'] : ['when it breaks, ', ...whoAll(signal), signal.length === 1 ? ' is told' : ' are told'];
}

/** Who cares for a platform, whose turn it is, when and where they are to be found. */
export function ownersView(platform: Platform, scene: Scene): Text {
  const { owners, onCall, hours, slack, id } = platform;
  const lost = owners.filter((o) => scene.unmentionable.has(o.toLowerCase()));
  const lines: Spans[] = [
    ...(onCall === null ? [] : [turns(onCall, scene.now)]),
    ...(hours === null ? [] : [[`At work: ${hoursText(hours)}, Monday to Friday; reminders wait for that.`]]),
    ...(slack === null ? [] : [['Slack channel: ', coded(slack), '.']]),
    ...(lost.length === 0 ? [] : [[...whoAll(lost), ` cannot be mentioned on GitHub (renamed or removed?), so ${lost.length === owners.length ? 'none of them is reached, and the release-signal team is told as well' : 'nobody is reached by that name'}.`]]),
  ];
  return [
    owners.length > 0 ? says({ bold: id }, ' is owned by ', ...whoAll(owners), onCall === null ? '. They are asked when it breaks only there.' : '. Who is on call is asked first when it breaks only there, then they all.') : says({ bold: id }, ' has no declared owner: ', ...instead(scene), '.'),
    ...(lines.length > 0 ? [bullets(...lines)] : []),
    says('Declared in ', coded(fileShown(scene.project)), '. Release leads and the release-signal team can ask for a change: ', coded(`/arch owners ${id} add @handle`), '.'),
  ];
}

/** Whose turn it is, until when, and whose is next. */
function turns(rotation: Rotation, now: number): Spans {
  const { people, every, from } = rotation;
  const [first] = people;
  const current = onCallAt(rotation, now);
  if (current === null) return first === undefined ? ['Nobody is on call.'] : ['On call from ', moment(from, now), ': ', who(first), '.'];
  const until = from + (Math.floor((now - from) / every) + 1) * every;
  const next = onCallAt(rotation, until);
  if (next === null || people.length === 1) return ['On call: ', who(current), ', always.'];
  return ['On call: ', who(current), ` until ${moment(until, now)}, then `, who(next), ` for ${span(every)}.`];
}

const clock = (minutes: number): string => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
const hoursText = ({ from, to, zone }: WorkingHours): string => `${clock(from)}–${clock(to)} ${zone}`;
