//! `.env`, which is read in development only.

use crate::{Fault, catalogue::ENVIRONMENT, sources::Document};

use super::Variables;

/// The variables in `.env`.
pub(crate) fn variables(document: Option<&Document>, faults: &mut Vec<Fault>) -> Variables {
    let Some(document) = document else {
        return Variables::new();
    };
    let text = match &document.text {
        Ok(text) => text,
        Err(problem) => {
            faults.push(Fault::other(&document.name, problem));
            return Variables::new();
        }
    };
    let mut variables = Variables::new();
    for pair in dotenvy::from_read_iter(text.as_bytes()) {
        match pair {
            Ok((name, value)) => {
                variables.insert(name, value);
            }
            // The line may contain a secret, so only its number is displayed.
            Err(dotenvy::Error::LineParse(wrong, _)) => {
                let number = text.lines().position(|line| line.contains(wrong.trim()));
                let place = number.map_or_else(String::new, |line| format!(" {}", line + 1));
                let problem =
                    format!("line{place} is not NAME=value (a value with spaces needs quotes)");
                faults.push(Fault::other(&document.name, problem));
            }
            Err(_) => faults.push(Fault::other(&document.name, "cannot be read")),
        }
    }
    let variable = ENVIRONMENT.variable();
    if variables.get(&variable).is_some_and(|value| value.trim() == "production") {
        variables.remove(&variable);
        let problem = format!("sets {variable} to production, where it is not read at all");
        let remedy = format!("set {variable}=production in the process's own environment");
        faults.push(Fault::other(&document.name, problem).remedy(remedy));
    }
    variables
}
