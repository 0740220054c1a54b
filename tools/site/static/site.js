// The keyboard reaches what scrolls in a box of its own.
function reach() {
  for (const box of document.querySelectorAll(".table-wrapper, .highlight pre, p:has(> img)")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
addEventListener("load", reach);
addEventListener("resize", reach);
