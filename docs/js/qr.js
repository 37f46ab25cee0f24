// The QR code of a link, made on the reader's device: no service, no library.
// From ISO/IEC 18004:2015 it does what a link needs: bytes, error correction level M (15 % of the
// words may be lost), versions 1 to 20. Numbers such as 7.5.2 are clauses of that standard, which
// calls the squares modules: 1 is a dark one, 0 a light one.

// Table 9, level M, from version 1 on: how many blocks there are, how many check words each has.
const BLOCKS = [
  [1, 10], [1, 16], [1, 26], [2, 18], [2, 24], [4, 16], [4, 18], [4, 22], [5, 22], [5, 26],
  [5, 30], [8, 22], [9, 22], [9, 24], [10, 24], [10, 28], [11, 28], [13, 26], [14, 26], [16, 26],
];

// Table 10, in its order: a mask turns over those modules of the data for which its rule gives 0.
// The last three are put shorter here, and give 0 for the same modules.
const MASKS = [
  (y, x) => (y + x) % 2,
  (y) => y % 2,
  (y, x) => x % 3,
  (y, x) => (y + x) % 3,
  (y, x) => ((y >> 1) + Math.floor(x / 3)) % 2,
  (y, x) => (y * x) % 6,
  (y, x) => (y * x + ((y * x) % 3)) % 2,
  (y, x) => (y + x + ((y * x) % 3)) % 2,
];

/** The product of two words in the field of 256 elements used for check words (7.5.2). */
function times(a, b) {
  let product = 0;
  for (; b; b >>= 1) {
    if (b & 1) product ^= a;
    a = (a << 1) ^ (a & 128 && 0x11d);
  }
  return product;
}

/** The check words of a block: the remainder of a polynomial division (7.5.2). */
function checkWords(block, count) {
  let divisor = [1];
  for (let i = 0, root = 1; i < count; i++, root = times(root, 2)) {
    divisor = [...divisor, 0].map((factor, at) => factor ^ (at && times(divisor[at - 1], root)));
  }
  return block.reduce((rest, word) => {
    const lead = rest[0] ^ word;
    return divisor.slice(1).map((factor, at) => times(factor, lead) ^ (rest[at + 1] ?? 0));
  }, Array(count).fill(0));
}

/** The data's words: bytes mode, the bytes' number, the bytes, the end, and padding (7.4). */
function dataWords(bytes, version, room) {
  const count = version > 9 ? [bytes.length >> 8, bytes.length & 255] : [bytes.length];
  // The mode fills half a word, so each word takes halves of two bytes.
  const halves = [4, ...count, ...bytes, 0];
  const words = halves.slice(1).map((byte, i) => ((halves[i] << 4) | (byte >> 4)) & 255);
  for (let i = 0; words.length < room; i++) words.push(i % 2 ? 0x11 : 0xec);
  return words;
}

/** All words in their order: the first of each block, the second of each, and so on (7.6). */
function allWords(words, blocks, checks) {
  const left = [...words];
  // `splice` cuts off fractions, so what does not divide evenly goes to the last blocks.
  const parts = Array.from({ length: blocks }, (_, i) =>
    left.splice(0, left.length / (blocks - i)),
  );
  const inTurn = (lists) => lists.at(-1).flatMap((_, i) => lists.flatMap((list) => list[i] ?? []));
  return [...inTurn(parts), ...inTurn(parts.map((part) => checkWords(part, checks)))];
}

/** A number with its check bits behind it, as format and version are written (annexes C and D). */
function withCheckBits(number, divisor) {
  const shifted = number << (31 - Math.clz32(divisor));
  let rest = shifted;
  for (let lead; (lead = Math.clz32(divisor) - Math.clz32(rest)) >= 0; ) rest ^= divisor << lead;
  return shifted | rest;
}

/** Write the format, twice, and from version 7 on the version, twice (7.9, 7.10). */
function mark(grid, format, version) {
  const end = grid.length - 1;
  for (let i = 0; i < 15; i++) {
    const bit = (format >> i) & 1;
    // Row and column 6 are left out: the dotted lines run there.
    grid[i < 8 ? i + (i > 5) : end - 14 + i][8] = bit;
    grid[8][i < 8 ? end - i : 14 - i + (i < 9)] = bit;
  }
  // One module beside the format is always dark.
  grid[end - 7][8] = format && 1;
  for (let i = 0; i < 18 && end > 40; i++) {
    const [near, far] = [Math.floor(i / 3), end - 10 + (i % 3)];
    grid[near][far] = grid[far][near] = (version >> i) & 1;
  }
}

/** What every code of a version has (6.3); the place for data is null, that of `mark` light. */
function frame(version) {
  const size = 17 + 4 * version;
  const grid = Array.from({ length: size }, () => Array(size).fill(null));
  const draw = (middleY, middleX, rings) => {
    for (const [y, row] of grid.entries()) {
      for (const x of row.keys()) {
        row[x] = rings[Math.max(Math.abs(y - middleY), Math.abs(x - middleX))] ?? row[x];
      }
    }
  };
  draw(3, 3, [1, 1, 0, 1, 0]);
  draw(3, size - 4, [1, 1, 0, 1, 0]);
  draw(size - 4, 3, [1, 1, 0, 1, 0]);

  // Table E.1 by rule: even, equal steps from the far side; what is uneven is next to the first.
  const step = 2 * Math.ceil((size - 13) / 2 / Math.floor(version / 7 + 1));
  const lines = [6];
  for (let at = size - 7; at > 6 && version > 1; at -= step) lines.push(at);
  for (const y of lines) {
    for (const x of lines) if (grid[y][x] === null) draw(y, x, [1, 0, 1]);
  }
  for (let i = 8; i < size - 8; i++) grid[6][i] = grid[i][6] = 1 - (i % 2);
  mark(grid, 0, 0);
  return grid;
}

/** The data's places in their order: up and down in pairs of columns, from the right (7.7.3). */
function places(grid) {
  const end = grid.length - 1;
  const found = [];
  for (let right = end; right > 0; right -= 2) {
    for (let i = 0; i <= end; i++) {
      const y = (end - right) % 4 ? i : end - i;
      for (const column of [right, right - 1]) {
        // Column 6, a dotted line, is in no pair.
        const x = column - (column < 7);
        if (grid[y][x] === null) found.push([y, x]);
      }
    }
  }
  return found;
}

/** How hard a code is to scan, in points (7.8.3.1). */
function penalty(grid) {
  const rows = grid.map((row) => row.join(""));
  const columns = rows.map((_, x) => rows.map((row) => row[x]).join(""));
  const lines = [...rows, ...columns];
  let points = 0;
  for (const run of lines.join(" ").match(/0{5,}|1{5,}/g)) points += run.length - 2;
  // What a scanner could take for a corner's square, with four light modules at one end. The margin
  // is light too, so the corners themselves are counted, and there is always a match.
  const margin = "0000";
  const corners = (margin + lines.join(margin) + margin).match(/0{4}1011101|1011101(?=0{4})/g);
  points += 40 * corners.length;
  for (let y = 1; y < grid.length; y++) {
    for (let x = 1; x < grid.length; x++) {
      const four = grid[y][x] + grid[y][x - 1] + grid[y - 1][x] + grid[y - 1][x - 1];
      if (four % 4 === 0) points += 3;
    }
  }
  const dark = rows.join("").match(/1/g).length;
  return points + 10 * Math.floor(Math.abs((20 * dark) / grid.length ** 2 - 10));
}

/** Fill a frame with the words, under the mask that scans best (7.7, 7.8). */
function fill(grid, data, words, version) {
  const masked = MASKS.map((rule) => {
    const copy = grid.map((row) => [...row]);
    data.forEach(([y, x], i) => {
      // A few places may be left over: they count as 0.
      copy[y][x] = ((words[i >> 3] >> (7 - (i % 8))) & 1) ^ (rule(y, x) === 0);
    });
    return copy;
  });
  // As the standard orders its steps, what `mark` writes is still light when masks are compared.
  const points = masked.map(penalty);
  const mask = points.indexOf(Math.min(...points));
  // Level M is written as 0, so the mask's number is the whole format.
  mark(masked[mask], withCheckBits(mask, 0x537) ^ 0x5412, withCheckBits(version, 0x1f25));
  return masked[mask];
}

/**
 * The QR code of a text, in the smallest version that holds it.
 *
 * @param {string} text - as a rule a link; written as UTF-8, at most 666 bytes, and none is allowed
 * @returns {(0|1)[][]} the rows of modules, without the margin
 * @throws {RangeError} the text is too long; the message is a sentence for the reader
 */
export function matrix(text) {
  const bytes = [...new TextEncoder().encode(text)];
  for (const [i, [blocks, checks]] of BLOCKS.entries()) {
    const version = i + 1;
    const grid = frame(version);
    const data = places(grid);
    const room = (data.length >> 3) - blocks * checks;
    // Mode, number and end take two words, and three from version 10 on.
    if (bytes.length + 2 + (version > 9) <= room) {
      return fill(grid, data, allWords(dataWords(bytes, version, room), blocks, checks), version);
    }
  }
  throw new RangeError("This link is too long for a QR code.");
}

/**
 * The drawing of a code, for the `d` of one SVG path.
 *
 * @param {(0|1)[][]} modules - the rows of modules
 * @returns {string} the dark modules, a unit each, inside the margin of four units that scanners
 *   need: the picture is eight units wider and higher than the code has modules
 */
export function path(modules) {
  const line = (row, y) =>
    row.join("").replace(/(1+)|0/g, (_, run, x) =>
      run ? `M${x + 4} ${y + 4}h${run.length}v1h-${run.length}z` : "",
    );
  return modules.map(line).join("");
}
