/**
 * What the explorer knows of a table: pure functions of counts, for the page and for its worker alike.
 *
 * @typedef {import('./numbers.js').Cells} Cells
 * @typedef {{low: number, high: number}} Limits
 */
import { rejected, unconditionalP } from "./exact.js";
import { gives, lgamma, parseP } from "./numbers.js";
import { distributions_beta_cdf, procedures } from "./procedures.js";

/** Unconditional exact tests: key, name, order and side. @type {[string, string, string, number][]} */
export const UNCONDITIONAL = [
  ["p_barnard_pooled_2s", "Suissa-Shuster exact, pooled z", "pooled", 0],
  ["p_barnard_unpooled_2s", "Suissa-Shuster exact, unpooled z", "unpooled", 0],
  ["p_boschloo_2s", "Boschloo exact", "fisher", 0],
  ["p_boschloo_2s_doubled", "Boschloo exact, doubled", "fisher", 2],
  ["p_barnard_pooled_less", "Suissa-Shuster exact, pooled z, one-sided (less)", "pooled", -1],
  ["p_barnard_pooled_greater", "Suissa-Shuster exact, pooled z, one-sided (greater)", "pooled", 1],
  ["p_barnard_unpooled_less", "Suissa-Shuster exact, unpooled z, one-sided (less)", "unpooled", -1],
  ["p_barnard_unpooled_greater", "Suissa-Shuster exact, unpooled z, one-sided (greater)", "unpooled", 1],
  ["p_boschloo_less", "Boschloo exact, one-sided (less)", "fisher", -1],
  ["p_boschloo_greater", "Boschloo exact, one-sided (greater)", "fisher", 1],
];

/** Largest arm for which unconditional tests are worked out. */
export const LARGEST_ARM = 200;

/** The rule that most papers state. */
export const RULE = "p_pearson_or_fisher";
const RULE_NAME = "chi-squared, or Fisher where an expected count is below 5";

/**
 * Every test: key, name, sides, whether it is conventional, and whether a worker has to work it out.
 * @returns {{key: string, name: string, sides: string, conventional: boolean, slow: boolean}[]}
 */
export function tests() {
  const fast = Object.entries(procedures)
    .filter(([, one]) => one.kind === "test" && one.arms === 2)
    .map(([key, one]) => ({ key, name: one.name, sides: one.sides, conventional: one.conventional, slow: false }));
  const rule = { key: RULE, name: RULE_NAME, sides: "two-sided", conventional: true, slow: false };
  const slow = UNCONDITIONAL.map(([key, name, , side]) => ({
    key,
    name,
    sides: side === -1 ? "less" : side === 1 ? "greater" : "two-sided",
    conventional: false,
    slow: true,
  }));
  return [...fast, rule, ...slow];
}

/**
 * P-value of a table under one test.
 * @param {string} key
 * @param {Cells} cells
 * @returns {number}
 */
export function pValue(key, cells) {
  const [a, n1, b, n2] = cells;
  if (key === RULE) {
    const smallest = Math.min(n1, n2) * Math.min(a + b, n1 + n2 - a - b);
    return procedures[smallest >= 5 * (n1 + n2) ? "p_pearson" : "p_fisher_2s"].compute(...cells);
  }
  if (procedures[key]) return procedures[key].compute(...cells);
  const found = UNCONDITIONAL.find((one) => one[0] === key);
  if (!found || n1 > LARGEST_ARM || n2 > LARGEST_ARM) return NaN;
  const order = /** @type {"pooled" | "unpooled" | "fisher"} */ (found[2]);
  if (found[3] !== 2) return unconditionalP(order, found[3], cells);
  return Math.min(1, 2 * Math.min(unconditionalP(order, -1, cells), unconditionalP(order, 1, cells)));
}

/**
 * The map of all counts: for every table of the two arms whether the test rejects it, and whether it gives the printed
 * value. Bit 1: p below alpha. Bit 2: gives what is printed.
 * @param {string} key
 * @param {number} n1
 * @param {number} n2
 * @param {number} alpha
 * @param {string} printed
 * @returns {Uint8Array | null} by row of arm 1 and column of arm 2; null where the arms are too large
 */
export function map(key, n1, n2, alpha, printed) {
  if (n1 > LARGEST_ARM || n2 > LARGEST_ARM) return null;
  const said = printed ? parseP(printed) : null;
  const slow = UNCONDITIONAL.find((one) => one[0] === key);
  if (slow) {
    const order = /** @type {"pooled" | "unpooled" | "fisher"} */ (slow[2]);
    if (slow[3] !== 2) return rejected(order, slow[3], n1, n2, alpha);
    const less = rejected(order, -1, n1, n2, alpha / 2);
    const greater = rejected(order, 1, n1, n2, alpha / 2);
    return less.map((one, i) => one | greater[i]);
  }
  const out = new Uint8Array((n1 + 1) * (n2 + 1));
  for (let a = 0; a <= n1; a++) {
    for (let b = 0; b <= n2; b++) {
      const p = pValue(key, [a, n1, b, n2]);
      out[a * (n2 + 1) + b] = (p < alpha ? 1 : 0) | (said && said.relation === "=" && gives(said, p, alpha) ? 2 : 0);
    }
  }
  return out;
}

/**
 * Fewest changed outcomes, in either arm, that take the test to the other side of alpha.
 * @param {string} key
 * @param {Cells} cells
 * @param {number} alpha
 * @returns {{moves: number, cells: Cells} | null}
 */
export function nearestTurn(key, cells, alpha) {
  const [a, n1, b, n2] = cells;
  const before = pValue(key, cells) < alpha;
  for (let moves = 1; moves <= Math.max(n1, n2); moves++) {
    const candidates = /** @type {Cells[]} */ ([
      [a - moves, n1, b, n2],
      [a + moves, n1, b, n2],
      [a, n1, b - moves, n2],
      [a, n1, b + moves, n2],
    ]);
    for (const one of candidates) {
      if (one[0] < 0 || one[0] > n1 || one[2] < 0 || one[2] > n2) continue;
      const p = pValue(key, one);
      if (!Number.isNaN(p) && p < alpha !== before) return { moves, cells: one };
    }
  }
  return null;
}

/**
 * Verdict on a printed p-value, by the p-values of all tests.
 * @param {string} printed
 * @param {{key: string, name: string, conventional: boolean, p: number}[]} found
 * @param {number} alpha
 * @returns {{verdict: string, words: string}}
 */
export function verdict(printed, found, alpha) {
  const said = parseP(printed);
  if (!said) return { verdict: "not checkable", words: `${printed} cannot be read; write 0.052, <0.001 or NS` };
  const how = found.map((one) => ({ ...one, how: gives(said, one.p, alpha) })).filter((one) => one.how);
  const usual = how.filter((one) => one.conventional);
  const list = (/** @type {typeof how} */ some) =>
    some.map((one) => `${one.name} (${shown(one.p)}${one.how === "cut off" ? ", cut off" : ""})`).join(", ");
  if (usual.length && usual[0].how === "bound") {
    return { verdict: "compatible", words: `a bound that ${usual.length} conventional tests satisfy` };
  }
  if (usual.length) return { verdict: "reproduced", words: `given by ${list(usual)}` };
  if (how.length) return { verdict: "another test only", words: `given by ${list(how)}, and by no conventional test` };
  const value = said.units / 10 ** said.digits;
  const near = found
    .filter((one) => !Number.isNaN(one.p))
    .sort((one, other) => Math.abs(one.p - value) - Math.abs(other.p - value))[0];
  const nearest = near ? `; the nearest is ${near.name} with ${shown(near.p)}` : "";
  return { verdict: "not reproduced", words: `none of ${found.length} tests gives it${nearest}` };
}

/** @param {number} p */
export function shown(p) {
  if (Number.isNaN(p)) return "–";
  return p < 0.0001 ? "<0.0001" : p.toFixed(4);
}

/**
 * Density of a beta distribution.
 * @param {number} x
 * @param {number} a
 * @param {number} b
 */
export function betaDensity(x, a, b) {
  const log = lgamma(a + b) - lgamma(a) - lgamma(b) + (a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x);
  return Math.exp(log);
}

/**
 * Probability that the rate of arm 1 exceeds that of arm 2 by more than a margin, when both are beta distributed.
 *
 * By the midpoint rule on the scale t, rate = sin(t / 2)^2: between 0 and pi what is integrated continues smoothly.
 * @param {[number, number]} first
 * @param {[number, number]} second
 * @param {number} margin
 * @returns {number}
 */
export function probabilityAbove(first, second, margin = 0) {
  const points = 400;
  let sum = 0;
  let all = 0;
  for (let i = 0; i < points; i++) {
    const t = ((i + 0.5) * Math.PI) / points;
    const x = Math.sin(t / 2) ** 2;
    const weight = betaDensity(x, first[0], first[1]) * Math.sin(t);
    all += weight;
    if (weight > 0) sum += weight * distributions_beta_cdf(Math.min(1, Math.max(0, x - margin)), second[0], second[1]);
  }
  return sum / all;
}

/**
 * Posterior of both rates under one beta prior for each.
 * @param {Cells} cells
 * @param {[number, number]} prior
 * @param {number} level
 */
export function posterior(cells, prior, level) {
  const first = /** @type {[number, number]} */ ([cells[0] + prior[0], cells[1] - cells[0] + prior[1]]);
  const second = /** @type {[number, number]} */ ([cells[2] + prior[0], cells[3] - cells[2] + prior[1]]);
  const quantile = (/** @type {number} */ share) => {
    let low = -1;
    let high = 1;
    for (let i = 0; i < 30; i++) {
      const middle = (low + high) / 2;
      if (probabilityAbove(first, second, middle) > 1 - share) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
  return {
    first,
    second,
    above: probabilityAbove(first, second),
    low: quantile((1 - level) / 2),
    high: quantile((1 + level) / 2),
  };
}

/**
 * What a page asks of its worker.
 * @param {any} work
 */
export function answer(work) {
  if (work.want === "map") return map(work.test, work.n1, work.n2, work.alpha, work.printed);
  if (work.want === "posterior") return posterior(work.cells, work.prior, work.level);
  return work.keys.map((/** @type {string} */ key) => pValue(key, work.cells));
}
