/**
 * For `node --import`: the clock of this process is wrong by `CLOCK_AHEAD` milliseconds, and an hour more after each second
 * SIGUSR2, as if somebody had set the machine's clock and corrected it. Timers and `performance` are not.
 */
const RealDate = Date;
let ahead = Number(process.env['CLOCK_AHEAD'] ?? 0);
let jumped = false;

class OtherDate extends RealDate {
  constructor(...of: readonly unknown[]) {
    if (of.length === 0) super(OtherDate.now());
    else super(...of as [number]);
  }

  static override now(): number { return RealDate.now() + ahead; }
}

globalThis.Date = OtherDate as DateConstructor;
process.on('SIGUSR2', () => {
  jumped = !jumped;
  ahead += (jumped ? 1 : -1) * 3_600_000;
});
