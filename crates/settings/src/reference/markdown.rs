use std::fmt::Write as _;

use crate::{Required, Setting, catalogue::SECTIONS};

use super::{REFRESH, default};

const INTRODUCTION: &str = "\
# Configuration

Each setting has a name in the settings file and an environment variable. Of these sources,
the later one wins:

1. the default;
2. the settings file, `plinth.toml` in the working directory or the file that `PLINTH_CONFIG`
   names;
3. the conventional variable of other tools, where there is one (`DATABASE_URL`);
4. the variable `PLINTH_<SECTION>__<KEY>`.

In development, `.env` in the working directory is read as well: its variables count as
environment variables, and those of the process override them. In production it is not read. An
empty variable counts as unset. A list is an array in the file and separated by commas in a
variable.

If a setting is missing, invalid or unknown, a program exits at once with code 78 and one message
that names every fault. `plinth doctor` shows the source of each setting. Secrets are never
printed.

```toml
# plinth.toml
environment = \"production\"

[server]
port = 8080
cors_origins = [\"https://app.example.com\"]
```
";

/// The text of `docs/configuration.md`.
#[must_use]
pub fn markdown() -> String {
    let mut text = format!(
        "<!-- Generated from crates/settings; regenerate with: {REFRESH} -->\n\n{INTRODUCTION}"
    );
    for (section, about, settings) in SECTIONS {
        let title = if section.is_empty() { "Top level" } else { section };
        let _ = write!(
            text,
            "\n## {title}\n\n{about}\n\n| setting | default | description |\n|---|---|---|\n"
        );
        for setting in *settings {
            row(&mut text, setting);
        }
    }
    text
}

fn row(text: &mut String, setting: &Setting) {
    let mut names = format!("`{}`<br>`{}`", setting.key, setting.variable());
    for alias in setting.facts.aliases {
        let _ = write!(names, "<br>or `{alias}`");
    }
    let default = match setting.required {
        Required::Always => "**required**".to_owned(),
        Required::InProduction => "**required in production**".to_owned(),
        Required::Never => match default(setting, "`") {
            none if none.is_empty() => "none".to_owned(),
            default => default,
        },
    };
    let secret = if setting.secret { " Secret." } else { "" };
    let example = match setting.facts.example {
        Some(example) => format!(" Example: `{example}`."),
        None => String::new(),
    };
    let doc = setting.doc;
    let expects = setting.expects();
    let _ = writeln!(text, "| {names} | {default} | {doc}{secret} Takes {expects}.{example} |");
}
