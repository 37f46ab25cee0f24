// The plan that the page's own address asks for.

// The part of the address that told the plan; empty is our usual one.
let asked = "";

/** Whether an address leads to a place on this page, as those in its contents do. */
function isPlace(hash) {
  try {
    return Boolean(document.getElementById(decodeURIComponent(hash.slice(1))));
  } catch {
    return false;
  }
}

/**
 * Keep a plan for a reload of this page.
 *
 * @param {string} fragment - the plan as an address has it after `#`
 * @param {string} [address] - what then stands as the page's address; without it that stays
 */
export function keep(fragment, address) {
  asked = fragment;
  try {
    history.replaceState({ plan: asked }, "", address);
  } catch {
    // Some browsers refuse many changes in a short time. The next one comes through.
  }
}

/**
 * Follow the page's address, now and whenever it changes. On a place of the page the plan stays, after
 * a reload too.
 *
 * @param {(fragment: string) => void} show - shows what is asked for: anything that can stand after `#`
 */
export function follow(show) {
  const look = () => {
    const { hash } = location;
    keep(hash && !isPlace(hash) ? hash : (history.state?.plan ?? asked));
    show(asked);
  };
  look();
  addEventListener("hashchange", look);
}
