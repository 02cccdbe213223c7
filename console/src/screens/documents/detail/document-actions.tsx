import { useNavigate } from "@tanstack/react-router";
import { Download, Pencil, ReceiptText, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { download } from "@/api/bytes";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import { useMay } from "@/api/session";
import type { components } from "@/generated/api";
import { ActionButton } from "@/ui/action-button";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/confirm";
import { toast } from "@/ui/toast";
import { ChangeDocument } from "./change-document";
import { ReceiveInvoice } from "./receive-invoice";

export function DocumentActions({ document }: { document: components["schemas"]["Document"] }) {
  const { t } = useTranslation("documents");
  const may = useMay();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"change" | "invoice" | "delete">();
  const close = () => setOpen(undefined);
  const { id, name, status, current } = document;

  async function remove() {
    await answer(api.DELETE("/api/v1/documents/{id}", { params: { path: { id }, header: ifMatch(document) } }));
    toast(t("delete.done", { name }));
    await navigate({ to: "/documents" });
    await queries.invalidateQueries({ queryKey: ["/api/v1/documents"] });
  }

  return (
    <>
      {status !== "rejected" && (
        <ActionButton label={t("download")} run={() => download(`/api/v1/documents/${id}/content`)}>
          <Download aria-hidden="true" />
          {t("download")}
        </ActionButton>
      )}
      {may("invoice:create") && may("party:create") && current.properties.e_invoice !== undefined && (
        <Button onClick={() => setOpen("invoice")}>
          <ReceiptText aria-hidden="true" />
          {t("invoice.action")}
        </Button>
      )}
      {may("document:update") && (
        <Button onClick={() => setOpen("change")}>
          <Pencil aria-hidden="true" />
          {t("common:edit")}
        </Button>
      )}
      {may("document:delete") && (
        <Button onClick={() => setOpen("delete")}>
          <Trash2 aria-hidden="true" />
          {t("common:delete")}
        </Button>
      )}
      {open === "change" && <ChangeDocument document={document} onClose={close} />}
      {open === "invoice" && <ReceiveInvoice documentId={id} onClose={close} />}
      {open === "delete" && (
        <Confirm title={t("delete.title")} action={t("common:delete")} isDangerous run={remove} onClose={close}>
          <p className="wrap-anywhere">{t("delete.text", { name })}</p>
        </Confirm>
      )}
    </>
  );
}
