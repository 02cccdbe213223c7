//! What the codes of fonts mean.

use crate::support::text;

#[tokio::test]
async fn predefined_maps_of_codes_tell_the_characters() {
    for (name, expected) in [
        ("90ms-rksj-h", "日本語テスト"),
        ("gbk-euc-h", "施工图设计"),
        ("unijis-utf16-h", "構造計算書"),
        ("unijis2004-utf16-h", "構造計算書"),
        ("kscms-uhc-h", "건축도면"),
        ("eten-b5-h", "結構設計圖"),
    ] {
        assert_eq!(text(&format!("cmap-{name}")).await, expected, "{name}");
    }
}

#[tokio::test]
async fn vertical_text_is_one_line() {
    assert_eq!(text("cmap-90ms-rksj-v").await, "縦書き図面");
}

#[tokio::test]
async fn a_font_without_a_map_to_unicode_is_read_by_its_collection() {
    assert_eq!(text("cmap-identity-h").await, "あい");
}

#[tokio::test]
async fn a_font_without_a_map_to_unicode_is_read_by_its_program() {
    assert_eq!(text("no-map-to-unicode").await, "Bewehrung");
}

#[tokio::test]
async fn text_in_a_font_that_the_file_lacks_is_read_as_latin() {
    assert_eq!(text("font-is-missing").await, "Bewehrung");
}

#[tokio::test]
async fn a_map_of_codes_inside_the_file_is_read() {
    assert_eq!(text("embedded-cmap").await, "Bewehrungsplan");
}

#[tokio::test]
async fn names_of_glyphs_tell_the_characters() {
    assert_eq!(text("ligature").await, "Proﬁle, Stuttgarter Auﬂage");
    assert_eq!(text("quotes-dashes").await, "„Grundriss“ Ansicht–Nord Plan…Ende");
}

#[tokio::test]
async fn a_font_drawn_by_the_file_has_a_height_of_its_own() {
    assert_eq!(text("type3-in-pixels").await, "abab ba");
}
