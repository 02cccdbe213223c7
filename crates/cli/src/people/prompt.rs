//! Questions to the user.

use std::{
    io::{self, BufRead, IsTerminal, Read, Write},
    thread,
};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::sync::oneshot;

use crate::failure::Result;

/// The longest line that is read, in bytes.
const LINE_BYTES: u64 = 4096;

/// Asks for a line; without a terminal, the next line of standard input is the answer.
pub(super) async fn ask(question: &str) -> Result<String> {
    if io::stdin().is_terminal() {
        let _ = write!(io::stderr(), "{question}: ");
    }
    line(question).await
}

/// Asks for a line that a terminal does not show.
pub(super) async fn ask_secret(question: &str) -> Result<String> {
    // Restored when the line was read, and when a signal ends the wait for it.
    let _silence = if io::stdin().is_terminal() { Some(Silence::begin()?) } else { None };
    ask(question).await
}

/// Reads standard input to its end, at most so many bytes.
pub(super) async fn standard_input(most: u64) -> Result<Vec<u8>> {
    let content = apart(move || {
        let mut content = Vec::new();
        io::stdin().lock().take(most + 1).read_to_end(&mut content)?;
        Ok(content)
    });
    let content = content.await?;
    if content.len() as u64 > most {
        return Err(format!("standard input has more than {most} bytes").into());
    }
    Ok(content)
}

async fn line(question: &str) -> Result<String> {
    let line = apart(|| {
        let mut line = String::new();
        io::stdin().lock().take(LINE_BYTES).read_line(&mut line)?;
        Ok(line)
    });
    let line = line.await?;
    match line.trim_end_matches(['\r', '\n']) {
        "" => Err(format!("nothing was given for `{question}`").into()),
        line => Ok(line.to_owned()),
    }
}

/// Reads in a thread that the end of the program does not wait for: nothing else ends the read of a
/// terminal.
async fn apart<T: Send + 'static>(
    read: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T> {
    let (sender, result) = oneshot::channel();
    thread::spawn(move || drop(sender.send(read())));
    Ok(result.await??)
}

/// A terminal that does not show what is typed, until this is dropped.
struct Silence {
    before: Termios,
}

impl Silence {
    fn begin() -> io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent)?;
        Ok(Self { before })
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
        // The line feed that was typed is not shown either.
        let _ = writeln!(io::stderr());
    }
}
