//! The codes that several kinds of value share. Other codes are declared beside their value.

crate::codes! {
    FIELD_REQUIRED = "field.required", "A field that must be given is missing or null.";
    TEXT_EMPTY = "text.empty", "A text is empty.";
    TEXT_TOO_LONG = "text.too_long", "A text has too many characters.";
    TEXT_TOO_SHORT = "text.too_short", "A text has too few characters.";
    TEXT_CONTROL_CHARACTER = "text.control_character",
        "A text has control characters that it may not have.";
    TEXT_INVISIBLE = "text.invisible", "A text has no visible character.";
    TEXT_DIRECTION = "text.direction",
        "A line of text has characters that change the direction of what follows.";
    LIST_TOO_LONG = "list.too_long", "A list has too many items.";
    LIST_EMPTY = "list.empty", "A list needs at least one item.";
    NUMBER_OUT_OF_RANGE = "number.out_of_range", "A number is outside its range.";
    VALUE_UNKNOWN = "value.unknown", "A value is none of the documented ones.";
    VALUE_REPEATED = "value.repeated", "A list names one value twice.";
    PERMISSION_UNKNOWN = "permission.unknown", "There is no permission of this name.";
    REFERENCE_UNKNOWN = "reference.unknown", "There is no record that this field could refer to.";
    UUID_MALFORMED = "uuid.malformed", "A value is no UUID.";
    DATE_MALFORMED = "date.malformed", "A value is no day such as 2026-11-20.";
    TIME_MALFORMED = "time.malformed", "A value is no RFC 3339 time.";
    TIME_PAST = "time.past", "A time that must be in the future is not.";
    JSON_MALFORMED = "json.malformed", "A value is no JSON object, or holds a key twice.";
    JSON_NUMBER = "json.number",
        "A number would be stored as another one: send it as a string.";
    JSON_TOO_LARGE = "json.too_large", "A JSON object is larger than 16 KiB, as it is stored.";
}
