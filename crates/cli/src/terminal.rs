//! Output for people: results on standard output, progress on standard error.

use std::{
    env,
    io::{self, IsTerminal, Write},
    os::fd::AsFd,
    time::Duration,
};

use rustix::termios::tcgetwinsize;

use crate::failure::Result;

/// Prints a line of a result. A closed pipe (`plinth doctor | head`) is ignored.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// Prints a step that begins or has ended.
pub(crate) fn step(text: &str) {
    let _ = writeln!(io::stderr(), "==> {text}");
}

/// Prints a part of a step.
pub(crate) fn detail(text: &str) {
    let _ = writeln!(io::stderr(), "    {text}");
}

/// Prints a remark about a result.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints a line of a result that may be long; `false` when nothing reads it any more.
pub(crate) fn keep_saying(line: &str) -> bool {
    writeln!(io::stdout(), "{line}").is_ok()
}

/// A text in one line, without characters that act on a terminal.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|c| if is_active(c) { ' ' } else { c }).collect()
}

/// Whether a character acts on a terminal, or on the order in which text is shown (Unicode Standard
/// Annex 9).
pub(crate) fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
        )
}

/// The number of columns of a terminal; `None` for a file or a pipe.
pub(crate) fn columns(stream: &(impl IsTerminal + AsFd)) -> Option<usize> {
    let size = stream.is_terminal().then(|| tcgetwinsize(stream))?.ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

/// Asks for a confirmation, unless it was given on the command line.
pub(crate) fn confirm(question: &str, yes: bool) -> Result<()> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(format!("{question} Add --yes to confirm").into());
    }
    let _ = write!(io::stderr(), "{question} [yes/no] ");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    if answer.trim() == "yes" { Ok(()) } else { Err("nothing was changed".into()) }
}

/// A duration for people: `35 ms`, `2.1 s`.
pub(crate) fn time(took: Duration) -> String {
    if took < Duration::from_secs(1) {
        format!("{} ms", took.as_millis())
    } else {
        format!("{:.1} s", took.as_secs_f64())
    }
}

/// Whether standard output is a terminal with colours (<https://no-color.org>).
pub(crate) fn is_rich() -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = env::var_os("TERM").is_some_and(|value| value == "dumb");
    io::stdout().is_terminal() && !set("NO_COLOR") && !dumb
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short_to_read() {
        assert_eq!(time(Duration::from_micros(35_900)), "35 ms");
        assert_eq!(time(Duration::from_millis(2_149)), "2.1 s");
    }

    #[test]
    fn a_cleaned_text_neither_moves_the_cursor_nor_turns_its_direction() {
        let hostile = "a\u{1b}[2Jb\u{9b}c\nd\u{202e}e\u{2066}f\u{7f}ä";
        assert_eq!(clean(hostile), "a [2Jb c d e f ä");
    }
}
