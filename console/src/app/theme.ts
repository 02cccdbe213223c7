import { useSyncExternalStore } from "react";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const STORED = "plinth.theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

const theme = (): Theme => {
  const stored = localStorage.getItem(STORED);
  return THEMES.find((name) => name === stored) ?? "system";
};

function apply(): void {
  const chosen = theme();
  document.documentElement.dataset.theme = chosen === "system" ? (system.matches ? "dark" : "light") : chosen;
  for (const changed of listeners) changed();
}

/** Shows the theme that was chosen in this browser, or that of the system. */
export function startTheme(): void {
  system.addEventListener("change", apply);
  apply();
}

export function chooseTheme(chosen: Theme): void {
  localStorage.setItem(STORED, chosen);
  apply();
}

export const useTheme = (): Theme =>
  useSyncExternalStore((changed) => {
    listeners.add(changed);
    return () => listeners.delete(changed);
  }, theme);
