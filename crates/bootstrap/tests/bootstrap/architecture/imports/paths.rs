//! The paths that a source file names, in imports and in code.

/// A path as it is written, and where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path {
    /// The modules of the same file that contain it.
    pub inside: Vec<String>,
    /// Its words: `["crate", "store", "Row"]`.
    pub words: Vec<String>,
    /// How it is imported; `None` in code.
    pub import: Option<Import>,
}

/// What an import brings into the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Import {
    /// One name, as the file writes it.
    Name(String),
    /// Every name of a module: `::*`.
    All,
}

/// Every path in a file of these tokens, and the modules that the file declares.
pub fn paths(tokens: &[String]) -> (Vec<Path>, Vec<String>) {
    let mut reader = Reader { tokens, at: 0, paths: Vec::new(), modules: Vec::new() };
    let (mut opened, mut inside) = (0, Vec::<(usize, String)>::new());
    while let Some(token) = reader.token() {
        let within: Vec<_> = inside.iter().map(|(_, name)| name.clone()).collect();
        match token {
            "{" => opened += 1,
            "}" => {
                inside.pop_if(|(depth, _)| *depth == opened);
                opened -= 1;
            }
            "mod" => match (reader.ahead(1), reader.ahead(2)) {
                (Some(name), Some("{")) => inside.push((opened + 1, name.to_owned())),
                (Some(name), Some(";")) => reader.modules.push(name.to_owned()),
                _ => {}
            },
            "use" if reader.ahead(1) != Some("<") => {
                reader.at += 1;
                reader.import(&mut Vec::new(), &within);
                continue;
            }
            _ if reader.begins_path() => {
                let words = reader.words();
                reader.paths.push(Path { inside: within, words, import: None });
                continue;
            }
            _ => {}
        }
        reader.at += 1;
    }
    (reader.paths, reader.modules)
}

struct Reader<'a> {
    tokens: &'a [String],
    at: usize,
    paths: Vec<Path>,
    modules: Vec<String>,
}

impl<'a> Reader<'a> {
    fn token(&self) -> Option<&'a str> {
        self.ahead(0)
    }

    fn ahead(&self, by: usize) -> Option<&'a str> {
        self.tokens.get(self.at + by).map(String::as_str)
    }

    fn before(&self, by: usize) -> Option<&'a str> {
        self.tokens.get(self.at.checked_sub(by)?).map(String::as_str)
    }

    /// Whether a path of two words or more begins here.
    fn begins_path(&self) -> bool {
        let macro_variable = self.before(1) == Some("$") && self.token() != Some("crate");
        self.token().is_some_and(is_word)
            && self.ahead(1) == Some("::")
            && self.before(1) != Some("::")
            && !macro_variable
    }

    /// The words from here on that `::` joins.
    fn words(&mut self) -> Vec<String> {
        let mut words = Vec::new();
        while let Some(word) = self.token().filter(|token| is_word(token)) {
            words.push(word.to_owned());
            self.at += 1;
            if self.token() != Some("::") || !self.ahead(1).is_some_and(is_word) {
                break;
            }
            self.at += 1;
        }
        words
    }

    /// Reads one tree of an import, behind the words of `prefix`.
    fn import(&mut self, prefix: &mut Vec<String>, inside: &[String]) {
        let length = prefix.len();
        loop {
            match self.token() {
                Some("::") => self.at += 1,
                Some("{") => {
                    self.at += 1;
                    while !matches!(self.token(), None | Some("}")) {
                        self.import(prefix, inside);
                        if self.token() == Some(",") {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    break;
                }
                Some("*") => {
                    self.at += 1;
                    self.imported(prefix.clone(), Import::All, inside);
                    break;
                }
                Some(word) if is_word(word) => {
                    self.at += 1;
                    if self.token() == Some("::") {
                        prefix.push(word.to_owned());
                        continue;
                    }
                    let mut words = prefix.clone();
                    if word != "self" || words.is_empty() {
                        words.push(word.to_owned());
                    }
                    let name = if self.token() == Some("as") {
                        self.at += 2;
                        self.before(1).map(str::to_owned)
                    } else {
                        words.last().cloned()
                    };
                    self.imported(words, Import::Name(name.unwrap_or_default()), inside);
                    break;
                }
                _ => {
                    self.at += 1;
                    break;
                }
            }
        }
        prefix.truncate(length);
    }

    fn imported(&mut self, words: Vec<String>, import: Import, inside: &[String]) {
        self.paths.push(Path { inside: inside.to_vec(), words, import: Some(import) });
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

mod tests {
    use super::{super::tokens::tokens, *};

    fn written(source: &str) -> Vec<String> {
        let written = paths(&tokens(source)).0.into_iter().map(|path| {
            let words = path.inside.iter().chain(&path.words);
            let words = words.map(String::as_str).collect::<Vec<_>>().join("::");
            match path.import {
                None => words,
                Some(Import::Name(name)) => format!("use {words} as {name}"),
                Some(Import::All) => format!("use {words} as *"),
            }
        });
        written.collect()
    }

    #[test]
    fn every_name_of_an_import_is_a_path() {
        let source = "use a::{b, c::{self, d as e}, f::*}; pub(crate) use g; pub use h::i;";
        let expected = [
            "use a::b as b",
            "use a::c as c",
            "use a::c::d as e",
            "use a::f as *",
            "use g as g",
            "use h::i as i",
        ];
        assert_eq!(written(source), expected);
    }

    #[test]
    fn paths_in_code_and_in_nested_modules_are_found() {
        let source = "fn f() -> impl Fn() + use<> { a::b::<c::D>(::e::f, $g::h, $crate::i) }
            mod j { use super::K; fn l() { m::n() } } mod o; o::p!()";
        let expected = ["a::b", "c::D", "crate::i", "use j::super::K as K", "j::m::n", "o::p"];
        assert_eq!(written(source), expected);
        assert_eq!(paths(&tokens(source)).1, ["o"]);
    }
}
