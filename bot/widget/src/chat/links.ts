/** Addresses that may be followed: web addresses and mail, nothing that runs. */

import { html, nothing, type TemplateResult } from "lit";

/** An address of the web; `null` for anything else. */
export function webAddress(address: string | undefined): string | null {
  try {
    const url = new URL(address ?? "");
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

/** A document of the assistant under the address at which this page reaches it, whatever host its link names. */
export function ownAddress(address: string, server: string): string | null {
  try {
    const { pathname } = new URL(address, server);
    const file = /\/documents\/[\w-]+\.\w+$/.exec(pathname)?.[0];
    return file ? new URL(file.slice(1), server).href : null;
  } catch {
    return null;
  }
}

/** A link that opens in a new tab and tells the other page nothing; the bare text if the address is none. */
export function link(address: string | null, text: unknown, lang?: string, look?: string): TemplateResult {
  if (!address) return html`<span lang=${lang ?? nothing}>${text}</span>`;
  return html`<a href=${address} target="_blank" rel="noopener noreferrer" lang=${lang ?? nothing} class=${look ?? nothing}>${text}</a>`;
}
