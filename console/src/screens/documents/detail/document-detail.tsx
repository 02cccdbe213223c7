import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { useLive } from "@/api/use-live";
import type { components } from "@/generated/api";
import { Comments } from "@/records/comments/comments";
import { Detail } from "@/records/detail";
import { Loaded } from "@/records/loaded";
import { DocumentStatus } from "../document-status";
import { DocumentActions } from "./document-actions";
import { Inspection } from "./inspection";
import { Links } from "./links";
import { Preview } from "./preview";
import { Text } from "./text";
import { Versions } from "./versions";

export function DocumentDetail() {
  const { id } = useParams({ strict: false }) as { id: string };
  useLive(["documents"]);
  return (
    <Loaded path="/api/v1/documents/{id}" params={{ path: { id } }}>
      {(document) => <Shown document={document} />}
    </Loaded>
  );
}

function Shown({ document }: { document: components["schemas"]["Document"] }) {
  const { t } = useTranslation("documents");
  const may = useMay();
  const { id } = document;
  const tabs = [
    { value: "preview", isShown: true, content: <Preview document={document} /> },
    { value: "text", isShown: document.kind === "pdf" || document.kind === "ifc", content: <Text document={document} /> },
    { value: "versions", isShown: true, content: <Versions document={document} /> },
    { value: "links", isShown: may("document_link:read"), content: <Links document={document} /> },
    { value: "comments", isShown: may("comment:read"), content: <Comments subject="document" id={id} /> },
  ];
  return (
    <Detail
      title={document.name}
      badges={<DocumentStatus status={document.status} />}
      actions={<DocumentActions document={document} />}
      back={{ to: "/documents", label: t("title") }}
      tabsLabel={t("tabs.label")}
      tabs={tabs.filter(({ isShown }) => isShown).map((tab) => ({ ...tab, label: t(`tabs.${tab.value}`) }))}
    >
      <Inspection version={document.current} />
    </Detail>
  );
}
