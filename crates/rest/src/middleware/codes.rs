plinth_domain::codes! {
    ROUTE_UNKNOWN = "route.unknown", "The path leads nowhere.";
    METHOD_NOT_ALLOWED = "method.not_allowed",
        "The path exists and does not know the method; see Allow.";
    PATH_MALFORMED = "path.malformed", "The path is not percent-encoded UTF-8.";
    QUERY_MALFORMED = "query.malformed", "The query is not percent-encoded UTF-8.";
    REQUEST_MALFORMED = "request.malformed", "The request cannot be read as HTTP.";
    SERVER_STOPPING = "server.stopping",
        "The server is stopping and does not wait for the body; another one takes the request.";
    CORS_ORIGIN = "cors.origin", "Pages of this origin may not call the API; see server.cors_origins.";
    CORS_HEADER = "cors.header", "Pages of other origins may not send this header.";
    REQUEST_TIMEOUT = "request.timeout", "The request took longer than the server allows.";
}
