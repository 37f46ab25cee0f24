// The plan that the page's own address asks for, and that stays for the tab: the pages about safety and the
// spot, and the menu, lead back without it.

import { attempt } from "./dom.js";
import { read, write } from "./plan.js";

const KEY = "calf-release-plan";
// What this page was asked for.
let asked = "";

/** The place on this page that an address leads to, as those in its contents do. */
const placeOf = (hash) => attempt(() => document.getElementById(decodeURIComponent(hash.slice(1))));

/**
 * Keep a plan for this tab.
 *
 * @param {string} fragment - the plan as `write` has it
 * @param {string} [address] - what then stands as the page's address; without it that stays
 */
export function keep(fragment, address) {
  asked = fragment;
  attempt(() => sessionStorage.setItem(KEY, fragment));
  if (address) attempt(() => history.replaceState(null, "", address));
}

/**
 * Follow the page's address, now and whenever it changes. On a place of the page, and without a plan in
 * the address, the last one of the tab stays.
 *
 * @param {(fragment: string, isKept: boolean) => void} show - shows what is asked for, anything that can
 *   stand after `#`, and knows whether it is what the tab kept from another page
 */
export function follow(show) {
  const look = () => {
    const { hash } = location;
    if (hash && !placeOf(hash)) {
      const { plan, given } = read(hash);
      if (given) keep(write(plan));
      // As it stands there, to tell what was not understood.
      asked = hash;
    }
    show(asked || (attempt(() => sessionStorage.getItem(KEY)) ?? ""), !asked);
  };
  look();
  addEventListener("hashchange", look);
}
