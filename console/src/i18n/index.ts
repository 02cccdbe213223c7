import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

const STORED = "plinth.language";

// `common`, `records` and `business` are the application's own namespaces; each feature has one of the name of its folder.
const files = import.meta.glob<{ default: object }>([
  "./locales/*.json",
  "../records/locales/*.json",
  "../business/locales/*.json",
  "../screens/*/locales/*.json",
]);

function load(language: string, namespace: string): Promise<object> {
  const folder = { common: ".", records: "../records", business: "../business" }[namespace] ?? `../screens/${namespace}`;
  const path = `${folder}/locales/${language}.json`;
  const file = files[path];
  if (!file) throw new Error(`there are no texts of ${namespace} in ${language}`);
  return file().then((module) => module.default);
}

const isLanguage = (name: string | null | undefined): name is Language => LANGUAGES.includes(name as Language);

/** The language of a locale (`de-AT` is `de`); English for one without texts. */
export function languageOf(locale: string | null | undefined): Language {
  const language = locale?.split("-")[0];
  return isLanguage(language) ? language : "en";
}

/** Loads the application's texts in the language that was chosen in this browser, or that of the browser. */
export async function startTexts(): Promise<void> {
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language;
  });
  await i18next
    .use({
      type: "backend",
      read: (language: string, namespace: string, done: (error: unknown, texts: object | false) => void) => {
        load(language, namespace).then(
          (texts) => done(null, texts),
          (error: unknown) => done(error, false),
        );
      },
    })
    .use(initReactI18next)
    .init({
      lng: languageOf(localStorage.getItem(STORED) ?? navigator.language),
      fallbackLng: false,
      supportedLngs: LANGUAGES,
      ns: ["common"],
      defaultNS: "common",
      fallbackNS: "common",
      interpolation: { escapeValue: false },
      returnNull: false,
    });
}

/** Loads the texts of features, and those of lists: the loader of their routes. */
export const texts =
  (...namespaces: string[]) =>
  () =>
    i18next.loadNamespaces(["records", ...namespaces]);

export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORED, language);
  await i18next.changeLanguage(language);
}

/** The language that was chosen in this browser; none if it is that of the browser or of the user. */
export const chosenLanguage = (): Language | undefined => {
  const stored = localStorage.getItem(STORED);
  return isLanguage(stored) ? stored : undefined;
};
