import { FileUp, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import roles from "@/generated/values/PartyRole";
import { RecordTable } from "@/records/record-table";
import { useSearchState } from "@/records/search-state";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Time } from "@/ui/values";
import { CreateParty } from "./create-party";
import { ImportParties } from "./import-parties";

export function PartyList() {
  const { t } = useTranslation("parties");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const close = () => setSearch({ dialog: undefined });
  const create = may("party:create") && (
    <>
      <Button onClick={() => setSearch({ dialog: "import" })}>
        <FileUp aria-hidden="true" />
        {t("import.title")}
      </Button>
      <Button kind="primary" data-shortcut="create" onClick={() => setSearch({ dialog: "create" })}>
        <Plus aria-hidden="true" />
        {t("create")}
      </Button>
    </>
  );
  return (
    <Page title={t("title")} actions={create}>
      <RecordTable
        id="parties"
        label={t("title")}
        path="/api/v1/parties"
        topics={["parties"]}
        isSearchable
        rowLink={({ id }) => ({ to: "/parties/$id", params: { id } })}
        rowName={({ name }) => name}
        columns={[
          { id: "name", header: t("fields.name"), cell: ({ name }) => name, sort: "name" },
          { id: "number", header: t("fields.number"), cell: ({ number }) => number ?? "–" },
          { id: "role", header: t("fields.role"), cell: ({ role }) => t(`roles.${role}`) },
          { id: "city", header: t("fields.address.city"), cell: ({ address }) => [address.postal_code, address.city, address.country].filter(Boolean).join(" ") || "–" },
          { id: "vat_id", header: t("fields.vat_id"), cell: ({ vat_id }) => vat_id ?? "–" },
          { id: "email", header: t("fields.contact.email"), cell: ({ contact }) => contact.email ?? "–", isHidden: true },
          { id: "archived", header: t("state"), cell: (party) => <PartyState party={party} /> },
          { id: "created_at", header: t("created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at", isHidden: true },
          { id: "updated_at", header: t("updated"), cell: ({ updated_at }) => <Time value={updated_at} relative />, sort: "updated_at" },
        ]}
        filters={[
          { kind: "set", name: "role", label: t("fields.role"), values: roles, text: (value) => t(`roles.${value}`) },
          { kind: "text", name: "number", label: t("fields.number") },
          { kind: "text", name: "country", label: t("country_filter") },
          { kind: "choice", name: "archived", label: t("archived.label"), values: ["true", "any"], text: (value) => t(`archived.${value}`), none: t("archived.false") },
          { kind: "days", from: "created_after", until: "created_before", label: t("created") },
        ]}
        bulk={
          may("party:update")
            ? [
                {
                  label: t("common:archive"),
                  question: (count) => t("archive_bulk", { count }),
                  run: (party) =>
                    answer(
                      api.PATCH("/api/v1/parties/{id}", { params: { path: { id: party.id }, header: ifMatch(party) }, body: { archived: true } }),
                    ),
                },
              ]
            : []
        }
        empty={
          <EmptyState title={t("empty.title")} actions={create} example={{ method: "POST", path: "/api/v1/parties", body: { name: "Harbour Works Ltd", role: "customer" } }}>
            {t("empty.text")}
          </EmptyState>
        }
      />
      {search.dialog === "create" && <CreateParty onClose={close} />}
      {search.dialog === "import" && <ImportParties onClose={close} />}
    </Page>
  );
}

export function PartyState({ party }: { party: { archived: boolean; dunning_blocked: boolean } }) {
  const { t } = useTranslation("parties");
  return (
    <span className="inline-flex flex-wrap gap-1">
      {party.archived && <Badge>{t("archived.badge")}</Badge>}
      {party.dunning_blocked && <Badge tone="warn">{t("dunning_blocked_badge")}</Badge>}
      {!party.archived && !party.dunning_blocked && <Badge tone="good">{t("active")}</Badge>}
    </span>
  );
}
