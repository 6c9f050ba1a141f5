// Slack's :short_names: for the emoji that offices use.

const NAMES = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", alarm_clock: "⏰", arrow_down: "⬇️", arrow_left: "⬅️",
  arrow_right: "➡️", arrow_up: "⬆️", arrows_counterclockwise: "🔄", art: "🎨", ballot_box_with_check: "☑️",
  bar_chart: "📊", beer: "🍺", beers: "🍻", bell: "🔔", birthday: "🎂", blue_heart: "💙", blush: "😊", book: "📖",
  bookmark: "🔖", books: "📚", bow: "🙇", briefcase: "💼", building_construction: "🏗️", bulb: "💡",
  bust_in_silhouette: "👤", busts_in_silhouette: "👥", calendar: "📆", spiral_calendar_pad: "🗓️", date: "📅",
  calling: "📲", card_file_box: "🗃️", card_index: "📇", chart_with_downwards_trend: "📉",
  chart_with_upwards_trend: "📈", clap: "👏", clipboard: "📋", clock3: "🕒", coffee: "☕", confetti_ball: "🎊",
  construction: "🚧", cry: "😢", dart: "🎯", dollar: "💵", email: "✉️", envelope: "✉️", envelope_with_arrow: "📩",
  euro: "💶", exclamation: "❗", heavy_exclamation_mark: "❗", eyes: "👀", factory: "🏭", file_folder: "📁",
  fire: "🔥", flag: "🚩", gear: "⚙️", gift: "🎁", globe_with_meridians: "🌐", green_heart: "💚", grey_question: "❔",
  grin: "😁", grinning: "😀", handshake: "🤝", heart: "❤️", heavy_check_mark: "✔️", heavy_plus_sign: "➕",
  heavy_minus_sign: "➖", hourglass: "⌛", hourglass_flowing_sand: "⏳", house: "🏠", inbox_tray: "📥",
  information_source: "ℹ️", iphone: "📱", joy: "😂", key: "🔑", label: "🏷️", large_blue_circle: "🔵",
  large_green_circle: "🟢", large_orange_circle: "🟠", large_yellow_circle: "🟡", laughing: "😆", link: "🔗",
  lock: "🔒", mag: "🔍", mailbox: "📫", mega: "📣", loudspeaker: "📢", memo: "📝", pencil: "📝", pencil2: "✏️",
  moneybag: "💰", money_with_wings: "💸", muscle: "💪", neutral_face: "😐", no_bell: "🔕", no_entry: "⛔",
  no_entry_sign: "🚫", office: "🏢", ok_hand: "👌", outbox_tray: "📤", package: "📦", page_facing_up: "📄",
  paperclip: "📎", partying_face: "🥳", pause_button: "⏸️", double_vertical_bar: "⏸️", phone: "☎️", telephone: "☎️",
  telephone_receiver: "📞", point_right: "👉", pray: "🙏", printer: "🖨️", pushpin: "📌", question: "❓",
  raised_hands: "🙌", red_circle: "🔴", rocket: "🚀", round_pushpin: "📍", scales: "⚖️", scroll: "📜", seedling: "🌱",
  shield: "🛡️", slightly_smiling_face: "🙂", smile: "😄", smiley: "😃", snowflake: "❄️", sos: "🆘", sparkles: "✨",
  speech_balloon: "💬", star: "⭐", stopwatch: "⏱️", sunglasses: "😎", sunny: "☀️", sweat_smile: "😅", tada: "🎉",
  thinking_face: "🤔", ticket: "🎫", timer_clock: "⏲️", trophy: "🏆", truck: "🚚", unlock: "🔓", wastebasket: "🗑️",
  warning: "⚠️", watch: "⌚", wave: "👋", white_check_mark: "✅", white_circle: "⚪", wine_glass: "🍷", wink: "😉",
  world_map: "🗺️", wrench: "🔧", x: "❌", yellow_heart: "💛", zap: "⚡", zzz: "💤",
};

/** What the reaction menu offers. */
export const REACTIONS = ["+1", "white_check_mark", "eyes", "tada", "heart", "pray", "joy", "thinking_face"];

/** The character of a short name, or the name between colons when it is not known. */
export const emoji = (name) => NAMES[name.replace(/::skin-tone-\d$/, "")] ?? `:${name}:`;

/** A text with its known :short_names: replaced. */
export const withEmoji = (text) =>
  text.replace(/:([a-z0-9_+'-]+):/g, (whole, name) => (name in NAMES ? NAMES[name] : whole));
