/** Prints the conversation, and nothing of the page around it. */

import { adopt } from "../../styles";

/** What of the page is printed while a conversation is: that alone. */
const PAGE = `
  qiao-print { display: none !important; }
  @page { margin: 16mm; }
  @media print {
    html > :not(qiao-print) { display: none !important; }
    html > qiao-print { display: block !important; }
    html { height: auto !important; overflow: visible !important; }
  }`;

/** Opens the browser's print dialogue on a copy of the conversation, in which everything is unfolded. */
export function printConversation(conversation: Element, title: string, language: string, styles: string): void {
  const holder = document.createElement("qiao-print");
  const root = holder.attachShadow({ mode: "open" });
  adopt(root, styles);
  const heading = document.createElement("h1");
  heading.textContent = title;
  const frame = document.createElement("div");
  frame.className = "app printed";
  frame.lang = language;
  frame.append(heading, conversation.cloneNode(true));
  for (const fold of frame.querySelectorAll("details")) fold.open = true;
  root.append(frame);

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(PAGE);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  document.documentElement.append(holder);
  const end = () => {
    holder.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
  };
  window.addEventListener("afterprint", end, { once: true });
  window.print();
}
