// The script of every page: colours, menu, search, and the copy for offline use. It is inlined in the head, so that
// a button works at the first tap, even while the page is still loading.
"use strict";
{
  const COLOURS = "calf-release-colours";
  const root = document.documentElement;
  const device = matchMedia("(prefers-color-scheme: dark)");
  // The site's name links to the home page, from which all other addresses follow.
  const at = (path) => new URL(path, document.querySelector(".cr-brand").href);
  const openButton = () => document.querySelector(".cr-header [aria-expanded=true]");
  const panelOf = (button) => document.getElementById(button.getAttribute("aria-controls"));
  // What had the focus before a panel opened.
  let from;

  /** Call what a browser may forbid; null if it throws. */
  const attempt = (call) => {
    try {
      return call();
    } catch {
      return null;
    }
  };

  // --- Colours: the device's, until the reader switches ----------------------------------------------

  // The theme colours of the browser's own bars: light, dark. Read only once a scheme was chosen.
  let papers;
  let inks;

  const paint = (chosen) => {
    if (chosen === "light" || chosen === "dark") root.setAttribute("data-colours", chosen);
    else root.removeAttribute("data-colours");
    papers ??= [...document.querySelectorAll("meta[name=theme-color]")];
    inks ??= papers.map((meta) => meta.content);
    papers.forEach((meta, i) => {
      meta.content = inks[["light", "dark"].includes(chosen) ? Number(chosen === "dark") : i];
    });
  };

  const change = () => {
    const now = root.dataset.colours ?? (device.matches ? "dark" : "light");
    const other = now === "dark" ? "light" : "dark";
    const isDevices = (other === "dark") === device.matches;
    paint(isDevices ? null : other);
    attempt(() => (isDevices ? localStorage.removeItem(COLOURS) : localStorage.setItem(COLOURS, other)));
  };

  root.classList.remove("no-js");
  const kept = attempt(() => localStorage.getItem(COLOURS));
  if (kept) paint(kept);
  addEventListener("storage", ({ key, newValue }) => key === COLOURS && paint(newValue));

  // --- Menu and search ------------------------------------------------------------------------------

  const close = (back) => {
    const button = openButton();
    if (!button) return;
    button.setAttribute("aria-expanded", "false");
    panelOf(button).classList.remove("cr-open");
    if (back) (from?.checkVisibility?.() ? from : button).focus({ preventScroll: true });
  };

  const open = (button) => {
    from = document.activeElement === document.body ? button : document.activeElement;
    close();
    button.setAttribute("aria-expanded", "true");
    const panel = panelOf(button);
    panel.classList.add("cr-open");
    panel.querySelector("input, a").focus({ preventScroll: true });
    if (panel.id === "search") search(panel);
  };

  // The search is not fetched before it is opened.
  const search = (panel) =>
    import(at("js/find.js")).then(
      (find) => find.start(panel),
      () => {
        panel.querySelector("[role=status]").textContent =
          "The search did not load. Check your connection, and load the page again.";
      },
    );
  const searchButton = () => document.querySelector(".cr-header [aria-controls=search]");

  document.addEventListener("click", ({ target }) => {
    const now = openButton();
    const button = target.closest(".cr-header [aria-controls]");
    if (target.closest(".cr-colours")) change();
    else if (button && button !== now) open(button);
    else if (button) close(true);
    else if (now && !panelOf(now).contains(target)) close();
    // A link to a place on this page closes the panel that covers it.
    else if (target.closest(".cr-header a[href]")) close();
  });

  document.addEventListener("focusin", ({ target }) => {
    const now = openButton();
    if (now && now !== target && !panelOf(now).contains(target)) close();
  });

  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (key === "Escape") close(true);
    const isBusy = target.closest?.("input, textarea, select") || document.querySelector("dialog[open]");
    if (key === "/" && !isBusy && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      open(searchButton());
    }
  });

  const searchFor = (words) => {
    document.getElementById("q").value = words;
    open(searchButton());
  };

  // A submitted form would send the host what is searched for. The 404 page's form has its own field.
  document.addEventListener("submit", (event) => {
    const { id, q } = event.target;
    if (!q) return;
    event.preventDefault();
    if (id !== "search") searchFor(q.value);
  });

  document.addEventListener("DOMContentLoaded", () => {
    const words = new URLSearchParams(location.search).get("q");
    if (words) searchFor(words);
  });

  // --- Folds: opened by a link to them or into them, and on paper ----------------------------------------

  const unfold = () => {
    const place = document.getElementById(attempt(() => decodeURIComponent(location.hash.slice(1))));
    let isFolded = false;
    for (let fold = place?.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      isFolded ||= !fold.open;
      fold.open = true;
    }
    if (isFolded) place.scrollIntoView();
  };
  document.addEventListener("DOMContentLoaded", unfold);
  addEventListener("hashchange", unfold);
  // A second click on the same link.
  document.addEventListener("click", ({ target }) => {
    if (target.closest("a")?.hash === location.hash) unfold();
  });

  // Of folds that share a name one is always open: they are tabs.
  document.addEventListener("click", (event) => {
    const fold = event.target.closest("summary")?.parentElement;
    if (fold?.open && fold.name) event.preventDefault();
  });

  // On paper all are open. Of those that share a name only one can be.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = Array.from(document.querySelectorAll("article details:not([open])"), (fold) => [fold, fold.name]);
    for (const [fold] of opened) Object.assign(fold, { name: "", open: true });
  });
  addEventListener("afterprint", () => {
    for (const [fold, name] of opened) Object.assign(fold, { open: false, name });
  });

  // --- A review that has become overdue since the build -----------------------------------------------

  document.addEventListener("DOMContentLoaded", () => {
    const due = document.querySelector(".cr-due");
    const date = due?.querySelector("time");
    // ISO dates compare as text.
    if (!date || date.dateTime >= new Date().toISOString().slice(0, 10)) return;
    const notice = document.createElement("strong");
    notice.append("This page was due for review on ", date, ".");
    due.replaceWith(notice);
  });

  // --- The offline copy -----------------------------------------------------------------------------

  addEventListener("load", () => {
    if (!document.querySelector("link[rel=manifest]") || !navigator.serviceWorker) return;
    const worker = String(at("sw.js"));
    // The one address of a script that this page may make.
    const address = window.trustedTypes
      ? trustedTypes.createPolicy("calf-release", { createScriptURL: () => worker }).createScriptURL("")
      : worker;
    navigator.serviceWorker.register(address).catch(() => {});
  });
}
