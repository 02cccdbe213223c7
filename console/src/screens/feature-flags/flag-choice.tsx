import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { answer, api, ifMatch } from "@/api/client";
import { queries } from "@/api/queries";
import type { components } from "@/generated/api";
import { Field } from "@/ui/field";
import { Select } from "@/ui/input";
import { ProblemAlert } from "@/ui/problem-alert";

type Flag = components["schemas"]["FeatureFlag"];
type Choice = "default" | "on" | "off";

const PATH = "/api/v1/feature-flags/{key}";

async function choose({ key, override }: Flag, choice: Choice): Promise<void> {
  const path = { key };
  if (choice !== "default") {
    const header = override ? ifMatch(override) : {};
    await answer(api.PUT(PATH, { params: { path, header }, body: { enabled: choice === "on" } }));
  } else if (override) {
    await answer(api.DELETE(PATH, { params: { path, header: ifMatch(override) } }));
  }
}

/** The organization's own setting of a flag, or that of the installation. */
export function FlagChoice({ flag }: { flag: Flag }) {
  const { t } = useTranslation("feature-flags");
  const changing = useMutation({
    mutationFn: (choice: Choice) => choose(flag, choice),
    onSettled: () => queries.invalidateQueries({ queryKey: ["/api/v1/feature-flags"] }),
  });
  const value: Choice = flag.override ? (flag.override.enabled ? "on" : "off") : "default";
  return (
    <div className="relative w-52 space-y-2">
      <Field label={t("setting_of", { key: flag.key })} hideLabel>
        {(control) => (
          <Select
            {...control}
            aria-busy={changing.isPending}
            value={value}
            onChange={(event) => changing.mutate(event.target.value as Choice)}
          >
            {(["default", "on", "off"] as const).map((choice) => (
              <option key={choice} value={choice}>{t(choice)}</option>
            ))}
          </Select>
        )}
      </Field>
      <ProblemAlert error={changing.error} />
    </div>
  );
}
