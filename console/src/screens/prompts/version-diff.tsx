import { useTranslation } from "react-i18next";
import { Loaded } from "@/records/loaded";
import { Card } from "@/ui/card";
import { Diff } from "@/ui/diff";
import { versionTexts } from "./version-values";

const PATH = "/api/v1/prompts/{id}/versions/{number}";
const PARTS = ["messages", "settings", "input_schema", "output_schema"] as const;

/** What differs between two versions, part by part. */
export function VersionDiff({ id, from, to }: { id: string; from: number; to: number }) {
  return (
    <Loaded path={PATH} params={{ path: { id, number: from } }}>
      {(before) => (
        <Loaded path={PATH} params={{ path: { id, number: to } }}>
          {(after) => <Parts before={versionTexts(before)} after={versionTexts(after)} />}
        </Loaded>
      )}
    </Loaded>
  );
}

type Texts = ReturnType<typeof versionTexts>;

function Parts({ before, after }: { before: Texts; after: Texts }) {
  const { t } = useTranslation("prompts");
  const changed = PARTS.filter((part) => before[part] !== after[part]);
  if (changed.length === 0) return <p className="text-muted">{t("compare.same")}</p>;
  return changed.map((part) => (
    <Card key={part} title={t(part)}>
      <Diff label={t(part)} before={before[part]} after={after[part]} />
    </Card>
  ));
}
