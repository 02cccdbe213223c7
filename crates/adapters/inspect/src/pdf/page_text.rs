//! The text of a page: its content (clause 8 and 9), interpreted as far as it places glyphs.

mod glyphs;
mod state;

use hayro_font::{
    hayro_syntax::{
        object::{Array, Dict, Name, Null, ObjectIdentifier, Stream},
        page::{Page, Resources},
    },
    kurbo::Affine,
};

use super::{
    budget::Budget,
    content::{Content, Operand},
    font::Fonts,
    lines::{self, Glyph},
};
use glyphs::Glyphs;
use state::State;

/// The maximum depth of forms within forms.
const MAX_FORMS: usize = 16;

/// The maximum number of saved graphics states.
const MAX_SAVED: usize = 512;

/// Places the glyphs of content streams.
pub(crate) struct Interpreter<'d, 'a> {
    fonts: &'d mut Fonts<'a>,
    budget: &'d mut Budget,
    glyphs: Glyphs,
    /// The forms that are being drawn.
    open: Vec<ObjectIdentifier>,
}

impl<'d, 'a> Interpreter<'d, 'a> {
    pub(crate) fn new(fonts: &'d mut Fonts<'a>, budget: &'d mut Budget) -> Self {
        Self { fonts, budget, glyphs: Glyphs::default(), open: Vec::new() }
    }

    /// The text of a page without its annotations.
    pub(crate) fn page(&mut self, page: &Page<'a>) -> String {
        let mut content = Vec::new();
        if let Some(streams) = page.raw().get::<Array<'_>>("Contents") {
            for id in streams.raw_iter().filter_map(|item| item.as_obj_ref()) {
                self.read(page.xref().get::<Stream<'_>>(id.into()), &mut content);
            }
        } else if page.raw().contains_key("Contents")
            && page.raw().get::<Null>("Contents").is_none()
        {
            self.read(page.raw().get::<Stream<'_>>("Contents"), &mut content);
        }
        self.run(&content, page.resources(), State::default());
        self.take()
    }

    /// Appends a part of the content of a page.
    fn read(&mut self, part: Option<Stream<'_>>, content: &mut Vec<u8>) {
        let Some(Ok(part)) = part.map(|part| part.decoded_data()) else {
            return self.budget.lose();
        };
        content.extend_from_slice(&part);
        content.push(b'\n');
    }

    /// The text of the appearance of an annotation (12.5.5).
    pub(crate) fn appearance(&mut self, form: &Stream<'a>, resources: &Resources<'a>) -> String {
        self.form(form, resources, &State::default());
        self.take()
    }

    fn take(&mut self) -> String {
        lines::assemble(self.glyphs.take(self.budget))
    }

    fn run(&mut self, content: &[u8], resources: &Resources<'a>, initial: State<'a>) {
        let mut state = initial;
        let mut saved = Vec::new();
        let mut content = Content::new(content);
        let mut operands = Vec::new();
        while let Some(operator) = content.next(&mut operands) {
            if self.budget.is_spent() {
                return;
            }
            match (operator, operands.as_slice()) {
                (b"q", _) if saved.len() < MAX_SAVED => saved.push(state.clone()),
                (b"Q", _) => {
                    if let Some(restored) = saved.pop() {
                        state.restore(restored);
                    }
                }
                (b"Tf", [.., Operand::Name(name), Operand::Number(size)]) => {
                    // Text in a font that the file lacks is mostly Latin.
                    let font = resources.fonts.get::<Dict<'_>>(name).unwrap_or_default();
                    state.font = Some(self.fonts.get(&font));
                    state.size = *size;
                }
                (b"gs", [.., Operand::Name(name)]) => {
                    let set = resources.ext_g_states.get::<Dict<'_>>(name);
                    if let Some((font, size)) = set.and_then(|set| font_of(&set)) {
                        state.font = Some(self.fonts.get(&font));
                        state.size = size;
                    }
                }
                (b"Tj", [.., Operand::Bytes(text)]) => self.show(&mut state, text),
                (b"'", [.., Operand::Bytes(text)]) => {
                    state.next_line();
                    self.show(&mut state, text);
                }
                (
                    b"\"",
                    [.., Operand::Number(words), Operand::Number(chars), Operand::Bytes(text)],
                ) => {
                    (state.word_space, state.char_space) = (*words, *chars);
                    state.next_line();
                    self.show(&mut state, text);
                }
                (b"TJ", [.., Operand::Array(items)]) => {
                    for item in items {
                        match item {
                            Operand::Bytes(text) => self.show(&mut state, text),
                            Operand::Number(number) => state.adjust(*number),
                            _ => {}
                        }
                    }
                }
                (b"Do", [.., Operand::Name(name)]) => {
                    if let Some(form) = resources.x_objects.get::<Stream<'_>>(name) {
                        self.form(&form, resources, &state);
                    }
                }
                (b"BMC", _) => self.glyphs.open(None, resources),
                (b"BDC", operands) => self.glyphs.open(operands.last(), resources),
                (b"EMC", _) => self.glyphs.close(self.budget),
                (operator, operands) => state.apply(operator, operands),
            }
        }
        if content.lacks_an_end() {
            self.budget.lose();
        }
    }

    fn form(&mut self, form: &Stream<'a>, parent: &Resources<'a>, state: &State<'a>) {
        let dict = form.dict();
        let is_form = dict.get::<Name<'_>>("Subtype").is_none_or(|name| *name == *b"Form");
        let id = form.obj_id();
        if !is_form || self.open.len() >= MAX_FORMS || self.open.contains(&id) {
            return;
        }
        let Ok(content) = form.decoded_data() else { return self.budget.lose() };
        let own = dict.get::<Dict<'_>>("Resources").map(Resources::new);
        let matrix = dict.get::<[f64; 6]>("Matrix").map_or(Affine::IDENTITY, Affine::new);
        let mut state = state.clone();
        state.matrix *= matrix;
        self.open.push(id);
        self.run(&content, own.as_ref().unwrap_or(parent), state);
        self.open.pop();
    }

    fn show(&mut self, state: &mut State<'a>, bytes: &[u8]) {
        let Some(font) = state.font.clone() else { return };
        let mut rest = bytes;
        while !rest.is_empty() && !self.budget.is_spent() {
            let (code, length) = font.code(rest);
            let is_space = length == 1 && code == 32;
            rest = rest.get(length..).unwrap_or_default();
            let text = font.text(code);
            let placed = state.place(&font, font.advance(code), is_space);
            if let Some((start, end, em)) = placed
                && !text.is_empty()
                && let Some(glyph) = Glyph::new(text, start, end, em)
            {
                self.glyphs.put(glyph, self.budget);
            }
        }
    }
}

/// The font and its size of a dictionary of graphics state parameters (8.4.5).
fn font_of<'a>(parameters: &Dict<'a>) -> Option<(Dict<'a>, f64)> {
    let mut items = parameters.get::<Array<'_>>("Font")?.flex_iter();
    Some((items.next::<Dict<'_>>()?, items.next::<f64>()?))
}
