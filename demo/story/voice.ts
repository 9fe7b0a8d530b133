import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Who or what a line of the story is about. */
export type Who = 'CI' | 'GitHub' | 'Slack' | 'People' | 'Program';

const COLOURS: Readonly<Record<Who, Style>> = { CI: 'yellow', GitHub: 'magenta', Slack: 'blue', People: 'cyan', Program: 'gray' };
const INDENT = 11;
const WIDEST = 110;

/** Tells the story in lines of a terminal. Colour only where the stream takes it and NO_COLOR does not forbid it. */
export class Voice {
  readonly #out: NodeJS.WriteStream;

  constructor(out: NodeJS.WriteStream) { this.#out = out; }

  paint(style: Style, text: string): string { return styleText(style, text, { stream: this.#out }); }

  /** A line as it is. */
  plain(text = ''): void { this.#out.write(`${text}\n`); }

  /** A step's headline and what it is about. */
  heading(number: number, title: string, about: string): void {
    this.plain(`\n${this.paint('bold', `${number}. ${title}`)}`);
    this.paragraph(about);
  }

  paragraph(text: string): void {
    for (const line of wrapped(text, this.#width - 3)) this.plain(`   ${this.paint('dim', line)}`);
  }

  /** Something that happened, and where one can look at it. */
  line(who: Who, text: string, link?: string): void {
    const lines = wrapped(text, this.#width - INDENT - 3);
    lines.forEach((line, i) => { this.plain(`   ${i === 0 ? this.paint(COLOURS[who], who.padEnd(INDENT)) : ' '.repeat(INDENT)}${line}`); });
    if (link !== undefined) this.plain(`   ${' '.repeat(INDENT)}${this.link(link)}`);
  }

  link(url: string): string { return this.paint('underline', url); }

  /** Something that was looked for at the stand-ins and is there. */
  check(text: string): void {
    wrapped(text, this.#width - 5).forEach((line, i) => { this.plain(`   ${i === 0 ? this.paint('green', '✓') : ' '} ${line}`); });
  }

  failed(title: string, expected: string, found: string): void {
    this.plain(`\n   ${this.paint('red', '✗')} ${this.paint('bold', title)} did not come about.`);
    this.plain(`     expected   ${expected}`);
    this.plain(`     found      ${found}`);
  }

  /** A row of a list: a name and what belongs to it. */
  row(name: string, text: string): void {
    this.plain(`   ${this.paint('bold', name.padEnd(INDENT))}${text}`);
  }

  get #width(): number { return Math.min(Math.max(this.#out.columns ?? 100, 60), WIDEST); }
}

/** Text in lines of at most so many characters, broken at spaces; longer words stand alone. */
export function wrapped(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > width) { lines.push(line); line = word; } else line = line === '' ? word : `${line} ${word}`;
    }
    return [...lines, line];
  });
}
