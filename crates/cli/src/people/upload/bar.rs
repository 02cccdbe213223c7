//! How far an upload is, on a terminal.

use std::{
    env,
    io::{self, IsTerminal, Write},
};

use tokio::time::Instant;

use crate::{
    table::cut,
    terminal::{clean, columns},
};

/// The number of signs of the bar itself.
const SIGNS: u64 = 20;

/// A line of standard error that is written again and again. Nothing is written where that is no terminal.
pub(super) struct Bar {
    name: String,
    size: u64,
    is_shown: bool,
    /// Bytes and time of the first drawing, from which the rate is counted.
    began: Option<(u64, Instant)>,
}

impl Bar {
    pub(super) fn of(name: &str, size: u64) -> Self {
        let is_dumb = env::var_os("TERM").is_some_and(|kind| kind == "dumb");
        let is_shown = io::stderr().is_terminal() && !is_dumb;
        Self { name: cut(&clean(name), 30), size, is_shown, began: None }
    }

    /// Draws it for so many bytes of the file.
    pub(super) fn show(&mut self, done: u64) {
        if !self.is_shown {
            return;
        }
        let (first, at) = *self.began.get_or_insert_with(|| (done, Instant::now()));
        let millis = u64::try_from(at.elapsed().as_millis()).unwrap_or(u64::MAX);
        let rate = done.saturating_sub(first).saturating_mul(1000) / millis.max(1);
        let line = text(&self.name, done, self.size, rate);
        let room = columns(&io::stderr()).unwrap_or(80);
        let _ = write!(io::stderr(), "\r\u{1b}[2K{}", cut(&line, room.saturating_sub(1)));
    }

    /// Removes it, so that other lines can be written.
    pub(super) fn clear(&mut self) {
        if self.is_shown && self.began.take().is_some() {
            let _ = write!(io::stderr(), "\r\u{1b}[2K");
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.clear();
    }
}

fn text(name: &str, done: u64, size: u64, rate: u64) -> String {
    let part = |of: u64| done.saturating_mul(of) / size.max(1);
    let signs = usize::try_from(part(SIGNS).min(SIGNS)).unwrap_or_default();
    let rest = usize::try_from(SIGNS).unwrap_or_default() - signs;
    format!(
        "{name}  [{}{}] {:3} %  {} of {}  {}/s",
        "#".repeat(signs),
        " ".repeat(rest),
        part(100),
        bytes(done),
        bytes(size),
        bytes(rate)
    )
}

/// A number of bytes for people: `12.3 MiB`.
fn bytes(count: u64) -> String {
    let (unit, name) = match count {
        ..0x400 => return format!("{count} B"),
        0x400..0x10_0000 => (0x400, "KiB"),
        0x10_0000..0x4000_0000 => (0x10_0000, "MiB"),
        _ => (0x4000_0000, "GiB"),
    };
    format!("{}.{} {name}", count / unit, count % unit * 10 / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_tells_part_size_and_rate() {
        let half = text("plan.pdf", 15 << 20, 30 << 20, 3_355_443);
        let expected = "plan.pdf  [##########          ]  50 %  15.0 MiB of 30.0 MiB  3.1 MiB/s";
        assert_eq!(half, expected);
        assert!(text("empty", 0, 0, 0).contains("  0 %"));
        assert!(text("full", 7, 7, 0).contains("[####################] 100 %"));
    }

    #[test]
    fn sizes_have_a_unit_that_fits() {
        let sizes = [0, 1023, 1024, 1536, 1 << 20, (5 << 30) + (1 << 29)].map(bytes);
        assert_eq!(sizes, ["0 B", "1023 B", "1.0 KiB", "1.5 KiB", "1.0 MiB", "5.5 GiB"]);
    }
}
