// The plan that the page's own address asks for. It stays for the tab: links back from the pages about safety and
// the spot, and from the menu, do not carry it.

import { attempt } from "./dom.js";
import { read, write } from "./plan.js";

const KEY = "calf-release-plan";
// What `read` found in this page's address; undefined until there was something.
let asked;

/** The place on this page that an address leads to, as the links of its contents do. */
const placeOf = (hash) => attempt(() => document.getElementById(decodeURIComponent(hash.slice(1))));

const store = (fragment) => attempt(() => sessionStorage.setItem(KEY, fragment));

/** Keep a plan for this tab, and in this page's address. */
export function keep(plan) {
  const fragment = write(plan);
  asked = { plan, note: "", given: true };
  store(fragment);
  attempt(() => history.replaceState(null, "", `#${fragment}`));
}

/**
 * Follow the page's address, now and whenever it changes. With a place of the page, or nothing, in the address,
 * the tab's last plan stays.
 *
 * @param {(found: {plan: object, note: string, given: boolean, kept: boolean}) => void} show - called with what
 *   `read` of plan.js returns, and whether it is what the tab kept from another page
 */
export function follow(show) {
  const look = () => {
    const { hash } = location;
    if (hash && !placeOf(hash)) {
      asked = read(hash);
      if (asked.given) store(hash); // as it came: what was wrong with it is said again
    }
    show({ ...(asked ?? read(attempt(() => sessionStorage.getItem(KEY)) ?? "")), kept: !asked });
  };
  look();
  addEventListener("hashchange", look);
}
