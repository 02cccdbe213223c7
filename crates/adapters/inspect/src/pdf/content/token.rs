//! Numbers, strings and names (7.3).

use super::Content;

/// The maximum length of a number, in bytes.
const MAX_NUMBER: usize = 40;

/// Whether a byte is white space (table 1).
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

/// Whether a byte can be a part of a name or an operator (7.2.3).
pub(super) const fn is_regular(byte: u8) -> bool {
    !is_space(byte)
        && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

impl Content<'_> {
    /// A number; 0 where the digits make none. As in other viewers, signs may be repeated, a minus
    /// between digits ends the number, and what follows without a space is a separate token.
    pub(super) fn number(&mut self) -> f64 {
        let start = self.at;
        while matches!(self.peek(), Some(b'+' | b'-')) {
            self.at += 1;
        }
        let negative = self.bytes[start..self.at].contains(&b'-');
        let digits = self.at;
        let mut dots = 0;
        while let Some(byte) = self.peek() {
            match byte {
                b'0'..=b'9' | b'-' => {}
                b'.' if dots == 0 => dots = 1,
                _ => break,
            }
            self.at += 1;
        }
        let text = &self.bytes[digits..self.at];
        let text = text.split(|byte| *byte == b'-').next().unwrap_or_default();
        let text = std::str::from_utf8(&text[..text.len().min(MAX_NUMBER)]).unwrap_or_default();
        let value: f64 = text.parse().unwrap_or_default();
        if negative { -value } else { value }
    }

    /// A string in parentheses (7.3.4.2), from the first one on.
    pub(super) fn literal(&mut self) -> Vec<u8> {
        let mut string = Vec::new();
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => {
                    depth += 1;
                    if depth > 1 {
                        string.push(byte);
                    }
                }
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                    string.push(byte);
                }
                b'\\' => string.extend(self.escaped()),
                other => string.push(other),
            }
        }
        string
    }

    /// The byte that an escape sequence stands for, from behind the backslash on; `None` for a line
    /// that goes on.
    fn escaped(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
                return None;
            }
            b'\n' => return None,
            b'0'..=b'7' => {
                let mut code = byte - b'0';
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    self.at += 1;
                    code = code.wrapping_mul(8).wrapping_add(digit - b'0');
                }
                code
            }
            other => other,
        })
    }

    /// A string of hexadecimal digits (7.3.4.3), from the bracket on.
    pub(super) fn hexadecimal(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut string = Vec::new();
        let mut half = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            let Some(digit) = digit(byte) else { continue };
            match half.take() {
                Some(high) => string.push(high << 4 | digit),
                None => half = Some(digit),
            }
        }
        string.extend(half.map(|high| high << 4));
        string
    }

    /// A name (7.3.5), from the slash on.
    pub(super) fn name(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| is_regular(*byte)) {
            self.at += 1;
            let code = || {
                let [high, low] = *self.bytes.get(self.at..self.at + 2)? else { return None };
                Some(digit(high)? << 4 | digit(low)?)
            };
            match code() {
                Some(escaped) if byte == b'#' => {
                    self.at += 2;
                    name.push(escaped);
                }
                _ => name.push(byte),
            }
        }
        name
    }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
