import { useNavigate } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/update_team";
import { ChangeDialog } from "@/records/change-dialog";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { toast } from "@/ui/toast";
import { TeamFields } from "./team-fields";

type Team = components["schemas"]["Team"];

export function TeamActions({ team }: { team: Team }) {
  const { t } = useTranslation("teams");
  const may = useMay();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"edit" | "delete">();
  const close = () => setOpen(undefined);
  const path = { id: team.id };
  async function remove() {
    await answer(api.DELETE("/api/v1/teams/{id}", { params: { path, header: ifMatch(team) } }));
    toast(t("delete.toast", { name: team.name }));
    await navigate({ to: "/teams" });
  }
  return (
    <>
      {may("team:update") && (
        <Button onClick={() => setOpen("edit")}>
          <Pencil aria-hidden="true" />
          {t("common:edit")}
        </Button>
      )}
      {may("team:delete") && (
        <Button onClick={() => setOpen("delete")}>
          <Trash2 aria-hidden="true" />
          {t("common:remove")}
        </Button>
      )}
      {open === "edit" && (
        <ChangeDialog<Team>
          title={t("edit")}
          record={team}
          labels={{ name: t("name"), description: t("description") }}
          rules={rules}
          current={() => queries.fetchQuery({ ...read("/api/v1/teams/{id}", { path }), staleTime: 0 })}
          send={async (body, version) => {
            await answer(api.PATCH("/api/v1/teams/{id}", { params: { path, header: ifMatch({ version }) }, body }));
            await queries.invalidateQueries(read("/api/v1/teams/{id}", { path }));
          }}
          onClose={close}
        >
          <TeamFields />
        </ChangeDialog>
      )}
      {open === "delete" && (
        <Confirm title={t("delete.title")} action={t("common:remove")} isDangerous run={remove} onClose={close}>
          <p>{t("delete.text")}</p>
        </Confirm>
      )}
    </>
  );
}
