/**
 * Unconditional exact tests: all tables of two arms, ordered by a statistic, and how probable it is to meet one at
 * least as extreme, at the common rate that makes this likeliest (Suissa and Shuster 1985; Boschloo 1970).
 */
import { logFactorials } from "./numbers.js";

/** Points at which the tail probability is looked at, times the square root of the total, before peaks are refined. */
const POINTS = 40;

/** Fisher p-values that differ by a smaller share are ties. */
const TIE = 1e-7;
const NEAR = 1e-9;

/**
 * How extreme every table is, by row x (n1 + 1) and column y (n2 + 1): larger is more extreme.
 * @param {"pooled" | "unpooled" | "fisher"} order
 * @param {number} side 0 two-sided, 1 greater, -1 less
 * @param {number} n1
 * @param {number} n2
 * @returns {Float64Array}
 */
export function extremity(order, side, n1, n2) {
  const out = new Float64Array((n1 + 1) * (n2 + 1));
  if (order === "fisher") {
    fisher(side, n1, n2, out);
    return out;
  }
  const cube1 = n1 ** 3;
  const cube2 = n2 ** 3;
  for (let x = 0; x <= n1; x++) {
    for (let y = 0; y <= n2; y++) {
      const top = x * n2 - y * n1;
      const below =
        order === "pooled" ? (x + y) * (n1 + n2 - x - y) : x * (n1 - x) * cube2 + y * (n2 - y) * cube1;
      const square = top === 0 ? 0 : (top * top) / below; // whole numbers: equal ratios are equal floats
      out[x * (n2 + 1) + y] = side === 0 ? square : Math.sign(top) * side * square;
    }
  }
  return out;
}

/**
 * Minus the logit of Fisher's p-value of every table, on which scale neither end runs together.
 * @param {number} side
 * @param {number} n1
 * @param {number} n2
 * @param {Float64Array} out
 */
function fisher(side, n1, n2, out) {
  for (let k = 0; k <= n1 + n2; k++) {
    const least = Math.max(0, k - n2);
    const most = Math.min(n1, k);
    const size = most - least + 1;
    const given = hypergeometric(n1, n2, k);
    const rank = Array.from({ length: size }, (_, i) => i);
    if (side === 0) rank.sort((i, j) => given[i] - given[j]);
    else if (side > 0) rank.reverse();
    const below = new Float64Array(size + 1);
    const above = new Float64Array(size + 1);
    for (let i = 0; i < size; i++) below[i + 1] = below[i] + given[rank[i]];
    for (let i = size - 1; i >= 0; i--) above[i] = above[i + 1] + given[rank[i]];
    let end = size - 1;
    for (let i = size - 1; i >= 0; i--) {
      if (side !== 0 || i === size - 1 || given[rank[i + 1]] > given[rank[i]] * (1 + TIE)) end = i;
      const x = least + rank[i];
      out[x * (n2 + 1) + k - x] = Math.log(above[end + 1]) - Math.log(below[end + 1]);
    }
  }
}

/**
 * Probabilities of all counts of arm 1, given k events in all, from the smallest on.
 * @param {number} n1
 * @param {number} n2
 * @param {number} k
 * @returns {Float64Array}
 */
function hypergeometric(n1, n2, k) {
  const lf = logFactorials;
  const least = Math.max(0, k - n2);
  const constant = lf[n1] + lf[n2] + lf[k] + lf[n1 + n2 - k] - lf[n1 + n2];
  return Float64Array.from({ length: Math.min(n1, k) - least + 1 }, (_, i) => {
    const x = least + i;
    return Math.exp(constant - lf[x] - lf[n1 - x] - lf[k - x] - lf[n2 - k + x]);
  });
}

/**
 * Probability, given k events, of the tables at least as extreme as a level.
 * @param {Float64Array} extreme
 * @param {number} level
 * @param {number} n1
 * @param {number} n2
 * @param {Float64Array[]} given by k
 */
function regionGiven(extreme, level, n1, n2, given) {
  const slack = Number.isFinite(level) ? Math.abs(level) * 1e-13 + (level === 0 ? 0 : 1e-300) : 0;
  const out = new Float64Array(n1 + n2 + 1);
  for (let x = 0; x <= n1; x++) {
    for (let y = 0; y <= n2; y++) {
      if (extreme[x * (n2 + 1) + y] >= level - slack) out[x + y] += given[x + y][x - Math.max(0, x + y - n2)];
    }
  }
  return out;
}

/**
 * Largest probability of a region over the common rate.
 * @param {Float64Array} coefficients the region's probability given 0, 1, ... events
 * @returns {number}
 */
export function supremum(coefficients) {
  const total = coefficients.length - 1;
  if (coefficients[0] > 1 - 1e-12 || coefficients[total] > 1 - 1e-12) return 1;
  const points = Math.ceil(POINTS * Math.sqrt(total));
  const at = (/** @type {number} */ t) => tail(coefficients, t);
  const values = Float64Array.from({ length: points + 1 }, (_, i) => at((i * Math.PI) / points));
  let best = 0;
  for (let i = 0; i <= points; i++) best = Math.max(best, values[i]);
  let peak = best;
  for (let i = 1; i < points; i++) {
    if (values[i] >= values[i - 1] && values[i] >= values[i + 1] && values[i] > best * 0.98) {
      peak = Math.max(peak, refined(at, ((i - 1) * Math.PI) / points, ((i + 1) * Math.PI) / points));
    }
  }
  return Math.min(1, peak);
}

/**
 * Largest value of a function with one peak between two points, by golden sections.
 * @param {(t: number) => number} f
 * @param {number} low
 * @param {number} high
 */
function refined(f, low, high) {
  const golden = (Math.sqrt(5) - 1) / 2;
  let left = high - golden * (high - low);
  let right = low + golden * (high - low);
  let atLeft = f(left);
  let atRight = f(right);
  for (let i = 0; i < 30; i++) {
    if (atLeft < atRight) {
      low = left;
      left = right;
      atLeft = atRight;
      right = low + golden * (high - low);
      atRight = f(right);
    } else {
      high = right;
      right = left;
      atRight = atLeft;
      left = high - golden * (high - low);
      atLeft = f(left);
    }
  }
  return Math.max(atLeft, atRight);
}

/**
 * Probability of a region at the common rate sin(t / 2)^2, summed outwards from the likeliest number of events.
 * @param {Float64Array} coefficients
 * @param {number} t
 */
function tail(coefficients, t) {
  const total = coefficients.length - 1;
  const rate = Math.sin(t / 2) ** 2;
  if (rate <= 0) return coefficients[0];
  if (rate >= 1) return coefficients[total];
  const mode = Math.min(total, Math.floor((total + 1) * rate));
  const lf = logFactorials;
  const top = Math.exp(
    lf[total] - lf[mode] - lf[total - mode] + mode * Math.log(rate) + (total - mode) * Math.log1p(-rate),
  );
  const odds = rate / (1 - rate);
  let sum = top * coefficients[mode];
  let term = top;
  for (let k = mode; k < total && term > 1e-18; k++) {
    term *= ((total - k) / (k + 1)) * odds;
    sum += term * coefficients[k + 1];
  }
  term = top;
  for (let k = mode; k > 0 && term > 1e-18; k--) {
    term *= k / (total - k + 1) / odds;
    sum += term * coefficients[k - 1];
  }
  return sum;
}

/**
 * P-value of one table.
 * @param {"pooled" | "unpooled" | "fisher"} order
 * @param {number} side
 * @param {import('./numbers.js').Cells} cells
 */
export function unconditionalP(order, side, cells) {
  const [a, n1, b, n2] = cells;
  const extreme = extremity(order, side, n1, n2);
  const given = Array.from({ length: n1 + n2 + 1 }, (_, k) => hypergeometric(n1, n2, k));
  return supremum(regionGiven(extreme, floor(extreme[a * (n2 + 1) + b], order), n1, n2, given));
}

/**
 * A level a little lower, so that ties of sums in another order are ties.
 * @param {number} level
 * @param {string} order
 */
function floor(level, order) {
  return order === "fisher" && Number.isFinite(level) ? level - NEAR : level;
}

/**
 * Which tables a test rejects: those up to the largest level whose tail stays below alpha.
 * @param {"pooled" | "unpooled" | "fisher"} order
 * @param {number} side
 * @param {number} n1
 * @param {number} n2
 * @param {number} alpha
 * @returns {Uint8Array} 1 where p < alpha
 */
export function rejected(order, side, n1, n2, alpha) {
  const extreme = extremity(order, side, n1, n2);
  const given = Array.from({ length: n1 + n2 + 1 }, (_, k) => hypergeometric(n1, n2, k));
  const levels = Array.from(new Set(extreme)).sort((i, j) => j - i);
  let inside = -1;
  let outside = levels.length;
  while (outside - inside > 1) {
    const middle = (inside + outside) >> 1;
    if (supremum(regionGiven(extreme, floor(levels[middle], order), n1, n2, given)) < alpha) inside = middle;
    else outside = middle;
  }
  const cut = inside < 0 ? Infinity : floor(levels[inside], order);
  return Uint8Array.from(extreme, (value) => (inside >= 0 && value >= cut ? 1 : 0));
}
