"use strict";
// Qiao's web chat. <qiao-chat> fills its place; to a page without one this script adds a launcher and a panel.
(() => {
const ORIGIN = new URL(document.currentScript?.src || location.href).origin;
const LANGUAGES = ["en", "zh"];
const TIMEOUT_MS = 30_000;

const UI = {
  en: {
    tag: "en", subtitle: "Adviser for Chinese firms abroad", log: "Conversation", input: "Your question", send: "Send",
    placeholder: "Your question…", renew: "New conversation", open: "Ask Qiao 桥", close: "Close", waiting: "Qiao is writing",
    trouble: "The adviser could not be reached. Your message is kept.", retry: "Try again", disclaimer: "General guidance, not legal advice.",
    welcome: "Hello, I am Qiao. I advise Chinese companies abroad, with reasons and sources.\nTell me your market, industry and question, or start with one of these:",
    examples: ["How do we win the trust of regulators in Germany as a state-owned battery maker?", "How should a private car maker enter Brazil?",
      "Local media accuse our plant in Mexico of pollution. How do we respond?", "Compare Hungary and Poland"],
    profile: "For: ", separator: ", ", sources: "Sources", practice: "professional practice", undated: "undated",
    more: (count) => `${count} more on this topic: say “more”.`,
    kinds: { action: "What to do", risk: "What to avoid", fact: "Facts to know", metric: "How to tell it works", case: "Cases", principle: "Also keep in mind" },
  },
  zh: {
    tag: "zh-Hans", subtitle: "中国企业出海顾问", log: "对话", input: "您的问题", send: "发送",
    placeholder: "您的问题…", renew: "新对话", open: "问桥 Qiao", close: "关闭", waiting: "桥正在输入",
    trouble: "暂时连接不上顾问，您的消息已保留。", retry: "重试", disclaimer: "一般性建议，非法律意见。",
    welcome: "您好，我是“桥”，为中国企业出海提供建议，并说明理由和来源。\n请告诉我市场、行业和问题，或从下面的问题开始：",
    examples: ["我们在印尼建镍厂，怎么跟当地社区打交道？", "在越南怎么选合作伙伴？", "我们在匈牙利的工厂被媒体指责污染，怎么应对？", "比较匈牙利和波兰"],
    profile: "针对：", separator: "、", sources: "来源", practice: "专业实践", undated: "未注明日期",
    more: (count) => `这个话题还有 ${count} 条，说“更多”即可继续。`,
    kinds: { action: "怎么做", risk: "避免什么", fact: "相关事实", metric: "如何衡量", case: "案例", principle: "还要记住" },
  },
};

const ICONS = { action: "→", risk: "!", fact: "i", metric: "✓", case: "◆", principle: "★" };
const VALUES = {
  EU: "European Union|欧盟", ASEAN: "ASEAN|东盟", GCC: "Gulf states|海湾国家", MENA: "Middle East and North Africa|中东和北非",
  SSA: "sub-Saharan Africa|撒哈拉以南非洲", LATAM: "Latin America|拉丁美洲", CENTRAL_ASIA: "Central Asia|中亚", NORTH_AMERICA: "North America|北美",
  EUROPE: "Europe|欧洲", AFRICA: "Africa|非洲", ASIA_PACIFIC: "Asia-Pacific|亚太", automotive: "automotive|汽车", batteries: "batteries|电池",
  renewables: "renewables|新能源发电", telecoms: "telecoms|通信", consumer_electronics: "consumer electronics|消费电子", ecommerce: "e-commerce|电商",
  social_media_gaming: "social media and games|社交媒体与游戏", fintech_banking: "fintech and banking|金融科技与银行", ai_cloud: "AI and cloud|人工智能与云",
  semiconductors: "semiconductors|半导体", pharma_medtech: "pharma and medtech|医药与医疗器械", food_beverage: "food and drink|食品饮料",
  fashion_retail: "fashion and retail|时尚零售", construction_infrastructure: "construction and infrastructure|工程与基础设施",
  mining_metals: "mining and metals|矿业与金属", oil_gas_power: "oil, gas and power|油气与电力", logistics_ports: "logistics and ports|物流与港口",
  agriculture: "agriculture|农业", machinery: "machinery|机械装备", real_estate_hospitality: "real estate and hospitality|地产与酒店",
  education_culture: "education and culture|教育与文化", state_owned: "state-owned|国有企业", private: "privately owned|民营企业", listed: "listed|上市公司",
  exploring: "exploring|考察阶段", entering: "entering|进入阶段", operating: "operating|运营阶段", expanding: "expanding|扩张阶段", crisis: "in a crisis|危机中",
  consumers: "consumers|消费者", regulators: "regulators|监管机构", communities: "local communities|当地社区", employees: "employees|员工", media: "media|媒体",
  investors: "investors|投资者", partners: "partners|合作伙伴", civil_society: "civil society|民间组织",
};

const SHEET = new CSSStyleSheet();
SHEET.replaceSync(`
:host { all: initial; display: block; height: 100dvh; color-scheme: light dark; color: var(--ink); line-height: 1.55;
  font-family: system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  --ink: #1b2b30; --muted: #56686e; --paper: #fff; --wash: #f2f6f6; --line: #d5e0e1; --accent: #0f5f6b; --on-accent: #fff; --tint: #e2f0f1;
  --warn: #9a3b12; --warn-tint: #fbeae1; }
* { box-sizing: border-box; margin: 0; } [hidden] { display: none !important; } .root { height: 100%; }
button { padding: 6px 12px; border: 1px solid var(--line); border-radius: 10px; background: var(--paper); color: var(--accent); font: inherit; }
button:enabled { cursor: pointer; } button:hover:enabled { border-color: var(--accent); } button:disabled { opacity: .55; }
.solid { padding: 9px 16px; background: var(--accent); color: var(--on-accent); font-weight: 600; } .chip { border-radius: 16px; text-align: left; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; } .log:focus-visible { outline-offset: -3px; }
.frame { display: flex; flex-direction: column; height: 100%; background: var(--wash); font-size: .9375em; }
:host([floating]) { position: fixed; inset: auto 20px 20px auto; height: auto; z-index: 2147483000; }
:host([floating]) .frame { position: fixed; inset: auto 20px 20px auto; width: 420px; height: min(680px, calc(100dvh - 40px));
  border: 1px solid var(--line); border-radius: 16px; overflow: hidden; box-shadow: 0 12px 40px #0004; }
header, footer { padding: 10px max(16px, calc(50% - 400px)); background: var(--paper); border: 0 solid var(--line); }
header { display: flex; align-items: center; gap: 8px; border-bottom-width: 1px; } header div { flex: 1; min-width: 0; }
header button { flex: none; font-size: .87em; } .name { font-size: 1.15em; line-height: 1.3; color: var(--accent); }
.log { position: relative; flex: 1; min-height: 0; overflow: hidden auto; overscroll-behavior: contain; overflow-wrap: anywhere;
  display: flex; flex-direction: column; gap: 14px; padding: 18px max(16px, calc(50% - 400px)); } .log > * { flex: none; }
.bubble { align-self: flex-start; max-width: min(92%, 620px); padding: 9px 14px; border: 1px solid var(--line); border-radius: 14px 14px 14px 4px;
  background: var(--paper); white-space: pre-line; }
.user { align-self: flex-end; border-radius: 14px 14px 4px; background: var(--accent); color: var(--on-accent); }
.answer, .card, .items { display: flex; flex-direction: column; gap: 12px; } .chips { display: flex; flex-wrap: wrap; gap: 8px; }
.card { padding: 16px; border: 1px solid var(--line); border-radius: 14px; background: var(--paper); }
.small, details { font-size: .87em; color: var(--muted); } .empty { color: var(--muted); } .trouble { align-self: flex-end; color: var(--warn); }
.note { padding: 8px 12px; border-radius: 8px; background: var(--warn-tint); color: var(--warn); font-size: .92em; }
.headline { padding-left: 12px; border-left: 4px solid var(--accent); font-size: 1.1em; font-weight: 600; }
.items { padding-left: 1.4em; } h3 { font-size: 1em; } .chart { max-width: 100%; border-radius: 8px; } .kind { margin: 6px 0 -4px; color: var(--accent); } .kind.risk { color: var(--warn); }
.icon { display: inline-grid; place-items: center; width: 1.7em; height: 1.7em; margin-right: 8px; border-radius: 50%;
  background: color-mix(in srgb, currentColor 14%, transparent); font-size: .8em; font-weight: 700; line-height: 1; }
.meta { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 8px; margin-top: 4px; }
.tag { padding: 0 8px; border-radius: 99px; background: var(--tint); color: var(--accent); font-size: .8em; }
summary { width: fit-content; cursor: pointer; } details[open] { flex-basis: 100%; } details ul { padding-left: 1.2em; } a { color: var(--accent); }
.table { overflow-x: auto; } table { min-width: 100%; border-collapse: collapse; font-size: .93em; } td { min-width: 10em; } th { min-width: 7em; background: var(--wash); }
th, td { padding: 8px 10px; border: 1px solid var(--line); text-align: left; vertical-align: top; }
@media (prefers-reduced-motion: no-preference) { @keyframes pulse { from { opacity: .35; } } .dots { animation: pulse 1.2s infinite alternate; } }
footer { border-top-width: 1px; } footer p { text-align: center; } form { display: flex; align-items: flex-end; gap: 8px; margin-bottom: 6px; }
textarea { flex: 1; min-width: 0; max-height: 9em; padding: 8px 12px; border: 1px solid var(--muted); border-radius: 10px; resize: none;
  background: var(--paper); color: inherit; font: inherit; font-size: max(1em, 16px); field-sizing: content; }
@media (max-width: 480px) { :host([floating]) .frame { inset: 0; width: auto; height: auto; border: 0; border-radius: 0; } :host([floating]) header p { display: none; } }
@media (prefers-color-scheme: dark) { :host { --ink: #e3ecee; --muted: #9fb2b7; --paper: #172226; --wash: #0f181b; --line: #2d3d42;
  --accent: #74c7d2; --on-accent: #06272c; --tint: #1d3a40; --warn: #f0a985; --warn-tint: #3b261b; } .user { background: var(--tint); color: var(--ink); } }`);

/** Makes an element; strings among the children become text, so no data is ever read as HTML. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value !== false && value != null) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter(Boolean));
  return element;
}

const list = (value) => (Array.isArray(value) ? value : value == null ? [] : [value]);
const tagOf = (text) => (/\p{Script=Han}/u.test(text) ? "zh-Hans" : "en");
const paragraph = (look, text) => text && make("p", { class: look }, text);

/** A facet value's name in a language: ours if the table has it, else the country's. */
function valueName(value, language) {
  if (Object.hasOwn(VALUES, value)) return VALUES[value].split("|")[LANGUAGES.indexOf(language)];
  if (!/^[A-Z]{2}$/.test(value)) return value;
  return new Intl.DisplayNames([UI[language].tag], { type: "region" }).of(value).replace(/^中国(?=.)|特别行政区$| SAR China$/g, "");
}

const valueNames = (facets, language) => Object.values(facets ?? {}).flatMap(list).map((value) => valueName(value, language));

/** A source with publisher and date, as a link if its address is a web address. */
function sourceLine({ title, publisher, published, url }, words) {
  const isWeb = /^https?:\/\//i.test(url ?? "") && URL.canParse(url);
  const name = isWeb ? make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, title) : title;
  return make("li", {}, name, ` (${[publisher, published ?? words.undated].filter(Boolean).join(" · ")})`);
}

function itemSources(item, words) {
  const lines = list(item.sources).map((source) => sourceLine(source, words));
  if (!lines.length) return make("span", { class: "small" }, words.practice);
  return make("details", {}, make("summary", {}, `${words.sources} (${lines.length})`), make("ul", {}, lines));
}

/** An item: its text, in which a case's title stands out, why it applies and what it rests on. */
function itemLine(item, language) {
  const title = item.title && item.text.startsWith(item.title) ? item.title : "";
  const tags = valueNames(item.because, language).map((name) => make("span", { class: "tag" }, name));
  const due = item.when && item.owner ? `${item.when} · ${item.owner}` : "";
  return make("li", {}, paragraph("small", due), make("p", {}, title && make("strong", {}, title), item.text.slice(title.length)),
    make("div", { class: "meta" }, tags, itemSources(item, UI[language])));
}

const numberedItems = (items, language) => make("ol", { class: "items" }, items.map((item) => itemLine(item, language)));

/** Items under a heading for each kind. */
function groupedItems(items, language) {
  return [...new Set(items.map((item) => item.kind))].map((kind) => [
    make("h3", { class: `kind ${kind}` }, make("span", { class: "icon", "aria-hidden": "true" }, ICONS[kind] ?? "•"), UI[language].kinds[kind] ?? kind),
    make("ul", { class: "items" }, items.filter((item) => item.kind === kind).map((item) => itemLine(item, language))),
  ]);
}

function adviceParts(card, language) {
  const words = UI[language];
  const profile = valueNames(card.profile, language).join(words.separator);
  return [
    paragraph("small", profile && words.profile + profile), paragraph("note", card.note), paragraph("headline", card.headline),
    card.plan ? numberedItems(card.items, language) : groupedItems(card.items, language),
    paragraph("small", card.more > 0 && words.more(card.more)), paragraph("", card.question?.text),
  ];
}

function comparisonTable(card, language, [label]) {
  const cell = ({ items, text, meaning } = {}) => make("td", { class: !list(items).length && "empty" }, text, paragraph("small", meaning && `→ ${meaning.text}`));
  const row = ({ title, cells }) => make("tr", {}, make("th", { scope: "row" }, title),
    list(card.markets).map((market) => cell(list(cells).find((each) => each.market === market))));
  const head = list(card.markets).map((market) => make("th", { scope: "col" }, valueName(market, language)));
  return make("div", { class: "table", role: "region", tabindex: "0", "aria-label": label },
    make("table", {}, make("thead", {}, make("tr", {}, make("td"), head)), make("tbody", {}, card.rows.map(row))));
}

/** A document's address on the server that this script came from. */
const ours = (address) => ORIGIN + new URL(address, ORIGIN).pathname;

/** The result of the assessment: points of each dimension, the chart, and what to do next. */
function assessmentParts(card, language, lines) {
  const scores = card.scores.map(({ title, points }) => make("li", {}, `${title}: ${points}`));
  return [make("ul", { class: "items" }, scores), make("img", { src: ours(card.chart), alt: lines[0], class: "chart" }), numberedItems(list(card.items), language)];
}

/** A brief: its links, and its parts folded away. */
function briefParts(card, language, lines) {
  const link = (address, words) => make("li", {}, make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words));
  const parts = card.sections.map(({ title, items }) => make("details", {}, make("summary", {}, title), make("ul", {}, items.map((item) => make("li", {}, item)))));
  const names = lines.slice(-2).map((line) => line.split(/[:：]/)[0]);
  return [make("ul", { class: "items" }, link(ours(card.links.page), names[0]), link(ours(card.links.word), names[1])), parts];
}

/** The main list of each type of card and how it is shown; `lines` are those of the text beside the card. */
const CARDS = {
  advice: ["items", adviceParts],
  cases: ["items", (card, language) => numberedItems(card.items, language)],
  assessment: ["scores", assessmentParts],
  explanation: ["items", (card) => make("ol", { class: "items" }, card.items.map(({ text, reason }) =>
    make("li", {}, make("p", {}, text), paragraph("small", `→ ${reason}`))))],
  sources: ["sources", (card, language, lines) => [make("ol", { class: "items" }, card.sources.map((source) => sourceLine(source, UI[language]))),
    paragraph("small", list(card.practice).length > 0 && lines.at(-1))]],
  comparison: ["rows", comparisonTable],
  brief: ["sections", briefParts],
};

/** The card of an answer; null if there is none, or if it is empty and the text says more. */
function cardOf({ custom, text = "" }, language) {
  const [main, parts] = (Object.hasOwn(CARDS, custom?.type) && CARDS[custom.type]) || [];
  if (!main || !list(custom[main]).length) return null;
  const lines = text.split("\n");
  const open = custom.pending && lines.slice(-1);
  return make("section", { class: "card" }, paragraph("headline", !custom.headline && lines[0]), parts(custom, language, lines), paragraph("", open));
}

/** Joins each card with the text before it, which says the same in words. */
function joinCards(messages) {
  const joined = [];
  for (const message of messages) {
    const last = joined.at(-1);
    if (message.custom && !message.text && last?.from === "bot" && !last.custom) last.custom = message.custom;
    else joined.push({ ...message });
  }
  return joined;
}

/** The server's web channel; keeps the session's token for the next visit. */
class Server {
  key = `qiao-chat:${ORIGIN}`;
  memory = null; // stands in where the browser blocks storage

  get token() {
    try { return localStorage.getItem(this.key) ?? this.memory; } catch { return this.memory; }
  }

  set token(token) {
    this.memory = token;
    try { token ? localStorage.setItem(this.key, token) : localStorage.removeItem(this.key); } catch { /* memory has it */ }
  }

  /** Calls the server; gives null when the session has expired, which is then forgotten. */
  async call(method, path, signal, body) {
    const headers = { ...(this.token && { Authorization: `Bearer ${this.token}` }), ...(body && { "Content-Type": "application/json" }) };
    const reply = await fetch(`${ORIGIN}/webhooks/web/${path}`, { method, headers, signal, body: body && JSON.stringify(body), cache: "no-store" });
    if (reply.status === 401) return (this.token = null);
    if (!reply.ok) throw new Error(`the server answered ${reply.status}`);
    return reply.json();
  }

  /** Sends a message and gives the answer's messages; when the session has expired, once more in a new one. */
  async send(message, signal, isRepeated = false) {
    if (!this.token) this.token = (await this.call("POST", "session", signal)).session;
    const reply = await this.call("POST", "message", signal, { message });
    if (!reply && !isRepeated) return this.send(message, signal, true);
    if (!reply?.messages.length) throw new Error("the server gave no answer");
    return reply.messages;
  }

  /** What was said before; nothing without a session. */
  async history(signal) {
    return (this.token && (await this.call("GET", "history", signal)))?.messages ?? [];
  }
}

// Safari ends a composition before the Enter that confirms it; only keyCode 229 still tells
const isSendKey = (event) => event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229;

/** The chat. Attributes: `lang` (en, zh) sets the interface's language; `floating` makes it a launcher with a panel. */
class QiaoChat extends HTMLElement {
  server = new Server();
  titles = new Map(); // what people saw on a button, by its payload

  connectedCallback() {
    if (this.shadowRoot) return;
    this.language = (this.lang || navigator.language).toLowerCase().startsWith("zh") ? "zh" : "en";
    this.words = UI[this.language];
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [SHEET];
    this.shadowRoot.append(this.build(this.words, this.hasAttribute("floating")));
    if (!this.frame.hidden) this.loadHistory();
  }

  build(words, floating) {
    const button = (label, click, look) => make("button", { class: look, type: "button", click }, label);
    this.log = make("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": words.log, tabindex: "0" });
    this.input = make("textarea", { rows: "2", "aria-label": words.input, placeholder: words.placeholder,
      keydown: (event) => isSendKey(event) && this.onSubmit(event) });
    this.launcher = floating && button(words.open, () => this.toggle(true), "solid");
    const name = make(floating ? "h2" : "h1", { class: "name" }, "Qiao ", make("span", { lang: "zh-Hans" }, "桥"));
    const header = make("header", {}, make("div", {}, name, paragraph("small", words.subtitle)),
      button(words.renew, () => this.renew()), floating && button(words.close, () => this.toggle(false)));
    const form = make("form", { submit: (event) => this.onSubmit(event) }, this.input, make("button", { class: "solid send" }, words.send));
    const escape = (event) => floating && event.key === "Escape" && !event.isComposing && this.toggle(false);
    this.frame = make("div", { class: "frame", hidden: floating, role: floating && "dialog", "aria-label": floating && "Qiao 桥", keydown: escape },
      header, this.log, make("footer", {}, form, paragraph("small", words.disclaimer)));
    return make("div", { class: "root", lang: words.tag }, this.launcher, this.frame);
  }

  onSubmit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text || this.pending) return;
    this.input.value = "";
    this.send(text);
  }

  toggle(isOpen) {
    this.frame.hidden = !isOpen;
    this.launcher.hidden = isOpen;
    (isOpen ? this.input : this.launcher).focus();
    if (isOpen && !this.log.hasChildNodes()) this.loadHistory();
  }

  renew() {
    this.pending?.abort();
    this.setPending(null);
    this.server.token = null;
    this.log.replaceChildren();
    this.welcome();
    this.input.focus();
  }

  loadHistory() {
    this.wait((signal) => this.server.history(signal), (messages) => (messages.length ? this.show(messages) : this.welcome()));
  }

  /** Sends a message; `title` is what the person sees of it. */
  send(message, title = message) {
    this.say(title);
    this.keepFocus();
    this.wait((signal) => this.server.send(message, signal), (messages) => this.show(messages));
  }

  /** Asks the server and shows what came, or offers to ask again. What a new conversation has overtaken is dropped. */
  async wait(ask, show) {
    const pending = new AbortController();
    const timer = setTimeout(() => pending.abort(), TIMEOUT_MS);
    this.setPending(pending);
    const messages = await ask(pending.signal).catch(() => null);
    clearTimeout(timer);
    if (this.pending !== pending) return;
    this.setPending(null);
    if (messages) show(messages);
    else this.offerRetry(() => this.wait(ask, show));
    // a long answer is read from its question on
    this.log.scrollTop = [...this.log.querySelectorAll(".user")].at(-1)?.offsetTop - 12 || 0;
  }

  setPending(pending) {
    this.pending = pending;
    this.log.setAttribute("aria-busy", String(Boolean(pending)));
    this.dots?.remove();
    if (pending) this.dots = this.add(make("div", { class: "bubble dots", role: "img", "aria-label": this.words.waiting }, "…"));
    for (const button of this.frame.querySelectorAll(".chip, .send, .trouble button")) button.disabled = Boolean(pending);
  }

  offerRetry(again) {
    const retry = (event) => { event.target.parentNode.remove(); again(); this.keepFocus(); };
    this.add(make("div", { class: "trouble" }, this.words.trouble, " ", make("button", { type: "button", click: retry }, this.words.retry)));
  }

  /** Shows the server's messages; of a button's payload the title, if it is known. */
  show(messages) {
    for (const message of joinCards(messages)) {
      if (message.from === "bot") this.showAnswer(message);
      else this.say(message.text.startsWith("/") ? this.titles.get(message.text) : message.text);
    }
  }

  showAnswer(answer) {
    this.log.querySelector(".followups")?.remove(); // they speak of the last answer only
    const language = LANGUAGES.includes(answer.custom?.language) ? answer.custom.language : this.language;
    const content = cardOf(answer, language) ?? (answer.text && make("div", { class: "bubble", lang: tagOf(answer.text) }, answer.text));
    const chips = list(answer.buttons).map(({ title, payload }) => this.chip(title, payload));
    this.add(make("div", { class: "answer", lang: UI[language].tag }, content, chips.length > 0 && make("div", { class: "chips followups" }, chips)));
  }

  /** Moves the focus off a button that is about to go; on touch screens without calling up the keyboard. */
  keepFocus() {
    (matchMedia("(pointer: fine)").matches ? this.input : this.log).focus({ preventScroll: true });
  }

  say(text) {
    if (text) this.add(make("div", { class: "bubble user", lang: tagOf(text) }, text));
  }

  chip(title, payload = title) {
    this.titles.set(payload, title);
    return make("button", { class: "chip", type: "button", lang: tagOf(title), click: () => this.send(payload, title) }, title);
  }

  welcome() {
    const other = UI[LANGUAGES.find((language) => language !== this.language)];
    const chips = [...this.words.examples, ...other.examples.slice(0, 2)].map((example) => this.chip(example));
    this.add(make("div", { class: "answer" }, make("div", { class: "bubble" }, this.words.welcome), make("div", { class: "chips" }, chips)));
  }

  add(element) {
    this.log.append(element);
    this.log.scrollTop = this.log.scrollHeight;
    return element;
  }
}

const addLauncher = () => document.querySelector("qiao-chat") || document.body.append(make("qiao-chat", { floating: true }));
if (customElements.get("qiao-chat")) return;
customElements.define("qiao-chat", QiaoChat);
document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", addLauncher) : addLauncher();
})();
