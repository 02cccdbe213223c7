import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/api/session";
import { chooseLanguage, LANGUAGES, languageOf } from "@/i18n";
import { Dialog } from "@/ui/dialog";
import { Menu, MenuChoices, MenuItem, MenuSeparator } from "@/ui/menu";
import { ProblemAlert } from "@/ui/problem-alert";
import { useFeatures } from "./navigation-list";
import { signOut } from "./session-end";
import { chooseTheme, THEMES, useTheme } from "./theme";
import { UserButton, type UserMenuProps } from "./user-menu";

const NAMES = { en: "English", de: "Deutsch" };

export function UserMenuItems({ openPalette, openHelp }: UserMenuProps) {
  const { t, i18n } = useTranslation();
  const { user } = useMe();
  const theme = useTheme();
  const leaving = useMutation({ mutationFn: signOut });
  const hasAccount = useFeatures().some(({ id }) => id === "account");
  return (
    <>
      <Menu startsOpen trigger={<UserButton />}>
        <p className="px-2.5 py-1.5">
          <span className="block font-medium">{user.name}</span>
          <span className="text-sm text-muted">{user.email}</span>
        </p>
        <MenuSeparator />
        {hasAccount && (
          <MenuItem asChild>
            <Link to={"/account" as "/"}>{t("shell.account")}</Link>
          </MenuItem>
        )}
        <MenuItem onSelect={openPalette}>{t("shell.search")}</MenuItem>
        <MenuItem onSelect={openHelp}>{t("shortcuts.title")}</MenuItem>
        <MenuSeparator />
        <MenuChoices
          label={t("shell.theme")}
          value={theme}
          options={THEMES.map((value) => ({ value, label: t(`theme.${value}`) }))}
          onChange={chooseTheme}
        />
        <MenuChoices
          label={t("shell.language")}
          value={languageOf(i18n.language)}
          options={LANGUAGES.map((value) => ({ value, label: NAMES[value] }))}
          onChange={(language) => void chooseLanguage(language)}
        />
        <MenuSeparator />
        <MenuItem onSelect={() => leaving.mutate()}>{t("shell.sign_out")}</MenuItem>
      </Menu>
      {leaving.error && (
        <Dialog title={t("shell.sign_out")} onClose={leaving.reset}>
          <ProblemAlert error={leaving.error} />
        </Dialog>
      )}
    </>
  );
}
