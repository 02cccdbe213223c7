import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { screenOf } from "@/app/subjects";

const NAMES = ["code", "number", "name", "title", "email", "domain", "url", "kind"];

interface Props {
  kind: string;
  id: string | null;
  /** The record as it is told; its name is taken from it. */
  record: Readonly<Record<string, unknown>> | null;
}

/** The record that an event or an entry is about: its kind and name, with a link to its screen. */
export function Subject({ kind, id, record }: Props) {
  const { t } = useTranslation();
  const name = NAMES.map((field) => record?.[field]).find((text) => typeof text === "string");
  const text = [t(`subject.${kind}`, { defaultValue: kind }), name].filter(Boolean).join(" ");
  const to = id === null ? undefined : screenOf(kind, id);
  if (!to) return <span className="font-medium wrap-break-word">{text}</span>;
  return <Link to={to as "/"} className="font-medium text-accent wrap-break-word hover:underline">{text}</Link>;
}
