import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Page } from "@/app/page";
import { Button } from "@/ui/button";
import { ContractTable } from "./contract-table";

export function ContractList() {
  const { t } = useTranslation("contracts");
  const may = useMay();
  const create = may("contract:create") && (
    <Button asChild kind="primary">
      <Link to="/contracts/new" data-shortcut="create">
        <Plus aria-hidden="true" />
        {t("create")}
      </Link>
    </Button>
  );
  return (
    <Page title={t("title")} actions={create}>
      <ContractTable actions={create} />
    </Page>
  );
}
