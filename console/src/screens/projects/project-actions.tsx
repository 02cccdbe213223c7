import { Archive, Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/update_project";
import { ChangeDialog } from "@/records/change-dialog";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { toast } from "@/ui/toast";
import { ProjectFields } from "./project-fields";

type Project = components["schemas"]["Project"];
type Patch = components["schemas"]["ProjectPatch"];

const FIELDS = ["code", "name", "description", "status", "starts_on", "ends_on"] as const;

export function ProjectActions({ project }: { project: Project }) {
  const { t } = useTranslation("projects");
  const may = useMay();
  const [open, setOpen] = useState<"edit" | "archive">();
  const close = () => setOpen(undefined);
  const path = { id: project.id };

  async function send(body: Patch, version: number) {
    await answer(api.PATCH("/api/v1/projects/{id}", { params: { path, header: ifMatch({ version }) }, body }));
    await queries.invalidateQueries(read("/api/v1/projects/{id}", { path }));
  }
  const current = () => queries.fetchQuery({ ...read("/api/v1/projects/{id}", { path }), staleTime: 0 });
  async function archive() {
    await answer(api.DELETE("/api/v1/projects/{id}", { params: { path, header: ifMatch(project) } }));
    toast(t("archived_toast", { code: project.code }), async () => {
      await send({ status: project.status }, (await current()).version);
    });
    await queries.invalidateQueries(read("/api/v1/projects/{id}", { path }));
  }

  return (
    <>
      {may("project:update") && (
        <Button onClick={() => setOpen("edit")}>
          <Pencil aria-hidden="true" />
          {t("common:edit")}
        </Button>
      )}
      {may("project:delete") && project.status !== "archived" && (
        <Button onClick={() => setOpen("archive")}>
          <Archive aria-hidden="true" />
          {t("common:archive")}
        </Button>
      )}
      {open === "edit" && (
        <ChangeDialog
          title={t("edit")}
          record={project}
          labels={Object.fromEntries(FIELDS.map((field) => [field, t(field)]))}
          rules={rules}
          current={current}
          send={send}
          onClose={close}
        >
          <ProjectFields />
        </ChangeDialog>
      )}
      {open === "archive" && (
        <Confirm title={t("archive.title")} action={t("common:archive")} run={archive} onClose={close}>
          <p>{t("archive.text")}</p>
        </Confirm>
      )}
    </>
  );
}
