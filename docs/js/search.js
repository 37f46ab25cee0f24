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
export function find({ sections, fields, all }, asked) {
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
    let values = new Map();
    let like = "";
    const seek = (pattern, worth) => {
      for (const group of ALIKE) {
        if (group.match(`\\b(${pattern})`)) pattern += `|${group.split(" ").map(forms).join("|")}`;
      }
      const found = new Map();
      let field = 0;
      for (const { 0: one, index } of all.matchAll(`\\b(?:${pattern})`)) {
        while (fields[field][0] <= index) field++;
        const [, section, little, more] = fields[field];
        const before = found.get(section) ?? 0;
        const by = isSmall ? little : worth * more(before);
        if (by) found.set(section, before + by);
        said.push(one);
      }
      if (found.size) like += `|${pattern}`;
      values = new Map([...found, ...values]);
    };
    seek(forms(word), 1);
    if (counts && (!like || !typed[at + 1])) seek(`${word}\\w*`, 0.6);
    if (counts && !like && word[3]) seek(slips(word), 0.6);
    // The fewer sections have a word, the more it tells.
    const rare = Math.log(1 + sections.length / values.size);
    if (counts && like) slots.push([RegExp(`\\b(?:${like.slice(1)})`, "i"), rare]);
    for (const [section, value] of values) {
      const [sum, hits] = scores.get(section) ?? [0, 0];
      scores.set(section, [sum + value * rare, hits + counts]);
    }
  });
  const like = RegExp(`(${slots.map(([{ source }]) => source).join("|")})`, "i");
  const mark = (text) => text.split(like).map((part, i) => [part, i % 2 > 0]).filter(([part]) => part);
  const context = ` ${typed.join(" ")} ${RISK.test(` ${said.join(" ")} `) ? "!" : ""}`;
  const pages = new Map();
  [...scores]
    .map(([at, [sum, hits]]) => {
      let score = sum * hits;
      for (const [like, worth] of WORTH) if (like.test(sections[at].location + context)) score *= worth;
      return [score, sections[at]];
    })
    .filter(([score]) => score)
    .sort(([one], [other]) => other - one)
    .forEach(([, { location, page, title, text }]) => {
      const list = pages.get(page) ?? [];
      pages.set(page, list);
      if (list[2]) return;
      // It starts with the sentence that has most of the words, the rare ones before the common.
      let most = 0;
      let excerpt = text;
      for (const { 0: sentence, index } of text.matchAll(/.+?([.?!] |$)/g)) {
        let sum = 0;
        for (const [like, rare] of slots) if (like.test(sentence)) sum += rare;
        if (sum > most) [most, excerpt] = [sum, text.slice(index)];
      }
      excerpt = excerpt.replace(/^(.{150}\S*) .+/, "$1 …");
      list.push({ location, page, title, titleParts: mark(title), excerpt: mark(excerpt) });
    });
  return [...pages.values()].slice(0, 10);
}
