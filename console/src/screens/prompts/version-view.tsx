import { useTranslation } from "react-i18next";
import type { components } from "@/generated/api";
import { CodeBlock } from "@/ui/code-block";
import { versionTexts } from "./version-values";

const PARTS = ["messages", "settings", "input_schema", "output_schema"] as const;

/** A version, for those who may not make another one. */
export function VersionView({ version }: { version: components["schemas"]["PromptVersion"] }) {
  const { t } = useTranslation("prompts");
  const texts = versionTexts(version);
  return (
    <div className="space-y-4">
      {PARTS.filter((part) => texts[part] !== "").map((part) => (
        <CodeBlock key={part} label={t(part)} code={texts[part]} />
      ))}
    </div>
  );
}
