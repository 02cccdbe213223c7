import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { chooseLanguage, LANGUAGES, languageOf } from "@/i18n";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";

const NAMES = { en: "English", de: "Deutsch" };

/** The frame of screens without a session. */
export function PublicPage({ title, children }: { title: string; children: ReactNode }) {
  const { t, i18n } = useTranslation("session");
  const language = languageOf(i18n.language);
  useEffect(() => {
    document.title = `${title} · Plinth`;
  }, [title]);
  return (
    <div className="flex min-h-dvh flex-col items-center justify-center gap-4 p-4">
      <main className="w-full max-w-md">
        <p className="mb-4 text-center text-xl font-semibold">Plinth</p>
        <Card>
          <h1 className="mb-4 text-2xl font-semibold">{title}</h1>
          {children}
        </Card>
      </main>
      <nav aria-label={t("common:shell.language")} className="flex gap-1">
        {LANGUAGES.map((other) => (
          <Button
            key={other}
            kind="plain"
            size="small"
            lang={other}
            aria-current={other === language}
            className="aria-[current=true]:font-bold"
            onClick={() => void chooseLanguage(other)}
          >
            {NAMES[other]}
          </Button>
        ))}
      </nav>
    </div>
  );
}
