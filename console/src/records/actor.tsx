import { useTranslation } from "react-i18next";
import { RecordLink } from "./record-link";

/** Who has done something: a member by name, an API key by the end of its identity, or a part of Plinth. */
export function Actor({ kind, id }: { kind: string; id: string | null }) {
  const { t } = useTranslation("records");
  if (kind === "user" && id !== null) return <RecordLink kind="user" id={id} />;
  const name = t(`actor.${kind}`, { defaultValue: kind });
  return <span>{id === null ? name : `${name} …${id.slice(-8)}`}</span>;
}
