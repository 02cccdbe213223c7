//! Rust source as words and marks, without comments, literals and what only tests compile.

/// The tokens of `source`: identifiers, numbers, `::`, and every other mark by itself.
/// Literals of text become an empty string.
pub fn tokens(source: &str) -> Vec<String> {
    let mut scanner = Scanner { rest: source, tokens: Vec::new() };
    while scanner.step() {}
    without_tests(&scanner.tokens)
}

struct Scanner<'a> {
    rest: &'a str,
    tokens: Vec<String>,
}

impl Scanner<'_> {
    /// Reads one token, or skips one blank or comment; false at the end.
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else { return false };
        if self.rest.starts_with("//") {
            self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("/*") {
            self.skip(block_comment(self.rest));
        } else if let Some(length) = text_literal(self.rest) {
            self.take(length, Some(""));
        } else if first == '\'' {
            self.skip(character_or_lifetime(self.rest));
        } else if is_word(first) {
            let raw = if self.rest.starts_with("r#") { 2 } else { 0 };
            self.skip(raw);
            let end = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
            self.take(end, None);
        } else if self.rest.starts_with("::") {
            self.take(2, None);
        } else if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else {
            self.take(first.len_utf8(), None);
        }
        true
    }

    fn skip(&mut self, length: usize) {
        self.rest = &self.rest[length..];
    }

    fn take(&mut self, length: usize, instead: Option<&str>) {
        self.tokens.push(instead.unwrap_or(&self.rest[..length]).to_owned());
        self.skip(length);
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of the block comment, which may contain others, at the start.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    loop {
        let rest = &text[at..];
        if rest.is_empty() {
            return at;
        } else if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
}

/// The length of the string at the start: plain, raw, of bytes or for C.
fn text_literal(text: &str) -> Option<usize> {
    let prefix = text.find(|c| !matches!(c, 'b' | 'c' | 'r')).filter(|length| *length <= 2)?;
    let raw = text[..prefix].ends_with('r');
    let hashes = if raw { text[prefix..].find(|c| c != '#')? } else { 0 };
    let start = prefix + hashes + 1;
    if !text[prefix + hashes..].starts_with('"') {
        return None;
    }
    if raw {
        let end = format!("\"{}", "#".repeat(hashes));
        return Some(start + text[start..].find(&end)? + end.len());
    }
    let mut escaped = false;
    let end = text[start..].find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    Some(start + end? + 1)
}

/// The length of `'x'`, `'\n'` or `'lifetime` at the start.
fn character_or_lifetime(text: &str) -> usize {
    let mut inside = text[1..].chars();
    let first = inside.next();
    if first == Some('\\') {
        let escape = 3.min(text.len());
        return text[escape..].find('\'').map_or(text.len(), |end| escape + end + 1);
    }
    let width = first.map_or(0, char::len_utf8);
    if inside.next() == Some('\'') {
        return width + 2;
    }
    text[1..].find(|c| !is_word(c)).map_or(text.len(), |end| end + 1)
}

/// Drops every item behind an attribute `cfg(test)`.
fn without_tests(tokens: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let end = attribute(&tokens[at..]);
        if is_for_tests(&tokens[at..at + end]) {
            at += end + item(&tokens[at + end..]);
        } else {
            let end = end.max(1);
            kept.extend_from_slice(&tokens[at..at + end]);
            at += end;
        }
    }
    kept
}

/// The length of the outer attribute at the start, or 0.
fn attribute(tokens: &[String]) -> usize {
    let opened = matches!(tokens, [hash, bracket, ..] if hash == "#" && bracket == "[");
    if opened { 1 + group(&tokens[1..]) } else { 0 }
}

fn is_for_tests(attribute: &[String]) -> bool {
    let has = |word: &str| attribute.iter().any(|token| token == word);
    attribute.get(2).is_some_and(|token| token == "cfg") && has("test") && !has("not")
}

/// The length of the item at the start.
fn item(tokens: &[String]) -> usize {
    let imports = tokens.iter().take(5).any(|token| token == "use");
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].as_str() {
            ";" => return at + 1,
            "{" if !imports => return at + group(&tokens[at..]),
            "(" | "[" | "{" => at += group(&tokens[at..]),
            _ => at += 1,
        }
    }
    at
}

/// The length of the bracketed group at the start.
fn group(tokens: &[String]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

mod tests {
    use super::tokens;

    #[test]
    fn comments_and_literals_are_no_code() {
        let source = concat!(
            r#"/* use a::b; /* and */ */ let x = 'x' = "use c::d; \" //"; // use e::f;"#,
            "\nlet f: &'static str = r#\"use g::\"h\"\"#; g('\\'', '{', b'\"', r#type::<'a>);",
        );
        let expected = "let x = =  ; let f : & str =  ; g ( , , b , type :: < > ) ;";
        assert_eq!(tokens(source).join(" "), expected);
    }

    #[test]
    fn what_only_tests_compile_is_left_out() {
        let source = "#[cfg(test)] mod a; #[cfg(test)] use x::{y, z}; mod b;
            #[cfg(all(test, unix))] #[path = \"c\"] pub(crate) mod c { fn d() { } } mod e;
            #[cfg(not(test))] mod f; #[derive(Debug)] struct G;";
        let expected =
            "mod b ; mod e ; # [ cfg ( not ( test ) ) ] mod f ; # [ derive ( Debug ) ] struct G ;";
        assert_eq!(tokens(source).join(" "), expected);
    }
}
