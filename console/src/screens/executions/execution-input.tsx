import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { RecordLink } from "@/records/record-link";
import { Card } from "@/ui/card";
import { CodeBlock } from "@/ui/code-block";
import { jsonText } from "@/ui/diff";
import { Table } from "@/ui/table";
import { Count, Time, useLocale } from "@/ui/values";

/** What an execution was asked, and which parts of documents it was given. */
export function ExecutionInput({ execution }: { execution: components["schemas"]["Execution"] }) {
  const { t } = useTranslation("executions");
  const locale = useLocale();
  const { context, input } = execution;
  const score = new Intl.NumberFormat(locale, { maximumFractionDigits: 4 });
  return (
    <div className="space-y-4">
      {execution.content_removed_at ? (
        <p className="text-muted">{t("content_removed")} <Time value={execution.content_removed_at} /></p>
      ) : (
        <CodeBlock label={t("input")} code={jsonText(input)} />
      )}
      {context && (
        <Card title={t("context.title")}>
          <p className="mb-3 text-muted">{t(`vectors.${context.vectors}`)}</p>
          {context.chunks.length === 0 ? (
            <p>{t("context.nothing")}</p>
          ) : (
            <Table
              label={t("context.title")}
              rows={context.chunks}
              rowKey={({ id }) => id}
              columns={[
                { header: t("context.number"), cell: ({ number }) => <Count value={number} />, isNumber: true },
                { header: t("context.document"), cell: ({ document_id }) => <RecordLink kind="document" id={document_id} /> },
                { header: t("context.position"), cell: ({ position }) => <Count value={position} />, isNumber: true },
                { header: t("context.score"), cell: (chunk) => score.format(chunk.score), isNumber: true },
              ]}
            />
          )}
        </Card>
      )}
    </div>
  );
}
