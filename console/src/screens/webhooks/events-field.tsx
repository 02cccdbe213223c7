import { useQuery } from "@tanstack/react-query";
import { useController } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { read } from "@/api/read";
import { useField } from "@/forms/form";
import { CheckBox } from "@/ui/input";
import { ProblemAlert } from "@/ui/problem-alert";
import { SkeletonBlock } from "@/ui/skeleton";
import { catalogueOf, chooses, withEvent, withKind } from "./patterns";

/** Chooses events: all, those of a kind, or single ones. */
export function EventsField({ name }: { name: string }) {
  const { t } = useTranslation("webhooks");
  const { error } = useField(name);
  const { field } = useController({ name, rules: { validate: (value: unknown[]) => value.length > 0 || t("common:form.required") } });
  const { data, error: failed, refetch } = useQuery(read("/api/v1/webhooks/events"));
  if (failed) return <ProblemAlert error={failed} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonBlock lines={4} />;
  const patterns = field.value as string[];
  const catalogue = catalogueOf(data.data.map((type) => type.name));
  const isAll = patterns.includes("*");
  return (
    <fieldset className="space-y-2">
      <legend className="text-sm font-medium">{t("events")} *</legend>
      <label className="flex items-center gap-2">
        <CheckBox checked={isAll} onChange={(event) => field.onChange(event.target.checked ? ["*"] : [])} />
        {t("all_events")}
      </label>
      {!isAll && (
        <ul className="max-h-72 divide-y divide-line overflow-y-auto rounded-md border border-edge px-3">
          {[...catalogue].map(([kind, names]) => (
            <li key={kind} className="py-1">
              <label className="flex min-h-7 items-center gap-2 font-medium">
                <CheckBox
                  checked={names.every((one) => chooses(patterns, one))}
                  onChange={(event) => field.onChange(withKind(patterns, kind, event.target.checked))}
                />
                <code>{kind}.*</code>
              </label>
              <details className="pl-6.5">
                <summary className="min-h-7 text-sm text-muted">
                  {t("chosen_of", { kind, chosen: names.filter((one) => chooses(patterns, one)).length, count: names.length })}
                </summary>
                <div className="grid gap-x-4 sm:grid-cols-2">
                  {names.map((one) => (
                    <label key={one} className="flex min-h-7 items-center gap-2">
                      <CheckBox
                        checked={chooses(patterns, one)}
                        onChange={(event) => field.onChange(withEvent(catalogue, patterns, one, event.target.checked))}
                      />
                      <code className="text-sm wrap-anywhere">{one}</code>
                    </label>
                  ))}
                </div>
              </details>
            </li>
          ))}
        </ul>
      )}
      {error && <p role="alert" className="text-sm text-bad">{error}</p>}
    </fieldset>
  );
}
