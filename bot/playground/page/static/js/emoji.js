// The emoji codes that workplace bots use most; an unknown code stays as it was typed.

export const EMOJI = {
  "+1": "👍", "-1": "👎", alarm_clock: "⏰", arrow_right: "➡️", arrows_counterclockwise: "🔄", bell: "🔔", bulb: "💡",
  ballot_box_with_check: "☑️", calendar: "📆", clipboard: "📋", closed_lock_with_key: "🔐", cloud: "☁️", construction: "🚧",
  exclamation: "❗", eyes: "👀", fire: "🔥", gear: "⚙️", grey_question: "❔", hammer_and_wrench: "🛠️", heavy_check_mark: "✔️",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", inbox_tray: "📥", information_source: "ℹ️", key: "🔑", label: "🏷️",
  large_blue_circle: "🔵", large_green_circle: "🟢", large_orange_circle: "🟠", large_red_square: "🟥", large_yellow_circle: "🟡",
  link: "🔗", lock: "🔒", mag: "🔍", memo: "📝", no_entry: "⛔", no_entry_sign: "🚫", ok: "🆗", outbox_tray: "📤", package: "📦",
  page_facing_up: "📄", point_right: "👉", pray: "🙏", pushpin: "📌", question: "❓", raised_hands: "🙌", red_circle: "🔴",
  repeat: "🔁", robot_face: "🤖", rocket: "🚀", rotating_light: "🚨", round_pushpin: "📍", shield: "🛡️", ship: "🚢",
  slightly_smiling_face: "🙂", smile: "😄", sos: "🆘", sparkles: "✨", speech_balloon: "💬", star: "⭐", stopwatch: "⏱️",
  tada: "🎉", thinking_face: "🤔", thumbsup: "👍", thumbsdown: "👎", timer_clock: "⏲️", tools: "🛠️", unlock: "🔓",
  warning: "⚠️", wave: "👋", whale: "🐳", white_check_mark: "✅", white_circle: "⚪", wrench: "🔧", x: "❌", zap: "⚡", zzz: "💤",
};
