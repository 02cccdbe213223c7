//! The size of tags, before anything is parsed.

use minijinja::{
    machinery::{Token, tokenize},
    syntax::SyntaxConfig,
};

use super::Refused;

/// The most tokens between `{{` and `}}`, and between `{%` and `%}`.
pub(super) const MAX_TOKENS: usize = 200;

/// The most `elif` of a template: the parser nests each in the one before it.
const MAX_ALTERNATIVES: usize = 50;

/// The most lines of a template, and the most characters of a line: the parser counts both in 16
/// bits.
const MAX_PLACES: usize = 65_000;

/// Checks the number of tokens in each tag.
pub(super) fn check(template: &str) -> Result<(), Refused> {
    if template.lines().count() > MAX_PLACES {
        return Err(Refused::new(1, format!("at most {MAX_PLACES} lines")));
    }
    if template.lines().any(|line| line.chars().count() > MAX_PLACES) {
        return Err(Refused::new(1, format!("at most {MAX_PLACES} characters in a line")));
    }
    let (mut count, mut alternatives) = (0, 0);
    for token in tokenize(template, false, SyntaxConfig::default()) {
        let (token, span) = token?;
        let line = usize::from(span.start_line);
        count += 1;
        match token {
            Token::TemplateData(_) | Token::VariableStart | Token::BlockStart => count = 0,
            Token::Ident("elif") if count == 1 => alternatives += 1,
            _ => {}
        }
        if count > MAX_TOKENS {
            return Err(Refused::new(
                line,
                format!("at most {MAX_TOKENS} words and signs in a tag"),
            ));
        }
        if alternatives > MAX_ALTERNATIVES {
            return Err(Refused::new(line, format!("at most {MAX_ALTERNATIVES} elif")));
        }
    }
    Ok(())
}
