/** Style sheets that a page's Content-Security-Policy lets pass: constructed, never written as markup. */

/** Gives a shadow root its style sheets. */
export function adopt(root: ShadowRoot, ...texts: string[]): void {
  root.adoptedStyleSheets = texts.map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
}
