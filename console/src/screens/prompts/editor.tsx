import { useTranslation } from "react-i18next";
import { answer, api } from "@/api/client";
import { queries } from "@/api/queries";
import { useMay } from "@/api/session";
import { filled } from "@/forms/bodies";
import { Form } from "@/forms/form";
import type { components } from "@/generated/api";
import rules from "@/generated/rules/create_prompt_version";
import { Loaded } from "@/records/loaded";
import { useSearchState } from "@/records/search-state";
import { Card } from "@/ui/card";
import { toast } from "@/ui/toast";
import { VersionFields } from "./version-fields";
import { VersionSelect } from "./version-select";
import { versionBody, versionValues, type VersionValues } from "./version-values";
import { VersionView } from "./version-view";

type Prompt = components["schemas"]["Prompt"];

/** Shows a version, from which the next one is made. */
export function Editor({ prompt }: { prompt: Prompt }) {
  const { t } = useTranslation("prompts");
  const may = useMay();
  const [search, setSearch] = useSearchState();
  const number = Number(search.version ?? prompt.versions);
  return (
    <div className="space-y-4">
      <VersionSelect
        label={t("shown_version")}
        versions={prompt.versions}
        value={String(number)}
        onChange={(version) => setSearch({ version: version === String(prompt.versions) ? undefined : version })}
      />
      <Loaded path="/api/v1/prompts/{id}/versions/{number}" params={{ path: { id: prompt.id, number } }}>
        {(version) =>
          may("prompt:update") ? <NextVersion key={version.id} prompt={prompt} version={version} /> : <VersionView version={version} />
        }
      </Loaded>
    </div>
  );
}

function NextVersion({ prompt, version }: { prompt: Prompt; version: components["schemas"]["PromptVersion"] }) {
  const { t } = useTranslation("prompts");
  const [, setSearch] = useSearchState();
  async function save(values: VersionValues) {
    const body = filled(versionBody(values));
    const made = await answer(api.POST("/api/v1/prompts/{id}/versions", { params: { path: { id: prompt.id } }, body }));
    await queries.invalidateQueries({ predicate: ({ queryKey: [path] }) => String(path).startsWith("/api/v1/prompts") });
    setSearch({ version: undefined });
    toast(t("version_toast", { number: made.version }));
  }
  return (
    <Card>
      <Form<VersionValues>
        rules={{ ...rules, "messages.*.content": { ...rules["messages.*.content"], required: true } }}
        values={versionValues(version)}
        submit={save}
        action={t("save_version", { number: prompt.versions + 1 })}
      >
        <VersionFields />
      </Form>
    </Card>
  );
}
