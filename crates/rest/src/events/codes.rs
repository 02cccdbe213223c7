plinth_domain::codes! {
    STREAMS_TOO_MANY = "streams.too_many", "There are as many streams open as there may be.";
    WS_ORIGIN = "ws.origin", "A page of this origin may not open a socket.";
    WS_HANDSHAKE = "ws.handshake", "The request is no handshake of a WebSocket.";
    WS_MALFORMED = "ws.malformed", "A message is none of the documented ones.";
    WS_AUTHENTICATED = "ws.authenticated", "The socket knows already who the client is.";
    WS_SUBSCRIBED = "ws.subscribed", "A feed has one position, and it is set already.";
    WS_NOT_SUBSCRIBED = "ws.not_subscribed", "There is no feed to leave.";
}
