//! Forms and notes.

use crate::support::text;

#[tokio::test]
async fn what_a_field_shows_is_text() {
    assert_eq!(text("form-field-value").await, "Abnahmeprotokoll\nMusterbauherr");
}

#[tokio::test]
async fn the_values_of_fields_that_show_nothing_are_text() {
    let expected = "Abnahmeprotokoll\nMusterbauherr\nRohbau\nDachdecker";
    assert_eq!(text("field-without-appearance").await, expected);
}

#[tokio::test]
async fn notes_are_text_once_and_hidden_ones_are_not() {
    assert_eq!(text("notes").await, "Lageplan\nBewehrung");
}
