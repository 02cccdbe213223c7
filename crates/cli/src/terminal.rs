//! Output for people: results on standard output, progress on standard error.

use std::{
    env,
    io::{self, IsTerminal, Write},
    time::Duration,
};

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
}
