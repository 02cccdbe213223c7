plinth_domain::codes! {
    ROUTE_UNKNOWN = "route.unknown", "The path leads nowhere.";
    METHOD_NOT_ALLOWED = "method.not_allowed",
        "The path exists and does not know the method; see Allow.";
    PATH_MALFORMED = "path.malformed", "The path is not percent-encoded UTF-8.";
    QUERY_MALFORMED = "query.malformed", "The query is not percent-encoded UTF-8.";
    REQUEST_MALFORMED = "request.malformed", "The request cannot be read as HTTP.";
    REQUEST_TARGET_TOO_LONG = "request.target_too_long",
        "The path and the query are longer than the server reads.";
    REQUEST_HEADERS_TOO_LARGE = "request.headers_too_large",
        "The request has more header fields, or longer ones, than the server reads.";
    REQUEST_HEAD_TIMEOUT = "request.head_timeout",
        "The request line and the header fields arrived too slowly.";
    SERVER_STOPPING = "server.stopping",
        "The server is stopping and does not wait for the body; another one takes the request.";
    CORS_ORIGIN = "cors.origin", "Pages of this origin may not call the API; see server.cors_origins.";
    CORS_HEADER = "cors.header", "Pages of other origins may not send this header.";
    OPERATOR_KEY_INVALID = "operator.key_invalid", "The key is that of no operator.";
    AUTH_CSRF = "auth.csrf",
        "A write that is authenticated by cookies repeats the session's token in X-CSRF-Token.";
    AUTH_FOREIGN_PAGE = "auth.foreign_page",
        "Only pages of this server have a session in cookies.";
    REQUEST_TIMEOUT = "request.timeout", "The request took longer than the server allows.";
}
