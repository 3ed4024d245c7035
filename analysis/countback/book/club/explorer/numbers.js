/**
 * What the translated kernels need beyond Math, and what a browser lacks: tails, log gamma, printed numbers.
 *
 * @typedef {object} Procedure
 * @property {string} name
 * @property {string} kind "test", "effect" or "interval"
 * @property {string} sides "two-sided", "less", "greater" or ""
 * @property {number} arms
 * @property {string} measure
 * @property {boolean} conventional
 * @property {(...counts: number[]) => any} compute of the counts and, for an interval, the confidence level
 *
 * @typedef {[number, number, number, number]} Cells events and total of each arm
 */

const HALF_LOG_TWO_PI = 0.9189385332046727;

/** Largest total of both arms for which logarithms of factorials are listed. */
export const LARGEST = 4000;

/**
 * Logarithm of the gamma function of a positive number, by Stirling's series (DLMF 5.11.1), from 15 on.
 * @param {number} x
 * @returns {number}
 */
export function lgamma(x) {
  let product = 1;
  while (x < 15) {
    product *= x;
    x += 1;
  }
  const y = 1 / (x * x);
  const rest = (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y * (1 / 1188 - (y * 691) / 360360))))) / x;
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + rest - Math.log(product);
}

/** Logarithms of 0!, 1!, ... */
export const logFactorials = Float64Array.from({ length: LARGEST + 2 }, (_, n) => lgamma(n + 1));

/**
 * Complementary error function: the series of erf (DLMF 7.6.2) near 0, the continued fraction (7.9.3) beyond.
 * @param {number} x
 * @returns {number}
 */
export function erfc(x) {
  if (Number.isNaN(x)) return NaN;
  if (x < 0) return 2 - erfc(-x);
  if (x > 27) return 0;
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let fraction = 0;
  for (let n = 120; n > 0; n--) fraction = n / 2 / (x + fraction);
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * (x + fraction));
}

/**
 * Magnitude of the one and sign of the other.
 * @param {number} x
 * @param {number} y
 */
export function copysign(x, y) {
  const negative = y < 0 || Object.is(y, -0);
  return negative ? -Math.abs(x) : Math.abs(x);
}

/** @param {number} x */
export function isInfinite(x) {
  return x === Infinity || x === -Infinity;
}

/**
 * Quantile of the normal distribution, by Newton's method on its tail.
 * @param {number} probability between 0 and 1
 * @returns {number}
 */
export function normalQuantile(probability) {
  if (probability < 0.5) return -normalQuantile(1 - probability);
  let low = 0;
  let high = 40;
  let z = 1;
  const tail = 1 - probability;
  for (let i = 0; i < 100; i++) {
    const gap = 0.5 * erfc(z * Math.SQRT1_2) - tail;
    if (gap > 0) low = z;
    else high = z;
    let next = z + gap / (Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI));
    if (!(low < next && next < high)) next = 0.5 * (low + high);
    if (Math.abs(next - z) < 1e-15 * (1 + z)) return next;
    z = next;
  }
  return z;
}

/**
 * A p-value as papers print it: a number, a bound, or NS.
 * @param {string} text
 * @returns {{relation: string, units: number, digits: number} | null} null where it cannot be read
 */
export function parseP(text) {
  const bare = text.trim().replace(/^p\s*(?:-?value)?\s*/i, "").replace(/\s+/g, "").replace(/[·,]/, ".");
  if (/^(ns|n\.s\.)$/i.test(bare)) return { relation: "ns", units: 0, digits: 0 };
  const found = /^(=|<|>|<=|>=|≤|≥)?(\d?)\.(\d{1,9})$/.exec(bare);
  if (!found) return null;
  const relation = { "<=": "<", ">=": ">", "≤": "<", "≥": ">" }[found[1]] || found[1] || "=";
  return { relation, units: Number((found[2] || "0") + found[3]), digits: found[3].length };
}

/**
 * How a value gives what is printed.
 * @param {{relation: string, units: number, digits: number}} printed
 * @param {number} value
 * @param {number} alpha
 * @returns {"" | "rounded" | "cut off" | "bound"} empty where it does not
 */
export function gives(printed, value, alpha) {
  if (Number.isNaN(value)) return "";
  const scaled = value * 10 ** printed.digits;
  if (printed.relation === "ns") return value >= alpha ? "bound" : "";
  if (printed.relation === "<") return scaled < printed.units ? "bound" : "";
  if (printed.relation === ">") return scaled > printed.units ? "bound" : "";
  if (Math.abs(scaled - printed.units) <= 0.5 + 1e-9) return "rounded";
  return Math.floor(scaled + 1e-9) === printed.units ? "cut off" : "";
}
