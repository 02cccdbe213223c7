//! The report of `plinth doctor`.

use std::process::ExitCode;

use crate::terminal;

/// Prints each finding at once and counts the problems.
pub(super) struct Report {
    marks: &'static Marks,
    bad: usize,
    warnings: usize,
}

struct Marks {
    good: &'static str,
    warn: &'static str,
    bad: &'static str,
    unknown: &'static str,
}

const RICH: Marks = Marks {
    good: "\u{1b}[32m✓\u{1b}[0m",
    warn: "\u{1b}[33m!\u{1b}[0m",
    bad: "\u{1b}[31m✗\u{1b}[0m",
    unknown: "\u{1b}[33m?\u{1b}[0m",
};

/// For files, pipes and simple terminals.
const PLAIN: Marks = Marks { good: "[ok]", warn: "[! ]", bad: "[!!]", unknown: "[??]" };

impl Report {
    pub(super) fn begin() -> Self {
        Self { marks: if terminal::is_rich() { &RICH } else { &PLAIN }, bad: 0, warnings: 0 }
    }

    /// Begins a group of findings.
    pub(super) fn section(title: &str) {
        terminal::say(&format!("\n{title}"));
    }

    /// A check passed.
    pub(super) fn good(&self, name: &str, finding: &str) {
        line(self.marks.good, name, finding);
    }

    /// A check was skipped; another finding says why.
    pub(super) fn unknown(&self, name: &str, why: &str) {
        line(self.marks.unknown, name, why);
    }

    /// A check found something that may be wanted; it does not change the exit code.
    pub(super) fn warn(&mut self, name: &str, finding: &str, remedy: &str) {
        self.warnings += 1;
        line(self.marks.warn, name, finding);
        terminal::say(&format!("        -> {remedy}"));
    }

    /// A check failed; `remedy` says what to do.
    pub(super) fn bad(&mut self, name: &str, problem: &str, remedy: &str) {
        self.bad += 1;
        // Further lines are aligned below the first one.
        let problem = problem.replace('\n', "\n        ");
        line(self.marks.bad, name, &problem);
        terminal::say(&format!("        -> {remedy}"));
    }

    /// Prints the last line and returns the exit code.
    pub(super) fn end(&self, remark: &str) -> ExitCode {
        let warnings = match self.warnings {
            0 => String::new(),
            1 => ", 1 warning".to_owned(),
            warnings => format!(", {warnings} warnings"),
        };
        let remark = if remark.is_empty() { String::new() } else { format!("; {remark}") };
        match self.bad {
            0 => terminal::say(&format!("\nno problems found{warnings}{remark}")),
            1 => terminal::say(&format!("\n1 problem found{warnings}{remark}")),
            bad => terminal::say(&format!("\n{bad} problems found{warnings}{remark}")),
        }
        if self.bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn line(mark: &str, name: &str, finding: &str) {
    terminal::say(&format!("  {mark} {name:<40} {finding}"));
}
