plinth_domain::codes! {
    QUERY_UNKNOWN = "query.unknown", "The operation has no such parameter.";
    QUERY_REPEATED = "query.repeated", "A parameter was given twice.";
    QUERY_VALUE = "query.value", "A parameter has a value that it cannot have.";
    CURSOR_INVALID = "cursor.invalid",
        "The cursor is not one that this list gave, with these filters and this order.";
}
