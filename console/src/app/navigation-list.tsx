import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "@/api/session";
import { type Feature, SECTIONS } from "./feature";
import { useLabel } from "./label";
import { features } from "./navigation";

/** The features that the role of the user shows. */
export function useFeatures(): readonly Feature[] {
  const may = useMay();
  return (features as readonly Feature[]).filter(({ permission }) => !permission || may(permission));
}

export function Navigation() {
  const { t } = useTranslation();
  const label = useLabel();
  const shown = useFeatures();
  return (
    <nav aria-label={t("shell.navigation")} className="space-y-4">
      {Object.entries(SECTIONS).map(([section, name]) => {
        const members = shown.filter((feature) => feature.section === section);
        if (members.length === 0) return null;
        return (
          <div key={section}>
            <h2 className="px-2.5 pb-1 text-sm text-muted">{label(name)}</h2>
            <ul>
              {members.map(({ id, to, icon: Icon, label: title }) => (
                <li key={id}>
                  <Link
                    to={to as "/"}
                    activeOptions={{ exact: to === "/", includeSearch: false }}
                    className="flex items-center gap-2.5 rounded-md px-2.5 py-1.5 hover:bg-tint"
                    activeProps={{ className: "bg-tint font-semibold" }}
                  >
                    <Icon aria-hidden="true" className="size-4" />
                    {label(title)}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}
