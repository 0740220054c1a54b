// Runs before the first paint, so that the page never flashes in the wrong colours or as the wrong page.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  try {
    chosen = localStorage.getItem("kg-theme");
  } catch {
    // The browser stores nothing, so the choice of the system is taken.
  }

  function show() {
    root.dataset.theme = chosen ?? (dark.matches ? "dark" : "light");
    document.dispatchEvent(new Event("themechange"));
  }

  dark.addEventListener("change", show);
  document.addEventListener("themeswitch", () => {
    chosen = root.dataset.theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("kg-theme", chosen);
    } catch {
      // The choice is lost when the page is closed.
    }
    show();
  });
  show();
  const given = new URLSearchParams(location.search);
  const page = ["figure", "figures", "genes", "compare"].some((name) => given.get(name)); // those of router.js
  root.dataset.page ??= page ? "page" : given.get("of") ? "view" : "start";
})();
