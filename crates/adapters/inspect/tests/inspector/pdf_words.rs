//! Words and lines from the places of letters.

use crate::support::text;

#[tokio::test]
async fn letters_that_are_placed_alone_make_words() {
    assert_eq!(text("torn-letters").await, "Bewehrung");
    assert_eq!(text("skia-range-dw0").await, "Bewehrungsplan");
    assert_eq!(text("letters-apart").await, "Bewehrung");
    assert_eq!(text("turned-text").await, "Bewehrungsplan");
}

#[tokio::test]
async fn a_gap_between_words_is_a_space() {
    assert_eq!(text("gaps-for-spaces").await, "Plan der Bewehrung");
}

#[tokio::test]
async fn lines_end_where_they_end_on_the_page() {
    assert_eq!(text("hyphen-at-line-end").await, "Die Funda-\nmentplatte");
}

#[tokio::test]
async fn bold_print_by_printing_twice_says_it_once() {
    assert_eq!(text("bold-by-printing-twice").await, "Bewehrung");
}

#[tokio::test]
async fn an_accent_over_a_letter_belongs_to_it() {
    assert_eq!(text("accents-over-letters").await, "Bru\u{308}cke");
}

#[tokio::test]
async fn the_text_that_stands_for_glyphs_is_taken() {
    assert_eq!(text("actual-text").await, "Bewehrung");
}

#[tokio::test]
async fn text_from_right_to_left_comes_in_the_order_of_reading() {
    assert_eq!(text("hebrew-visual-order").await, "שלום");
    assert_eq!(text("arabic-visual-order").await, "مرحبا");
    assert_eq!(text("arabic-logical-order").await, "مرحبا");
}

#[tokio::test]
async fn numbers_and_latin_words_keep_their_order_in_a_line_from_right_to_left() {
    assert_eq!(text("hebrew-with-latin").await, "שלום 12 עולם Plan");
}
