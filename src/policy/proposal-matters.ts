import type { Matter } from '../domain/proposal.ts';
import { coded } from '../domain/text.ts';
import { moment } from '../domain/time.ts';
import { boardWords } from './board-words.ts';
import { deactivateWords, reactivateWords } from './conflict-words.ts';
import type { MatterWords } from './matter-words.ts';
import { stepWords } from './step-words.ts';

const WORDS: { readonly [K in Matter['kind']]: (matter: Extract<Matter, { readonly kind: K }>) => MatterWords } = {
  mute: ({ platform, jobName, until, reason }) => ({
    question: (near) => `Mute ${jobName} on ${platform}, which blocks the release, until ${moment(until, near)}`,
    inShort: (near) => `to mute ${jobName} on ${platform} until ${moment(until, near)}`,
    reason,
    evidence: null,
    look: [coded(`/arch explain ${platform}:${jobName}`), ' shows its last runs.'],
    yes: ['until then its breakages open no incident and nobody is asked. Its runs are still read, and it is shown as muted.'],
    no: ['it goes on being watched, and its owners are asked when it breaks.'],
    done: (near) => `${jobName} on ${platform} is muted until ${moment(until, near)}`,
    undone: `${jobName} on ${platform} is not muted by this`,
    back: ['Release leads or the release-signal team end it at any time with ', coded(`/arch mute ${platform}:${jobName} off`), '.'],
    again: ['It can be proposed again with ', coded(`/arch mute ${platform}:${jobName} <until> <reason>`), '.'],
  }),
  step: stepWords,
  board: boardWords,
  deactivate: deactivateWords,
  reactivate: reactivateWords,
};

/** The words for this matter. */
export function matterWords(matter: Matter): MatterWords {
  switch (matter.kind) {
    case 'mute': return WORDS.mute(matter);
    case 'step': return WORDS.step(matter);
    case 'board': return WORDS.board(matter);
    case 'deactivate': return WORDS.deactivate(matter);
    case 'reactivate': return WORDS.reactivate(matter);
    default: return matter satisfies never;
  }
}
