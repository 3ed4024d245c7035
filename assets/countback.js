// What describes a number shows on hover and on focus, by the style sheet; here it opens on a tap and closes on Escape.
(() => {
  "use strict";
  const OPEN = "claim-open", CLOSED = "claim-closed";
  let touched = false;

  const told = () => document.querySelectorAll(".told-claim");
  const of = (event) => event.target instanceof Element ? event.target.closest(".told-claim") : null;

  document.addEventListener("pointerdown", (event) => { touched = event.pointerType !== "mouse"; });

  // The first tap opens, and does not follow the link; the second does. A tap elsewhere closes.
  document.addEventListener("click", (event) => {
    const here = of(event), tapped = touched;
    touched = false;
    for (const one of told()) if (one !== here) one.classList.remove(OPEN);
    if (!here || !tapped || here.classList.contains(OPEN)) return;
    event.preventDefault();
    here.classList.remove(CLOSED);
    here.classList.add(OPEN);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const one of told()) {
      one.classList.remove(OPEN);
      one.classList.toggle(CLOSED, one.matches(":hover, :focus-within"));
    }
  });

  // What Escape has closed opens again once it was left.
  for (const left of ["pointerout", "focusout"]) {
    document.addEventListener(left, (event) => {
      const here = of(event);
      if (here && !here.contains(event.relatedTarget)) here.classList.remove(CLOSED);
    });
  }
})();
