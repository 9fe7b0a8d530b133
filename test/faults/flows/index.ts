import { FLOWS as SWEPT, type Flow } from '../../sweep/flows/index.ts';
import { calledOff } from './called-off.ts';
import { lostAnswers } from './lost-answers.ts';
import { otherSources } from './other-sources.ts';
import { repositoryFile } from './repository-file.ts';
import { slackDoors } from './slack-doors.ts';

/** What is told with troubles in it: the flows of the crash sweep, and what they leave out of what the program asks for. */
export const FLOWS: readonly Flow[] = [...SWEPT, otherSources, lostAnswers, slackDoors, repositoryFile, calledOff];
