import { useTranslation } from "react-i18next";
import { Dialog } from "@/ui/dialog";
import { CheckBox } from "@/ui/input";
import { useLabel } from "./label";
import { useFeatures } from "./navigation-list";
import { useSingleKeys } from "./shortcuts";

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const label = useLabel();
  const [isOn, setOn] = useSingleKeys();
  const features = useFeatures().filter(({ shortcut }) => shortcut);
  const keys: [string, string][] = [
    ["Ctrl K", t("shortcuts.palette")],
    ["/", t("shortcuts.search")],
    ["c", t("shortcuts.create")],
    ["?", t("shortcuts.title")],
    ...features.map(({ shortcut, label: title }): [string, string] => [`g ${shortcut}`, label(title)]),
  ];
  return (
    <Dialog title={t("shortcuts.title")} onClose={onClose}>
      <label className="mb-4 flex items-center gap-2">
        <CheckBox checked={isOn} onChange={(event) => setOn(event.target.checked)} />
        {t("shortcuts.single_keys")}
      </label>
      <dl className="grid grid-cols-[max-content_1fr] gap-x-6 gap-y-1.5">
        {keys.map(([key, action]) => (
          <div key={key} className="contents">
            <dt><kbd className="rounded border border-edge px-1.5 text-sm">{key}</kbd></dt>
            <dd>{action}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
