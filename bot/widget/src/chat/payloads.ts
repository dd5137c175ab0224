/** What an answer carries beside its text; the server's contract (`custom`), of which the cards read these fields. */

import type { Language } from "../loader/options";

export type Facet = "market" | "sector" | "ownership" | "stage" | "audience";
export type Facets = Partial<Record<Facet, string | string[] | null>>;

export interface Source {
  title: string;
  publisher?: string;
  url?: string;
  published?: string;
}

export interface Item {
  id?: string;
  kind?: string;
  text: string;
  because?: Facets;
  as_of?: string;
  sources?: Source[];
  /** Of a case. */
  title?: string | null;
  outcome?: string | null;
  /** Of a step in a plan. */
  when?: string;
  owner?: string;
}

interface Common {
  language: Language;
  profile?: Facets;
  /** The question to which the adviser comes back after an answer to something else. */
  pending?: QuestionPayload;
}

export interface AdvicePayload extends Common {
  type: "advice";
  topic: string;
  headline: string;
  items: Item[];
  more?: number;
  note?: string;
  plan?: boolean;
  /** What the adviser asks the person after the answer. */
  question?: { text: string };
}

export interface CasesPayload extends Common {
  type: "cases";
  topic?: string | null;
  items: Item[];
}

export interface ExplanationPayload extends Common {
  type: "explanation";
  topic?: string;
  items: (Item & { reason: string; number?: number })[];
}

export interface SourcesPayload extends Common {
  type: "sources";
  sources: Source[];
  practice?: string[];
}

export interface ComparisonPayload extends Common {
  type: "comparison";
  markets: string[];
  rows: { topic?: string; title: string; cells: Cell[] }[];
}

export interface Cell {
  market: string;
  items?: string[];
  text: string;
  meaning?: { text: string } | null;
}

export interface QuestionPayload {
  state: "question";
  number: number;
  total: number;
  question: { dimension: string; text: string };
}

export interface ResultPayload {
  state: "result";
  total: number;
  scores: { dimension: string; title: string; points: number; reasons?: string[] }[];
  previous?: { total: number; scores: Record<string, number>; date: string } | null;
  items?: Item[];
  chart?: string;
}

export type AssessmentPayload = Common & { type: "assessment" } & (QuestionPayload | ResultPayload | { state: "stopped" });

export interface BriefPayload extends Common {
  type: "brief";
  title?: string;
  sections: { title: string; items: string[] }[];
  links?: { page: string; word: string };
  expires?: string;
}

export interface ClarifyPayload extends Common {
  type: "clarify";
  items?: Item[];
}

export interface HandoffPayload extends Common {
  type: "handoff";
  state?: string;
  reference?: string;
}

export interface PrivacyPayload extends Common {
  type: "privacy";
  state?: "confirm" | "kept" | "deleted";
}

export interface FeedbackPayload extends Common {
  type: "feedback";
  /** What was rated: the answer shown last. */
  rating?: "feedback_positive" | "feedback_negative";
}

export interface PlainPayload extends Common {
  type: "profile" | "refusal" | "out_of_scope" | "smalltalk";
}

export type Payload =
  | AdvicePayload
  | CasesPayload
  | ExplanationPayload
  | SourcesPayload
  | ComparisonPayload
  | AssessmentPayload
  | BriefPayload
  | ClarifyPayload
  | HandoffPayload
  | PrivacyPayload
  | FeedbackPayload
  | PlainPayload;

/** The lists without which a card cannot be shown. */
const LISTS: Record<string, readonly string[]> = {
  advice: ["items"],
  cases: ["items"],
  explanation: ["items"],
  sources: ["sources"],
  comparison: ["markets", "rows"],
  brief: ["sections"],
};

/** A payload if it is one that the cards can rely on; what else a server may send is shown by its text alone. */
export function payloadOf(custom: unknown): Payload | undefined {
  const payload = custom as (Payload & Record<string, unknown>) | null | undefined;
  if (typeof payload?.type !== "string" || (payload.language !== "en" && payload.language !== "zh")) return undefined;
  const lists = payload.type === "assessment" && payload.state === "result" ? ["scores"] : (LISTS[payload.type] ?? []);
  return lists.every((name) => Array.isArray(payload[name])) ? payload : undefined;
}
