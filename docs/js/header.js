// Menu and search on narrow screens. The theme opens them by labels of hidden check boxes, which have
// no role and no state, and which no key reaches. Where scripts run, real buttons take their place.

/**
 * Put a button in the place of a label; it works the same check box.
 *
 * @param {HTMLLabelElement} label - the label
 * @param {HTMLInputElement} box - its check box: checked is open
 * @returns {HTMLButtonElement} the button
 */
function button(label, box) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = label.className;
  made.append(...label.childNodes);
  made.addEventListener("click", () => box.click());
  label.replaceWith(made);
  return made;
}

/**
 * Put a button in the place of the label that opens a panel: it tells its state, hands the focus to
 * the panel, and takes it back.
 *
 * @param {HTMLLabelElement} label - the label in the header
 * @param {HTMLInputElement} box - its check box: checked is open
 * @param {HTMLElement} first - what takes the focus in the open panel
 * @returns {HTMLButtonElement} the button
 */
function opener(label, box, first) {
  const made = button(label, box);
  const tell = () => made.setAttribute("aria-expanded", String(box.checked));
  tell();
  box.addEventListener("change", () => {
    tell();
    const next = box.checked ? first : made;
    // On a wide screen the button is not there, and the theme sees to its search field itself.
    if (made.offsetWidth) next.focus({ preventScroll: true });
  });
  return made;
}

const drawer = document.getElementById("__drawer");
const search = document.getElementById("__search");
const menu = document.querySelector(".cr-menu");
const menuButton = opener(document.querySelector(".cr-menu-button"), drawer, menu.querySelector("a"));
const closeButton = button(document.querySelector(".cr-menu__close"), drawer);
closeButton.setAttribute("aria-label", "Close the menu");
opener(document.querySelector(".cr-search-button"), search, document.querySelector(".md-search__input"));

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drawer.checked) drawer.click();
});

// Tabbing past the end of the menu closes it.
menu.addEventListener("focusout", (event) => {
  const next = event.relatedTarget;
  if (drawer.checked && next && next !== menuButton && !menu.contains(next)) drawer.click();
});
