// Menu and search on narrow screens. The theme opens them by labels of hidden check boxes, which have
// no role and no state, and which no key reaches. Where scripts run, real buttons take their place.

/**
 * Put a button in the place of a label; it works the same check box.
 *
 * @param {HTMLLabelElement} label - the label in the header
 * @param {HTMLInputElement} box - its check box: checked is open
 * @returns {HTMLButtonElement} the button
 */
function button(label, box) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = label.className;
  made.append(...label.childNodes);
  made.ariaExpanded = String(box.checked);
  made.addEventListener("click", () => box.click());
  box.addEventListener("change", () => {
    made.ariaExpanded = String(box.checked);
    // What was opened by the button gives the focus back to it.
    if (!box.checked && made.checkVisibility?.()) made.focus({ preventScroll: true });
  });
  label.replaceWith(made);
  return made;
}

const drawer = document.getElementById("__drawer");
const search = document.getElementById("__search");
const menu = document.querySelector(".cr-menu");
const menuButton = button(document.querySelector(".cr-menu-button"), drawer);
button(document.querySelector(".cr-search-button"), search);

drawer.addEventListener("change", () => {
  if (drawer.checked) menu.querySelector("a").focus({ preventScroll: true });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drawer.checked) drawer.click();
});

// Tabbing past the end of the menu closes it.
menu.addEventListener("focusout", (event) => {
  const next = event.relatedTarget;
  if (drawer.checked && next && next !== menuButton && !menu.contains(next)) drawer.click();
});
