plinth_domain::codes! {
    FIELD_REPEATED = "field.repeated", "A field of a form is given twice.";
    TEXT_ENCODING = "text.encoding", "A text is not UTF-8.";
    RANGE_UNSATISFIABLE = "range.unsatisfiable",
        "The file does not have the bytes that were asked for.";
}
