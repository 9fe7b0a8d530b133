import { conflict } from '../../sweep/flows/conflict.ts';
import { firstStart } from '../../sweep/flows/first-start.ts';
import { FLOWS as SWEPT, type Flow } from '../../sweep/flows/index.ts';
import { calledOff } from './called-off.ts';
import { lostAnswers } from './lost-answers.ts';
import { otherSources } from './other-sources.ts';
import { repositoryFile } from './repository-file.ts';
import { slackDoors } from './slack-doors.ts';

/** Long ones, and one in which nobody does anything: an operation is tried in another flow where there is one. */
const LAST: readonly Flow[] = [conflict, calledOff, firstStart];

/** What is told with troubles in it: the flows of the crash sweep, and what they leave out of what the program asks for. */
export const FLOWS: readonly Flow[] = [...SWEPT.filter((f) => !LAST.includes(f)), otherSources, lostAnswers, slackDoors, repositoryFile, ...LAST];
