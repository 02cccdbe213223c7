import { useNavigate } from "@tanstack/react-router";
import { Archive, ArchiveRestore, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { read } from "@/api/read";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/update_party";
import { Actions } from "@/records/actions";
import { ChangeDialog } from "@/records/change-dialog";
import { toast } from "@/ui/toast";
import { PartyFields } from "./party-fields";
import { complete, PARTY_FIELDS, partyFields, partyValues, type PartyValues } from "./party-values";

type Party = components["schemas"]["Party"];

export function PartyActions({ party }: { party: Party }) {
  const { t } = useTranslation("parties");
  const may = useMay();
  const navigate = useNavigate();
  const [isEditing, setEditing] = useState(false);
  const path = { id: party.id };
  const close = () => setEditing(false);

  async function send(body: components["schemas"]["PartyPatch"], version: number) {
    await answer(api.PATCH("/api/v1/parties/{id}", { params: { path, header: ifMatch({ version }) }, body }));
    await queries.invalidateQueries(read("/api/v1/parties/{id}", { path }));
  }
  const current = () => queries.fetchQuery({ ...read("/api/v1/parties/{id}", { path }), staleTime: 0 });
  async function archive(archived: boolean) {
    await send({ archived }, party.version);
    toast(t(archived ? "archived_toast" : "restored_toast", { name: party.name }), async () => send({ archived: !archived }, (await current()).version));
  }
  async function remove() {
    await answer(api.DELETE("/api/v1/parties/{id}", { params: { path, header: ifMatch(party) } }));
    await navigate({ to: "/parties" });
  }

  return (
    <>
      <Actions
        actions={[
          { label: t("common:edit"), icon: Pencil, isFirst: true, isShown: may("party:update"), run: () => setEditing(true) },
          {
            label: t("common:archive"),
            icon: Archive,
            isShown: may("party:update") && !party.archived,
            question: t("archive_text"),
            run: () => archive(true),
          },
          {
            label: t("restore"),
            icon: ArchiveRestore,
            isShown: may("party:update") && party.archived,
            question: t("restore_text"),
            run: () => archive(false),
          },
          {
            label: t("common:remove"),
            icon: Trash2,
            isShown: may("party:delete"),
            isDangerous: true,
            question: t("remove_text"),
            done: t("removed_toast", { name: party.name }),
            run: remove,
          },
        ]}
      />
      {isEditing && (
        <ChangeDialog
          title={t("edit")}
          size="wide"
          record={complete(party)}
          labels={Object.fromEntries(PARTY_FIELDS.map((field) => [field, t(`conflict.${field}`)]))}
          rules={rules}
          current={async () => complete(await current())}
          send={send}
          values={partyValues}
          fields={(values) => partyFields(values as PartyValues)}
          onClose={close}
        >
          <PartyFields />
        </ChangeDialog>
      )}
    </>
  );
}
