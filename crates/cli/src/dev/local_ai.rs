//! The small model of `scripts/local-ai`, in the background.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    time::Instant,
};

use plinth_settings::Settings;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout},
};

use crate::{
    demo,
    model_servers::{SCRIPT, SWITCH, checkout},
    terminal,
};

/// Where the script puts the model.
const INSTALLED: &str = ".local/python/local-ai/installed.txt";
const LOG: &str = ".local/local-ai.log";

/// A model that is fetched, starts or runs. Dropping it ends its processes.
pub(super) struct LocalAi {
    /// The process group.
    group: u32,
    /// The model ends with this pipe, also when this process is killed.
    _input: Option<ChildStdin>,
}

/// Starts the model, unless this is no checkout. What becomes of it is printed later; nothing waits for
/// it. Once it answers, it is evaluated, where there is demo data.
pub(super) fn start(settings: &Settings, has_demo: bool) -> Option<LocalAi> {
    let checkout = checkout()?;
    match spawn(&checkout) {
        Ok((model, child, output)) => {
            let what = if checkout.join(INSTALLED).is_file() {
                "a local model starts in the background"
            } else {
                "a local model is fetched in the background (235 MB, once)"
            };
            terminal::step(&format!("{what}; {SWITCH}=off does without"));
            let settings = has_demo.then(|| settings.clone());
            tokio::spawn(watch(child, output, checkout.join(LOG), settings));
            Some(model)
        }
        Err(error) => {
            terminal::step(&format!("no local model: {SCRIPT} cannot be run: {error}"));
            None
        }
    }
}

type Spawned = (LocalAi, Child, Lines<BufReader<ChildStdout>>);

fn spawn(checkout: &Path) -> io::Result<Spawned> {
    let log = checkout.join(LOG);
    fs::create_dir_all(checkout.join(".local"))?;
    let mut command = Command::new("sh");
    command.arg(checkout.join(SCRIPT)).arg("--with-parent").current_dir(checkout);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(File::create(log)?);
    let mut command = tokio::process::Command::from(command);
    // Ctrl-C at the terminal does not reach it, and its children can be ended with it.
    command.process_group(0);
    let mut child = command.spawn()?;
    let ended = || io::Error::other("it has ended");
    let group = child.id().ok_or_else(ended)?;
    let output = child.stdout.take().ok_or_else(ended)?;
    let model = LocalAi { group, _input: child.stdin.take() };
    Ok((model, child, BufReader::new(output).lines()))
}

/// Prints when the model answers, or why there is none.
async fn watch(
    mut child: Child,
    mut output: Lines<BufReader<ChildStdout>>,
    log: PathBuf,
    settings: Option<Settings>,
) {
    let started = Instant::now();
    let mut chat = String::new();
    while let Ok(Some(line)) = output.next_line().await {
        match line.split_once(' ') {
            Some(("chat", url)) => url.clone_into(&mut chat),
            Some(("embeddings", url)) => {
                let took = terminal::time(started.elapsed());
                terminal::step(&format!(
                    "a local model answers ({took}): it is small, fluent, and often wrong"
                ));
                terminal::detail(&format!("chat {chat}, embeddings {url}"));
                if let Some(settings) = &settings {
                    evaluate(settings).await;
                }
            }
            _ => {}
        }
    }
    if let Ok(status) = child.wait().await {
        explain(status, &log);
    }
}

/// Evaluates the prompt of the demo data with the model.
async fn evaluate(settings: &Settings) {
    match demo::evaluate(settings).await {
        Ok(true) => terminal::detail("an evaluation of its prompt runs: GET /api/v1/evaluations"),
        Ok(false) => {}
        Err(error) => terminal::detail(&format!("its prompt was not evaluated: {error}")),
    }
}

fn explain(status: ExitStatus, log: &Path) {
    // A process that a signal ended was ended by us.
    if status.code().is_none_or(|code| code == 0) {
        return;
    }
    let said = fs::read_to_string(log).unwrap_or_default();
    let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it says nothing");
    let last: String = last.chars().take(200).collect();
    terminal::step(&format!("no local model: {last} (see {LOG}; {SWITCH}=off does without)"));
}

impl Drop for LocalAi {
    fn drop(&mut self) {
        end_group(self.group);
    }
}

/// Asks the processes of a group to end.
pub(super) fn end_group(group: u32) {
    let group = format!("-{group}");
    let _ = Command::new("kill")
        .args(["-TERM", "--", &group])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}
