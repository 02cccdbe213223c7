import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { RecordTable } from "@/records/record-table";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { CopyButton } from "@/ui/copy-button";
import { EmptyState } from "@/ui/empty-state";
import { Count, Time } from "@/ui/values";
import { ChangeLink } from "./change-link";
import { CreateLink } from "./create-link";
import { isEnded } from "./link-state";

type DocumentLink = components["schemas"]["DocumentLink"];

export const rereadLinks = () => queries.invalidateQueries({ queryKey: ["/api/v1/document-links"] });

/** The links by which readers without an account get a document. */
export function Links({ document: { id } }: { document: components["schemas"]["Document"] }) {
  const { t } = useTranslation("documents");
  const may = useMay();
  const [open, setOpen] = useState<{ change: DocumentLink } | { withdraw: DocumentLink } | "create">();
  const close = () => setOpen(undefined);
  const create = may("document_link:create") && (
    <Button kind="primary" onClick={() => setOpen("create")}>
      <Plus aria-hidden="true" />
      {t("links.create")}
    </Button>
  );

  async function withdraw(link: DocumentLink) {
    await answer(api.DELETE("/api/v1/document-links/{id}", { params: { path: { id: link.id }, header: ifMatch(link) } }));
    await rereadLinks();
  }
  const nameOf = ({ label, id: link }: DocumentLink) => label ?? `…${link.slice(-8)}`;

  return (
    <div className="space-y-3">
      <div className="text-right empty:hidden">{create}</div>
      <RecordTable
        id="document-links"
        prefix="links."
        label={t("tabs.links")}
        path="/api/v1/document-links"
        params={{ query: { document_id: id } }}
        topics={["document_links"]}
        rowName={nameOf}
        columns={[
          { id: "label", header: t("links.label"), cell: nameOf },
          {
            id: "url",
            header: t("links.url"),
            cell: ({ url }) => url ? <CopyButton text={new URL(url, location.origin).href} label={t("links.copy")} /> : "–",
          },
          {
            id: "state",
            header: t("status"),
            cell: (link) => isEnded(link) ? <Badge>{t("links.ended")}</Badge> : <Badge tone="good">{t("links.active")}</Badge>,
          },
          { id: "expires_at", header: t("links.expires_at"), cell: ({ expires_at }) => <Time value={expires_at} /> },
          {
            id: "downloads",
            header: t("links.downloads"),
            isNumber: true,
            cell: ({ downloads, max_downloads }) => (
              <><Count value={downloads} />{max_downloads !== null && <> / <Count value={max_downloads} /></>}</>
            ),
          },
          { id: "password", header: t("links.password"), cell: ({ has_password }) => t(has_password ? "common:yes" : "common:no") },
          { id: "created_at", header: t("links.created"), cell: ({ created_at }) => <Time value={created_at} />, sort: "created_at", isHidden: true },
          {
            id: "actions",
            header: t("links.actions"),
            cell: (link) => (
              <span className="flex gap-1">
                {may("document_link:update") && (
                  <Button kind="plain" size="icon" aria-label={t("links.change", { name: nameOf(link) })} onClick={() => setOpen({ change: link })}>
                    <Pencil aria-hidden="true" />
                  </Button>
                )}
                {may("document_link:delete") && (
                  <Button kind="plain" size="icon" aria-label={t("links.withdraw", { name: nameOf(link) })} onClick={() => setOpen({ withdraw: link })}>
                    <Trash2 aria-hidden="true" />
                  </Button>
                )}
              </span>
            ),
          },
        ]}
        empty={
          <EmptyState
            title={t("links.empty")}
            example={{ method: "POST", path: "/api/v1/document-links", body: { document_id: id, expires_at: tomorrow() } }}
          >
            {t("links.empty_text")}
          </EmptyState>
        }
      />
      {open === "create" && <CreateLink documentId={id} onClose={close} />}
      {typeof open === "object" && "change" in open && <ChangeLink link={open.change} onClose={close} />}
      {typeof open === "object" && "withdraw" in open && (
        <Confirm title={t("links.withdraw_title")} action={t("links.withdraw_action")} isDangerous run={() => withdraw(open.withdraw)} onClose={close}>
          <p>{t("links.withdraw_text", { name: nameOf(open.withdraw) })}</p>
        </Confirm>
      )}
    </div>
  );
}

const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString().replace(/\.\d+/, "");
