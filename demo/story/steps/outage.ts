import { seen, type Step } from '../step.ts';

export const outage: Step = {
  title: 'The source of the results goes down',
  about: 'TestGrid, where most of the results stand, stops answering. Silence is no result, neither green nor red. Meanwhile both jobs pass with the fix, but nobody can know: nothing may open, and nothing may close.',
  async play(stage) {
    const mark = stage.mark();
    const issue = stage.kept('s390x');
    const before = stage.messagesAbout(issue).map((m) => m.text).join('\n');
    stage.world.ci.outage('testgrid');
    await stage.tell('CI', 'TestGrid answers 503 to every request.');
    for (const says of ['Everything is green, and nobody can see it.', 'Green again; still unseen.']) await stage.round({}, { unread: true, says: () => says });
    await stage.sees('#release-signal is told that results are missing', () => {
      const texts = stage.since(mark).messages.map((m) => m.text);
      return seen(texts.some((t) => t.includes('503')), texts);
    });
    await stage.holds('no issue opens, none closes, no comment, the breakage\'s messages unchanged', () => {
      const { issues, comments } = stage.since(mark);
      const same = stage.messagesAbout(issue).map((m) => m.text).join('\n') === before;
      return seen(issues.length + comments.length === 0 && issue.state === 'open' && same, [`#${issue.number} ${issue.state}`, ...issues.map((i) => i.title), ...comments.map((c) => c.body)]);
    });
  },
};
