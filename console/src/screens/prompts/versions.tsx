import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Time } from "@/ui/values";
import { VersionDiff } from "./version-diff";
import { VersionSelect } from "./version-select";

/** The versions of a prompt, and what differs between two of them. */
export function Versions({ prompt }: { prompt: components["schemas"]["Prompt"] }) {
  const { t } = useTranslation("prompts");
  const [search, setSearch] = useSearchState();
  const path = { id: prompt.id };
  const labels = useQuery(read("/api/v1/prompts/{id}/labels", { path }));
  const labelsOf = (number: number) => labels.data?.data.filter(({ version }) => version === number) ?? [];
  const to = search.to ?? String(prompt.versions);
  const from = search.from ?? String(Math.max(Number(to) - 1, 1));
  return (
    <div className="space-y-6">
      {prompt.versions > 1 && (
        <section className="space-y-3">
          <div className="flex flex-wrap gap-3">
            <VersionSelect label={t("compare.from")} versions={prompt.versions} value={from} onChange={(version) => setSearch({ from: version })} />
            <VersionSelect label={t("compare.to")} versions={prompt.versions} value={to} onChange={(version) => setSearch({ to: version })} />
          </div>
          <VersionDiff id={prompt.id} from={Number(from)} to={Number(to)} />
        </section>
      )}
      <RecordTable
        id="prompt-versions"
        prefix="versions_"
        label={t("versions")}
        path="/api/v1/prompts/{id}/versions"
        params={{ path }}
        topics={["prompts"]}
        rowLink={({ version }) => ({ to: "/prompts/$id", params: path, search: { version: String(version) } as never })}
        rowName={({ version }) => String(version)}
        columns={[
          { id: "number", header: t("number"), cell: ({ version }) => version, sort: "number" },
          {
            id: "labels",
            header: t("tabs.labels"),
            cell: ({ version }) => labelsOf(version).map(({ label }) => <Badge key={label} tone="accent">{label}</Badge>),
          },
          { id: "message", header: t("message"), cell: ({ message }) => <span className="wrap-anywhere">{message ?? "–"}</span> },
          { id: "model", header: t("model"), cell: ({ model_id }) => <RecordLink kind="model" id={model_id} /> },
          { id: "created_by", header: t("created_by"), cell: ({ created_by }) => <RecordLink kind="user" id={created_by} /> },
          { id: "created_at", header: t("common:record.created"), cell: ({ created_at }) => <Time value={created_at} /> },
          { id: "sha256", header: "SHA-256", cell: ({ sha256 }) => <code className="text-sm" title={sha256}>{sha256.slice(0, 12)}</code>, isHidden: true },
          {
            id: "compare",
            header: t("compare.action"),
            cell: ({ version }) =>
              version > 1 && (
                <Button size="small" onClick={() => setSearch({ from: String(version - 1), to: String(version) })}>
                  {t("compare.before", { number: version - 1 })}
                </Button>
              ),
          },
        ]}
        empty={null}
      />
    </div>
  );
}
