// Draws the diagrams of a page, if it has any.
(() => {
  /** @type {NodeListOf<HTMLElement>} */
  const blocks = document.querySelectorAll("pre > code.mermaid");
  if (blocks.length === 0) return;
  const script = document.createElement("script");
  script.src = `${document.documentElement.dataset["base"] ?? "."}/assets/mermaid.js`;
  script.addEventListener("load", async () => {
    const { mermaid } = /** @type {any} */ (globalThis);
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    mermaid.initialize({ startOnLoad: false, theme: dark ? "dark" : "default" });
    const nodes = [...blocks].map((code) => {
      const figure = document.createElement("figure");
      figure.textContent = code.textContent;
      code.parentElement?.replaceWith(figure);
      return figure;
    });
    await mermaid.run({ nodes });
  });
  document.head.append(script);
})();
