import { useNavigate } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useState } from "react";
import { useFeatures } from "./navigation-list";

const STORED = "plinth.shortcuts";
const SEQUENCE_MS = 1000;

/** Shortcuts of one key can be turned off (WCAG 2.1.4): they disturb users of speech input. */
export const hasSingleKeys = (): boolean => localStorage.getItem(STORED) !== "off";

export function useSingleKeys(): readonly [boolean, (isOn: boolean) => void] {
  const [isOn, setOn] = useState(hasSingleKeys);
  return [
    isOn,
    (next) => {
      localStorage.setItem(STORED, next ? "on" : "off");
      setOn(next);
    },
  ];
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

interface Actions {
  openPalette: () => void;
  openHelp: () => void;
}

/** Ctrl or Cmd with K, and outside of fields: `/`, `?`, `c`, and `g` with the letter of a feature. */
export function useShortcuts({ openPalette, openHelp }: Actions): void {
  const navigate = useNavigate();
  const features = useFeatures();
  const press = useEffectEvent((event: KeyboardEvent, afterG: boolean) => {
    const press = (name: string) => document.querySelector<HTMLElement>(`[data-shortcut="${name}"]`);
    if (afterG) {
      const feature = features.find(({ shortcut }) => shortcut === event.key);
      if (feature) void navigate({ to: feature.to as "/" });
    } else if (event.key === "/") press("search")?.focus();
    else if (event.key === "c") press("create")?.click();
    else if (event.key === "?") openHelp();
    else return;
    event.preventDefault();
  });
  const palette = useEffectEvent(openPalette);

  useEffect(() => {
    let gAt = 0;
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        palette();
        return;
      }
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (!isPlain || !hasSingleKeys() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
      const afterG = event.timeStamp - gAt < SEQUENCE_MS;
      gAt = event.key === "g" && !afterG ? event.timeStamp : 0;
      if (gAt === 0) press(event, afterG);
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, []);
}
