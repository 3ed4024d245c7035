/**
 * Starts the explorer on a page, with a worker made from the very functions of the page: no other file is fetched, so
 * that it works from file:// and by mail.
 */
import { start } from "./explorer.js";

/** @param {() => {answer: (work: any) => any}} core what `model.js` exports */
export function boot(core) {
  const root = document.querySelector(".explorer");
  if (!(root instanceof HTMLElement) || root.dataset.started) return;
  root.dataset.started = "yes";
  start(root, asker(core));
}

/**
 * @param {() => {answer: (work: any) => any}} core
 * @returns {(work: object) => Promise<any>}
 */
function asker(core) {
  /** @type {Map<number, (made: any) => void>} */
  const waiting = new Map();
  let last = 0;
  /** @type {Worker | null} */
  let worker = null;
  const alone = core();
  const here = (/** @type {object} */ work) =>
    new Promise((resolve) => setTimeout(() => resolve(alone.answer(work)), 0));
  try {
    const source = `const core = (${core})();onmessage = (event) => postMessage([event.data[0], core.answer(event.data[1])]);`;
    worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    worker.onmessage = (event) => {
      waiting.get(event.data[0])?.(event.data[1]);
      waiting.delete(event.data[0]);
    };
    worker.onerror = () => {
      worker = null;
    };
  } catch {
    worker = null;
  }
  return (work) => {
    if (!worker) return here(work);
    last += 1;
    const at = last;
    worker.postMessage([at, work]);
    return new Promise((resolve) => waiting.set(at, resolve));
  };
}
