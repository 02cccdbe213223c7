//! Character collections (9.7.3): what a font without a map to Unicode means by its codes.

use hayro_font::{
    CMapResolverFn,
    hayro_cmap::{CMap, CMapName, CidFamily},
    hayro_syntax::object::{Array, Dict, Name, Stream, String as PdfString},
};

/// The codes of a font as characters of one of Adobe's collections.
pub(crate) struct Collection {
    /// Codes to characters of the collection.
    encoding: CMap,
    /// Characters of the collection to Unicode.
    unicode: CMap,
}

impl Collection {
    /// The collection of a composite font; `None` when it has a private one.
    pub(crate) fn read(font: &Dict<'_>, cmaps: &CMapResolverFn) -> Option<Self> {
        let encoding = encoding(font, cmaps)?;
        let descendant = font.get::<Array<'_>>("DescendantFonts")?.iter::<Dict<'_>>().next()?;
        let declared = descendant.get::<Dict<'_>>("CIDSystemInfo").and_then(|info| {
            let registry = info.get::<PdfString<'_>>("Registry")?;
            let ordering = info.get::<PdfString<'_>>("Ordering")?;
            Some(CidFamily::from_registry_ordering(registry.as_bytes(), ordering.as_bytes()))
        });
        let of_encoding = encoding.metadata().character_collection.clone();
        let mut families = of_encoding.map(|found| found.family).into_iter().chain(declared);
        let name = families.find_map(|family| family.ucs2_cmap())?;
        let unicode = parse(cmaps(name)?, cmaps)?;
        Some(Self { encoding, unicode })
    }

    pub(crate) fn text(&self, code: u32) -> Option<String> {
        let character = (1..=4).find_map(|length| self.encoding.lookup_cid_code(code, length))?;
        if let Some(found) = self.unicode.lookup_bf_string(character) {
            return Some(super::string(found));
        }
        // Some of these maps list Unicode as codes, not as strings.
        let found = (0..=4).find_map(|length| self.unicode.lookup_cid_code(character, length))?;
        char::from_u32(found).map(String::from)
    }
}

fn encoding(font: &Dict<'_>, cmaps: &CMapResolverFn) -> Option<CMap> {
    if let Some(stream) = font.get::<Stream<'_>>("Encoding") {
        return parse(&stream.decoded_data().ok()?, cmaps);
    }
    match CMapName::from_bytes(&font.get::<Name<'_>>("Encoding")?) {
        CMapName::IdentityH => Some(CMap::identity_h()),
        CMapName::IdentityV => Some(CMap::identity_v()),
        name => parse(cmaps(name)?, cmaps),
    }
}

fn parse(data: &[u8], cmaps: &CMapResolverFn) -> Option<CMap> {
    let cmaps = cmaps.clone();
    CMap::parse(data, move |name| cmaps(name))
}
