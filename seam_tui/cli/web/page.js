// The keyboard is the terminal's from the start, and the link's once the session has ended. This file comes behind
// textual.js, which makes the terminal as the page has loaded.
addEventListener("load", () => {
  document.querySelector(".xterm-helper-textarea").focus();
  new MutationObserver(() => {
    if (document.body.classList.contains("-closed")) document.querySelector(".ended a").focus();
  }).observe(document.body, { attributeFilter: ["class"] });
});
