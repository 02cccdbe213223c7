import { Link } from "@tanstack/react-router";
import { FileInput, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import { useSearchState } from "@/records/search-state";
import { Button } from "@/ui/button";
import { InvoiceTable } from "./invoice-table";
import { ReceiveInvoice } from "./receive-invoice";

export function InvoiceList() {
  const { t } = useTranslation("invoices");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const create = may("invoice:create") && (
    <>
      {may("document:read") && (
        <Button onClick={() => setSearch({ dialog: "receive" })}>
          <FileInput aria-hidden="true" />
          {t("receive.title")}
        </Button>
      )}
      <Button asChild kind="primary">
        <Link to="/invoices/new" data-shortcut="create">
          <Plus aria-hidden="true" />
          {t("create")}
        </Link>
      </Button>
    </>
  );
  return (
    <Page title={t("title")} actions={create}>
      <InvoiceTable actions={create} />
      {search.dialog === "receive" && (
        <ReceiveInvoice documentId={search.document_id} onClose={() => setSearch({ dialog: undefined, document_id: undefined })} />
      )}
    </Page>
  );
}
