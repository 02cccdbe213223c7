use std::{
    future::{pending, ready},
    net::TcpListener,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use actix_http::{HttpService, Protocol, error::DispatchError};
use actix_service::{ServiceFactoryExt, fn_service, map_config};
use actix_web::{
    App,
    dev::{AppConfig, Server},
    middleware::{Compress, from_fn},
    rt::net::TcpStream,
    web::{self, Data},
};
use plinth_application::Application;
use tokio_util::sync::CancellationToken;

use crate::{
    account,
    config::Config,
    connection::{Connection, RequestIds},
    console, dev_mail, docs,
    events::Streams,
    methods::{self, Methods},
    middleware::{self, Metrics},
    openapi::{self, Document},
    routes,
    shutdown::{BodyDeadlines, Stopping},
};

#[cfg(target_os = "linux")]
use socket2::SockRef;

/// How long the end of a connection may take.
const DISCONNECT: Duration = Duration::from_secs(1);

/// How long it takes at most until all streams have ended when the server stops.
const STREAMS_END_WITHIN: Duration = Duration::from_secs(5);

/// Serves the API until `stop` is cancelled, and returns when all running
/// requests have their responses, or the shutdown deadline has passed.
///
/// # Errors
/// When the listener cannot be used.
pub async fn serve(
    listener: TcpListener,
    application: Application,
    config: Config,
    stop: CancellationToken,
) -> std::io::Result<()> {
    // Each is made when a request needs it: the document takes longer than all else of a start.
    let methods = Data::new(methods::Known::new(|| Methods::of(&routes::declared())));
    let document = Data::new(openapi::Encoded::new(|| Document::of(&routes::document())));
    let stopping = Stopping::default();
    let bodies = BodyDeadlines::default();
    let streams = Data::new(Streams::new(config.streams));
    let ending = streams.clone();
    let (told, drain_delay) = (stopping.clone(), config.drain_delay);
    // The deadline is one for all, counted from the signal.
    let drained = config.shutdown_deadline.saturating_sub(drain_delay);
    let deadlines = bodies.clone();
    let saving = application.clone();
    let metrics = config.measured.then(|| Data::new(Metrics::new()));
    let config = Data::from(Arc::new(config));
    let ids = application.clone();
    let (app, settings, limits) = (Data::new(application), config.clone(), config);

    let routed = move || {
        let mut routed = App::new()
            .configure(routes::register)
            .app_data(app.clone())
            .app_data(settings.clone())
            .app_data(document.clone())
            .app_data(methods.clone())
            .app_data(Data::new(stopping.clone()))
            .app_data(streams.clone())
            .app_data(Data::new(bodies.clone()))
            .configure(account::routes)
            .configure(console::routes)
            .configure(dev_mail::routes)
            .configure(docs::routes)
            .default_service(web::to(routes::unknown));
        if let Some(metrics) = &metrics {
            routed = routed.app_data(metrics.clone());
        }
        routed
            .wrap(from_fn(middleware::compression::select))
            .wrap(Compress::default())
            .wrap(from_fn(middleware::admit))
            .wrap(middleware::cors(&settings))
            .wrap(from_fn(middleware::complete_cors))
            .wrap(from_fn(middleware::track))
    };
    let server = Server::build()
        .max_concurrent_connections(limits.max_connections)
        .shutdown_timeout(drained.as_secs())
        .disable_signals();
    let server = match limits.workers {
        Some(workers) => server.workers(workers.get()),
        None => server,
    };
    let draining = CancellationToken::new();
    let told_to_drain = draining.clone();
    let server = server.listen("plinth", listener, move || {
        let (ids, draining, settings) = (ids.clone(), draining.clone(), limits.clone());
        let ids: RequestIds = Rc::new(move || ids.request_id());
        let http = HttpService::build()
            .keep_alive(settings.keep_alive)
            .client_request_timeout(settings.header_timeout)
            .client_disconnect_timeout(DISCONNECT)
            .h1_allow_half_closed(false)
            .graceful_shutdown_signal(move || draining.clone().cancelled_owned())
            .on_connect_ext(|connection: &Connection, data| {
                data.insert(connection.wire());
            })
            .finish(map_config(routed(), |()| AppConfig::default()));
        fn_service(move |stream: TcpStream| {
            limit_writing(&stream, settings.write_timeout);
            let connection = Connection::new(stream, ids.clone());
            let peer = connection.peer();
            ready(Ok::<_, DispatchError>((connection, Protocol::Http1, peer)))
        })
        .and_then(http)
    })?;
    let server = server.run();

    let handle = server.handle();
    tokio::spawn(async move {
        stop.cancelled().await;
        // `/ready` fails first, so that the load balancer stops sending
        // requests before the listener closes.
        told.set();
        tokio::time::sleep(drain_delay).await;
        // The clients of resumable uploads continue at another process.
        deadlines.begin(drained);
        // What came in is saved on the server's threads, which end with their last connection, also
        // when the client has gone.
        if tokio::time::timeout(drained / 2, saving.received()).await.is_err() {
            tracing::warn!("uploads are still being saved");
        }
        told_to_drain.cancel();
        tokio::select! {
            () = handle.stop(true) => {}
            () = end(&ending, STREAMS_END_WITHIN.min(drained / 2)) => {}
        }
    });
    server.await
}

/// Ends what streams, and does not return. The clients of events continue at another process, not all
/// at once; answers of models may come to their end meanwhile.
async fn end(streams: &Streams, within: Duration) {
    let begun = Instant::now();
    streams.end(within).await;
    tokio::time::sleep(within.saturating_sub(begun.elapsed())).await;
    streams.end_answers();
    pending::<()>().await;
}

/// Bytes that the kernel buffers for a client that does not read. The default
/// is megabytes for each of thousands of streams.
#[cfg(target_os = "linux")]
const UNSENT: u32 = 128 * 1024;

/// Limits how long (RFC 5482) and how many bytes the kernel buffers for a
/// client that does not read. actix has no timeout for writing.
#[cfg(target_os = "linux")]
fn limit_writing(stream: &TcpStream, timeout: Duration) {
    let socket = SockRef::from(stream);
    let limited = socket.set_tcp_user_timeout(Some(timeout));
    if let Err(error) = limited.and_then(|()| socket.set_tcp_notsent_lowat(UNSENT)) {
        tracing::debug!(%error, "the system does not limit what a client leaves unread");
    }
}

#[cfg(not(target_os = "linux"))]
fn limit_writing(_: &TcpStream, _: Duration) {}
