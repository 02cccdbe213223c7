//! Fonts (9.5 to 9.10): which text a code stands for, and how far it moves on.

mod cmaps;
mod collection;
mod program;

use std::{
    cell::{OnceCell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use hayro_font::{
    CMapResolverFn, Font, FontCache, FontGlyph, FontResolverFn, GlyphId,
    hayro_cmap::BfString,
    hayro_syntax::object::{Array, Dict, Name},
};

use collection::Collection;
use program::Program;

/// Glyphs are measured in thousandths of the size of the font.
const UNITS_PER_EM: f64 = 1000.0;

/// The width of a character of a font that cannot be read, in ems.
const UNKNOWN_WIDTH: f64 = 0.5;

/// The fonts of one document, each read once.
pub(crate) struct Fonts<'a> {
    cache: FontCache<'a>,
    resolver: FontResolverFn,
    cmaps: CMapResolverFn,
    /// By the place of the dictionary in memory, which does not move.
    read: HashMap<(usize, usize), Rc<TextFont<'a>>>,
}

impl<'a> Fonts<'a> {
    pub(crate) fn new() -> Self {
        let settings = hayro::hayro_interpret::InterpreterSettings::default();
        let (resolver, cmaps) = (settings.font_resolver, cmaps::resolver());
        Self { cache: FontCache::new(), resolver, cmaps, read: HashMap::new() }
    }

    pub(crate) fn get(&mut self, dict: &Dict<'a>) -> Rc<TextFont<'a>> {
        let key = (dict.data().as_ptr().addr(), dict.data().len());
        let read = || {
            let font = self.cache.font(dict, &self.resolver, &self.cmaps);
            Rc::new(TextFont::new(font, dict, self.cmaps.clone()))
        };
        self.read.entry(key).or_insert_with(read).clone()
    }
}

/// A font as the reader of text needs it.
pub(crate) struct TextFont<'a> {
    font: Option<Font<'a>>,
    dict: Dict<'a>,
    composite: bool,
    cmaps: CMapResolverFn,
    /// These two are read when the font itself does not tell what a code means.
    collection: OnceCell<Option<Collection>>,
    program: OnceCell<Program>,
    texts: RefCell<HashMap<u32, Rc<str>>>,
    /// The height of a line of a size of 1, in the units of text space.
    pub(crate) em: f64,
}

impl<'a> TextFont<'a> {
    fn new(font: Option<Font<'a>>, dict: &Dict<'a>, cmaps: CMapResolverFn) -> Self {
        let is = |kind: &[u8]| dict.get::<Name<'_>>("Subtype").is_some_and(|name| *name == *kind);
        let em = if is(b"Type3") { type3_em(dict).unwrap_or(1.0) } else { 1.0 };
        Self {
            font,
            dict: dict.clone(),
            composite: is(b"Type0"),
            cmaps,
            collection: OnceCell::new(),
            program: OnceCell::new(),
            texts: RefCell::default(),
            em,
        }
    }

    /// Reads the next code of a string, and its length in bytes, at least 1.
    pub(crate) fn code(&self, bytes: &[u8]) -> (u32, usize) {
        match &self.font {
            Some(font) => {
                let (code, length) = font.read_code(bytes, 0);
                (code, length.max(1))
            }
            None if self.composite => match *bytes {
                [high, low, ..] => (u32::from(u16::from_be_bytes([high, low])), 2),
                _ => (0, bytes.len().max(1)),
            },
            None => (bytes.first().copied().map_or(0, u32::from), 1),
        }
    }

    /// How far a code moves on, in ems.
    pub(crate) fn advance(&self, code: u32) -> f64 {
        let Some(font) = &self.font else { return UNKNOWN_WIDTH };
        let advance = font.code_advance(code);
        let advance = if self.is_vertical() { advance.y } else { advance.x };
        if advance.is_finite() { advance / UNITS_PER_EM } else { 0.0 }
    }

    pub(crate) fn is_vertical(&self) -> bool {
        self.font.as_ref().is_some_and(|font| !font.is_horizontal())
    }

    /// The text that a code stands for; empty where nothing tells it.
    pub(crate) fn text(&self, code: u32) -> Rc<str> {
        if let Some(text) = self.texts.borrow().get(&code) {
            return text.clone();
        }
        let text: Rc<str> = self.decode(code).unwrap_or_default().into();
        self.texts.borrow_mut().insert(code, text.clone());
        text
    }

    fn decode(&self, code: u32) -> Option<String> {
        self.told_by_the_font(code).or_else(|| {
            if self.composite {
                self.told_by_the_collection(code).or_else(|| self.told_by_the_program(code))
            } else {
                // Without an encoding that names the character, the code is mostly that of Latin.
                encoded(u8::try_from(code).ok()?)
            }
        })
    }

    fn told_by_the_collection(&self, code: u32) -> Option<String> {
        let collection = || Collection::read(&self.dict, &self.cmaps);
        self.collection.get_or_init(collection).as_ref()?.text(code)
    }

    fn told_by_the_program(&self, code: u32) -> Option<String> {
        let font = self.font.as_ref()?;
        let FontGlyph::Outline(glyph) = font.glyph(font.map_code(code), code) else { return None };
        let program = || glyph.font_data().map(|font| Program::read(&font)).unwrap_or_default();
        self.program.get_or_init(program).text(glyph.glyph_id())
    }

    fn told_by_the_font(&self, code: u32) -> Option<String> {
        let found = match self.font.as_ref()?.glyph(GlyphId::NOTDEF, code) {
            FontGlyph::Outline(glyph) => glyph.as_unicode(),
            FontGlyph::Type3(glyph) => glyph.as_unicode(),
        };
        found.map(string).filter(|text| is_text(text))
    }
}

fn string(found: BfString) -> String {
    match found {
        BfString::Char(one) => one.to_string(),
        BfString::String(text) => text,
    }
}

/// Whether a mapping names text at all: many writers map what they do not know to nothing, to a
/// control character or to the replacement character.
fn is_text(text: &str) -> bool {
    text.chars().any(|c| (!c.is_control() || c.is_whitespace()) && c != char::REPLACEMENT_CHARACTER)
}

/// The character of a code under Windows-1252.
fn encoded(code: u8) -> Option<String> {
    let bytes = [code];
    let (text, _, _) = encoding_rs::WINDOWS_1252.decode(&bytes);
    is_text(&text).then(|| text.into_owned())
}

/// The height of a line of a Type 3 font. Its matrix may make the size mean anything, so the height
/// is estimated as twice the mean width.
fn type3_em(dict: &Dict<'_>) -> Option<f64> {
    let scale = dict.get::<[f64; 6]>("FontMatrix").map_or(0.001, |matrix| matrix[0].abs());
    let widths: Vec<f64> =
        dict.get::<Array<'_>>("Widths")?.iter::<f64>().filter(|width| *width != 0.0).collect();
    let count = u32::try_from(widths.len()).ok().filter(|count| *count > 0)?;
    let mean = widths.iter().map(|width| width.abs()).sum::<f64>() / f64::from(count);
    let em = 2.0 * mean * scale;
    (em.is_finite() && em > 0.0).then_some(em)
}
