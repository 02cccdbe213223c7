plinth_domain::codes! {
    BODY_MALFORMED = "body.malformed",
        "The body is no JSON, holds a key twice, U+0000, or is nested too deeply; or it is no CSV.";
    BODY_MEDIA_TYPE = "body.media_type",
        "The body is not of the documented media type, or it is compressed.";
    BODY_TOO_LARGE = "body.too_large", "The body is larger than the server takes.";
    FIELD_TYPE = "field.type", "A field has another JSON type than documented.";
    FIELD_UNKNOWN = "field.unknown", "There is no field of this name.";
}
