import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import { Button } from "@/ui/button";
import { PaymentTable } from "./payment-table";

export function PaymentList() {
  const { t } = useTranslation("payments");
  const may = useMay();
  const create = may("payment:create") && (
    <Button asChild kind="primary">
      <Link to="/payments/new" data-shortcut="create">
        <Plus aria-hidden="true" />
        {t("create")}
      </Link>
    </Button>
  );
  return (
    <Page title={t("title")} actions={create}>
      <PaymentTable actions={create} />
    </Page>
  );
}
