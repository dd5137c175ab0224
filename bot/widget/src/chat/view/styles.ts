/** The chat's style sheet, out of its parts. */

import cards from "./styles/cards.css";
import figures from "./styles/figures.css";
import frame from "./styles/frame.css";
import print from "./styles/print.css";
import talk from "./styles/talk.css";

export const styles = frame + talk + cards + figures + print;
