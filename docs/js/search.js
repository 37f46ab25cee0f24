// Search over the site's index: plain words in, the best sections of each page out.
// Pure: nothing here touches the page, and all that comes out is text.

// These count in headings only, where "how long" must find "How long and how often?".
const SMALL =
  /^((?!gp|qr)[a-z]{1,2}|after|and|are|before|can|cant|does|dont|foam|for|get|have|how|not|pins|should|take|the|this|whats?|when|where|which|who|why|will|with|you|your)$/;

// Words that readers use for one another, and for those of the pages.
const ALIKE = (
  "ache hurt pain sore,arthritis osteoarthritis,bulging varicose,cap kneecap patella,client patient," +
  "contraindications safe safety,delete erase,excersise exercise,evidence research,handout print,joint replacement," +
  "needles tingling,operation surgery,research work,swells swelling swollen,tear torn,thinners warfarin"
).split(",");

// What a section counts, by its location and, after it, the words that were asked and those that were found.
const WORTH = [
  // Proof, repetition and summary come after what teaches.
  [/#(next|ref)/, 0.3],
  [/#c\d/, 0.6],
  [/^(handout|#| )/, 0.7],
  [/^research/, 0.8],
  [/^[^# ]+ /, 1.2],
  // Safety comes first where there may be danger, and what is urgent before all.
  [/^safety/, 1.2],
  [/#(em|ur)/, 1.5],
  [
    /^safety.* (breath|calf (ach|hurt|pain|sore)|(ach|hurt|pain|sore)\S* calf|chest|clot|cold|cramp|dvt|joint|numb |preg|surg|swol|tingl|weak)/,
    3,
  ],
  // The meaning of a word.
  [/#words what( i)?s /, 8],
];

const SIGNS = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

const plain = (html) =>
  html
    .replace(/On this page<ul>.*<\/ul>/s, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .replace(/&\w+;/g, (sign) => SIGNS[sign])
    .trim();

/** A pattern of a word in all its forms: press, presses, pressed, pressing. */
const forms = (word) =>
  word
    .replace(/([^s])s$/, "$1")
    .replace(/(...)(ing|ed|ness|ful|ie|y|e)$/, "$1")
    .replace(/([^aeiou])\1$/, "$1")
    .replace(/[fv]$/, "[fv]") + "{1,2}(ing|ed|ness|ful|ie|y|e)?(['’]?s)?\\b";

/**
 * Make the index ready, once.
 */
export function prepare(docs) {
  const fields = [];
  let all = "";
  let page;
  const sections = docs.map(({ location, title, text }, at) => {
    title = plain(title);
    text = plain(text);
    if (!/#/.test(location)) page = title;
    const add = (said, more, little = 0) => {
      const n = said.split(/\W+/).length;
      all += said.toLowerCase() + "\n";
      fields.push({ end: all.length, at, little, more: (before) => more(n, before) });
    };
    // Often said is not often more meant: each time counts less, in a long text from the first.
    add(text, (n, before) => (1 - before) / (1.5 + n / 80));
    add(title, (n) => 0.5 + 2.5 / n, 0.2);
    add(location, (n) => 0.2 + 1 / n);
    add(page, () => 0.2);
    return { location, page, title, text };
  });
  return { sections, fields, all };
}

/**
 * Find what a reader asks for, also while it is typed: the last word may be a part of one.
 */
export function find({ sections, fields, all }, asked) {
  const typed = asked.slice(0, 150).toLowerCase().replace(/['’]/g, "").match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const full = typed.filter((word) => !SMALL.test(word));
  const said = new Set();
  const slots = [];
  const scores = sections.map(() => ({ sum: 0, hits: 0 }));
  typed.forEach((word, at) => {
    const small = full[0] && SMALL.test(word);
    const values = new Map();
    const patterns = [];
    const seek = (pattern, worth) => {
      for (const group of ALIKE) if (RegExp(`\\b(${pattern})`).test(group)) pattern += "|" + group.split(" ").map(forms).join("|");
      const found = new Map();
      let field = 0;
      for (const { 0: one, index } of all.matchAll(RegExp(`\\b(${pattern})`, "g"))) {
        while (fields[field].end <= index) field++;
        const { at, little, more } = fields[field];
        const before = found.get(at) ?? 0;
        found.set(at, before + (small ? little : more(before)));
        if (!small) said.add(one);
      }
      for (const [i, value] of found) if (value) values.set(i, Math.max(values.get(i) ?? 0, worth * value));
      if (found.size) patterns.push(pattern);
    };
    seek(forms(word), 1);
    if (!small) {
      if (!patterns[0] || !typed[at + 1]) seek(word + "\\w*", 0.6);
      // One letter too many, too few, wrong, or in its neighbour's place; readers know the first.
      if (!patterns[0] && word[3])
        seek([...word].map((_, i) => `${word.slice(0, i + 1)}(\\w{0,2}${word.slice(i + 2)}|${word[i + 2]}${word[i + 1]}${word.slice(i + 3)})\\b`).join("|"), 0.6);
    }
    const rare = Math.log(1 + sections.length / values.size);
    if (!small && patterns[0]) slots.push([RegExp(`\\b(?:${patterns.join("|").replace(/\((?!\?)/g, "(?:")})`, "i"), rare]);
    for (const [i, value] of values) {
      scores[i].sum += value * rare;
      scores[i].hits += !small;
    }
  });
  const like = RegExp(`(${slots.map(([{ source }]) => source).join("|")})`, "gi");
  const mark = (text) => text.split(like).map((part, i) => [part, i % 2 > 0]).filter(([part]) => part);
  const context = ["", ...typed, ...full, ...said, ""].join(" ");
  const pages = new Map();
  sections
    .map((section, i) => {
      let score = scores[i].sum * scores[i].hits;
      if (score) for (const [where, times] of WORTH) if (where.test(section.location + context)) score *= times;
      return [score, section];
    })
    .filter(([score]) => score)
    .sort(([one], [other]) => other - one)
    .forEach(([, { location, page, title, text }]) => {
      const list = pages.get(page) ?? [];
      pages.set(page, list);
      if (list[2]) return;
      let most = 0;
      let excerpt = text;
      for (const { 0: sentence, index } of text.matchAll(/.+?([.?!] |$)/g)) {
        let weight = 0;
        for (const [like, rare] of slots) if (like.test(sentence)) weight += rare;
        if (weight > most) [most, excerpt] = [weight, text.slice(index)];
      }
      excerpt = excerpt.replace(/^(.{150}\S*) .+/, "$1 …");
      list.push({ location, page, title, titleParts: mark(title), excerpt: mark(excerpt) });
    });
  return [...pages.values()].slice(0, 10);
}
