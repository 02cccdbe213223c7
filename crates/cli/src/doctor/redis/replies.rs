//! What Redis says, in RESP: as much of it as the doctor's questions bring.

/// One reply.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reply<'a> {
    /// One line.
    Line(&'a str),
    /// A refusal, in one line.
    Error(&'a str),
    /// Text of any length.
    Text(&'a str),
}

/// Every reply that is there as a whole, up to the first that is not.
pub(super) fn of(mut answer: &str) -> Vec<Reply<'_>> {
    let mut replies = Vec::new();
    while let Some((reply, rest)) = next(answer) {
        replies.push(reply);
        answer = rest;
    }
    replies
}

fn next(answer: &str) -> Option<(Reply<'_>, &str)> {
    let (line, rest) = answer.split_once("\r\n")?;
    match line.split_at_checked(1)? {
        ("+", words) => Some((Reply::Line(words), rest)),
        ("-", words) => Some((Reply::Error(words), rest)),
        ("$", length) => {
            let (text, rest) = rest.split_at_checked(length.parse().ok()?)?;
            Some((Reply::Text(text), rest.strip_prefix("\r\n")?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_told_apart_and_half_of_one_is_none() {
        let answer = "+OK\r\n-NOAUTH first\r\n$8\r\na\r\nb\r\ncd\r\n";
        let all = [Reply::Line("OK"), Reply::Error("NOAUTH first"), Reply::Text("a\r\nb\r\ncd")];
        assert_eq!(of(answer), all);
        for end in 0..answer.len() {
            assert!(of(&answer[..end]).len() < 3, "{end}");
        }
        assert_eq!(of("HTTP/1.1 400 Bad Request\r\n"), []);
        assert_eq!(of("$99999999999999999999\r\nx\r\n"), []);
    }
}
