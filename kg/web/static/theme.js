// Runs before the first paint, so that the page never shows the wrong colours, nor the wrong one of its two faces.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;
  try {
    chosen = localStorage.getItem("kg-theme");
  } catch {
    // A browser may keep nothing; the system's choice holds.
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
      // It holds for this page then.
    }
    show();
  });
  show();
  root.dataset.page ??= new URLSearchParams(location.search).get("of") ? "view" : "start";
})();
