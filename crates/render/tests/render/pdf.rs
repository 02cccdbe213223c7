//! The text of a PDF, page by page, as a reader's "copy" gives it.

use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, SoftMask, TransformExt,
    font::GlyphRun,
    hayro_cmap::BfString,
    hayro_syntax::{
        Pdf,
        object::{Dict, Name, Stream},
    },
    interpret_page,
    kurbo::{BezPath, Rect},
};

pub fn open(bytes: &[u8]) -> Pdf {
    Pdf::new(bytes.to_vec()).unwrap()
}

/// The catalog of a PDF.
pub fn catalog(pdf: &Pdf) -> Dict<'_> {
    pdf.xref().get(pdf.xref().root_id()).unwrap()
}

/// The XMP metadata.
pub fn metadata(pdf: &Pdf) -> String {
    let stream: Stream<'_> = catalog(pdf).get("Metadata").unwrap();
    String::from_utf8(stream.decoded().unwrap().into_owned()).unwrap()
}

/// The conformance that the output intent of a PDF/A file states.
pub fn output_intent(pdf: &Pdf) -> String {
    use hayro::hayro_syntax::object::Array;
    let intents: Array<'_> = catalog(pdf).get("OutputIntents").unwrap();
    let intent: Dict<'_> = intents.iter::<Dict<'_>>().next().unwrap();
    assert!(intent.get::<Stream<'_>>("DestOutputProfile").is_some(), "it has a colour profile");
    intent.get::<Name<'_>>("S").unwrap().as_str().to_owned()
}

/// The text of each page, without the blanks that are no glyphs.
pub fn texts(bytes: &[u8]) -> Vec<String> {
    let pdf = open(bytes);
    let cache = InterpreterCache::new();
    let pages = pdf.pages().iter().map(|page| {
        let (width, height) = page.render_dimensions();
        let area = Rect::new(0.0, 0.0, width.into(), height.into());
        let transform = page.initial_transform(true).to_kurbo();
        let settings = InterpreterSettings::default();
        let mut context = Context::new(transform, area, &cache, page.xref(), settings);
        let mut text = Text::default();
        interpret_page(page, &mut context, &mut text);
        text.0
    });
    pages.collect()
}

#[derive(Default)]
struct Text(String);

impl Device<'_> for Text {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, _: DrawProps<'_>, _: &DrawMode) {
        for glyph in run.glyphs() {
            match glyph.as_unicode() {
                Some(BfString::Char(character)) => self.0.push(character),
                Some(BfString::String(text)) => self.0.push_str(&text),
                None => panic!("a glyph has no text"),
            }
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'_>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
