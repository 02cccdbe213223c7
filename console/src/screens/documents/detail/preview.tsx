import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { Card } from "@/ui/card";
import { Facts } from "./facts";
import { Findings } from "./findings";
import { PdfPreview } from "./pdf-preview";
import { PicturePreview } from "./picture-preview";

type Document = components["schemas"]["Document"];

/** The document as the browser can show it, beside what is known of it. */
export function Preview({ document }: { document: Document }) {
  const { t } = useTranslation("documents");
  const findings = (
    <Card title={t("findings.title")}>
      <Findings properties={document.current.properties} />
    </Card>
  );
  const shown = <Shown document={document} />;
  const isModel = document.kind === "ifc";
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] lg:items-start">
      {isModel ? findings : shown}
      <div className="min-w-0 space-y-4">
        <Facts document={document} />
        {!isModel && findings}
      </div>
    </div>
  );
}

function Shown({ document }: { document: Document }) {
  const { t } = useTranslation("documents");
  const { kind, status } = document;
  // What the inspection has refused, the browser should not open either.
  if (status !== "ready") return <p className="text-muted">{t("preview.not_ready")}</p>;
  if (kind === "pdf") return <PdfPreview document={document} />;
  if (kind === "photo") return <PicturePreview document={document} />;
  return <p className="text-muted">{t("preview.none")}</p>;
}
