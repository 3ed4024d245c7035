/**
 * The explorer: two arms, what follows from their counts, and what one patient changes.
 *
 * @typedef {import('./numbers.js').Cells} Cells
 * @typedef {{label: string, arms: [string, string], cells: Cells, randomised: [number, number], printed: string}} Case
 * @typedef {{cells: Cells, printed: string, test: string, alpha: number, level: number, prior: [number, number]}} State
 */
import { LARGEST_ARM, map, nearestTurn, posterior, pValue, shown, tests, verdict, betaDensity } from "./model.js";
import { gives, parseP } from "./numbers.js";
import { procedures } from "./procedures.js";

/** Largest arm that can be typed. */
const LARGEST_TYPED = 1999;
const EFFECTS = [
  { key: "rd", interval: "rd_mn", name: "Risk difference", percent: true },
  { key: "rr", interval: "rr_mn", name: "Risk ratio", percent: false },
  { key: "or", interval: "or_mn", name: "Odds ratio", percent: false },
];
const PRIORS = [
  { value: "1,1", label: "even: every rate alike (1, 1)" },
  { value: "0.5,0.5", label: "Jeffreys (0.5, 0.5)" },
  { value: "2,2", label: "doubtful of extremes (2, 2)" },
  { value: "5,5", label: "sceptical: rates near a half (5, 5)" },
];
const ALL_TESTS = tests();

/**
 * Make an element.
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/**
 * Make an element of a drawing.
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 * @returns {SVGElement}
 */
function svg(name, attributes = {}, ...children) {
  const made = /** @type {SVGElement} */ (document.createElementNS("http://www.w3.org/2000/svg", name));
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/** @param {number} share */
const percent = (share, digits = 1) => `${(100 * share).toFixed(digits).replace(/^-(0(?:\.0*)?)$/, "$1")}%`;
/** @param {number} share */
const points = (share) => (100 * share).toFixed(1).replace(/^-(0\.0)$/, "$1").replace("-", "−");
/** @param {string} words */
const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
/** @param {number} value */
const ratio = (value) => (Number.isNaN(value) ? "–" : value === Infinity ? "∞" : value.toFixed(2));

/**
 * State in a link, as far as it makes sense.
 * @param {string} hash
 * @param {State} start
 * @returns {State}
 */
function read(hash, start) {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const number = (/** @type {string} */ key, /** @type {number} */ least, /** @type {number} */ most, /** @type {number} */ other) => {
    const value = Number(words.get(key));
    return words.has(key) && Number.isFinite(value) && value >= least && value <= most ? value : other;
  };
  const n1 = Math.round(number("n1", 1, LARGEST_TYPED, start.cells[1]));
  const n2 = Math.round(number("n2", 1, LARGEST_TYPED, start.cells[3]));
  const a = Math.round(number("a", 0, n1, Math.min(start.cells[0], n1)));
  const b = Math.round(number("b", 0, n2, Math.min(start.cells[2], n2)));
  const wanted = words.get("test") || "";
  const prior = (words.get("prior") || "").split(",").map(Number);
  const sound = prior.length === 2 && prior.every((one) => one > 0 && one <= 1000);
  return {
    cells: [a, n1, b, n2],
    printed: words.has("p") ? (words.get("p") || "").slice(0, 20) : start.printed,
    test: ALL_TESTS.some((one) => one.key === wanted) ? wanted : start.test,
    alpha: number("alpha", 0.0001, 0.5, start.alpha),
    level: number("level", 0.5, 0.999, start.level),
    prior: sound ? [prior[0], prior[1]] : start.prior,
  };
}

/** @param {State} state */
function written(state) {
  const [a, n1, b, n2] = state.cells;
  const words = { a, n1, b, n2, p: state.printed, test: state.test, alpha: state.alpha, level: state.level };
  const pairs = Object.entries(words).map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`);
  return `#${pairs.join("&")}&prior=${state.prior.join(",")}`;
}

/**
 * Start the explorer in an element.
 * @param {HTMLElement} root
 * @param {(work: object) => Promise<any>} ask the worker
 */
export function start(root, ask) {
  let pending = 0;
  const asked = (/** @type {object} */ work) => {
    pending += 1;
    return ask(work).finally(() => {
      pending -= 1;
    });
  };
  const cases = /** @type {Case[]} */ (JSON.parse(root.dataset.cases || "[]"));
  const first = cases[0];
  let current = first;
  const initial = (/** @type {Case} */ one) => ({
    cells: /** @type {Cells} */ ([...one.cells]),
    printed: one.printed,
    test: "p_pearson",
    alpha: 0.05,
    level: 0.95,
    prior: /** @type {[number, number]} */ ([1, 1]),
  });
  /** @type {State} */
  let state = read(location.hash, initial(first));
  /** @type {Map<string, number>} */
  const slowly = new Map();
  /** @type {Map<string, Uint8Array | null | undefined>} */
  const maps = new Map();
  /** @type {Map<string, any>} */
  const beliefs = new Map();

  root.replaceChildren();
  const parts = layout(root, current.arms);
  let frame = 0;

  function changed() {
    if (frame) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      draw();
    });
  }

  /** @param {Partial<State>} some */
  function set(some) {
    state = { ...state, ...some };
    const [a, n1, b, n2] = state.cells;
    state.cells = [Math.min(a, n1), n1, Math.min(b, n2), n2];
    changed();
  }

  /** @param {number} index @param {number} value */
  function setCount(index, value) {
    if (!Number.isFinite(value)) return;
    const cells = /** @type {Cells} */ ([...state.cells]);
    const most = index % 2 ? LARGEST_TYPED : cells[index + 1];
    cells[index] = Math.max(index % 2, Math.min(most, Math.round(value)));
    set({ cells });
  }

  function draw() {
    const began = performance.now();
    const { cells, alpha, level } = state;
    const key = cells.join(",");
    const found = ALL_TESTS.map((test) => ({
      ...test,
      p: test.slow ? (slowly.get(`${test.key}:${key}`) ?? NaN) : pValue(test.key, cells),
    }));
    controls(parts, state, current);
    parts.summary.textContent = sentence(state, current.arms, found);
    effects(parts.effects, cells, level);
    pTable(parts.tests, found, state);
    judge(parts.verdict, found, state);
    drawMap(parts.map, maps.get(mapKey()), state, current.arms);
    drawCurve(parts.curve, cells, level);
    drawPosterior(parts.posterior, state, current.arms, beliefs.get(`${key}:${state.prior}:${level}`));
    turning(parts.turning, state);
    history.replaceState(null, "", written(state));
    root.dataset.took = (performance.now() - began).toFixed(1);
    later();
    root.dataset.pending = String(pending); // 0 once nothing more will change by itself
  }

  const mapKey = () => [state.test, state.cells[1], state.cells[3], state.alpha, state.printed].join("|");

  /** Ask the worker for what takes longer. */
  function later() {
    const { cells, prior, level, test, alpha, printed } = state;
    const key = cells.join(",");
    const belief = `${key}:${prior}:${level}`;
    if (!beliefs.has(belief)) {
      beliefs.set(belief, undefined);
      asked({ want: "posterior", cells, prior, level }).then((made) => {
        beliefs.set(belief, made);
        changed();
      });
    }
    const wanted = mapKey();
    if (!maps.has(wanted)) {
      maps.set(wanted, undefined);
      asked({ want: "map", test, n1: cells[1], n2: cells[3], alpha, printed }).then((made) => {
        maps.set(wanted, made);
        changed();
      });
    }
    const slow = ALL_TESTS.filter((one) => one.slow);
    if (cells[1] <= LARGEST_ARM && cells[3] <= LARGEST_ARM && !slowly.has(`${slow[0].key}:${key}`)) {
      slowly.set(`${slow[0].key}:${key}`, NaN);
      asked({ want: "tests", keys: slow.map((one) => one.key), cells }).then((made) => {
        slow.forEach((one, i) => slowly.set(`${one.key}:${key}`, made[i]));
        changed();
      });
    }
  }

  /** @param {Case} one */
  function choose(one) {
    current = one;
    name(parts, one.arms);
    state = { ...initial(one), test: state.test, alpha: state.alpha, level: state.level, prior: state.prior };
    changed();
  }

  name(parts, current.arms);
  listen(parts, cases, { set, setCount, choose, getState: () => state, getCase: () => current });
  addEventListener("hashchange", () => {
    if (location.hash.includes("n1=") && location.hash !== written(state)) {
      state = read(location.hash, state);
      changed();
    }
  });
  draw();
}

/**
 * Everything that is drawn into, in the order in which it is read.
 * @param {HTMLElement} root
 * @param {[string, string]} arms
 */
function layout(root, arms) {
  const id = (/** @type {string} */ word) => `explorer-${word}`;
  const counter = (/** @type {string} */ word, /** @type {string} */ label, /** @type {number} */ least) =>
    el(
      "div",
      { class: "explorer-counter" },
      el("label", { for: id(word) }, label),
      el("button", { type: "button", "data-step": `${word}:-1`, "aria-label": `${label}: one fewer` }, "−"),
      el("input", { id: id(word), type: "number", min: least, max: LARGEST_TYPED, step: 1, inputmode: "numeric" }),
      el("button", { type: "button", "data-step": `${word}:1`, "aria-label": `${label}: one more` }, "+"),
    );
  const arm = (/** @type {number} */ i, /** @type {string} */ events, /** @type {string} */ total) =>
    el(
      "fieldset",
      { class: "explorer-arm" },
      el("legend", { class: `explorer-name-${i}` }, arms[i]),
      counter(events, "responders", 0),
      el("input", { id: id(`${events}-slider`), type: "range", min: 0, "aria-label": `responders, arm ${i + 1}` }),
      counter(total, "patients", 1),
      el("p", { class: "explorer-missing", id: id(`missing-${i}`) }),
    );
  const choice = (/** @type {string} */ word, /** @type {string} */ label, /** @type {HTMLElement} */ input) =>
    el("div", { class: "explorer-choice" }, el("label", { for: id(word) }, label), input);
  const options = ["two-sided", "less", "greater"].map((sides) =>
    el(
      "optgroup",
      { label: sides === "two-sided" ? sides : `one-sided (${sides})` },
      ...ALL_TESTS.filter((test) => test.sides === sides).map((test) => el("option", { value: test.key }, test.name)),
    ),
  );
  const parts = {
    cases: el("div", { class: "explorer-cases", role: "group", "aria-label": "comparisons of the trial" }),
    summary: el("p", { class: "explorer-summary", role: "status", "aria-live": "polite" }),
    effects: el("div", { class: "explorer-table", tabindex: 0, role: "group", "aria-label": "effects" }),
    verdict: el("p", { class: "explorer-verdict", "aria-live": "polite" }),
    tests: el("div", { class: "explorer-table", tabindex: 0, role: "group", "aria-label": "p-values" }),
    map: el("figure", { class: "explorer-figure explorer-map" }),
    curve: el("figure", { class: "explorer-figure" }),
    posterior: el("figure", { class: "explorer-figure" }),
    turning: el("p", { class: "explorer-turning" }),
    root,
  };
  root.append(
    parts.cases,
    el("div", { class: "explorer-arms" }, arm(0, "a", "n1"), arm(1, "b", "n2")),
    el(
      "div",
      { class: "explorer-settings" },
      choice("printed", "p as printed", el("input", { id: id("printed"), type: "text", maxlength: 20, size: 8 })),
      choice("test", "test", el("select", { id: id("test") }, ...options)),
      choice("alpha", "alpha", el("input", { id: id("alpha"), type: "number", min: 0.0001, max: 0.5, step: 0.005 })),
      choice("level", "level", el("input", { id: id("level"), type: "number", min: 0.5, max: 0.999, step: 0.01 })),
      choice(
        "prior",
        "prior",
        el("select", { id: id("prior") }, ...PRIORS.map((one) => el("option", { value: one.value }, one.label))),
      ),
    ),
    parts.summary,
    parts.verdict,
    parts.turning,
    el("div", { class: "explorer-figures" }, parts.map, parts.curve, parts.posterior),
    parts.effects,
    parts.tests,
    el(
      "p",
      { class: "explorer-actions" },
      el("button", { type: "button", "data-do": "link" }, "Copy a link to this"),
      el("button", { type: "button", "data-do": "image" }, "Save as an image"),
      el("button", { type: "button", "data-do": "reset" }, "Back to the trial"),
      el("span", { class: "explorer-said", role: "status" }),
    ),
  );
  return parts;
}

/** @typedef {ReturnType<typeof layout>} Parts */

/** @param {Parts} parts @param {[string, string]} arms */
function name(parts, arms) {
  arms.forEach((one, i) => {
    const legend = /** @type {HTMLElement} */ (parts.root.querySelector(`.explorer-name-${i}`));
    legend.textContent = one;
    const fieldset = /** @type {HTMLElement} */ (legend.parentElement);
    const slider = /** @type {HTMLElement} */ (fieldset.querySelector("input[type=range]"));
    slider.setAttribute("aria-label", `responders, ${one}`);
  });
}

/**
 * @param {Parts} parts
 * @param {Case[]} cases
 * @param {{set: (some: Partial<State>) => void, setCount: (i: number, value: number) => void,
 *   choose: (one: Case) => void, getState: () => State, getCase: () => Case}} act
 */
function listen(parts, cases, act) {
  const { root } = parts;
  const field = (/** @type {string} */ word) =>
    /** @type {HTMLInputElement} */ (root.querySelector(`#explorer-${word}`));
  ["a", "n1", "b", "n2"].forEach((word, i) => {
    field(word).addEventListener("change", () => act.set({})); // shows the count again where nothing was left of it
    field(word).addEventListener("input", () => {
      if (field(word).value !== "") act.setCount(i, field(word).valueAsNumber);
    });
    if (i % 2 === 0) {
      field(`${word}-slider`).addEventListener("input", () => act.setCount(i, field(`${word}-slider`).valueAsNumber));
    }
  });
  root.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    if (!button) return;
    const [word, step] = (button.dataset.step || "").split(":");
    const at = ["a", "n1", "b", "n2"].indexOf(word);
    if (at >= 0) act.setCount(at, act.getState().cells[at] + Number(step));
    if (button.dataset.missing) {
      const cells = /** @type {Cells} */ ([...act.getState().cells]);
      const [i, responders] = button.dataset.missing.split(":").map(Number);
      const missing = act.getCase().randomised[i] - cells[2 * i + 1];
      cells[2 * i] += responders * missing;
      cells[2 * i + 1] += missing;
      act.set({ cells });
    }
    if (button.dataset.case) act.choose(cases[Number(button.dataset.case)]);
    if (button.dataset.do === "reset") act.choose(act.getCase());
    if (button.dataset.do === "link") copyLink(root);
    if (button.dataset.do === "image") saveImage(parts);
  });
  field("printed").addEventListener("input", () => act.set({ printed: field("printed").value }));
  field("test").addEventListener("change", () => act.set({ test: field("test").value }));
  const between = (/** @type {string} */ word, /** @type {number} */ low, /** @type {number} */ high) =>
    field(word).addEventListener("change", () => {
      const value = field(word).valueAsNumber;
      act.set(value >= low && value <= high ? { [word]: value } : {});
    });
  between("alpha", 0.0001, 0.5);
  between("level", 0.5, 0.999);
  field("prior").addEventListener("change", () => {
    const [one, other] = field("prior").value.split(",").map(Number);
    act.set({ prior: [one, other] });
  });
  if (cases.length > 1) {
    parts.cases.append(
      ...cases.map((one, i) => el("button", { type: "button", "data-case": i }, one.label)),
    );
  }
  const move = (/** @type {number} */ i, /** @type {number} */ by) =>
    act.setCount(i, act.getState().cells[i] + by);
  parts.map.addEventListener("keydown", (event) => {
    const step = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowRight: [2, 1], ArrowLeft: [2, -1] }[event.key];
    if (step) {
      event.preventDefault();
      move(step[0], step[1]);
    }
  });
  parts.map.addEventListener("pointerdown", (event) => place(parts.map, event, act));
  parts.map.addEventListener("pointermove", (event) => {
    if (event.buttons & 1) place(parts.map, event, act);
  });
}

/**
 * Move the point of the map to where it was touched.
 * @param {HTMLElement} figure
 * @param {PointerEvent} event
 * @param {{set: (some: Partial<State>) => void, getState: () => State}} act
 */
function place(figure, event, act) {
  const plot = figure.querySelector("rect.explorer-plot");
  if (!plot) return;
  const box = plot.getBoundingClientRect();
  const [, n1, , n2] = act.getState().cells;
  const across = (event.clientX - box.left) / box.width;
  const up = (box.bottom - event.clientY) / box.height;
  if (across < 0 || across > 1 || up < 0 || up > 1) return;
  const b = Math.min(n2, Math.floor(across * (n2 + 1)));
  const a = Math.min(n1, Math.floor(up * (n1 + 1)));
  act.set({ cells: [a, n1, b, n2] });
}

/** @param {Parts} parts @param {State} state @param {Case} current */
function controls(parts, state, current) {
  const { root } = parts;
  const put = (/** @type {string} */ word, /** @type {string | number} */ value) => {
    const field = /** @type {HTMLInputElement} */ (root.querySelector(`#explorer-${word}`));
    if (document.activeElement !== field || field.type === "range" || field.valueAsNumber !== Number(value)) {
      if (field.value !== String(value)) field.value = String(value);
    }
    return field;
  };
  ["a", "n1", "b", "n2"].forEach((word, i) => {
    const field = put(word, state.cells[i]);
    if (i % 2 === 0) {
      field.max = String(state.cells[i + 1]);
      const slider = /** @type {HTMLInputElement} */ (root.querySelector(`#explorer-${word}-slider`));
      slider.max = String(state.cells[i + 1]);
      slider.value = String(state.cells[i]);
    }
  });
  put("printed", state.printed);
  put("test", state.test);
  put("alpha", state.alpha);
  put("level", state.level);
  const prior = put("prior", state.prior.join(","));
  if (prior.value !== state.prior.join(",")) {
    prior.append(el("option", { value: state.prior.join(",") }, `your own (${state.prior.join(", ")})`));
    prior.value = state.prior.join(",");
  }
  [0, 1].forEach((i) => {
    const place = /** @type {HTMLElement} */ (root.querySelector(`#explorer-missing-${i}`));
    const missing = current.randomised[i] - state.cells[2 * i + 1];
    const words = `${i}:${missing}`;
    if (place.dataset.shown === words) return;
    place.dataset.shown = words;
    place.replaceChildren();
    if (missing > 0) {
      place.append(
        `${missing} of ${current.randomised[i]} randomised not counted. Count ${missing === 1 ? "this one" : "them"} as `,
        el("button", { type: "button", "data-missing": `${i}:1` }, missing === 1 ? "responder" : "responders"),
        " or ",
        el("button", { type: "button", "data-missing": `${i}:0` }, missing === 1 ? "non-responder" : "non-responders"),
      );
    }
  });
}

/** @param {State} state @param {[string, string]} arms @param {{key: string, name: string, p: number}[]} found */
function sentence(state, arms, found) {
  const [a, n1, b, n2] = state.cells;
  const [low, high] = procedures.rd_mn.compute(a, n1, b, n2, state.level);
  const difference = procedures.rd.compute(a, n1, b, n2);
  const chosen = found.find((one) => one.key === state.test);
  const p = chosen && !Number.isNaN(chosen.p) ? `${chosen.name}: p = ${shown(chosen.p)}.` : "";
  return (
    `${capital(arms[0])}: ${a} of ${n1} (${percent(a / n1)}). ${capital(arms[1])}: ${b} of ${n2} (${percent(b / n2)}). ` +
    `Difference ${points(difference)} percentage points (${percent(state.level, 0)} interval ${points(low)} to ` +
    `${points(high)}). ${p}`
  );
}

/** @param {HTMLElement} place @param {Cells} cells @param {number} level */
function effects(place, cells, level) {
  const rows = EFFECTS.map((one) => {
    const value = procedures[one.key].compute(...cells);
    const [low, high] = procedures[one.interval].compute(...cells, level);
    const said = one.percent ? points : ratio;
    return [one.name + (one.percent ? ", percentage points" : ""), said(value), `${said(low)} to ${said(high)}`];
  });
  rows.push(["Number needed to treat", needed(procedures.rd.compute(...cells)), neededLimits(cells, level)]);
  [0, 1].forEach((i) => {
    const [low, high] = procedures.wilson.compute(cells[2 * i], cells[2 * i + 1], level);
    rows.push([`Rate, arm ${i + 1}`, percent(cells[2 * i] / cells[2 * i + 1]), `${percent(low)} to ${percent(high)}`]);
  });
  const others = () => Object.entries(procedures)
    .filter(([key, one]) => one.kind === "interval" && one.arms === 2 && !/^nnt/.test(key))
    .map(([, one]) => {
      const said = one.measure === "risk difference" ? points : ratio;
      const [low, high] = one.compute(...cells, level);
      return [one.name, `${said(low)} to ${said(high)}`];
    });
  const head = ["", "estimate", `${percent(level, 0)} interval`];
  place.replaceChildren(table("How large is the effect?", head, rows), fold(place, "every interval", ["interval", "limits"], others));
}

/** @param {number} difference */
function needed(difference) {
  if (difference === 0) return "no difference";
  return `${(1 / Math.abs(difference)).toFixed(1)} to ${difference > 0 ? "benefit" : "harm"}`;
}

/** @param {Cells} cells @param {number} level */
function neededLimits(cells, level) {
  const [low, high] = procedures.rd_mn.compute(...cells, level);
  if (low > 0 || high < 0) return `${needed(high)} to ${needed(low)}`;
  const side = (/** @type {number} */ limit) => (limit === 0 ? "∞" : needed(limit));
  return `${side(low)}, through no effect, to ${side(high)}`;
}

/**
 * @param {string} caption
 * @param {string[]} head
 * @param {(string | Node)[][]} rows
 */
function table(caption, head, rows) {
  const cell = (/** @type {string | Node} */ one, /** @type {number} */ i) =>
    i === 0 ? el("th", { scope: "row" }, one) : el("td", {}, one);
  return el(
    "table",
    {},
    el("caption", {}, caption),
    el("thead", {}, el("tr", {}, ...head.map((one) => el(one ? "th" : "td", one ? { scope: "col" } : {}, one)))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map(cell)))),
  );
}

/** What each fold shows when it is opened. @type {WeakMap<Element, () => HTMLElement>} */
const folded = new WeakMap();

/**
 * A table behind a fold, which stays open when its numbers change.
 * @param {HTMLElement} place
 * @param {string} label
 * @param {string[]} head
 * @param {() => (string | Node)[][]} rows worked out only while it is open
 */
function fold(place, label, head, rows) {
  const before = /** @type {HTMLDetailsElement | null} */ (place.querySelector(`details[data-fold="${label}"]`));
  const made = before || el("details", { "data-fold": label }, el("summary", {}, label));
  if (before) while (before.children.length > 1) before.lastChild?.remove();
  else made.addEventListener("toggle", () => made.children.length > 1 || made.append(folded.get(made)?.() || ""));
  folded.set(made, () => table(label, head, rows()));
  if (before?.open) made.append(table(label, head, rows()));
  return made;
}

/** @param {HTMLElement} place @param {(typeof ALL_TESTS[number] & {p: number})[]} found @param {State} state */
function pTable(place, found, state) {
  const said = parseP(state.printed);
  const row = (/** @type {typeof found[number]} */ one) => {
    const how = said ? gives(said, one.p, state.alpha) : "";
    const mark = how ? (how === "rounded" ? "gives it" : how === "bound" ? "satisfies it" : "gives it, cut off") : "";
    return [one.name + (one.conventional ? " *" : ""), one.slow && Number.isNaN(one.p) ? "…" : shown(one.p), mark];
  };
  const sides = (/** @type {boolean} */ both) => found.filter((one) => (one.sides === "two-sided") === both).map(row);
  const head = ["test", "p", state.printed ? `printed ${state.printed}` : "printed"];
  place.replaceChildren(
    table("Two-sided tests (* conventional)", head, sides(true)),
    fold(place, "one-sided tests", head, () => sides(false)),
  );
}

/** @param {HTMLElement} place @param {(typeof ALL_TESTS[number] & {p: number})[]} found @param {State} state */
function judge(place, found, state) {
  const judged = state.printed.trim() ? verdict(state.printed, found, state.alpha) : null;
  if (!judged) {
    place.replaceChildren("Type a printed p-value to see which tests give it.");
    return;
  }
  const word = el("strong", { class: `explorer-${judged.verdict.replace(/ /g, "-")}` }, judged.verdict);
  place.replaceChildren(`Printed ${state.printed}: `, word, `, ${judged.words}.`);
}

/** @param {HTMLElement} place @param {State} state */
function turning(place, state) {
  const slow = ALL_TESTS.find((one) => one.key === state.test)?.slow;
  const turn = slow ? null : nearestTurn(state.test, state.cells, state.alpha);
  if (!turn) {
    place.textContent = slow ? "" : "No change of outcomes in one arm alone takes this test to the other side of alpha.";
    return;
  }
  const [a, n1, b, n2] = turn.cells;
  const before = pValue(state.test, state.cells) < state.alpha;
  place.textContent =
    `${turn.moves === 1 ? "One patient" : `${turn.moves} patients`} with another outcome (${a} of ${n1} against ${b} of ` +
    `${n2}: p = ${shown(pValue(state.test, turn.cells))}) would ${before ? "lift p to" : "bring p below"} ${state.alpha}` +
    `${before ? " or above" : ""}.`;
}

/** Width, height and margins of a drawing. */
const W = 320;
const H = 250;
const M = { left: 46, right: 20, top: 18, bottom: 42 };
const across = W - M.left - M.right;
const high = H - M.top - M.bottom;

/**
 * A drawing with axes.
 * @param {string} label what it shows, in words
 * @param {string} x
 * @param {string} y
 * @param {[number, string][]} xTicks
 * @param {[number, string][]} yTicks shares of the height
 * @param {...SVGElement} marks
 */
function plot(label, x, y, xTicks, yTicks, ...marks) {
  const bottom = H - M.bottom;
  return svg(
    "svg",
    { viewBox: `0 0 ${W} ${H}`, role: "img", "aria-label": label, xmlns: "http://www.w3.org/2000/svg" },
    svg("rect", { class: "explorer-plot", x: M.left, y: M.top, width: across, height: high, fill: "none" }),
    ...marks,
    svg("path", { class: "explorer-axis", d: `M${M.left} ${M.top}V${bottom}H${W - M.right}`, fill: "none" }),
    ...xTicks.map(([at, text]) =>
      svg("text", { class: "explorer-tick", x: M.left + at * across, y: bottom + 15, "text-anchor": "middle" }, text),
    ),
    ...yTicks.map(([at, text]) =>
      svg("text", { class: "explorer-tick", x: M.left - 5, y: bottom - at * high + 4, "text-anchor": "end" }, text),
    ),
    svg("text", { class: "explorer-label", x: M.left + across / 2, y: H - 8, "text-anchor": "middle" }, x),
    svg("text", { class: "explorer-label", x: 4, y: 11 }, y),
  );
}

/**
 * @param {HTMLElement} place
 * @param {Uint8Array | null | undefined} cells
 * @param {State} state
 * @param {[string, string]} arms
 */
function drawMap(place, cells, state, arms) {
  const [a, n1, b, n2] = state.cells;
  const wide = across / (n2 + 1);
  const tall = high / (n1 + 1);
  const path = (/** @type {number} */ bit) => {
    let d = "";
    for (let x = 0; cells && x <= n1; x++) {
      const y = (M.top + high - (x + 1) * tall).toFixed(2);
      for (let from = 0; from <= n2; from++) {
        if (!(cells[x * (n2 + 1) + from] & bit)) continue;
        let to = from;
        while (to < n2 && cells[x * (n2 + 1) + to + 1] & bit) to++;
        d += `M${(M.left + from * wide).toFixed(2)} ${y}h${((to - from + 1) * wide).toFixed(2)}v${tall.toFixed(2)}`;
        d += `h${(-(to - from + 1) * wide).toFixed(2)}z`;
        from = to;
      }
    }
    return d;
  };
  const drawn = `${n1},${n2},${state.test},${state.alpha},${state.printed},${cells ? 1 : 0}`;
  const ticks = (/** @type {number} */ n) =>
    /** @type {[number, string][]} */ ([0, 0.5, 1].map((s) => [(Math.round(s * n) + 0.5) / (n + 1), String(Math.round(s * n))]));
  const label =
    `Map of all counts: ${a} of ${n1} and ${b} of ${n2} is ` +
    (cells ? `where p is ${cells[a * (n2 + 1) + b] & 1 ? "below" : "not below"} ${state.alpha}` : "marked") +
    ". Arrow keys move the point.";
  const point = { cx: M.left + (b + 0.5) * wide, cy: M.top + high - (a + 0.5) * tall };
  if (place.dataset.drawn !== drawn) {
    place.dataset.drawn = drawn;
    const made = plot(
      label, `responders, ${arms[1]}`, `responders, ${arms[0]}`, ticks(n2), ticks(n1),
      svg("path", { class: "explorer-below", d: path(1) }),
      svg("path", { class: "explorer-gives", d: path(2) }),
      svg("circle", { class: "explorer-point", r: 5, ...point }),
    );
    const drawing = el("div", { tabindex: 0, role: "application", "aria-label": label, class: "explorer-keys" }, made);
    const had = place.contains(document.activeElement);
    place.replaceChildren(
      drawing,
      el(
        "figcaption",
        {},
        cells === null
          ? `Arms of more than ${LARGEST_ARM} are not mapped.`
          : "Shaded: p below alpha under the chosen test. Dark: tables that give the printed value. The point is this table; drag it, or use the arrow keys.",
      ),
    );
    if (had) drawing.focus();
  } else {
    const circle = /** @type {SVGElement} */ (place.querySelector("circle"));
    circle.setAttribute("cx", String(point.cx));
    circle.setAttribute("cy", String(point.cy));
    place.querySelector("svg")?.setAttribute("aria-label", label);
    place.querySelector(".explorer-keys")?.setAttribute("aria-label", label);
  }
}

/** Confidence levels at which the curve is worked out. */
const LEVELS = Array.from({ length: 48 }, (_, i) => 1 - 0.001 ** ((i + 0.5) / 48));

/** @param {HTMLElement} place @param {Cells} cells @param {number} level */
function drawCurve(place, cells, level) {
  const left = [];
  const right = [];
  for (const one of LEVELS) {
    const [low, up] = procedures.rd_mn.compute(...cells, one);
    left.push([low, 1 - one]);
    right.push([up, 1 - one]);
  }
  const middle = procedures.rd.compute(...cells);
  const at = (/** @type {number[]} */ [x, p]) =>
    `${(M.left + ((x + 1) / 2) * across).toFixed(1)} ${(M.top + high - p * high).toFixed(1)}`;
  const line = [...left.reverse(), [middle, 1], ...right].map(at).join("L");
  const [low, up] = procedures.rd_mn.compute(...cells, level);
  const label =
    `p-value of every difference: highest at ${points(middle)} percentage points, above ${(1 - level).toFixed(3)} from ` +
    `${points(low)} to ${points(up)}.`;
  const zero = M.left + across / 2;
  place.replaceChildren(
    plot(
      label, "difference, percentage points", "p-value",
      [[0, "−100"], [0.25, "−50"], [0.5, "0"], [0.75, "50"], [1, "100"]], [[0, "0"], [0.5, "0.5"], [1, "1"]],
      svg("path", { class: "explorer-zero", d: `M${zero} ${M.top}V${H - M.bottom}` }),
      svg("path", { class: "explorer-line", d: `M${line}`, fill: "none" }),
      svg("path", { class: "explorer-interval", d: `M${at([low, 1 - level])}L${at([up, 1 - level])}` }),
    ),
    el("figcaption", {}, `The p-value of every difference that one may ask about; the bar is the ${percent(level, 0)} interval (Miettinen-Nurminen).`),
  );
}

/**
 * @param {HTMLElement} place
 * @param {State} state
 * @param {[string, string]} arms
 * @param {any} belief
 */
function drawPosterior(place, state, arms, belief) {
  const [a, n1, b, n2] = state.cells;
  const [one, other] = state.prior;
  const shapes = [[a + one, n1 - a + other], [b + one, n2 - b + other]];
  const grid = Array.from({ length: 120 }, (_, i) => (i + 0.5) / 120);
  const densities = shapes.map(([s, t]) => grid.map((x) => betaDensity(x, s, t)));
  const top = Math.max(...densities.flat());
  const lines = densities.map((values) =>
    values.map((v, i) => `${(M.left + grid[i] * across).toFixed(1)} ${(M.top + high - (v / top) * high * 0.96).toFixed(1)}`).join("L"),
  );
  const words = belief
    ? `The rate of ${arms[0]} is the higher with probability ${percent(belief.above)}; difference ${points(belief.low)} to ` +
      `${points(belief.high)} percentage points (${percent(state.level, 0)} credible).`
    : "…";
  place.replaceChildren(
    plot(
      `Posterior of both rates. ${words}`, "rate", "belief",
      [[0, "0%"], [0.5, "50%"], [1, "100%"]], [],
      svg("path", { class: "explorer-line", d: `M${lines[0]}`, fill: "none" }),
      svg("path", { class: "explorer-line explorer-second", d: `M${lines[1]}`, fill: "none" }),
    ),
    el("figcaption", {}, `Solid: ${arms[0]}. Dashed: ${arms[1]}. ${words}`),
  );
}

/** @param {HTMLElement} root */
function copyLink(root) {
  const said = /** @type {HTMLElement} */ (root.querySelector(".explorer-said"));
  const done = () => {
    said.textContent = "Copied.";
  };
  const shownLink = () => {
    said.textContent = `The link: ${location.href}`;
  };
  if (navigator.clipboard) navigator.clipboard.writeText(location.href).then(done, shownLink);
  else shownLink();
}

/** @param {Parts} parts */
function saveImage(parts) {
  const style = getComputedStyle(parts.root);
  const ink = style.color;
  const rule = (/** @type {string} */ name, /** @type {string} */ more) =>
    `.explorer-${name}{${more.replace(/var\((--[\w-]+)\)/g, (_, key) => style.getPropertyValue(key) || ink)}}`;
  const sheet = [
    rule("below", "fill:var(--explorer-below)"), rule("gives", "fill:var(--explorer-gives)"),
    rule("point", "fill:var(--explorer-point);stroke:var(--explorer-ground);stroke-width:2"),
    rule("line", "stroke:var(--explorer-point);stroke-width:2"), rule("second", "stroke-dasharray:5 4"),
    rule("zero", "stroke:var(--explorer-faint)"), rule("interval", "stroke:var(--explorer-gives);stroke-width:4"),
    rule("axis", "stroke:var(--explorer-faint)"), rule("tick", `fill:${ink};font:11px sans-serif`),
    rule("label", `fill:${ink};font:12px sans-serif`),
  ].join("");
  const drawings = [parts.map, parts.curve, parts.posterior].map((figure, i) => {
    const copy = /** @type {SVGElement} */ (figure.querySelector("svg")?.cloneNode(true));
    for (const [key, value] of Object.entries({ x: i * W, y: 60, width: W, height: H })) copy.setAttribute(key, String(value));
    return copy;
  });
  const words = (parts.summary.textContent || "").split(/(?<=\.) (?=[A-Z])/);
  const image = svg(
    "svg",
    { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${3 * W} ${H + 70}`, width: 3 * W, height: H + 70 },
    svg("style", {}, sheet),
    svg("rect", { width: 3 * W, height: H + 70, fill: style.getPropertyValue("--explorer-ground") || "#fff" }),
    svg("text", { x: 12, y: 22, class: "explorer-label" }, words.slice(0, 2).join(" ")),
    svg("text", { x: 12, y: 44, class: "explorer-label" }, words.slice(2).join(" ")),
    ...drawings,
  );
  const text = new XMLSerializer().serializeToString(image);
  const link = el("a", { href: `data:image/svg+xml,${encodeURIComponent(text)}`, download: "explorer.svg" });
  link.click();
}
