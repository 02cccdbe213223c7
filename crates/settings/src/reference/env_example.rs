use std::fmt::Write as _;

use crate::{Required, Setting, catalogue::SECTIONS};

use super::{REFRESH, default};

/// Width of a comment, its `# ` left out.
const WIDTH: usize = 94;

/// The text of `.env.example`: every variable with its description, commented out.
#[must_use]
pub fn env_example() -> String {
    let mut text = format!(
        "# Every setting of Plinth. Copy this file to .env, which is read in development only,\n\
         # and uncomment what you change. See docs/configuration.md.\n#\n# Generated from \
         crates/settings; regenerate with: {REFRESH}\n"
    );
    for (section, about, settings) in SECTIONS {
        if !section.is_empty() {
            let _ = write!(text, "\n# ---- {section} ----\n");
            comment(&mut text, about);
        }
        for setting in *settings {
            text.push('\n');
            entry(&mut text, setting);
        }
    }
    text
}

fn entry(text: &mut String, setting: &Setting) {
    comment(text, setting.doc);
    comment(text, &remarks(setting));
    let default = setting.facts.in_development.filter(|value| !value.is_empty());
    let value = default.unwrap_or_else(|| setting.example());
    let _ = writeln!(text, "# {}={value}", setting.variable());
}

fn remarks(setting: &Setting) -> String {
    let mut remarks = format!("Takes {}.", setting.expects());
    match setting.required {
        Required::Always => remarks.push_str(" Required."),
        Required::InProduction => remarks.push_str(" Required in production."),
        Required::Never => {}
    }
    let default = default(setting, "");
    if !default.is_empty() {
        let _ = write!(remarks, " Default: {default}.");
    }
    if !setting.facts.aliases.is_empty() {
        let _ = write!(remarks, " Also as {}.", setting.facts.aliases.join(", "));
    }
    remarks
}

/// Writes text as a comment, in lines of at most [`WIDTH`] characters.
fn comment(text: &mut String, words: &str) {
    let mut width = 0;
    for word in words.split_whitespace() {
        if width > 0 && width + word.len() < WIDTH {
            text.push(' ');
            width += 1;
        } else {
            text.push_str(if width == 0 { "# " } else { "\n# " });
            width = 0;
        }
        text.push_str(word);
        width += word.len();
    }
    text.push('\n');
}
