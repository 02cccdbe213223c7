use crate::Error;

/// Where in a shared file a line belongs: places that ordinary code has.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    /// Among the statements that begin so, in alphabetical order.
    Among(&'static str),
    /// At the end of the list that this line opens.
    EndOf(&'static str),
    /// Before the line that says what holds for everything else.
    Before(&'static str),
}

impl Place {
    /// The text with `line` at this place.
    pub(crate) fn insert(self, file: &str, text: &str, line: &str) -> Result<String, Error> {
        let lines: Vec<&str> = text.lines().collect();
        let found = match self {
            Self::Among(start) => among(&lines, start, line),
            Self::EndOf(opening) => end_of(&lines, opening),
            Self::Before(next) => lines.iter().position(|line| line.trim() == next),
        };
        if lines.iter().any(|known| known.trim() == line) {
            return Ok(text.to_owned());
        }
        let at = found.ok_or_else(|| Error::NoPlace {
            file: file.to_owned(),
            anchor: match self {
                Self::Among(start) => format!("statement that begins with `{start}`"),
                Self::EndOf(opening) => format!("list that begins with the line `{opening}`"),
                Self::Before(next) => format!("line `{next}`"),
            },
        })?;
        // rustfmt does not look into macros, so the line is indented here.
        let indent = match self {
            Self::Among(_) => 0,
            Self::EndOf(_) => indent(lines[at]) + 4,
            Self::Before(_) => indent(lines[at]),
        };
        let line = format!("{:indent$}{line}", "");
        let (before, after) = lines.split_at(at);
        let all: Vec<&str> =
            before.iter().copied().chain([&*line]).chain(after.iter().copied()).collect();
        Ok(all.join("\n") + "\n")
    }
}

/// In the block with most of such statements: before the first that is greater, or behind the last.
fn among(lines: &[&str], start: &str, new: &str) -> Option<usize> {
    let starts = |at: &usize| lines[*at].starts_with(start);
    let blocks: Vec<Vec<usize>> = (0..lines.len())
        .collect::<Vec<_>>()
        .split(|at| lines[*at].is_empty())
        .map(|block| block.iter().copied().filter(starts).collect())
        .collect();
    let block = blocks.iter().max_by_key(|block| block.len())?;
    let last = *block.last()?;
    let end = || Some(last + lines[last..].iter().position(|line| line.ends_with(';'))? + 1);
    block.iter().copied().find(|at| lines[*at] > new).or_else(end)
}

/// Before the line that closes what `opening` opens.
fn end_of(lines: &[&str], opening: &str) -> Option<usize> {
    let first = lines.iter().position(|line| line.trim() == opening)?;
    let closes = |line: &&str| {
        indent(line) == indent(lines[first]) && line.trim_start().starts_with(['}', ']', ')'])
    };
    Some(first + lines[first..].iter().position(closes)?)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "mod a;\nmod c;\n\npub use a::{\n    A,\n};\n\nlist! {\n    a,\n}\n";

    fn insert(place: Place, line: &str) -> String {
        place.insert("lib.rs", TEXT, line).unwrap()
    }

    #[test]
    fn a_line_comes_among_its_like_in_order() {
        assert!(insert(Place::Among("mod "), "mod b;").starts_with("mod a;\nmod b;\nmod c;\n"));
        assert!(insert(Place::Among("mod "), "mod d;").starts_with("mod a;\nmod c;\nmod d;\n"));
        assert!(insert(Place::Among("pub use "), "pub use b::B;").contains("};\npub use b::B;\n"));
        let text = "#[macro_use]\nmod z;\n\nmod a;\nmod c;\n";
        let text = Place::Among("mod ").insert("lib.rs", text, "mod b;").unwrap();
        assert_eq!(text, "#[macro_use]\nmod z;\n\nmod a;\nmod b;\nmod c;\n");
    }

    #[test]
    fn a_line_comes_at_the_end_of_its_list() {
        assert!(insert(Place::EndOf("list! {"), "b,").ends_with("list! {\n    a,\n    b,\n}\n"));
    }

    #[test]
    fn a_line_comes_before_what_holds_for_the_rest() {
        assert!(insert(Place::Before("a,"), "b,").ends_with("list! {\n    b,\n    a,\n}\n"));
    }

    #[test]
    fn a_line_that_is_there_is_not_repeated() {
        assert_eq!(insert(Place::EndOf("list! {"), "a,"), TEXT);
    }

    #[test]
    fn a_place_that_is_not_there_is_an_error() {
        for place in [Place::Among("use "), Place::EndOf("other! {")] {
            assert!(place.insert("lib.rs", TEXT, "x").is_err());
        }
    }
}
