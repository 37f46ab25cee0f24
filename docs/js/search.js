// Search over the site's index: plain words in, the best sections of each page out.
// Pure: nothing here touches the page, and all that comes out is text.

// These count in headings only, where "how long" must find "How long and how often?".
const SMALL =
  /^([a-z]|a[mnst]|b[ey]|do|i[fnst]|m[ey]|o[fnr]|so|to|we|after|and|are|before|cant?|does|dont|foam|for|get|have|how|not|pins|should|take|the|this|whats?|when|where|which|who|why|will|with|you|your)$/;

// Words that readers use for one another, and for those of the pages.
const ALIKE = (
  "ache hurt pain sore,bloodclot clot,arthritis osteoarthritis,bulging varicose,cap kneecap patella,client patient," +
  "contraindications safe safety,delete erase,excersise exercise,evidence research work,handout print," +
  "joint replacement,needles tingling,operation surgery,swells swelling swollen,tear torn,thinners warfarin"
).split(",");

// One of these among what was asked, or found for it, means that there may be danger.
const RISK =
  / (breath|calf (hurt|pain|sore)|(pain\S*|sore) calf|chest|clot|cold|cramp|dvt|joint|numb |preg|surg|swol|tingl|vari|vein|weak)/;

// What a section is worth, by its location, the words that were asked, and a "!" for danger.
const WORTH = [
  // What proves, repeats or sums up comes after what teaches.
  [/#(next|ref)/, 0.3],
  [/#c\d/, 0.6],
  [/^(handout|#| )/, 0.7],
  [/^research/, 0.8],
  [/^[^# ]+ /, 1.2],
  // Safety comes first, and what is urgent before all.
  [/^safety/, 1.2],
  [/#(em|ur)/, 1.5],
  [/^safety.*!/, 3],
  // What one does comes before what was studied.
  [/^find-.* where .*press/, 4],
  [/^faq.* how long /, 2],
  // The meaning of a word.
  [/#words what( i)?s /, 8],
];

// The index writes no others.
const SIGNS = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** The text of the index's HTML, without the list of a page's own headings. */
const plain = (html) =>
  html
    .replace(/On this page<ul>.*<\/ul>/s, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s{2,}/g, " ")
    .replace(/&\w+;/g, (sign) => SIGNS[sign])
    .trim();

/** A pattern of a word in all its forms: press, presses, pressed, pressing; calf, calves. */
const forms = (word) =>
  word
    .replace(/([^s])s$/, "$1")
    .replace(/(...)(ing|ed|ness|ful|ie|y|e)$/, "$1")
    .replace(/([^aeiou])\1$/, "$1")
    .replace(/[fv]$/, "[fv]") + "{1,2}(?:ing|ed|ness|ful|ie|y|e)?(?:['’]?s)?\\b";

/** A pattern of a word with a letter too many, too few, wrong, or in its neighbour's place; not the first. */
const slips = (word) =>
  [...word]
    .map((_, i) => {
      const start = word.slice(0, i + 1);
      return `${start}(?:\\w{0,2}${word.slice(i + 2)}|${word[i + 2]}${word[i + 1]}${word.slice(i + 3)})\\b`;
    })
    .join("|");

/**
 * Make the index ready, once.
 *
 * @param {{location: string, title: string, text: string}[]} docs - the sections of the site's index, in its
 *   order: the first one of each page has the page's title
 * @returns {object} what `find` searches
 */
export function prepare(docs) {
  const fields = [];
  let all = "";
  let page;
  const sections = docs.map(({ location, title, text }, at) => {
    title = plain(title);
    text = plain(text);
    if (!/#/.test(location)) page = title;
    const add = (said, little, more) => {
      all += said.toLowerCase() + "\n";
      fields.push([all.length, at, little, more]);
    };
    // Often said is not often more meant: each time adds less, in a long text from the first.
    add(text, 0, (before) => (1 - before) / (1.5 + text.length / 480));
    add(title, 0.2, () => 0.5 + 2.5 / title.split(" ").length);
    add(location, 0, () => 0.2 + 7 / location.length);
    add(page, 0, () => 0.2);
    return { location, page, title, text };
  });
  return { sections, fields, all };
}

/** A pattern, with those of the words that mean the same. */
const widen = (pattern) =>
  ALIKE.reduce(
    (all, group) => (group.match(`\\b(${all})`) ? `${all}|${group.split(" ").map(forms).join("|")}` : all),
    pattern,
  );

/** Find a pattern: what it is worth in each section that has it, and the words that matched. */
function seek({ fields, all }, pattern, worth, isSmall) {
  const values = new Map();
  const words = [];
  let field = 0;
  for (const { 0: one, index } of all.matchAll(`\\b(?:${pattern})`)) {
    while (fields[field][0] <= index) field++;
    const [, section, little, more] = fields[field];
    const before = values.get(section) ?? 0;
    const by = isSmall ? little : worth * more(before);
    if (by) values.set(section, before + by);
    words.push(one);
  }
  return [values, words];
}

/** Find a word in its forms; one that counts also as the start of a longer one, while typed, or misspelt. */
function seekWord(prepared, word, isSmall, counts, isLast) {
  let values = new Map();
  let like = "";
  const said = [];
  const add = (pattern, worth) => {
    const wide = widen(pattern);
    const [found, words] = seek(prepared, wide, worth, isSmall);
    if (found.size) like += `|${wide}`;
    values = new Map([...found, ...values]);
    said.push(...words);
  };
  add(forms(word), 1);
  if (counts && (!like || isLast)) add(`${word}\\w*`, 0.6);
  if (counts && !like && word[3]) add(slips(word), 0.6);
  return { values, like: like.slice(1), said };
}

/** The start of a text from the sentence that has most of the words, the rare ones before the common. */
function excerptOf(text, slots) {
  let most = 0;
  let excerpt = text;
  for (const { 0: sentence, index } of text.matchAll(/.+?([.?!] |$)/g)) {
    let sum = 0;
    for (const [like, rare] of slots) if (like.test(sentence)) sum += rare;
    if (sum > most) [most, excerpt] = [sum, text.slice(index)];
  }
  return excerpt.replace(/^(.{150}\S*) .+/, "$1 …");
}

/** Group the best sections by page, three of each, with the words marked. */
function byPage(sections, slots) {
  const like = RegExp(`(${slots.map(([{ source }]) => source).join("|")})`, "i");
  const mark = (text) => text.split(like).map((part, i) => [part, i % 2 > 0]).filter(([part]) => part);
  const pages = new Map();
  for (const { location, page, title, text } of sections) {
    const list = pages.get(page) ?? [];
    pages.set(page, list);
    if (list[2]) continue;
    list.push({ location, page, title, titleParts: mark(title), excerpt: mark(excerptOf(text, slots)) });
  }
  return [...pages.values()];
}

/**
 * Find what a reader asks for, also while it is typed: the last word may be the start of one.
 *
 * @param {object} prepared - what `prepare` returned
 * @param {string} asked - anything
 * @returns {{location: string, page: string, title: string, titleParts: [string, boolean][],
 *   excerpt: [string, boolean][]}[][]} for each page, the best first, its best sections: at most ten pages
 *   and three sections. A location is the index's. Title and excerpt are parts of text, each with whether
 *   it is to be marked. Empty where nothing is found
 */
export function find(prepared, asked) {
  const { sections } = prepared;
  // A question is shorter; what is pasted must not take long.
  const start = asked.slice(0, 150).toLowerCase().replace(/['’]/g, "");
  const typed = [...new Set(start.match(/\w+/g))].slice(0, 12);
  const full = typed.filter((word) => !SMALL.test(word));
  const said = [...full, ""];
  const slots = [];
  const scores = new Map();
  typed.forEach((word, at) => {
    const isSmall = SMALL.test(word);
    const counts = !isSmall || !full[0];
    const found = seekWord(prepared, word, isSmall, counts, !typed[at + 1]);
    said.push(...found.said);
    // The fewer sections have a word, the more it counts.
    const rare = Math.log(1 + sections.length / found.values.size);
    if (counts && found.like) slots.push([RegExp(`\\b(?:${found.like})`, "i"), rare]);
    for (const [section, value] of found.values) {
      const [sum, hits] = scores.get(section) ?? [0, 0];
      scores.set(section, [sum + value * rare, hits + counts]);
    }
  });
  const context = ` ${typed.join(" ")} ${RISK.test(` ${said.join(" ")} `) ? "!" : ""}`;
  const weigh = ([at, [sum, hits]]) =>
    WORTH.reduce((score, [like, by]) => (like.test(sections[at].location + context) ? score * by : score), sum * hits);
  const best = [...scores]
    .map((found) => [weigh(found), sections[found[0]]])
    .filter(([score]) => score)
    .sort(([one], [other]) => other - one)
    .map(([, section]) => section);
  return byPage(best, slots).slice(0, 10);
}
