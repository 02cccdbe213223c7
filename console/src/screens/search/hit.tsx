import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { screenOf } from "@/app/subjects";
import type { components } from "@/generated/api";
import { Badge } from "@/ui/badge";
import { marked } from "./marked";

type SearchHit = components["schemas"]["SearchHit"];

/** A record that was found, with the texts that fit. A part of a document leads to its place in the text. */
export function Hit({ hit: { kind, id, title, highlights, chunk } }: { hit: SearchHit }) {
  const { t } = useTranslation();
  const to = screenOf(kind, id) ?? "/";
  const inTitle = highlights.find(({ field }) => field === "title");
  const place = chunk ? { tab: "text", from: String(chunk.range.start), to: String(chunk.range.end) } : {};
  return (
    <li className="rounded-lg border border-line bg-surface p-3">
      <div className="flex flex-wrap items-baseline gap-2">
        <Link to={to as "/"} search={place} className="min-w-0 font-medium wrap-anywhere text-accent hover:underline">
          {inTitle ? <Marked {...inTitle} /> : title}
        </Link>
        <Badge>{t(`subject.${kind}`)}</Badge>
      </div>
      {highlights
        .filter(({ field }) => field !== "title")
        .map((highlight, index) => (
          <p key={index} className="mt-1 text-muted wrap-anywhere"><Marked {...highlight} /></p>
        ))}
    </li>
  );
}

function Marked({ text, ranges }: Pick<SearchHit["highlights"][number], "text" | "ranges">) {
  return marked(text, ranges).map((part, index) =>
    part.isMarked ? <mark key={index} className="bg-tint text-text">{part.text}</mark> : <span key={index}>{part.text}</span>,
  );
}
