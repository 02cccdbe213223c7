import { Outlet, useLocation } from "@tanstack/react-router";
import { Menu as MenuIcon } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { languageOf, chooseLanguage, chosenLanguage } from "@/i18n";
import { useMe } from "@/api/session";
import { useIsLive, useLive } from "@/api/use-live";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Toasts } from "@/ui/toast";
import { Announcements } from "./announcements";
import { Navigation } from "./navigation-list";
import { NotificationBell } from "./notification-bell";
import { OrganizationSwitch } from "./organization-switch";
import { SkeletonPage } from "./page";
import { useShortcuts } from "./shortcuts";
import { useIsProofAsked } from "./proof-asked";
import { UserMenu } from "./user-menu";

const loadPalette = () => import("./palette").then((module) => ({ default: module.Palette }));
const Palette = lazy(loadPalette);
const StepUp = lazy(() => import("./step-up").then((module) => ({ default: module.StepUp })));
const ShortcutHelp = lazy(() => import("./shortcut-help").then((module) => ({ default: module.ShortcutHelp })));

/** Milliseconds after which the first screen has probably loaded. */
const IDLE_MS = 2000;

/** The frame of all screens that need a session. */
export function Shell() {
  const { t } = useTranslation();
  const { user } = useMe();
  const [open, setOpen] = useState<"navigation" | "palette" | "help">();
  const close = () => setOpen(undefined);
  const { pathname } = useLocation();
  const main = useFocusAfterNavigation(pathname);
  useShortcuts({ openPalette: () => setOpen("palette"), openHelp: () => setOpen("help") });
  const isProofAsked = useIsProofAsked();
  useLive(["members", "organization"]);
  useEffect(() => {
    if (!chosenLanguage() && user.locale) void chooseLanguage(languageOf(user.locale));
  }, [user.locale]);
  useEffect(close, [pathname]);
  useEffect(() => {
    // Who opens it types on at once.
    const timer = setTimeout(() => void loadPalette().catch(() => undefined), IDLE_MS);
    return () => clearTimeout(timer);
  }, []);

  return (
    <>
      <a href="#main" className="sr-only focus:not-sr-only focus:fixed focus:z-50 focus:bg-raised focus:p-3">
        {t("shell.skip")}
      </a>
      <div className="flex min-h-dvh">
        <aside className="sticky top-0 hidden h-dvh w-56 shrink-0 overflow-y-auto border-r border-line bg-surface p-3 lg:block">
          <Navigation />
        </aside>
        <div className="flex min-w-0 flex-1 flex-col">
          <header className="sticky top-0 z-20 flex h-13 items-center gap-1.5 border-b border-line bg-surface px-2 sm:px-4">
            <Button kind="plain" size="icon" className="lg:hidden" aria-label={t("shell.navigation")} onClick={() => setOpen("navigation")}>
              <MenuIcon aria-hidden="true" />
            </Button>
            <OrganizationSwitch />
            <LiveState />
            <div className="ml-auto flex items-center gap-1.5">
              <Button className="max-sm:hidden" onClick={() => setOpen("palette")}>
                <span className="text-muted">{t("shell.search")}</span>
                <kbd className="text-sm text-muted">Ctrl K</kbd>
              </Button>
              <NotificationBell />
              <UserMenu openPalette={() => setOpen("palette")} openHelp={() => setOpen("help")} />
            </div>
          </header>
          <Announcements />
          <main id="main" ref={main} tabIndex={-1} className="flex-1 outline-none">
            <Suspense fallback={<SkeletonPage />}>
              <Outlet />
            </Suspense>
          </main>
        </div>
      </div>
      <Suspense>
        {open === "palette" && <Palette onClose={close} />}
        {open === "help" && <ShortcutHelp onClose={close} />}
        {isProofAsked && <StepUp />}
      </Suspense>
      {open === "navigation" && (
        <Dialog title={t("shell.navigation")} onClose={close}>
          <Navigation />
        </Dialog>
      )}
      <Toasts />
    </>
  );
}

/** Screen readers and the keyboard go on in the new screen. */
function useFocusAfterNavigation(pathname: string) {
  const main = useRef<HTMLElement>(null);
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current !== pathname) main.current?.focus();
    before.current = pathname;
  }, [pathname]);
  return main;
}

const UNTOLD_MS = 4000;

/** Says that what is shown may be old. A short loss is not worth a word. */
function LiveState() {
  const { t } = useTranslation();
  const isLive = useIsLive();
  const [isTold, setTold] = useState(false);
  useEffect(() => {
    if (isLive) return setTold(false);
    const timer = setTimeout(() => setTold(true), UNTOLD_MS);
    return () => clearTimeout(timer);
  }, [isLive]);
  return <span role="status">{isTold && <Badge tone="warn">{t("shell.not_live")}</Badge>}</span>;
}
