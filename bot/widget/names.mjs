// What facets, values, topics and the like are called, read from content/ when the web chat is built.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

const CONTENT = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "content");
const LANGUAGES = ["en", "zh"];
const PHRASES = ["values", "facets", "headings", "outcomes"];

async function read(file) {
  return parse(await readFile(join(CONTENT, file), "utf8"));
}

/** `{en: {values: {id: name}, topics: {id: title}, …, caseLine: pattern}, zh: …}` */
export async function names() {
  const [phrases, taxonomy] = await Promise.all([read("phrases.yml"), read("taxonomy.yml")]);
  const topics = Object.assign({}, ...Object.values(taxonomy.pillars).map((pillar) => pillar.topics));
  const tables = { topics, ...Object.fromEntries(PHRASES.map((key) => [key, phrases[key]])) };
  const inLanguage = (language) => ({
    ...Object.fromEntries(Object.entries(tables).map(([key, table]) => [key, pick(table, language)])),
    separator: phrases.list_separator[language],
    caseLine: phrases.case_line[language],
  });
  return Object.fromEntries(LANGUAGES.map((language) => [language, inLanguage(language)]));
}

function pick(table, language) {
  return Object.fromEntries(Object.entries(table).map(([id, texts]) => [id, texts[language]]));
}
