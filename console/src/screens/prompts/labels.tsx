import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { Loaded } from "@/records/loaded";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { EmptyState } from "@/ui/empty-state";
import { Table } from "@/ui/table";
import { Time } from "@/ui/values";
import { MoveLabel } from "./move-label";

type Prompt = components["schemas"]["Prompt"];
type Label = components["schemas"]["PromptLabel"];

export const invalidatePrompts = () =>
  queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => String(path).startsWith("/api/v1/prompts") });

/** Which version each label names. A move of a protected label is a release. */
export function Labels({ prompt }: { prompt: Prompt }) {
  return (
    <Loaded path="/api/v1/prompts/{id}/labels" params={{ path: { id: prompt.id } }}>
      {({ data }) => <Shown prompt={prompt} labels={data} />}
    </Loaded>
  );
}

function Shown({ prompt, labels }: { prompt: Prompt; labels: readonly Label[] }) {
  const { t } = useTranslation("prompts");
  const may = useMay();
  const [open, setOpen] = useState<{ dialog: "move" | "remove"; label?: Label }>();
  const close = () => setOpen(undefined);
  const isProtected = (label: string) => prompt.protected_labels.includes(label);
  const mayMove = (label: string) => may("prompt:update") && (!isProtected(label) || may("prompt:release"));
  const give = may("prompt:update") && (
    <Button kind="primary" onClick={() => setOpen({ dialog: "move" })}>
      <Plus aria-hidden="true" />
      {t("label.give")}
    </Button>
  );

  async function remove(label: string) {
    const params = { path: { id: prompt.id, label }, header: ifMatch({ version: prompt.revision }) };
    await answer(api.DELETE("/api/v1/prompts/{id}/labels/{label}", { params }));
    await invalidatePrompts();
  }

  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-muted">{t("label.text")}</p>
        {give}
      </div>
      {labels.length === 0 ? (
        <EmptyState
          title={t("label.empty")}
          example={{ method: "PUT", path: `/api/v1/prompts/${prompt.id}/labels/production`, body: { version: prompt.versions } }}
        />
      ) : (
        <Table
          label={t("tabs.labels")}
          rows={labels}
          rowKey={({ label }) => label}
          columns={[
            {
              header: t("label.name"),
              cell: ({ label }) => <>{label} {isProtected(label) && <Badge tone="warn">{t("label.protected")}</Badge>}</>,
            },
            { header: t("number"), cell: ({ version }) => version },
            { header: t("label.moved"), cell: ({ moved_at }) => <Time value={moved_at} relative /> },
            {
              header: t("label.actions"),
              cell: (label) =>
                mayMove(label.label) && (
                  <span className="flex flex-wrap gap-2">
                    <Button size="small" onClick={() => setOpen({ dialog: "move", label })}>{t("label.move")}</Button>
                    <Button size="small" onClick={() => setOpen({ dialog: "remove", label })}>{t("common:remove")}</Button>
                  </span>
                ),
            },
          ]}
        />
      )}
      {open?.dialog === "move" && <MoveLabel prompt={prompt} label={open.label} onClose={close} />}
      {open?.dialog === "remove" && open.label && (
        <Confirm title={t("label.remove")} action={t("common:remove")} run={() => remove(open.label?.label ?? "")} onClose={close}>
          <p>{t("label.remove_text", { label: open.label.label })}</p>
        </Confirm>
      )}
    </div>
  );
}
