//! Rendering, by `minijinja`.
//!
//! Fuel pays for each step, and for each byte that is read or written: 64 bytes a unit. It is shared
//! by all messages of a version.

use std::{cell::Cell, io, rc::Rc};

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value, value::Serde,
};
use plinth_ports::{
    PROMPT_OUTPUT_TOO_LONG, PROMPT_RENDER_FAILED, PROMPT_TOO_MUCH_WORK, PROMPT_VARIABLE_MISSING,
    RENDERED_BYTES, TemplateFault,
};

use crate::{
    language::{self, Refused},
    schema::Variables,
    shortened,
};

/// What one rendering may use.
const FUEL: u64 = 20_000;

/// The variables that a template uses, in the order of their names.
pub(crate) fn variables(template: &str) -> Result<Vec<String>, Refused> {
    let environment = environment();
    let used = environment.template_from_str(template)?.undeclared_variables(false);
    let globals: Vec<&str> = environment.globals().map(|(name, _)| name).collect();
    let mut used: Vec<_> =
        used.into_iter().filter(|name| !globals.contains(&name.as_str())).collect();
    used.sort_unstable();
    Ok(used)
}

/// Nothing in it reaches outside: it has no loader, and the crate is built without includes and
/// imports.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    for global in ["dict", "namespace", "debug"] {
        environment.remove_global(global);
    }
    environment
}

/// Renders the messages of one version.
pub(crate) struct Engine {
    environment: Environment<'static>,
    variables: Value,
    fuel: u64,
    /// The bytes that may still be written.
    room: usize,
}

/// Why a message cannot be rendered.
pub(crate) enum Failure {
    /// The template is none that is allowed: an earlier version of the program accepted it.
    Refused(Refused),
    /// The template and the variables do not fit. With the variables that the template uses.
    Failed(Error, Vec<String>),
    /// The messages are too long.
    TooLong,
}

impl Failure {
    /// The fault of the message with this index.
    pub(crate) fn at(self, index: usize, variables: &Variables) -> TemplateFault {
        let pointer = format!("/messages/{index}/content");
        let (code, detail) = match self {
            Self::Failed(error, used) if error.kind() == ErrorKind::UndefinedError => {
                return missing(&error, &used, index, variables);
            }
            Self::Refused(refused) => (PROMPT_RENDER_FAILED, refused.to_string()),
            Self::TooLong => {
                let detail = format!("more than {RENDERED_BYTES} bytes in all messages together");
                (PROMPT_OUTPUT_TOO_LONG, detail)
            }
            Self::Failed(error, _) => explained(&error),
        };
        TemplateFault::new(pointer, code, shortened(&detail))
    }
}

/// The fault of a variable, or a field of one, that was not given.
fn missing(error: &Error, used: &[String], index: usize, variables: &Variables) -> TemplateFault {
    let line = error.line().unwrap_or(1);
    let absent: Vec<&str> =
        used.iter().map(String::as_str).filter(|name| !variables.has(name)).collect();
    let what =
        if absent.is_empty() { "a field of a variable".to_owned() } else { absent.join(", ") };
    let detail = format!("line {line} of message {index} needs what was not given: {what}");
    TemplateFault::new("/variables", PROMPT_VARIABLE_MISSING, shortened(&detail))
}

fn explained(error: &Error) -> (plinth_domain::Code, String) {
    let line = error.line().unwrap_or(1);
    match error.kind() {
        ErrorKind::OutOfFuel => {
            let detail = format!("line {line}: the template does more work than is allowed");
            (PROMPT_TOO_MUCH_WORK, detail)
        }
        kind => {
            let why = error.detail().map_or_else(|| kind.to_string(), str::to_owned);
            (PROMPT_RENDER_FAILED, format!("line {line}: {why}"))
        }
    }
}

impl Engine {
    pub(crate) fn new(variables: &Variables) -> Self {
        let variables = Value::from(Serde(&variables.value));
        Self { environment: environment(), variables, fuel: FUEL, room: RENDERED_BYTES }
    }

    pub(crate) fn render(&mut self, template: &str) -> Result<String, Failure> {
        language::check(template).map_err(Failure::Refused)?;
        self.environment.set_fuel(Some(self.fuel));
        let failed = |error| Failure::Failed(error, variables(template).unwrap_or_default());
        let parsed = self.environment.template_from_str(template).map_err(failed)?;
        let is_full = Rc::new(Cell::new(false));
        let mut output =
            Bounded { bytes: Vec::new(), room: self.room, is_full: Rc::clone(&is_full) };
        let rendered = parsed.render_captured_to(self.variables.clone(), &mut output);
        if is_full.get() {
            return Err(Failure::TooLong);
        }
        let levels = rendered.map_err(failed)?.state().fuel_levels();
        self.fuel = levels.map_or(0, |(_, remaining)| remaining);
        self.room -= output.bytes.len();
        // What is written is UTF-8.
        Ok(String::from_utf8(output.bytes).unwrap_or_default())
    }
}

/// Bytes, no more than there is room for.
struct Bounded {
    bytes: Vec<u8>,
    room: usize,
    is_full: Rc<Cell<bool>>,
}

impl io::Write for Bounded {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if more.len() > self.room - self.bytes.len() {
            self.is_full.set(true);
            return Err(io::Error::other("the output is full"));
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
