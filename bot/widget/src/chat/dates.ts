/** Dates as people of the language write them. */

import { type Language, TAGS } from "../loader/options";

const LOCALES: Record<Language, string> = { en: "en-GB", zh: TAGS.zh };

/** A date of the guidance, which may name only a year or a month ("2024-05"). */
export function partialDate(date: string, language: Language): string {
  const match = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(date);
  if (!match) return date;
  const [, year, month, day] = match;
  if (!month) return language === "zh" ? `${year}年` : year!;
  const moment = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day ?? 1)));
  const parts: Intl.DateTimeFormatOptions = { year: "numeric", month: "long", timeZone: "UTC" };
  return new Intl.DateTimeFormat(LOCALES[language], day ? { ...parts, day: "numeric" } : parts).format(moment);
}

/** The time of day, and the day in words. */
export function clock(at: number, language: Language): string {
  return new Intl.DateTimeFormat(LOCALES[language], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** A day as a heading: today, yesterday, or the date. */
export function dayName(at: number, language: Language, words: { today: string; yesterday: string }, now = Date.now()): string {
  const days = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  return new Intl.DateTimeFormat(LOCALES[language], { year: "numeric", month: "long", day: "numeric" }).format(at);
}

/** Whether two moments are on the same day of the person's calendar. */
export function isSameDay(one: number, other: number): boolean {
  return startOfDay(one) === startOfDay(other);
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
