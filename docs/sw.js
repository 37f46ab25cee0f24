// Keeps an offline copy of the whole site. Cache keys contain digests, so an unchanged file is fetched once.
// With an empty list, the worker unregisters and deletes all copies.

// Address below the site and digest of each; scripts/finish_site.py writes them here.
const FILES = [];

// Milliseconds to wait for a page before its copy is shown.
const WAIT = 2500;
const { scope } = registration;
// Other sites may share the host, so our cache's name contains our scope.
const NAME = `calf-release ${scope}`;
const keys = new Map(
  FILES.map(([path, digest]) => [path, new URL(`${path}?${encodeURIComponent(digest)}`, scope).href]),
);

// The current scripts' folder: js/ and a name by their content.
const [SCRIPTS] = FILES.join("\n").match(/^js\/[^/]+\//m) ?? [];

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(install());
});

addEventListener("activate", (event) => event.waitUntil(activate()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const [address] = request.url.split(/[?#]/);
  if (!FILES.length || request.method !== "GET" || !address.startsWith(scope)) return;
  const path = address
    .slice(scope.length)
    .replace(/(^|\/)index\.html$/, "$1")
    // A page opened before a deploy may ask for a script that is no longer published.
    .replace(/^js\/[^/]+\//, SCRIPTS);
  if (request.mode === "navigate") event.respondWith(page(request, path));
  else if (keys.has(path)) event.respondWith(copy(path).then((kept) => kept ?? fetch(request)));
});

/** Fetch what is not cached yet. If a file fails, or its digest does not match, the earlier worker stays. */
async function install() {
  if (!FILES.length) return;
  const cache = await caches.open(NAME);
  const keep = async ([path, integrity]) => {
    const key = keys.get(path);
    if (await cache.match(key)) return;
    const answer = await fetch(new URL(path, scope), { cache: "no-cache", integrity });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    await cache.put(key, answer);
  };
  const failed = (await Promise.allSettled(FILES.map(keep))).find(({ reason }) => reason);
  if (!failed) return;
  // Half a site only takes up space.
  if (!registration.active) await caches.delete(NAME);
  throw failed.reason;
}

/** Delete what this worker no longer lists, and take over the open pages. */
async function activate() {
  if (!FILES.length) {
    await caches.delete(NAME);
    await registration.unregister();
    return;
  }
  const cache = await caches.open(NAME);
  const wanted = new Set(keys.values());
  for (const { url } of await cache.keys()) if (!wanted.has(url)) await cache.delete(url);
  await clients.claim();
}

const copy = async (path) => keys.has(path) && (await caches.open(NAME)).match(keys.get(path));

/** A page from the network; if that fails or takes too long, its copy, labelled as one. */
async function page(request, path) {
  // As the host does for an address without its trailing slash.
  if (!keys.has(path) && keys.has(`${path}/`)) {
    return Response.redirect(request.url.replace(/(?=[?#]|$)/, "/"));
  }
  // The host lets browsers cache a page for ten minutes.
  const fresh = fetch(request, { cache: "no-cache" });
  const kept = await copy(keys.has(path) ? path : "404.html");
  if (!kept) return fresh;
  try {
    const answer = await Promise.race([
      fresh,
      new Promise((_, tooLate) => {
        setTimeout(tooLate, WAIT);
      }),
    ]);
    // Not when the host itself fails.
    if (answer.status < 500) return answer;
  } catch {
    fresh.catch(() => {});
  }
  return labelled(kept);
}

/** A copy with a line that says so, and when it was saved. */
async function labelled(kept) {
  const sent = kept.headers.get("Date");
  const day = sent && new Date(sent).toLocaleDateString("en-GB", { dateStyle: "long" });
  const words = `No connection, or a very slow one. This is a copy${day ? ` saved on ${day}` : ""}.`;
  const text = (await kept.text()).replace(/class="cr-copy" hidden(="")?>/, `class="cr-copy">${words}`);
  return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8" } });
}
