import { useTranslation } from "react-i18next";
import { useLive } from "@/api/use-live";
import { queries } from "@/api/queries";
import { Loaded } from "@/records/loaded";
import { Table } from "@/ui/table";
import { Money } from "@/ui/values";

const COLUMNS = ["ordered", "agreed", "invoiced", "credited", "due", "paid", "open", "costs", "costs_open"] as const;
const PATH = "/api/v1/projects/{id}/finances";

/** What a project earns and costs, by currency. */
export function ProjectFinances({ projectId }: { projectId: string }) {
  const { t } = useTranslation("projects");
  useLive(["contracts", "invoices", "payments"], ({ project_id }) => {
    if (project_id === projectId) void queries.invalidateQueries({ queryKey: [PATH] });
  });
  return (
    <Loaded path={PATH} params={{ path: { id: projectId } }}>
      {({ data }) =>
        data.length === 0 ? (
          <p className="text-muted">{t("finances.none")}</p>
        ) : (
          <Table
            label={t("tabs.finances")}
            rows={data}
            rowKey={({ currency }) => currency}
            columns={[
              { header: t("finances.currency"), cell: ({ currency }) => currency },
              ...COLUMNS.map((column) => ({
                header: t(`finances.${column}`),
                isNumber: true,
                cell: (row: (typeof data)[number]) => <Money value={row[column]} />,
              })),
            ]}
          />
        )
      }
    </Loaded>
  );
}
