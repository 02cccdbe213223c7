import type { ReactNode } from "react";

const TONES = {
  neutral: "bg-page text-text border border-line",
  accent: "bg-tint text-text",
  good: "bg-good-tint text-good",
  warn: "bg-warn-tint text-warn",
  bad: "bg-bad-tint text-bad",
};

export type Tone = keyof typeof TONES;

export const Badge = ({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) => (
  <span className={`inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-sm whitespace-nowrap ${TONES[tone]}`}>
    {children}
  </span>
);
