/** The shortcodes that chat and issue texts of this project are likely to use; others stay as they are. */
const EMOJI: Readonly<Record<string, string>> = {
  red_circle: '🔴', large_green_circle: '🟢', green_circle: '🟢', large_yellow_circle: '🟡', yellow_circle: '🟡',
  large_orange_circle: '🟠', orange_circle: '🟠', large_blue_circle: '🔵', blue_circle: '🔵', white_circle: '⚪', black_circle: '⚫',
  large_purple_circle: '🟣', eyes: '👀', white_check_mark: '✅', heavy_check_mark: '✔️', x: '❌', warning: '⚠️', bell: '🔔',
  no_bell: '🔕', zzz: '💤', hourglass: '⌛', hourglass_flowing_sand: '⏳', rotating_light: '🚨', tada: '🎉', mag: '🔍',
  memo: '📝', link: '🔗', wrench: '🔧', hammer_and_wrench: '🛠️', robot_face: '🤖', thread: '🧵', clock1: '🕐', alarm_clock: '⏰',
  information_source: 'ℹ️', question: '❓', exclamation: '❗', arrow_up: '⬆️', arrow_down: '⬇️', arrow_right: '➡️', fire: '🔥',
  snowflake: '❄️', construction: '🚧', speech_balloon: '💬', mute: '🔇', pushpin: '📌', lock: '🔒', unlock: '🔓', seedling: '🌱',
  '+1': '👍', '-1': '👎', thumbsup: '👍', thumbsdown: '👎', heart: '❤️', rocket: '🚀', confused: '😕', laugh: '😄', hooray: '🎉',
  double_vertical_bar: '⏸️', pause_button: '⏸️', arrows_counterclockwise: '🔄', satellite_antenna: '📡', ghost: '👻', wave: '👋',
};

/** Replaces known `:shortcodes:` in text. */
export const withEmoji = (text: string): string => text.replaceAll(/:([a-z0-9_+-]+):/g, (whole, name: string) => EMOJI[name] ?? whole);

/** One emoji by its name without colons, or the name in colons where it is not known. */
export const emoji = (name: string): string => EMOJI[name] ?? `:${name}:`;
