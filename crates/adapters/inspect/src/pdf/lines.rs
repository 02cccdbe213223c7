//! Lines of text from glyphs, by where they are on the page.
//!
//! The glyphs come in the order of the content. That is the order of reading in almost all files,
//! and unlike an order by position it keeps columns apart.

mod accents;
mod direction;

use std::rc::Rc;

use hayro_font::kurbo::{Point, Vec2};

/// The least distance between two words, as a part of the height of a line.
const SPACE: f64 = 0.13;

/// How far a glyph may be above or below the line, as a part of its height: an index, an exponent.
const RAISED: f64 = 0.5;

/// How far a glyph may go back on its line, as a part of the height: kerning.
const BACK: f64 = 0.4;

/// The distance that begins another line, as a part of the height: another column.
const COLUMN: f64 = 4.0;

/// A glyph on a page.
#[derive(Debug, Clone)]
pub(crate) struct Glyph {
    pub(crate) text: Rc<str>,
    pub(crate) start: Point,
    pub(crate) end: Point,
    /// The direction of the line, of length 1.
    along: Vec2,
    /// The height of the line.
    em: f64,
}

impl Glyph {
    /// `None` when its line has no height.
    pub(crate) fn new(text: Rc<str>, start: Point, end: Point, em: f64) -> Option<Self> {
        let advance = end - start;
        let length = advance.hypot();
        let along = if length > 0.0 { advance / length } else { Vec2::new(1.0, 0.0) };
        (em > 0.0).then_some(Self { text, start, end, along, em })
    }

    /// Another text in the same place.
    pub(crate) fn saying(self, text: String) -> Self {
        Self { text: text.into(), ..self }
    }

    /// The length of the glyph on its line.
    fn length(&self) -> f64 {
        (self.end - self.start).hypot()
    }

    fn is_space(&self) -> bool {
        self.text.chars().all(char::is_whitespace)
    }
}

/// A line, while glyphs are added to it.
struct Line {
    glyphs: Vec<Glyph>,
    /// Whether a glyph of it is written from right to left.
    from_right: bool,
    /// The places of its ends, measured along the line from the start of its first glyph.
    low: f64,
    high: f64,
}

impl Line {
    fn new(glyph: Glyph) -> Self {
        let from_right = direction::is_from_right(&glyph.text);
        Self { low: 0.0, high: glyph.length(), glyphs: vec![glyph], from_right }
    }

    /// Adds a glyph; gives it back when it is on another line.
    fn add(&mut self, glyph: Glyph) -> Option<Glyph> {
        let (Some(first), Some(last)) = (self.glyphs.first(), self.glyphs.last()) else {
            return Some(glyph);
        };
        let em = last.em.max(glyph.em);
        let turned = glyph.length() > 0.0 && last.along.dot(glyph.along) < 0.98;
        let step = glyph.start - last.end;
        if turned || last.along.cross(step).abs() > RAISED * em {
            return Some(glyph);
        }
        // Bold print by printing twice.
        if last.text == glyph.text && (glyph.start - last.start).hypot() < 0.1 * em {
            return None;
        }
        let from_right = direction::is_from_right(&glyph.text);
        let low = first.along.dot(glyph.start - first.start);
        let high = low + glyph.length();
        let is_near = if from_right || self.from_right {
            low < self.high + COLUMN * em && high > self.low - COLUMN * em
        } else {
            let gap = last.along.dot(step);
            gap < COLUMN * em && (gap > -BACK * em || accents::belong(last, &glyph))
        };
        if !is_near {
            return Some(glyph);
        }
        self.from_right |= from_right;
        (self.low, self.high) = (self.low.min(low), self.high.max(high));
        self.glyphs.push(glyph);
        None
    }

    fn write(self, text: &mut String) {
        let words = if self.from_right {
            direction::logical(self.glyphs)
        } else {
            spaced(accents::combined(self.glyphs)).map(|glyph| glyph.text).collect()
        };
        let words = words.iter().map(|word| &**word);
        let line = words.collect::<String>();
        text.push_str(line.trim());
    }
}

/// The text of a page in lines.
pub(crate) fn assemble(glyphs: Vec<Glyph>) -> String {
    let mut text = String::new();
    let mut line: Option<Line> = None;
    for glyph in glyphs {
        let Some(open) = &mut line else {
            line = Some(Line::new(glyph));
            continue;
        };
        if let Some(other) = open.add(glyph)
            && let Some(full) = line.replace(Line::new(other))
        {
            full.write(&mut text);
            text.push('\n');
        }
    }
    if let Some(full) = line {
        full.write(&mut text);
        text.push('\n');
    }
    text
}

/// The glyphs with a space where there is room for one.
fn spaced(glyphs: Vec<Glyph>) -> impl Iterator<Item = Glyph> {
    let mut end: Option<(Point, f64, bool)> = None;
    glyphs.into_iter().flat_map(move |glyph| {
        let room = end.is_some_and(|(end, em, was_space)| {
            let gap = glyph.along.dot(glyph.start - end);
            !was_space && !glyph.is_space() && gap > SPACE * f64::midpoint(em, glyph.em)
        });
        end = Some((glyph.end, glyph.em, glyph.is_space()));
        let space = room.then(|| Glyph { text: " ".into(), end: glyph.start, ..glyph.clone() });
        space.into_iter().chain([glyph])
    })
}
