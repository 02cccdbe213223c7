import * as Radix from "@radix-ui/react-popover";
import { type KeyboardEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { classes } from "./classes";
import { useLayer } from "./dialog";
import type { Control } from "./field";
import { Input } from "./input";

export interface Option {
  value: string;
  label: string;
}

interface Props {
  control: Control;
  /** The label of the chosen value; empty without one. */
  text: string;
  options: readonly Option[];
  /** Options are on their way. */
  isBusy?: boolean;
  placeholder?: string;
  onSearch: (typed: string) => void;
  onChoose: (option: Option | undefined) => void;
  onBlur?: () => void;
}

/** A field that is filled by one of many options, which are searched by typing. */
export function Combobox({ control, text, options, isBusy, placeholder, onSearch, onChoose, onBlur }: Props) {
  const { t } = useTranslation();
  const list = useId();
  const layer = useLayer();
  const [typed, setTyped] = useState<string>();
  const [active, setActive] = useState(0);
  const isOpen = typed !== undefined;
  const highlighted = options[Math.min(active, options.length - 1)];

  const search = (next: string | undefined) => {
    setTyped(next);
    setActive(0);
    onSearch(next ?? "");
  };
  const choose = (option: Option | undefined) => {
    search(undefined);
    onChoose(option);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      if (isOpen) setActive((before) => (before + step + options.length) % Math.max(options.length, 1));
      else search("");
    } else if (event.key === "Enter" && isOpen && highlighted) choose(highlighted);
    else if (event.key === "Escape" && isOpen) search(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <Radix.Root open={isOpen}>
      <Radix.Anchor asChild>
        <Input
          {...control}
          role="combobox"
          autoComplete="off"
          aria-expanded={isOpen}
          aria-controls={isOpen ? list : undefined}
          aria-activedescendant={isOpen && highlighted ? `${list}-${highlighted.value}` : undefined}
          placeholder={placeholder}
          value={typed ?? text}
          onClick={() => !isOpen && search("")}
          onChange={(event) => {
            // An emptied field has no value.
            if (event.target.value === "" && text !== "") onChoose(undefined);
            search(event.target.value);
          }}
          onKeyDown={press}
          onBlur={() => {
            if (isOpen) search(undefined);
            onBlur?.();
          }}
        />
      </Radix.Anchor>
      <Radix.Portal container={layer}>
        <Radix.Content
          role="presentation"
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onOpenAutoFocus={(event) => event.preventDefault()}
          // The focus stays in the field.
          onMouseDown={(event) => event.preventDefault()}
          className="z-50 max-h-72 w-(--radix-popover-trigger-width) overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-lg"
        >
          <ul id={list} role="listbox" aria-label={t("list.search")}>
            {options.map((option) => (
              <li
                key={option.value}
                id={`${list}-${option.value}`}
                role="option"
                aria-selected={option === highlighted}
                onClick={() => choose(option)}
                className={classes("cursor-pointer rounded px-2.5 py-1.5 hover:bg-tint", option === highlighted && "bg-tint")}
              >
                {option.label}
              </li>
            ))}
          </ul>
          {options.length === 0 && <p role="status" className="px-2.5 py-1.5 text-muted">{t(isBusy ? "loading" : "list.nothing_found")}</p>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
