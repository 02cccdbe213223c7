import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { Dialog } from "@/ui/dialog";
import { Field } from "@/ui/field";
import { Input } from "@/ui/input";
import { classes } from "@/ui/classes";
import { useLabel } from "./label";
import { useFeatures } from "./navigation-list";
import { useFound } from "./palette-search";

export interface Entry {
  key: string;
  text: string;
  /** What kind of record it is. */
  note?: string;
  to: string;
  search?: Readonly<Record<string, string>> | undefined;
}

/** Goes to a screen, a command or a record by its name. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const id = useId();
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const entries = [...useCommands(typed), ...useFound(typed)];
  const chosen = entries[Math.min(active, entries.length - 1)];

  const go = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    void navigate({ to: entry.to as "/", search: entry.search ?? {} });
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) setActive((before) => (before + step + entries.length) % Math.max(entries.length, 1));
    else if (event.key === "Enter") go(chosen);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog title={t("palette.title")} onClose={onClose}>
      <Field label={t("palette.label")} hideLabel>
        {(control) => (
          <Input
            {...control}
            role="combobox"
            aria-expanded="true"
            aria-controls={`${id}-list`}
            aria-activedescendant={chosen ? `${id}-${chosen.key}` : undefined}
            autoFocus
            autoComplete="off"
            maxLength={100}
            placeholder={t("palette.label")}
            value={typed}
            onKeyDown={press}
            onChange={(event) => {
              setTyped(event.target.value);
              setActive(0);
            }}
          />
        )}
      </Field>
      <ul id={`${id}-list`} role="listbox" aria-label={t("palette.title")} className="mt-2 max-h-[50dvh] overflow-y-auto">
        {entries.map((entry) => (
          <li
            key={entry.key}
            id={`${id}-${entry.key}`}
            ref={entry === chosen ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
            role="option"
            aria-selected={entry === chosen}
            onClick={() => go(entry)}
            className={classes("flex cursor-pointer justify-between gap-3 rounded px-2.5 py-1.5 hover:bg-tint", entry === chosen && "bg-tint")}
          >
            <span className="truncate">{entry.text}</span>
            {entry.note && <span className="shrink-0 text-sm text-muted">{entry.note}</span>}
          </li>
        ))}
      </ul>
      {entries.length === 0 && <p role="status" className="p-2.5 text-muted">{t("list.nothing_found")}</p>}
    </Dialog>
  );
}

/** The features and their commands whose names contain the text. */
function useCommands(typed: string): Entry[] {
  const label = useLabel();
  const may = useMay();
  const entries = useFeatures().flatMap(({ id, label: title, to, commands = [] }): Entry[] => [
    { key: id, text: label(title), to },
    ...commands
      .filter(({ permission }) => !permission || may(permission))
      .map((command, index) => ({ key: `${id}-${index}`, text: label(command.label), to: command.to, search: command.search })),
  ]);
  const sought = typed.trim().toLocaleLowerCase();
  return entries.filter(({ text }) => text.toLocaleLowerCase().includes(sought));
}
