import { useTranslation } from "react-i18next";
import { Sums } from "@/business/sums";
import type { components } from "@/generated/api";
import { Loaded } from "@/records/loaded";
import { Progress } from "@/ui/progress";
import { Table } from "@/ui/table";
import { Money } from "@/ui/values";
import { shareOf } from "./share";

const SUMS = ["agreed", "invoiced", "paid", "retained", "open"] as const;

/** What is agreed, invoiced and paid of a contract, also by position. */
export function ContractBalance({ id }: { id: string }) {
  return (
    <Loaded path="/api/v1/contracts/{id}/balance" params={{ path: { id } }}>
      {(balance) => <Shown balance={balance} />}
    </Loaded>
  );
}

function Shown({ balance }: { balance: components["schemas"]["ContractBalance"] }) {
  const { t } = useTranslation("contracts");
  return (
    <div className="space-y-4">
      <Sums items={SUMS.map((name) => [t(`balance.${name}`), <Money key={name} value={balance[name]} />])} />
      <Table
        label={t("balance.positions")}
        rows={balance.positions}
        rowKey={({ position }) => position}
        columns={[
          { header: t("position"), cell: ({ position }) => position },
          { header: t("balance.agreed"), isNumber: true, cell: ({ agreed }) => <Money value={agreed} /> },
          { header: t("balance.invoiced"), isNumber: true, cell: ({ invoiced }) => <Money value={invoiced} /> },
          {
            header: t("balance.share"),
            cell: ({ agreed, invoiced }) => {
              const share = shareOf(invoiced.amount_minor, agreed.amount_minor);
              if (share === undefined) return "–";
              return (
                <span className="flex min-w-32 items-center gap-2">
                  <Progress label={t("balance.share")} value={share} max={100} />
                  <span className="w-12 text-right tabular-nums">{share} %</span>
                </span>
              );
            },
          },
        ]}
      />
    </div>
  );
}
