//! The doctor's lines.

use std::process::ExitCode;

use crate::terminal;

/// Writes each finding as it comes, and counts the bad ones.
pub(super) struct Report {
    marks: &'static Marks,
    bad: usize,
}

struct Marks {
    good: &'static str,
    bad: &'static str,
    unknown: &'static str,
}

const RICH: Marks = Marks {
    good: "\u{1b}[32m✓\u{1b}[0m",
    bad: "\u{1b}[31m✗\u{1b}[0m",
    unknown: "\u{1b}[33m?\u{1b}[0m",
};

/// For files, pipes and old terminals.
const PLAIN: Marks = Marks { good: "[ok]", bad: "[!!]", unknown: "[??]" };

impl Report {
    pub(super) fn begin() -> Self {
        Self { marks: if terminal::is_rich() { &RICH } else { &PLAIN }, bad: 0 }
    }

    /// Begins another group of findings.
    pub(super) fn section(title: &str) {
        terminal::say(&format!("\n{title}"));
    }

    /// Something is as it should be.
    pub(super) fn good(&self, name: &str, finding: &str) {
        line(self.marks.good, name, finding);
    }

    /// Something could not be looked at, for a reason that is told elsewhere.
    pub(super) fn unknown(&self, name: &str, why: &str) {
        line(self.marks.unknown, name, why);
    }

    /// Something is wrong; `remedy` is what to do about it.
    pub(super) fn bad(&mut self, name: &str, problem: &str, remedy: &str) {
        self.bad += 1;
        // Aligned below the first line, whatever the length of an error's own words.
        let problem = problem.replace('\n', "\n        ");
        line(self.marks.bad, name, &problem);
        terminal::say(&format!("        -> {remedy}"));
    }

    /// The last line, and the code to exit with.
    pub(super) fn end(&self, remark: &str) -> ExitCode {
        let remark = if remark.is_empty() { String::new() } else { format!("; {remark}") };
        match self.bad {
            0 => terminal::say(&format!("\nall is well{remark}")),
            1 => terminal::say(&format!("\n1 thing is wrong{remark}")),
            bad => terminal::say(&format!("\n{bad} things are wrong{remark}")),
        }
        if self.bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn line(mark: &str, name: &str, finding: &str) {
    terminal::say(&format!("  {mark} {name:<40} {finding}"));
}
