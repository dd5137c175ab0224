/** What facet values, topics and kinds are called; countries in the browser's own (CLDR) words. */

import names from "qiao:names";
import { type Language, TAGS } from "../loader/options";
import type { Facet, Facets } from "./payloads";

export const FACETS: readonly Facet[] = ["market", "sector", "ownership", "stage", "audience"];

const countries: Partial<Record<Language, Intl.DisplayNames>> = {};

/** A value's name: ours if the content has one, else the country's. */
export function valueName(value: string, language: Language): string {
  const own = names[language].values;
  if (Object.hasOwn(own, value)) return own[value]!;
  if (!/^[A-Z]{2}$/.test(value)) return value;
  countries[language] ??= new Intl.DisplayNames([TAGS[language]], { type: "region" });
  return countries[language].of(value) ?? value;
}

/** The names of all values of some facets. */
export function valueNames(facets: Facets | undefined, language: Language): string[] {
  return FACETS.flatMap((facet) => valuesOf(facets, facet)).map((value) => valueName(value, language));
}

/** A facet's values as a list. */
export function valuesOf(facets: Facets | undefined, facet: Facet): string[] {
  const value = facets?.[facet];
  return (Array.isArray(value) ? value : [value]).filter((each): each is string => typeof each === "string");
}

/** The values' names of each known facet, under the facet's own name. */
export function facetLines(facets: Facets | undefined, language: Language): { name: string; values: string }[] {
  return FACETS.map((facet) => ({
    name: names[language].facets[facet] ?? facet,
    values: joined(
      valuesOf(facets, facet).map((value) => valueName(value, language)),
      language,
    ),
  })).filter(({ values }) => values);
}

export function joined(parts: readonly string[], language: Language): string {
  return parts.join(names[language].separator);
}

/** A topic's title; nothing for what is no topic. */
export function topicTitle(topic: string | null | undefined, language: Language): string {
  return (topic && Object.hasOwn(names[language].topics, topic) && names[language].topics[topic]) || "";
}

export function kindHeading(kind: string, language: Language): string {
  return names[language].headings[kind] ?? kind;
}

export interface CaseParts {
  outcome: string;
  text: string;
  lesson: string;
}

/** Takes the sentence apart into which a case with this title was put; `null` if it was put otherwise. */
export function caseParts(text: string, title: string, language: Language): CaseParts | null {
  const { caseLine, outcomes } = names[language];
  const pattern = escaped(caseLine)
    .replace("{title}", () => escaped(title))
    .replace("{outcome}", `(?<outcome>${Object.values(outcomes).map(escaped).join("|")})`)
    .replace(/\{(text|lesson)\}/g, "(?<$1>[^]+?)");
  return (new RegExp(`^${pattern}$`).exec(text)?.groups as CaseParts | undefined) ?? null;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
}
