import type { Identity } from '../../domain/person.ts';
import { declaredLogin, fileShown } from '../../domain/project.ts';
import { coded, says, type Span, type Spans, type Text } from '../../domain/text.ts';
import { span } from '../../domain/time.ts';
import { EVERYONE } from '../rights.ts';
import { replied, type Found, type Outcome, type Scene, type Spoken, type Verb } from '../verb.ts';
import { understood } from '../words.ts';

/** How long a code can be used (milliseconds). */
export const CODE_HOLDS = 15 * 60_000;

/** `code` is null where none was given; otherwise as its hash was made: upper case, letters and digits alone. */
interface Args {
  readonly code: string | null;
}

/** Longer than any code; what is longer is none. */
const LONGEST = 64;

/** Ties a Slack member to a GitHub login by proof: a code that Slack gives comes back from GitHub. */
export const link: Verb<Args> = {
  name: 'link',
  usage: 'link [code]',
  about: 'Links your Slack account to your GitHub account, so that what you decide in Slack counts as yours.',
  who: 'self',
  examples: ['/arch link', '/arch link K7QM2X9RTA'],
  more: 'Begin in Slack with `/arch link`; it gives you a code for 15 minutes. Write `/arch link CODE` as a comment on GitHub, on any issue of the project\'s repository. Doing it again links you anew. Operators can link people under `people:` in a configuration file on disk, which goes before this.',
  parse: (line) => understood({ code: line.words.length === 0 ? null : line.rest(0).slice(0, LONGEST * 2).toUpperCase().replace(/[^A-Z0-9]/g, '').slice(0, LONGEST) }),
  needs: ({ code }, _scene, { actor }) => actor.surface === 'github' && code ? { ...EVERYONE, code } : EVERYONE,
  run: ({ code }, scene, spoken, found) => spoken.actor.surface === 'slack' ? inSlack(code, scene, spoken, found) : onGitHub(code, scene, spoken, found),
};

const refused = (...spans: Spans): Outcome => ({ verdict: 'refused', reply: replied(...spans, ' Nothing was changed.') });

const operators = ({ project }: Scene): Span => coded(fileShown(project));

function inSlack(code: string | null, scene: Scene, { actor }: Spoken, { fresh }: Found): Outcome {
  if (actor.slack === null) return refused('Slack did not say who you are, so there is nobody to link.');
  const known = declaredLogin(scene.project, actor.slack.user);
  if (known !== null) return { verdict: 'answered', reply: replied('You are ', coded(known), ' on GitHub already: the operator has linked you under ', coded('people:'), ' in ', operators(scene), '. There is nothing to do; only the operator can change it.') };
  if (code !== null) return refused('The code belongs on GitHub, where it proves who you are: write this line as a comment on any issue of ', coded(scene.project.repo), ': ', coded(`/arch link ${code}`), '.');
  if (fresh === null) return refused('No code could be made just now; please try again in a minute.');
  const give = { hash: fresh.hash, slack: actor.slack, createdAt: scene.now, expires: scene.now + CODE_HOLDS };
  return { verdict: 'done', code: { give }, reply: instructions(fresh.code, actor.login, scene) };
}

function instructions(code: string, login: string | null, { project }: Scene): Text {
  return [
    says('Write this line as a comment on any issue or pull request of ', coded(project.repo), `, within ${span(CODE_HOLDS)}:`),
    { kind: 'code', language: '', text: `/arch link ${code}` },
    says(
      'What you decide in Slack then counts as the GitHub account that wrote it. The code is for you alone and works once: whoever writes it is taken for you, so show it to nobody before.',
      ...(login === null ? [] : [' You are linked to ', coded(login), ' now; this links you anew.']),
    ),
  ];
}

function onGitHub(code: string | null, scene: Scene, { actor }: Spoken, { code: stored }: Found): Outcome {
  const { login } = actor;
  if (scene.slack === false) return refused('Slack is not connected here, so there is no Slack account to link. What you say on GitHub counts as yours without it.');
  if (code === null) return refused('This begins in Slack: type ', coded('/arch link'), ' there, and write the line that it answers as a comment here.');
  if (scene.codeUsed === true) return refused('One comment links one Slack member, and a line before this one did. Write this one in a comment of its own.');
  // One answer for all three, so that nobody learns by trying.
  if (stored === null || stored.expires <= scene.now || login === null) return refused(`This code cannot be used: it is mistyped, was used before, was replaced by a newer one, or is older than ${span(CODE_HOLDS)}. Type `, coded('/arch link'), ' in Slack for a new one.');
  const { user } = stored.slack;
  const known = declaredLogin(scene.project, user);
  if (known !== null && known.toLowerCase() !== login.toLowerCase()) return refused('The operator has linked the Slack member ', coded(user), ' to ', coded(known), ' under ', coded('people:'), ' in ', operators(scene), ', which goes before a code; only the operator can change it.');
  if (known !== null) return { verdict: 'answered', reply: replied('The operator has linked the Slack member ', coded(user), ' to ', coded(known), ' under ', coded('people:'), ' in ', operators(scene), ' already. There is nothing to do.') };
  const identity: Identity = { slack: stored.slack, login, at: scene.now };
  return { verdict: 'done', identity, code: { use: stored.hash }, reply: linkedReply(user, login) };
}

const linkedReply = (user: string, login: string): Text => [says(
  'The Slack member ', coded(user), ' is ', coded(login), ' from now on: what they decide in Slack counts as ', coded(login), '. If that is not you, or the code came from somebody else, have it undone: ',
  coded('/arch link'), ' in Slack links that member anew, and an operator can link them otherwise under ', coded('people:'), ' in the configuration.',
)];
