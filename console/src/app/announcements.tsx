import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import { languageOf } from "@/i18n";

const REREAD_MS = 5 * 60_000;

/** What the operators of the installation have to say. */
export function Announcements() {
  const { i18n } = useTranslation();
  const { data } = useQuery({ ...read("/api/v1/announcements"), refetchInterval: REREAD_MS });
  const isGerman = languageOf(i18n.language) === "de";
  return data?.data.map(({ id, message_de, message_en }) => (
    <p key={id} role="status" className="border-b border-line bg-warn-tint px-4 py-2 text-warn">
      {isGerman ? message_de : message_en}
    </p>
  ));
}
