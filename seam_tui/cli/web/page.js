// The keyboard is the terminal's as soon as its connection stands, and the link's once the session has ended.
// textual.js tells both by a class of the body.
addEventListener("load", () => {
  let last = "";
  new MutationObserver(() => {
    const { classList } = document.body;
    const now = classList.contains("-closed") ? ".ended a" : classList.contains("-loaded") ? ".xterm-helper-textarea" : "";
    if (now && now !== last) document.querySelector(now).focus();
    last = now;
  }).observe(document.body, { attributeFilter: ["class"] });
});
